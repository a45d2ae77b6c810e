"""What somebody who means no good sends to a media port: each kind a list of datagrams.

They are drawn with a seed, so that a run can be repeated. `real` are datagrams that participants
sent themselves; whoever listens on the way has them.
"""

import os
import random
import struct

from aioice import stun
from OpenSSL import SSL

COUNT = 2_000
MAGIC_COOKIE = 0x2112A442
# Bytes of the attribute.
FINGERPRINT = 8
# RFC 7983 §7 tells by the first byte what a datagram is.
STUN, DTLS, MEDIA = range(4), range(20, 64), range(128, 192)
# RFC 5761 §4 tells RTCP by the second.
RTCP = range(192, 224)


def is_rtp(datagram):
    return datagram[0] in MEDIA and datagram[1] not in RTCP


def is_rtcp(datagram):
    return datagram[0] in MEDIA and datagram[1] in RTCP


def is_dtls(datagram):
    return datagram[0] in DTLS


def kinds(real, checks):
    """All of them by name, from what was captured and from connectivity checks of participants."""
    return {
        "stun": drawn(1, [lie_in_stun, bad_check(checks), mutated(checks)]),
        "dtls": drawn(2, [lie_in_dtls, mutated([*filter(is_dtls, real)]), plain_alert, fragment]),
        "rtp": drawn(3, [lie_in_rtp, mutated([*filter(is_rtp, real)])]),
        "rtcp": drawn(4, [lie_in_rtcp, mutated([*filter(is_rtcp, real)])]),
        "noise": drawn(5, [noise, mutated(real)]),
    }


def drawn(seed, makers):
    chance = random.Random(seed)
    return [makers[number % len(makers)](chance) for number in range(COUNT)]


def noise(chance):
    """Of every length and with every first byte, the empty datagram included."""
    return chance.randbytes(chance.choice([chance.randrange(40), chance.randrange(1_500), chance.randrange(9_000)]))


def mutated(some):
    """Real ones, damaged in one of four ways. Whole ones would be replays, which are tested on their own."""
    assert some, "nothing of this kind was captured"

    def maker(chance):
        datagram = bytearray(chance.choice(some))
        at = chance.randrange(len(datagram))
        match chance.randrange(4):
            case 0:
                datagram[at] ^= 1 << chance.randrange(8)
            case 1:
                del datagram[at:]
            case 2:
                datagram[at:at] = chance.randbytes(1 + chance.randrange(30))
            case _:
                datagram[at:] = chance.randbytes(len(datagram) - at)
        return bytes(datagram)

    return maker


def lie_in_stun(chance):
    """A header that is right, and attributes that are not what they say (RFC 8489 §5, §14)."""
    attributes = b"".join(
        struct.pack("!HH", chance.choice([chance.randrange(0x30), 0x8022, 0x8028, chance.randrange(0x10000)]),
                    chance.choice([0, 4, 20, length, chance.randrange(0x10000)]))
        + chance.randbytes(length)
        for length in (chance.randrange(40) for _ in range(chance.randrange(6)))
    )
    kind = chance.choice([0x0001, 0x0101, 0x0111, 0x0011, 0x0003, 0x0004, 0x0008, 0x0009, 0x0016, 0x0017])
    length = chance.choice([len(attributes), len(attributes), chance.randrange(0x10000)])
    return struct.pack("!HHI", kind, length, MAGIC_COOKIE) + chance.randbytes(12) + attributes


def check(remote, local, password, chance=None):
    """A connectivity check (RFC 8445 §7.1) of somebody who knows the names, and maybe the password."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    if chance:
        message.transaction_id = chance.randbytes(12)
    message.attributes["USERNAME"] = f"{remote}:{local}"
    message.attributes["PRIORITY"] = 1_845_494_271
    message.attributes["ICE-CONTROLLING"] = 1
    message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    # Without the fingerprint, which is not signed: a flipped bit would leave a check that is right.
    whole = bytes(message)
    return whole[:2] + struct.pack("!H", len(whole) - 20 - FINGERPRINT) + whole[4:-FINGERPRINT]


def bad_check(checks):
    """A check with the right names, signed with a guess."""

    def maker(chance):
        named = stun.parse_message(chance.choice(checks)).attributes["USERNAME"].split(":")
        return check(*named, chance.randbytes(12).hex(), chance)

    return maker


def record(kind, epoch, sequence, body, length=None, version=0xFEFD):
    """DTLS 1.2 (RFC 6347 §4.1)."""
    head = struct.pack("!BHHHIH", kind, version, epoch, sequence >> 32 & 0xFFFF, sequence & 0xFFFFFFFF,
                       len(body) if length is None else length)
    return head + body


def lie_in_dtls(chance):
    """One or more records of any kind, epoch and number, with any content."""
    return b"".join(
        record(chance.randrange(20, 27), chance.choice([0, 1, 1, 2, chance.randrange(0x10000)]),
               chance.choice([chance.randrange(20), chance.randrange(1 << 48)]),
               chance.randbytes(length), chance.choice([length, length, chance.randrange(0x10000)]),
               chance.choice([0xFEFD, 0xFEFF, 0x0303, chance.randrange(0x10000)]))
        for length in (chance.randrange(200) for _ in range(1 + chance.randrange(10)))
    )


def plain_alert(chance):
    """Unencrypted: that the connection be closed, or has failed (RFC 5246 §7.2)."""
    level, description = chance.choice([(1, 0), (2, 40), (2, 10), (2, 20), (2, chance.randrange(256))])
    return record(21, 0, chance.randrange(1 << 16), bytes([level, description]))


def fragment(chance):
    """A part of a handshake message that claims to be long (RFC 6347 §4.2.2)."""
    body = chance.randbytes(chance.randrange(300))
    claimed = chance.choice([len(body), chance.randrange(1 << 24), (1 << 24) - 1])
    message = struct.pack("!B", chance.choice([1, 1, 2, 11, 14, 16, 20, chance.randrange(256)]))
    message += claimed.to_bytes(3, "big") + struct.pack("!H", chance.choice([0, 1, 2, chance.randrange(0x10000)]))
    message += chance.choice([0, chance.randrange(1 << 24)]).to_bytes(3, "big") + len(body).to_bytes(3, "big")
    return record(22, chance.choice([0, 0, 1]), chance.randrange(1 << 20), message + body)


def lie_in_rtp(chance):
    """A header with sources and extensions that may not be there (RFC 3550 §5.1, RFC 8285)."""
    first = 0x80 | chance.choice([0, 0x10, 0x20, 0x30]) | chance.choice([0, 0, chance.randrange(16)])
    payload_type = chance.choice([96, 97, 98, 108, 111, chance.randrange(64), chance.randrange(96, 128)])
    head = struct.pack("!BBHII", first, payload_type | chance.choice([0, 0x80]), chance.randrange(0x10000),
                       chance.randrange(1 << 32), chance.randrange(1 << 32))
    # One byte headers: the section's name, the encoding's, and one with a length that does not fit.
    extension = struct.pack("!HH", chance.choice([0xBEDE, 0x1000, chance.randrange(0x10000)]),
                            chance.choice([1, 2, chance.randrange(0x10000)]))
    extension += bytes([0x40, 0x30 + chance.randrange(3), 0xA0, chance.choice(b"qhf"), chance.randrange(256), 0, 0, 0])
    return head + (extension if first & 0x10 else b"") + chance.randbytes(chance.randrange(1_200))


def lie_in_rtcp(chance):
    """Compound packets of any kind, with lengths that may not be there (RFC 3550 §6.1)."""
    return b"".join(
        struct.pack("!BBH", 0x80 | chance.randrange(64), chance.choice([200, 201, 202, 203, 204, 205, 206, 207]),
                    chance.choice([words, words, chance.randrange(0x10000)]))
        + chance.randbytes(words * 4)
        for words in (chance.randrange(20) for _ in range(1 + chance.randrange(4)))
    )


def client_hellos(count=200):
    """Real ones, each of another connection."""
    return [client_hello() for _ in range(count)]


def client_hello():
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_80")
    connection = SSL.Connection(context)
    connection.set_connect_state()
    try:
        connection.do_handshake()
    except SSL.WantReadError:
        return connection.bio_read(1_500)
    raise AssertionError("a handshake with nobody")


def framed(datagrams):
    """For a stream (RFC 4571 §2)."""
    return [struct.pack("!H", len(datagram)) + datagram for datagram in datagrams if len(datagram) < 0x10000]


def is_root():
    return os.geteuid() == 0

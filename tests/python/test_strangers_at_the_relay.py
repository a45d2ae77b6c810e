"""What somebody with a forged address could get out of the relay: bytes on the wire, captured at a socket."""

import contextlib
import random
import socket
import struct
import time

import pytest
from aioice import stun, turn
from forged import noise
from relayed import place

# IPv4 and UDP.
HEADERS = 28
BINDING_AT_MOST, OTHERS_AT_MOST = 1.25, 2.0
# Refusals of one source.
BURST, A_SECOND = 10, 10
UDP_TRANSPORT = 17 << 24


@pytest.fixture(scope="module")
def credentials(attacked):
    return attacked.register("Ann").does("GET", "/api/calls/turn-credentials")["credentials"]


@pytest.fixture
def source(credentials):
    """A socket with an address that no other test has, for sources are counted."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((f"127.9.{random.randrange(256)}.{random.randrange(1, 255)}", 0))
    made.connect(place(credentials["urls"][0]))
    made.settimeout(10)
    yield made
    made.close()


def message(method, kind=stun.Class.REQUEST, **attributes):
    made = stun.Message(method, kind)
    for name, value in attributes.items():
        made.attributes[name.replace("_", "-")] = value
    return made


def allocate(**more):
    return message(stun.Method.ALLOCATE, REQUESTED_TRANSPORT=UDP_TRANSPORT, **more)


def answers(source, datagram):
    """All that comes back: the answer to a plain Binding, sent after it, comes after it."""
    source.send(datagram)
    last = message(stun.Method.BINDING)
    source.send(bytes(last))
    heard = []
    while (answer := source.recv(65_535))[8:20] != last.transaction_id:
        heard.append(answer)
    return heard


def factor(datagram, heard):
    """Bytes on the wire for each that was sent."""
    return sum(len(one) + HEADERS for one in heard) / (len(datagram) + HEADERS)


def signed(request, credentials, realm, nonce, password="not the password"):
    request.attributes |= {"USERNAME": credentials["username"], "NONCE": nonce, "REALM": realm}
    request.add_message_integrity(turn.make_integrity_key(credentials["username"], realm, password))
    return bytes(request)


def unknown(count):
    """A Binding with so many attributes that must be understood and are not."""
    attributes = b"".join(struct.pack("!HH", 0x7000 + number, 0) for number in range(count))
    return struct.pack("!HHI", 1, len(attributes), stun.COOKIE) + random.randbytes(12) + attributes


def of_strangers(credentials):
    """Each kind of request that has no valid signature."""
    peer = ("192.0.2.1", 9_999)
    requests = {
        "Binding": bytes(message(stun.Method.BINDING)),
        "Binding with a fingerprint": with_fingerprint(message(stun.Method.BINDING)),
        "Allocate": bytes(allocate()),
        "Allocate without a transport": bytes(message(stun.Method.ALLOCATE)),
        "Refresh": bytes(message(stun.Method.REFRESH)),
        "CreatePermission": bytes(message(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=peer)),
        "ChannelBind": bytes(message(stun.Method.CHANNEL_BIND, CHANNEL_NUMBER=0x4000, XOR_PEER_ADDRESS=peer)),
        "Send": bytes(message(stun.Method.SEND, stun.Class.INDICATION, XOR_PEER_ADDRESS=peer, DATA=b"x" * 500)),
        "a wrong password": signed(allocate(), credentials, "aethex", b"a nonce that nobody gave"),
        "a binding answer": bytes(message(stun.Method.BINDING, stun.Class.RESPONSE)),
        "channel data": struct.pack("!HH", 0x4000, 4) + b"data",
        "an empty datagram": b"",
        "one byte": b"\0",
    }
    whole = requests["CreatePermission"]
    cut = {f"{length} bytes of a CreatePermission": whole[:length] for length in range(1, len(whole), 3)}
    unknowns = {f"{count} unknown attributes": unknown(count) for count in (1, 2, 5, 20, 100)}
    chance = random.Random(3)
    return requests | cut | unknowns | {f"noise {number}": noise(chance) for number in range(30)}


def with_fingerprint(request):
    request.add_fingerprint()
    return bytes(request)


def test_no_request_of_a_stranger_brings_much_more_than_it_was(source, credentials):
    worst = {}
    for name, datagram in of_strangers(credentials).items():
        with other_source(credentials) as fresh:
            heard = answers(fresh, datagram)
        worst[name] = factor(datagram, heard)
        binding = name.startswith("Binding")
        assert worst[name] <= (BINDING_AT_MOST if binding else OTHERS_AT_MOST), f"{name}: {worst[name]:.2f}"
        if name in ("Binding", "Allocate", "Refresh"):
            assert heard, f"{name} has no answer"
    for name, factor_ in sorted(worst.items(), key=lambda one: -one[1])[:8]:
        print(f"{name}: x{factor_:.2f}")


@contextlib.contextmanager
def other_source(credentials, taken=set()):
    """From an address that was not used before."""
    while (address := f"127.8.{random.randrange(256)}.{random.randrange(1, 255)}") in taken:
        pass
    taken.add(address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((address, 0))
        made.connect(place(credentials["urls"][0]))
        made.settimeout(10)
        yield made


def test_a_wrong_password_with_a_nonce_of_the_server_gets_no_more(source, credentials):
    challenge = stun.parse_message(answers(source, bytes(allocate()))[0])
    assert challenge.error_code == 401
    realm, nonce = challenge.attributes["REALM"], challenge.attributes["NONCE"]
    request = signed(allocate(), credentials, realm, nonce)
    heard = answers(source, request)
    assert [stun.parse_message(one).error_code for one in heard] == [401]
    assert factor(request, heard) <= OTHERS_AT_MOST
    right = signed(allocate(), credentials, realm, nonce, credentials["credential"])
    assert [stun.parse_message(one).message_class for one in answers(source, right)] == [stun.Class.RESPONSE]


def test_a_source_is_challenged_ten_times_a_second_and_another_one_all_the_same(source, credentials):
    start, heard = time.monotonic(), 0
    while time.monotonic() < start + 2:
        heard += len(answers(source, bytes(allocate())))
    seconds = time.monotonic() - start
    print(f"{heard} challenges in {seconds:.1f} s")
    assert BURST + A_SECOND <= heard <= BURST + A_SECOND * seconds + 1
    with other_source(credentials) as other:
        assert len(answers(other, bytes(allocate()))) == 1

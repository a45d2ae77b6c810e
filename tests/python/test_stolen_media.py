"""Somebody who listens on the way, or is in the call and means no good: handshakes, media, feedback."""

import asyncio
import random
import socket
import struct
import time

import pytest
from aiortc.rtp import (
    RTCP_PSFB_FIR, RTCP_PSFB_PLI, RTCP_RTPFB_NACK, RtcpPsfbPacket, RtcpRtpfbPacket,
)
from flood import Flood, lane, neighbours
from forged import STUN, client_hellos, is_root, is_rtp
from meeting import carrier_of, dtls_of

# How long a storm of feedback lasts, and how often a publisher is asked for a key frame at most.
STORM_SECONDS, KEYFRAME_INTERVAL = 3, 0.5
RTCP_RTPFB_TWCC = 15
# A second, from the participant's own address.
HELLOS = 200


@pytest.fixture
def stranger():
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.setblocking(False)
    yield made
    made.close()


def answers(sock):
    """Whether anything came back."""
    try:
        return sock.recv(65_535)
    except BlockingIOError:
        return None


def paused(meeting, pause):
    """Nobody sends any more, and what is on the way arrives; or everybody sends again."""
    for one in meeting.everybody:
        for sender in one.publisher.getSenders():
            sender._enabled = not pause
    arrived, end = None, time.monotonic() + 10
    while pause and (now := [one.ledger.media() for one in meeting.everybody]) != arrived:
        assert time.monotonic() < end, "media goes on without a sender"
        arrived = now
        meeting.run(asyncio.sleep(0.3))


def media_sent(meeting):
    """Packets of media that each of them has sent, in all."""
    return {one: one.media_sent for one in meeting.everybody}


def assert_no_more_than_was_sent(meeting, sent_before, got_before):
    """What each got since is at most what the others sent, and nothing came twice."""
    sent = {one: count - sent_before[one] for one, count in media_sent(meeting).items()}
    for one in meeting.everybody:
        got = one.ledger.media() - got_before[one]
        others = sum(count for other, count in sent.items() if other is not one)
        print(f"{got} packets of {others}")
        assert 0 < got <= others
        assert one.ledger.twice() == []


def test_media_said_again_is_not_forwarded_wherever_it_comes_from(meeting, stranger):
    ann, bob, _ = meeting.everybody
    server = meeting.media_addresses()[0]
    media = [datagram for datagram in ann.sent_on(ann.publisher) if is_rtp(datagram)]
    assert len(media) > 50
    paused(meeting, True)
    sent, got = media_sent(meeting), {one: one.ledger.media() for one in meeting.everybody}

    async def said_again(datagrams):
        for datagram in datagrams:
            await carrier_of(ann.publisher)._connection.send(datagram)

    for some in (media[:200], media[-200:]):
        meeting.run(said_again(some))
        for datagram in some:
            stranger.sendto(datagram, server)
    paused(meeting, False)
    # What comes after it on the same way was read after it.
    for one, other in meeting.pairs():
        one.sees(other.person)
    paused(meeting, True)
    assert_no_more_than_was_sent(meeting, sent, got)
    assert answers(stranger) is None
    paused(meeting, False)
    bob.sees(ann.person)


def test_media_that_only_a_stranger_brings_is_not_forwarded(meeting, stranger):
    ann, bob, cem = meeting.everybody
    server = meeting.media_addresses()[0]
    paused(meeting, True)
    sent, got = media_sent(meeting), {one: one.ledger.media() for one in meeting.everybody}
    # Somebody on the way keeps what Ann sends, and brings it from elsewhere. She does not count as having sent it.
    carrier = carrier_of(ann.publisher)
    sends, kept = carrier._send, []

    async def stolen(datagram):
        if not is_rtp(datagram):
            return await sends(datagram)
        kept.append(datagram)
        stranger.sendto(datagram, server)

    carrier._send = stolen
    paused(meeting, False)
    bob.sees(cem.person, 10)
    carrier._send = sends
    assert len(kept) > 20
    bob.sees(ann.person)
    paused(meeting, True)
    assert_no_more_than_was_sent(meeting, sent, got)
    assert answers(stranger) is None
    paused(meeting, False)


def test_a_check_said_again_from_elsewhere_takes_nobodys_media_along(meeting, stranger):
    server = meeting.media_addresses()[0]
    with meeting.undisturbed():
        for check in meeting.checks():
            stranger.sendto(check, server)
    heard = []
    while answer := answers(stranger):
        heard.append(answer)
    assert len(heard) <= len(meeting.checks())
    assert all(answer[0] in STUN and len(answer) <= len(meeting.checks()[0]) for answer in heard)


def test_a_packet_that_comes_twice_is_noticed_by_these_tests(meeting, stranger):
    bob = meeting.everybody[1]
    _, to = bob.addresses()
    assert bob.ledger.twice() == []
    stranger.sendto(bob.ledger.last, to)
    end = time.monotonic() + 10
    while not bob.ledger.twice():
        assert time.monotonic() < end, "it was not noticed"
        meeting.run(asyncio.sleep(0.02))
    bob.ledger.packets.clear()


def test_whoever_says_hello_from_elsewhere_gets_no_session_and_the_participant_does(meeting):
    server = meeting.media_addresses()[0]
    flood = Flood(2, lane("udp", server, client_hellos(), neighbours(50), rate=1_000))
    cem = meeting.everybody[2]
    cem.begins_anew()
    assert cem.connected()
    assert flood.over()[0]["answers"] == 0
    meeting.all_see_all()


@pytest.mark.skipif(not is_root(), reason="a hello from somebody else's address needs root")
def test_a_participant_in_whose_name_others_said_hello_connects_when_trying_again(meeting):
    server = meeting.media_addresses()[0]
    cem = meeting.everybody[2]
    hellos, floods = client_hellos(), []

    def race(connection):
        addresses = [protocol.local_candidate for protocol in carrier_of(connection)._connection._protocols]
        addresses = [(one.host, one.port) for one in addresses if ":" not in one.host]
        floods.append(Flood(2, lane("forged", server, hellos, addresses, rate=HELLOS)))

    cem.once_gathered = race
    cem.begins_anew()
    first = cem.connected()
    print(f"connected at the first try: {first}")
    cem.once_gathered = lambda connection: None
    assert all(flood.over()[0]["sent"] for flood in floods)
    if not first:
        cem.begins_anew()
        assert cem.connected()
    meeting.all_see_all()


def test_a_storm_of_feedback_asks_publishers_for_few_key_frames_and_disturbs_nobody(meeting):
    ann, bob, cem = meeting.everybody
    asked = {one: listened(one) for one in (ann, cem)}
    dtls = dtls_of(bob.subscriber)
    pictures = bob.ledger.sources()
    assert pictures
    chance, sent, sent_bytes = random.Random(7), 0, 0

    async def storm():
        nonlocal sent, sent_bytes
        end = time.monotonic() + STORM_SECONDS
        while time.monotonic() < end:
            for ssrc, newest in bob.ledger.sources().items():
                lost = sorted(chance.sample(range(max(newest - 300, 0), newest + 1), min(100, newest + 1)))
                for packet in (
                    RtcpPsfbPacket(RTCP_PSFB_PLI, 1, ssrc),
                    RtcpPsfbPacket(RTCP_PSFB_FIR, 1, 0, struct.pack("!IBxxx", ssrc, chance.randrange(256))),
                    RtcpRtpfbPacket(RTCP_RTPFB_NACK, 1, ssrc, lost),
                    RtcpPsfbPacket(RTCP_RTPFB_TWCC, 1, ssrc, b""),
                ):
                    await dtls._send_rtp(bytes(packet))
                    sent, sent_bytes = sent + 1, sent_bytes + len(bytes(packet))
            await dtls._send_rtp(transport_feedback(chance))
            await asyncio.sleep(0.01)

    with meeting.undisturbed():
        meeting.run(storm())
    print(f"{sent} packets of feedback in {STORM_SECONDS} s")
    assert sent > 400 * STORM_SECONDS
    for times, nacks in asked.values():
        print(f"asked for {len(times)} key frames, and for {len(nacks)} packets again")
        assert times, "a storm asks for something"
        for first in range(len(times)):
            for count in range(2, len(times) - first):
                # Reports are read a little late now and then.
                assert times[first + count] - times[first] >= KEYFRAME_INTERVAL * count - 0.25
        assert len(nacks) < 20


def listened(participant):
    """When a publisher is asked for a key frame, and when for packets."""
    keyframes, nacks = [], []
    sender = next(one for one in participant.publisher.getSenders() if one.kind == "video")
    handle = sender._handle_rtcp_packet

    async def handled(packet):
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            keyframes.append(time.monotonic())
        if isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            nacks.append(time.monotonic())
        await handle(packet)

    sender._handle_rtcp_packet = handled
    return keyframes, nacks


def transport_feedback(chance):
    """draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1, about packets that nobody sent."""
    count = chance.randrange(1, 200)
    body = struct.pack("!IIHHI", 1, 0, chance.randrange(0x10000), count, chance.randrange(1 << 32))
    body += struct.pack("!H", 0x2000 | count) + chance.randbytes(count)
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x80 | RTCP_RTPFB_TWCC, 205, len(body) // 4) + body

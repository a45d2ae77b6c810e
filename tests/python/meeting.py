"""A live call of three through the server's media, and what each of them sends and gets."""

import asyncio
import contextlib
import re
import struct
import threading
import time
from collections import Counter

from forged import check, is_rtp
from participant import Participant, Tone

# What must get through while an attack lasts, a second and for each pair: of ten pictures and fifty
# packets of sound. How fast this machine is is not what is tested.
PICTURES, SOUNDS = 2, 15
# How long one looks at least, in seconds.
LOOKS = 2


class Ledger:
    """Every packet of media that reached a participant, as it was on the way.

    Whatever comes twice is counted here, before the library at the receiver throws it away.
    """

    def __init__(self, description):
        self.lock = threading.Lock()
        self.packets = Counter()
        self.of_type = Counter()
        self.newest, self.last = {}, None
        of = lambda codec: {int(one) for one in re.findall(rf"^a=rtpmap:(\d+) {codec}/", description, re.MULTILINE)}
        self.sounds, self.pictures = of("opus"), of("VP8")

    def takes(self, datagram):
        if is_rtp(datagram):
            kind, seq, ssrc = datagram[1] & 0x7F, *struct.unpack_from("!H4xI", datagram, 2)
            with self.lock:
                self.packets[ssrc, seq, datagram[4:8]] += 1
                self.of_type[kind] += 1
                if kind in self.pictures:
                    self.newest[ssrc] = seq
                if kind in self.pictures | self.sounds:
                    self.last = datagram

    def heard(self):
        with self.lock:
            return sum(count for kind, count in self.of_type.items() if kind in self.sounds)

    def media(self):
        """Packets of sound and pictures, without what is sent again or to measure the network."""
        with self.lock:
            return sum(count for kind, count in self.of_type.items() if kind in self.sounds | self.pictures)

    def sources(self):
        """The synchronisation sources of pictures, each with its newest number."""
        with self.lock:
            return dict(self.newest)

    def twice(self):
        with self.lock:
            return [packet for packet, count in self.packets.items() if count > 1]


class Guest(Participant):
    """A participant of whom is known what goes over the wire."""

    def __init__(self, person, run):
        super().__init__(person, run, Tone)
        self.sent, self.offers, self.media_sent = [], 1, 0
        self.once_gathered = lambda connection: None

    async def _offer(self):
        offer = await super()._offer()
        self.tap(self.publisher)
        self.once_gathered(self.publisher)
        # The library numbers sessions by the second, and pages are reloaded faster.
        return offer | {"sdp": re.sub(r"^o=- \d+", f"o=- {time.time_ns()}", offer["sdp"], flags=re.MULTILINE)}

    async def _answer(self, answer, offer):
        described = await super()._answer(answer, offer)
        self.tap(self.subscriber)
        self.ledger = Ledger(offer["sdp"])
        carrier = carrier_of(self.subscriber)
        recv = carrier._recv

        async def received():
            datagram = await recv()
            self.ledger.takes(datagram)
            return datagram

        carrier._recv = received
        self.once_gathered(self.subscriber)
        return described

    def tap(self, connection):
        carrier = carrier_of(connection)
        send = carrier._send

        async def sends(datagram):
            self.sent.append((connection, datagram))
            del self.sent[:-20_000]
            self.media_sent += is_rtp(datagram)
            await send(datagram)

        carrier._send = sends

    def begins_anew(self):
        """As a page that was reloaded: two new connections, then the old ones are gone."""
        former, self.offers = self.connections(), self.offers + 1
        answers, offers = len(self.device.all("call:answer")), len(self.device.all("call:offer"))
        self.send("call:offer", "publisher", self.offers, offer=self.run(self._offer()))
        answer = self.device.until("call:answer", answers + 1)
        offer = self.device.until("call:offer", offers + 1)
        self.send("call:answer", "subscriber", offer["negotiationId"],
                  answer=self.run(self._answer(answer["answer"], offer["offer"])))
        self.run(closed(former))

    def close(self):
        super().close()
        self.run(cancelled(self.watching))

    def sent_on(self, connection):
        return [datagram for on, datagram in self.sent if on is connection]

    def connections(self):
        return [self.publisher, self.subscriber]

    def checks(self):
        """What this participant's connectivity checks look like."""
        return [check(ice.remote_username, ice.local_username, ice.remote_password)
                for ice in map(ice_of, self.connections())]

    def addresses(self):
        """Where the two connections send from."""
        return [ice_of(connection)._nominated[1].local_addr for connection in self.connections()]

    def connected(self):
        """Waits until both connections are, and says when they cannot be any more."""
        end = time.monotonic() + 10
        states = lambda: [one.connectionState for one in self.connections()]
        while states() != ["connected"] * 2 and time.monotonic() < end and "failed" not in states():
            self.run(a_moment())
        return states() == ["connected"] * 2


class Meeting:
    """Ann, Bob and Cem, of whom everybody sees and hears everybody."""

    def __init__(self, server, run):
        self.server, self.run = server, run
        people = [server.register(name) for name in ("Ann", "Bob", "Cem")]
        body = {"kind": "group", "title": "Three", "memberIds": [one.id for one in people[1:]]}
        conversation = people[0].does("POST", "/api/conversations", body)["conversation"]["id"]
        self.everybody = [Guest(one, run) for one in people]
        started = self.everybody[0].device.does("call:initiate", {"conversationId": conversation, "type": "video"})
        self.call_id = started["callId"]
        for one in self.everybody[1:]:
            one.device.until("call:incoming")
            one.device.does("call:accept", {"callId": self.call_id})
        for one in self.everybody:
            one.negotiate(self.call_id)
        self.all_see_all()

    def all_see_all(self):
        for one in self.everybody:
            one.wants(*(other.person for other in self.everybody if other is not one))
        for one, other in self.pairs():
            one.sees(other.person)

    def pairs(self):
        return [(one, other) for one in self.everybody for other in self.everybody if one is not other]

    def media_addresses(self):
        """The server's UDP and TCP address for media, as everybody is told."""
        answer = self.everybody[0].device.all("call:answer")[-1]["answer"]["sdp"]
        found = {way.lower(): (address, int(port)) for way, address, port in re.findall(
            r"^a=candidate:\S+ 1 (\w+) \d+ (\S+) (\d+) typ host", answer, re.MULTILINE)}
        return found["udp"], found["tcp"]

    def real(self):
        """What everybody sent last, and the connectivity checks."""
        return [datagram for one in self.everybody for _, datagram in one.sent[:40] + one.sent[-200:]]

    def checks(self):
        return [check for one in self.everybody for check in one.checks()]

    def addresses(self):
        return [address for one in self.everybody for address in one.addresses()]

    def so_far(self):
        pictures = {(one, other): one.frames.get(one.slot_of(other.person), 0) for one, other in self.pairs()}
        return pictures, {one: one.ledger.heard() for one in self.everybody}, self.upsets()

    def upsets(self):
        """What nobody should hear of meanwhile: somebody lost, back, gone, negotiated anew."""
        names = ("call:participant-reconnecting", "call:participant-reconnected", "call:participant-left",
                 "call:topology-changed", "call:ended", "call:offer", "call:error")
        return [(one.person.id, name, len(one.device.all(name))) for one in self.everybody for name in names]

    @contextlib.contextmanager
    def undisturbed(self):
        """Everybody goes on seeing and hearing everybody meanwhile, and afterwards; nobody is lost."""
        memory, start, before = resident(self.server), time.monotonic(), self.so_far()
        yield
        while time.monotonic() < start + LOOKS:
            self.run(a_moment())
        pictures, sounds, upsets = self.so_far()
        seconds = time.monotonic() - start
        seen = min(pictures[pair] - before[0][pair] for pair in pictures)
        heard = min(sounds[one] - before[1][one] for one in sounds)
        grown = resident(self.server) - memory
        print(f"{seconds:.1f} s: at least {seen} pictures of each and {heard} packets of sound; memory {grown:+} KiB")
        assert seen >= PICTURES * seconds, f"{seen} pictures in {seconds:.1f} s"
        assert heard >= 2 * SOUNDS * seconds, f"{heard} packets of sound in {seconds:.1f} s"
        assert upsets == before[2]
        for one, other in self.pairs():
            one.sees(other.person, 2)
        assert all(one.connected() for one in self.everybody)
        assert_well(self.server)
        assert grown < 64 * 1024, f"the server grew by {grown} KiB"

    def close(self):
        for one in self.everybody:
            one.close()


def dtls_of(connection):
    senders = [one for one in connection.getTransceivers() if one.sender.transport]
    return senders[0].sender.transport


def carrier_of(connection):
    """What a connection's datagrams go through."""
    return dtls_of(connection).transport


def ice_of(connection):
    return carrier_of(connection)._connection


async def closed(connections):
    for one in connections:
        await one.close()


async def cancelled(tasks):
    for one in tasks:
        one.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def a_moment():
    """Lets a loop do what is due, before one looks again."""
    await asyncio.sleep(0.02)


def resident(server):
    """The server's memory in KiB."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))


def assert_well(server):
    """It runs, nothing in it panicked, and no connection or room failed."""
    assert server.process.poll() is None, "the server has ended"
    bad = [line for line in server.log if re.search(r"panicked|\bfailed\b|\bbroke\b|ERROR", line)]
    assert not bad, "".join(bad[-20:])

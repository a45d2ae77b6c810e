"""A live relay: one allocation over UDP, one over TCP, and packets from the one to the other."""

import asyncio
import contextlib
import re
import time

from aioice import turn

# Packets a second, and how many of a hundred must arrive while an attack lasts.
RATE, ARRIVE = 50, 80


class End(asyncio.DatagramProtocol):
    """What arrives at an allocation."""

    def __init__(self):
        self.arrived = []

    def datagram_received(self, data, addr):
        self.arrived.append(data)


class Relayed:
    """Two allocations of one person."""

    def __init__(self, person, run):
        self.run = run
        given = person.does("GET", "/api/calls/turn-credentials")["credentials"]
        self.name, self.password = given["username"], given["credential"]
        self.server = place(given["urls"][0])
        self.run(self._open())

    async def _open(self):
        opened = [await turn.create_turn_endpoint(End, self.server, self.name, self.password, transport=way)
                  for way in ("udp", "tcp")]
        (self.one, self.at_one), (self.other, self.at_other) = opened
        self.sent = 0
        # Each needs a permission for the other.
        self.addresses = [transport.get_extra_info("sockname") for transport, _ in opened]
        self.other.sendto(b"hello", self.addresses[0])
        self.sending = asyncio.ensure_future(self._send())

    async def _send(self):
        while True:
            self.one.sendto(self.sent.to_bytes(4, "big"), self.addresses[1])
            self.sent += 1
            await asyncio.sleep(1 / RATE)

    def more(self):
        """Waits until something more has arrived."""
        before, end = len(self.at_other.arrived), time.monotonic() + 10
        while len(self.at_other.arrived) == before:
            assert time.monotonic() < end, "nothing is relayed"
            self.run(asyncio.sleep(0.02))

    @contextlib.contextmanager
    def undisturbed(self):
        """Packets go on coming through meanwhile, and afterwards."""
        self.more()
        before = self.sent, len(self.at_other.arrived)
        yield
        sent, arrived = self.sent - before[0], len(self.at_other.arrived) - before[1]
        print(f"relayed: {arrived} of {sent}")
        assert arrived * 100 >= sent * ARRIVE, f"{arrived} of {sent} packets were relayed"
        self.more()

    def close(self):
        async def over():
            self.sending.cancel()
            for one in (self.one, self.other):
                one.close()
        self.run(over())


def place(url):
    """Where `turn:host:port?transport=udp` is."""
    host, port = re.fullmatch(r"turn:([^:]+):(\d+)\?transport=\w+", url).groups()
    return host, int(port)

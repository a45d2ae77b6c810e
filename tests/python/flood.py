"""Sends datagrams at a rate, as a process of its own, so that it slows nobody who is measured.

Reads what to do from standard input as JSON, and writes what it did to standard output as JSON:
    {"seconds": 5, "lanes": [{"way": "udp", "to": ["127.0.0.1", 3479], "rate": 5000,
                              "sources": [["127.0.0.1", 0]], "datagrams": ["<base64>"]}]}
A lane's `way` is `udp`, `forged` (UDP from an address that is somebody else's; needs root), or
`tcp`: connection after connection, on each of which `together` of the datagrams are sent.
"""

import base64
import contextlib
import itertools
import json
import random
import select
import socket
import struct
import subprocess
import sys
import time

# Often enough that a lane is even, seldom enough that a processor is left to others.
TICK = 0.005


class Udp:
    """Datagrams from our own addresses."""

    def __init__(self, lane):
        self.to = tuple(lane["to"])
        self.sockets = [self.bound(source) for source in lane["sources"]]
        self.next = itertools.cycle(self.sockets)
        self.answers = self.answered = 0

    @staticmethod
    def bound(source):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind(tuple(source))
        made.setblocking(False)
        return made

    def send(self, datagrams):
        for datagram in datagrams:
            # A socket hears of a closed port with its next datagram; a full buffer drops.
            with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                next(self.next).sendto(datagram, self.to)

    def hear(self):
        for one in select.select(self.sockets, [], [], 0)[0]:
            with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                while heard := one.recv(65_535):
                    self.answers, self.answered = self.answers + 1, self.answered + len(heard)


class Forged:
    """Datagrams that seem to come from somebody else. Their answers go there."""

    answers = answered = 0

    def __init__(self, lane):
        self.to = tuple(lane["to"])
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.sources = itertools.cycle([tuple(source) for source in lane["sources"]])

    def send(self, datagrams):
        for datagram in datagrams:
            with contextlib.suppress(BlockingIOError):
                self.socket.sendto(packet(next(self.sources), self.to, datagram), (self.to[0], 0))

    def hear(self):
        """Nothing comes back."""


def packet(source, destination, payload):
    """IPv4 (RFC 791) and UDP (RFC 768, without a checksum) in front of a payload."""
    udp = struct.pack("!HHHH", source[1], destination[1], 8 + len(payload), 0)
    # The kernel fills in the length, the identification and the checksum.
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0,
                     socket.inet_aton(source[0]), socket.inet_aton(destination[0]))
    return ip + udp + payload


class Tcp:
    """Connection after connection. The last ones stay open, so that the server has to read."""

    def __init__(self, lane):
        self.to, self.together, self.open = tuple(lane["to"]), lane["together"], []
        self.sources = itertools.cycle([tuple(source) for source in lane["sources"]])
        self.answers = self.answered = self.refused = 0

    def send(self, datagrams):
        for some in chunks(datagrams, self.together):
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            made.bind(next(self.sources))
            made.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                made.connect(self.to)
            self.open.append([made, b"".join(some)])

    def hear(self):
        for one in self.open:
            with contextlib.suppress(OSError):
                if one[1]:
                    one[1] = one[1][one[0].send(one[1]):]
                if heard := one[0].recv(65_535):
                    self.answers, self.answered = self.answers + 1, self.answered + len(heard)
        while len(self.open) > 40:
            self.open.pop(0)[0].close()


def chunks(items, size):
    return [items[at : at + size] for at in range(0, len(items), size)]


WAYS = {"udp": Udp, "forged": Forged, "tcp": Tcp}


def run(work):
    lanes = [(lane, WAYS[lane["way"]](lane), corpus(lane)) for lane in work["lanes"]]
    sent, bytes_sent = [0] * len(lanes), [0] * len(lanes)
    start = time.monotonic()
    while (passed := time.monotonic() - start) < work["seconds"]:
        for index, (lane, way, datagrams) in enumerate(lanes):
            # Whoever was kept from sending does not make up for it in one burst.
            due = min(int(passed * lane["rate"]) - sent[index], lane["rate"] // 20)
            due -= due % lane.get("together", 1)
            some = list(itertools.islice(datagrams, due))
            way.send(some)
            sent[index], bytes_sent[index] = sent[index] + due, bytes_sent[index] + sum(map(len, some))
            way.hear()
        time.sleep(TICK)
    for _, way, _ in lanes:
        way.hear()
    return [
        {"sent": count, "bytes": length, "answers": way.answers, "answered": way.answered}
        for count, length, (_, way, _) in zip(sent, bytes_sent, lanes)
    ]


def corpus(lane):
    return itertools.cycle([base64.b64decode(datagram) for datagram in lane["datagrams"]])


class Flood:
    """A flood that runs until it is awaited."""

    def __init__(self, seconds, *lanes):
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps({"seconds": seconds, "lanes": lanes}))
        self.process.stdin.close()

    def over(self):
        """Waits for the end. What each lane sent, and what came back."""
        told = self.process.stdout.read()
        assert self.process.wait() == 0, "the flood failed"
        return json.loads(told)


def lane(way, to, datagrams, sources=(("127.0.0.1", 0),), rate=5_000, **more):
    datagrams = [base64.b64encode(datagram).decode() for datagram in datagrams]
    return {"way": way, "to": to, "rate": rate, "sources": list(sources), "datagrams": datagrams} | more


def neighbours(count, seed=1):
    """So many different addresses of this machine, each with a port of its own."""
    chosen = random.Random(seed)
    return [(f"127.{chosen.randrange(1, 255)}.{chosen.randrange(256)}.{chosen.randrange(1, 255)}", 0)
            for _ in range(count)]


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)

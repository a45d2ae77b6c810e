"""Somebody in a call with aiortc, another WebRTC library: both connections with the server's media."""

import asyncio
import fractions
import threading
import time

import av
from aiortc import (
    AudioStreamTrack, RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack,
)
from aiortc.mediastreams import MediaStreamError
from device import Device

# For media to come through: key frames are asked for at most twice a second.
MEDIA = 20


class Picture(VideoStreamTrack):
    """Ten small pictures a second, so that many fit on one processor."""

    async def recv(self):
        await asyncio.sleep(0.1)
        self.count = getattr(self, "count", -1) + 1
        frame = av.VideoFrame(320, 180, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([16 + self.count % 200]) * plane.buffer_size)
        frame.pts, frame.time_base = self.count * 9_000, fractions.Fraction(1, 90_000)
        return frame


class Tone(AudioStreamTrack):
    """As loud as a voice."""

    async def recv(self):
        frame = await super().recv()
        samples = frame.samples // 2
        for plane in frame.planes:
            plane.update((b"\x00\x40" * samples + b"\x00\xc0" * (frame.samples - samples)).ljust(plane.buffer_size, b"\0"))
        return frame


class Participant:
    """A device with both of its connections to the server's media."""

    # What is decoded; of sound only the packets are of interest.
    WATCHED = ("video",)

    def __init__(self, person, run, sound):
        self.person, self.run, self.sound = person, run, sound
        self.device = Device(person, f"tab-{person.id}", ["websocket"])
        self.frames, self.watching = {}, set()
        self.arrived = threading.Condition()

    def negotiate(self, call_id):
        self.call_id = call_id
        self.send("call:offer", "publisher", 1, offer=self.run(self._offer()))
        answer = self.device.until("call:answer")
        assert (answer["fromUserId"], answer["transport"]) == ("sfu", "publisher")
        offer = self.device.until("call:offer")
        self.send("call:answer", "subscriber", offer["negotiationId"],
                  answer=self.run(self._answer(answer["answer"], offer["offer"])))

    def send(self, event, transport, number, **description):
        self.device.does(event, {
            "callId": self.call_id, "targetUserId": "sfu", "transport": transport, "negotiationId": number,
        } | description)

    async def _offer(self):
        self.publisher = RTCPeerConnection()
        self.publisher.addTransceiver(self.sound(), direction="sendonly")
        self.publisher.addTransceiver(Picture(), direction="sendonly")
        await self.publisher.setLocalDescription(await self.publisher.createOffer())
        return {"type": "offer", "sdp": self.publisher.localDescription.sdp}

    async def _answer(self, answer, offer):
        await self.publisher.setRemoteDescription(RTCSessionDescription(**answer))
        # With its other policies the library leaves all sections of a kind but the first without a transport.
        self.subscriber = RTCPeerConnection(RTCConfiguration(bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        await self.subscriber.setRemoteDescription(RTCSessionDescription(**offer))
        await self.subscriber.setLocalDescription(await self.subscriber.createAnswer())
        for transceiver in self.subscriber.getTransceivers():
            if transceiver.kind in self.WATCHED:
                self.watching.add(asyncio.ensure_future(self._watch(transceiver.mid, transceiver.receiver.track)))
        return {"type": "answer", "sdp": self.subscriber.localDescription.sdp}

    async def _watch(self, mid, track):
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.takes(mid, frame)

    def takes(self, mid, frame):
        """A frame that was decoded."""
        with self.arrived:
            self.frames[mid] = self.frames.get(mid, 0) + 1
            self.arrived.notify_all()

    def wants(self, *people):
        slots = [{"userId": one.id, "source": "camera", "width": 320, "height": 180} for one in people]
        self.device.does("call:subscribe", {"callId": self.call_id, "slots": slots})

    def sees(self, person, frames=5):
        """Waits until so many more pictures of somebody have come."""
        end = time.monotonic() + MEDIA
        with self.device.news:
            assert self.device.news.wait_for(lambda: self.slot_of(person), MEDIA), "no slot shows them"
        with self.arrived:
            before = self.frames.get(self.slot_of(person), 0)
            enough = lambda: self.frames.get(self.slot_of(person), 0) >= before + frames
            assert self.arrived.wait_for(enough, end - time.monotonic()), f"too few pictures: {self.frames}"

    def slot_of(self, person):
        told = self.device.all("call:slots")
        slots = told[-1]["slots"] if told else []
        shows = (slot["mid"] for slot in slots if slot["userId"] == person.id and slot["source"] == "camera")
        return next(shows, None)

    def told(self, event, fits):
        """Waits until the last event of this name fits."""
        last = lambda: (self.device.all(event) or [None])[-1]
        with self.device.news:
            assert self.device.news.wait_for(lambda: last() and fits(last()), MEDIA), f"{event}: {last()}"

    def close(self):
        async def closed():
            for connection in (self.publisher, self.subscriber):
                await connection.close()
        self.run(closed())
        self.device.close()

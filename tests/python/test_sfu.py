"""Calls through the server's media with another WebRTC library: what one sends the others see and hear."""

import asyncio
import fractions
import threading
import time

import av
import pytest
from aiortc import (
    AudioStreamTrack, RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack,
)
from aiortc.mediastreams import MediaStreamError
from test_calls import Device

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


@pytest.fixture(scope="module")
def run():
    """Runs a coroutine on a loop of its own, from any thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(MEDIA)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


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
            if transceiver.kind == "video":
                self.watching.add(asyncio.ensure_future(self._watch(transceiver.mid, transceiver.receiver.track)))
        return {"type": "answer", "sdp": self.subscriber.localDescription.sdp}

    async def _watch(self, mid, track):
        while True:
            try:
                await track.recv()
            except MediaStreamError:
                return
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


@pytest.fixture
def three(forwarding, run):
    people = [forwarding.register(name) for name in ("Ann", "Bob", "Cem")]
    members = [one.id for one in people[1:]]
    body = {"kind": "group", "title": "Three", "memberIds": members}
    conversation = people[0].does("POST", "/api/conversations", body)["conversation"]["id"]
    everybody = [Participant(one, run, sound) for one, sound in zip(people, (Tone, AudioStreamTrack, AudioStreamTrack))]
    started = everybody[0].device.does("call:initiate", {"conversationId": conversation, "type": "video"})
    yield everybody, started["callId"]
    for one in everybody:
        one.close()


def test_a_third_brings_the_call_to_the_server_and_everybody_sees_everybody(three):
    everybody, call_id = three
    for one in everybody[1:]:
        one.device.until("call:incoming")
        one.device.does("call:accept", {"callId": call_id})
    for one in everybody:
        one.negotiate(call_id)
    for one in everybody:
        one.told("call:topology-changed", lambda event: event["topology"] == "sfu")
        one.wants(*(other.person for other in everybody if other is not one))
    for one in everybody:
        for other in everybody:
            if other is not one:
                one.sees(other.person)

    ann, bob, cem = everybody
    for one in everybody:
        one.told("call:speakers", lambda event: event["userIds"] == [ann.person.id])
    bob.device.does("call:media", {"callId": call_id, "videoEnabled": False})
    ann.told("call:slots", lambda event: any(
        slot["userId"] == bob.person.id and slot["paused"] == "sender" for slot in event["slots"]))
    bob.device.does("call:media", {"callId": call_id, "videoEnabled": True})
    ann.sees(bob.person)

    for one in (bob, cem):
        one.wants()
    ann.told("call:layers", lambda event: (event["source"], event["rids"]) == ("camera", []))
    bob.wants(ann.person)
    ann.told("call:layers", lambda event: event["rids"] == ["f"])
    bob.sees(ann.person)

    ann.device.does("call:remove", {"callId": call_id, "userId": cem.person.id})
    ann.told("call:slots", lambda event: all(slot["userId"] != cem.person.id for slot in event["slots"]))

"""Calls through the server's media with another WebRTC library: what one sends the others see and hear."""

import pytest
from aiortc import AudioStreamTrack
from participant import Participant, Tone


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

"""A whole call between two python-socketio clients: the wire is not made for one library."""

import pytest
import socketio
from device import SOON, Device

OFFER = {"type": "offer", "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"}
ANSWER = {"type": "answer", "sdp": OFFER["sdp"]}


def candidate(number):
    return {
        "candidate": f"candidate:{number} 1 udp 2122260223 192.0.2.{number} 50000 typ host",
        "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "abcd",
    }


@pytest.fixture(params=[["polling"], ["websocket"], None], ids=["polling", "websocket", "upgrade"])
def transports(request):
    return request.param


def test_a_whole_call_is_the_same_for_another_client_library(server, transports):
    ann, bob, conversation = server.couple()
    caller, callee = Device(ann, "a", transports), Device(bob, "b", transports)
    call_id = caller.does("call:initiate", {"conversationId": conversation, "type": "video"})["callId"]
    incoming = callee.until("call:incoming")
    assert (incoming["callId"], incoming["initiatedBy"], incoming["type"]) == (call_id, ann.id, "video")
    held = caller.does("call:offer", {"callId": call_id, "targetUserId": bob.id, "offer": OFFER})
    assert held["held"] is True
    assert callee.all("call:offer") == []
    accepted = callee.does("call:accept", {"callId": call_id})
    assert accepted["status"] == "active"
    assert callee.until("call:offer") == {
        "callId": call_id, "fromUserId": ann.id, "fromDeviceId": "a", "offer": OFFER,
    }
    callee.does("call:answer", {"callId": call_id, "targetUserId": ann.id, "answer": ANSWER})
    assert caller.until("call:answer")["answer"] == ANSWER
    for number in range(1, 31):
        callee.client.emit("call:ice-candidate", {
            "callId": call_id, "targetUserId": ann.id, "candidate": candidate(number),
        })
    caller.until("call:ice-candidate", 30)
    assert [one["candidate"] for one in caller.all("call:ice-candidate")] == [candidate(n) for n in range(1, 31)]
    caller.does("call:media", {"callId": call_id, "videoEnabled": False})
    assert callee.until("call:media-state-changed")["mediaState"]["videoEnabled"] is False
    caller.does("call:end", {"callId": call_id})
    ended = callee.until("call:ended")
    assert (ended["reason"], ended["endedBy"]) == ("ended-by-user", ann.id)
    caller.close()
    callee.close()
    entry = bob.does("GET", "/api/calls")["items"][0]
    assert (entry["id"], entry["outcome"]) == (call_id, "answered")


def test_a_lost_device_resumes_with_the_events_it_missed(server, transports):
    ann, bob, conversation = server.couple()
    caller, callee = Device(ann, "a", transports), Device(bob, "b", transports)
    call_id = caller.does("call:initiate", {"conversationId": conversation})["callId"]
    accepted = callee.does("call:accept", {"callId": call_id})
    callee.client.eio.disconnect(abort=True)
    for muted in (True, False, True):
        caller.does("call:media", {"callId": call_id, "audioEnabled": not muted})
    back = Device(bob, "b", transports)
    resumed = back.does("call:resume", {
        "callId": call_id, "resumeToken": accepted["resumeToken"], "lastSeq": accepted["seq"],
    })
    seqs = [one["seq"] for one in resumed["events"]]
    assert seqs == list(range(accepted["seq"] + 1, resumed["call"]["rev"] + 1))
    assert [one["name"] for one in resumed["events"]].count("call:media-state-changed") == 3
    assert caller.all("call:participant-left") == []
    caller.does("call:end", {"callId": call_id})
    assert back.until("call:ended")["callId"] == call_id
    caller.close()
    back.close()


def test_a_founding_client_needs_no_device_name_and_no_acknowledgement(server, transports):
    ann, bob, conversation = server.couple()
    caller, callee = Device(ann, None, transports), Device(bob, None, transports)
    caller.client.emit("call:initiate", {"conversationId": conversation})
    call_id = callee.until("call:incoming")["callId"]
    assert caller.until("call:ringing")["callId"] == call_id
    callee.client.emit("call:accept", {"callId": call_id})
    caller.until("call:accepted")
    callee.client.emit("call:end", {"callId": call_id})
    assert caller.until("call:ended")["endedBy"] == bob.id
    caller.close()
    callee.close()


@pytest.mark.parametrize("token", ["", "nonsense", None])
def test_a_bad_token_is_refused_as_unauthorized(server, token, transports):
    client = socketio.Client(reconnection=False)
    refusals = []
    client.on("connect_error", lambda data: refusals.append(data))
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(server.url, auth={"token": token}, transports=transports, wait_timeout=SOON)
    assert refusals and refusals[0]["message"] == "unauthorized"

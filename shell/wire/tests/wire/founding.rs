//! The founding payloads, field by field, as the translation of a real call.

use crate::support::{answer, at, call_of, device, events, people, user};
use call::{Call, Input, MediaPatch, Reply, StopReason};
use serde_json::{Value, json};
use vocab::DeviceId;
use wire::Secret;
use wire::body::{
    AnswerResponse, CallBody, CallExtras, EndResponse, HistoryExtras, InitiateResponse,
    MediaResponse, RejectResponse, history_entry,
};
use wire::event::{event_payload, incoming, ring_stopped, state_snapshot};

const CALL: &str = "00000000-0000-0000-0000-00000000ca11";
const CONVERSATION: &str = "00000000-0000-0000-0000-0000000000c0";
const ONE: &str = "00000000-0000-0000-0000-000000000001";
const TWO: &str = "00000000-0000-0000-0000-000000000002";

fn told(call: &mut Call) -> Vec<(&'static str, Value)> {
    let events = events(call);
    events.iter().map(|stamped| event_payload(stamped, call.state(), &people)).collect()
}

fn value(body: impl serde::Serialize) -> Value {
    serde_json::to_value(body).expect("bodies have a JSON form")
}

/// The named fields of an object.
fn only(object: &Value, fields: &[&str]) -> Value {
    fields.iter().map(|field| ((*field).to_owned(), object[*field].clone())).collect()
}

fn person(id: &str, digit: u8, status: &str) -> Value {
    json!({
        "userId": id, "userName": format!("Person {digit}"),
        "userIdentifier": format!("p{digit}@example.com"), "status": status,
    })
}

const PERSON: &[&str] = &["userId", "userName", "userIdentifier", "status"];

#[test]
fn an_incoming_call_has_the_founding_fields_and_the_time_that_is_left() {
    let call = call_of(&[2], Some(r#"{"room":"blue"}"#));
    let payload = value(incoming(call.state(), user(2), at(5), &people));
    assert_eq!(
        only(&payload, &["callId", "conversationId", "type", "initiatedBy"]),
        json!({"callId": CALL, "conversationId": CONVERSATION, "type": "video", "initiatedBy": ONE}),
    );
    assert_eq!(only(&payload["participants"][0], PERSON), person(ONE, 1, "joined"));
    assert_eq!(only(&payload["participants"][1], PERSON), person(TWO, 2, "invited"));
    assert_eq!(
        only(&payload, &["seq", "ringTimeoutMs", "serverTime", "metadata", "callerName", "busy"]),
        json!({
            "seq": 1, "ringTimeoutMs": 40_000, "serverTime": "2025-01-10T14:30:05.000Z",
            "metadata": {"room": "blue"}, "callerName": "Person 1", "busy": false,
        }),
    );
}

#[test]
fn the_announcement_in_the_log_is_the_first_event_with_the_whole_ring() {
    let mut call = call_of(&[2], None);
    let told = told(&mut call);
    let (name, payload) = &told[0];
    assert_eq!((told.len(), *name), (1, "call:incoming"));
    assert_eq!(
        only(payload, &["seq", "at", "ringTimeoutMs", "metadata"]),
        json!({"seq": 1, "at": "2025-01-10T14:30:00.000Z", "ringTimeoutMs": 45_000, "metadata": null}),
    );
}

#[test]
fn an_accept_is_told_as_accepted_and_joined() {
    let mut call = call_of(&[2], None);
    events(&mut call);
    call.handle_input(at(3), Input::RingDelivered { user: user(2) }).unwrap();
    call.handle_input(at(4), answer(2, device("phone"))).unwrap();
    let stamp = |seq: u64, second: u64| json!({"callId": CALL, "seq": seq, "at": format!("2025-01-10T14:30:0{second}.000Z"), "userId": TWO});
    let with = |mut base: Value, more: Value| {
        base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        base
    };
    let named =
        json!({"userName": "Person 2", "userIdentifier": "p2@example.com", "deviceId": "phone"});
    let media = json!({"audioEnabled": true, "videoEnabled": true, "screenSharing": false});
    assert_eq!(
        told(&mut call),
        [
            ("call:ringing", with(stamp(2, 3), json!({"busy": false}))),
            (
                "call:accepted",
                with(
                    with(stamp(3, 4), named.clone()),
                    json!({"startedAt": "2025-01-10T14:30:04.000Z"})
                ),
            ),
            (
                "call:participant-joined",
                with(with(stamp(4, 4), named), json!({"role": "member", "mediaState": media})),
            ),
        ]
    );
}

#[test]
fn the_end_of_a_call_has_the_founding_fields_and_its_duration() {
    let mut call = call_of(&[2], None);
    call.handle_input(at(4), answer(2, device("phone"))).unwrap();
    events(&mut call);
    let reply = call.handle_input(at(124), Input::End { user: user(2) }).unwrap();
    assert_eq!(
        told(&mut call),
        [(
            "call:ended",
            json!({
                "callId": CALL, "seq": 4, "at": "2025-01-10T14:32:04.000Z", "reason": "ended-by-user",
                "endedBy": TWO, "status": "ended", "duration": 120,
            })
        )]
    );
    assert_eq!(
        value(EndResponse::new(call.state(), reply)),
        json!({"callId": CALL, "status": "ended", "duration": 120, "endReason": "ended-by-user", "seq": 4}),
    );
}

#[test]
fn a_cancelled_call_is_missed_without_a_duration() {
    let mut call = call_of(&[2], None);
    let reply = call.handle_input(at(5), Input::End { user: user(1) }).unwrap();
    let body = EndResponse::new(call.state(), reply);
    assert!(body.is_cancelled());
    assert_eq!(
        only(&value(body), &["status", "duration", "endReason"]),
        json!({"status": "missed", "duration": 0, "endReason": "cancelled"}),
    );
    let names: Vec<&str> = told(&mut call).iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["call:incoming", "call:cancelled", "call:missed", "call:ended"]);
    let entry = value(history_entry(call.state(), user(2), &people, HistoryExtras::default()));
    assert_eq!(
        only(&entry, &["direction", "outcome", "missedReason", "ownDuration", "duration"]),
        json!({
            "direction": "incoming", "outcome": "missed", "missedReason": "cancelled",
            "ownDuration": 0, "duration": null,
        }),
    );
}

#[test]
fn leaving_a_group_that_goes_on_says_so() {
    let mut call = call_of(&[2, 3], None);
    call.handle_input(at(1), answer(2, device("a"))).unwrap();
    call.handle_input(at(2), answer(3, device("b"))).unwrap();
    events(&mut call);
    let reply = call.handle_input(at(3), Input::End { user: user(3) }).unwrap();
    assert_eq!(reply, Reply::Left);
    let body = value(EndResponse::new(call.state(), reply));
    assert_eq!(
        only(&body, &["status", "duration", "endReason", "left"]),
        json!({"status": "active", "duration": 0, "endReason": null, "left": true}),
    );
    let (name, left) = told(&mut call).remove(0);
    assert_eq!(name, "call:participant-left");
    assert_eq!(only(&left, &["callId", "reason"]), json!({"callId": CALL, "reason": "left"}));
}

#[test]
fn the_answers_of_initiate_answer_reject_and_media_have_the_founding_fields() {
    let mut call = call_of(&[2], None);
    let token = Some(Secret::new("r1".to_owned()));
    let body = InitiateResponse::new(call.state(), &people, at(0), false, token)
        .with_device(Some(&device("tab-1")));
    let body = value(body);
    assert_eq!(only(&body, &["callId", "status"]), json!({"callId": CALL, "status": "initiated"}));
    assert_eq!(only(&body["participants"][1], PERSON), person(TWO, 2, "invited"));
    assert_eq!(
        only(&body, &["merged", "deviceId", "resumeToken", "ringTimeoutMs"]),
        json!({"merged": null, "deviceId": "tab-1", "resumeToken": "r1", "ringTimeoutMs": 45_000}),
    );

    let mut declined = call.clone();
    declined
        .handle_input(at(1), Input::Reject { user: user(2), reason: call::RejectReason::Declined })
        .unwrap();
    assert_eq!(
        only(&value(RejectResponse::new(declined.state())), &["callId", "status", "callStatus"]),
        json!({"callId": CALL, "status": "rejected", "callStatus": "rejected"}),
    );

    call.handle_input(at(1), answer(2, device("phone"))).unwrap();
    let body = value(AnswerResponse::new(call.state(), user(2), &people, None).unwrap());
    assert_eq!(
        only(&body, &["callId", "status", "startedAt"]),
        json!({"callId": CALL, "status": "active", "startedAt": "2025-01-10T14:30:01.000Z"}),
    );

    events(&mut call);
    let patch = MediaPatch { video_enabled: Some(false), ..MediaPatch::default() };
    call.handle_input(at(2), Input::ChangeMedia { user: user(2), patch }).unwrap();
    let state = json!({"audioEnabled": true, "videoEnabled": false, "screenSharing": false});
    let media = call.state().participant(user(2)).unwrap().media;
    assert_eq!(value(MediaResponse::new(media)), json!({"success": true, "mediaState": state}));
    let (name, payload) = told(&mut call).remove(0);
    assert_eq!(name, "call:media-state-changed");
    assert_eq!(
        only(&payload, &["callId", "userId", "mediaState"]),
        json!({"callId": CALL, "userId": TWO, "mediaState": state}),
    );
}

#[test]
fn the_details_of_a_call_have_the_founding_fields_and_survive_a_round_trip() {
    let mut call = call_of(&[2], Some("[1]"));
    call.handle_input(at(1), answer(2, device("phone"))).unwrap();
    let body = CallBody::new(call.state(), &people, &CallExtras::default());
    let text = serde_json::to_string(&body).unwrap();
    assert_eq!(serde_json::from_str::<CallBody>(&text).unwrap(), body);
    assert_eq!(
        only(
            &value(&body),
            &["id", "conversationId", "type", "status", "initiatedBy", "startedAt", "rev"]
        ),
        json!({
            "id": CALL, "conversationId": CONVERSATION, "type": "video", "status": "active",
            "initiatedBy": ONE, "startedAt": "2025-01-10T14:30:01.000Z", "rev": call.state().seq,
        }),
    );
    let snapshot = state_snapshot(call.state(), &people, &CallExtras::default(), true);
    let shown = value(&snapshot);
    assert_eq!(
        only(&shown, &["callId", "id", "rev", "notify"]),
        json!({"callId": CALL, "id": CALL, "rev": call.state().seq, "notify": true}),
    );
}

#[test]
fn the_name_that_the_server_gave_a_socket_is_never_shown() {
    let unnamed = DeviceId::of_socket("AbCdEf").unwrap();
    let mut call = call_of(&[2], None);
    call.handle_input(at(1), answer(2, unnamed)).unwrap();
    let body = value(CallBody::new(call.state(), &people, &CallExtras::default()));
    let told = value(told(&mut call));
    for shown in [&body, &told] {
        assert!(!shown.to_string().contains("AbCdEf"), "{shown}");
    }
    assert_eq!(body["participants"][0]["deviceId"], "tab-1");
}

#[test]
fn a_lost_device_is_shown_with_the_moment_it_is_given_up() {
    let mut call = call_of(&[2], None);
    call.handle_input(at(1), answer(2, device("phone"))).unwrap();
    events(&mut call);
    let down = Input::DeviceDown { user: user(2), device: device("phone"), others_up: false };
    call.handle_input(at(10), down).unwrap();
    call.handle_timeout(at(12));
    let (name, payload) = told(&mut call).remove(0);
    assert_eq!(name, "call:participant-reconnecting");
    assert_eq!(payload["until"], "2025-01-10T14:30:40.000Z");
    let body = value(CallBody::new(call.state(), &people, &CallExtras::default()));
    assert_eq!(
        only(&body["participants"][1], &["connection", "reconnectingUntil"]),
        json!({"connection": "reconnecting", "reconnectingUntil": "2025-01-10T14:30:40.000Z"}),
    );
}

#[test]
fn a_stopped_ring_tells_whether_the_call_may_still_be_joined() {
    let mut call = call_of(&[2, 3], None);
    let ringing = ring_stopped(call.state(), user(2), StopReason::Declined);
    assert!(!ringing.joinable, "nobody has answered");
    call.handle_input(at(1), answer(2, device("a"))).unwrap();
    call.handle_input(at(2), Input::Reject { user: user(3), reason: call::RejectReason::Declined })
        .unwrap();
    let stopped = ring_stopped(call.state(), user(3), StopReason::Declined);
    assert_eq!(value(stopped), json!({"callId": CALL, "reason": "declined", "joinable": true}));
}

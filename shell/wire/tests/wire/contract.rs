//! The words, tables and schemas of the contract agree with each other.

use std::collections::BTreeSet;

use crate::support::{call_of, people};
use serde_json::{Value, json};
use utoipa::OpenApi;
use vocab::UnixMillis;
use wire::body::{self, CallBody, CallExtras, MediaResponse};
use wire::event::{CLIENT_EVENTS, EventVisitor, SERVER_EVENTS, client_event, visit_events};
use wire::{Code, Failure, Problem, ack, field};

#[test]
fn every_code_has_a_word_of_its_own_and_a_status_that_fits() {
    let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    for code in Code::ALL {
        let word = code.as_str();
        assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{word}");
        assert!((400..=599).contains(&code.status()), "{word}");
        assert_eq!(word.parse::<Code>(), Ok(*code));
        let read: Code = serde_json::from_value(json!(word)).unwrap();
        assert_eq!(read, *code);
    }
}

#[test]
fn every_refusal_of_a_call_has_a_public_code() {
    use call::Refusal as R;
    let forbidden = R::Forbidden(call::Capability::Invite);
    let failure = Failure::from(forbidden);
    assert_eq!(
        (failure.code, failure.detail.as_str()),
        (Code::CapabilityMissing, "the right \"invite\" is missing")
    );
    let all = [
        R::NotFound,
        R::CallEnded,
        R::NotActive,
        R::AnsweredElsewhere,
        R::AlreadyAnswered,
        R::OwnCall,
        R::Full,
        R::NotJoined,
        R::Removed,
        forbidden,
        R::SeatGone,
        R::TargetNotInCall,
        R::TargetGone,
        R::NotThisDevice,
        R::TopologySfu,
        R::TopologyMesh,
    ];
    let codes: BTreeSet<Code> = all.into_iter().map(Code::from).collect();
    assert_eq!(codes.len(), all.len(), "no two refusals look the same");
}

#[test]
fn a_conflict_carries_the_true_state_in_both_forms() {
    let call = call_of(&[2], None);
    let state = CallBody::new(call.state(), &people, &CallExtras::default());
    let failure = Failure::of(Code::CallActive).with_call(state).with_retry_after(3);
    let problem = serde_json::to_value(Problem::new(failure.clone(), "req-1")).unwrap();
    assert_eq!(problem["type"], "urn:aethex:error:call_active");
    assert_eq!(problem["title"], "The conversation has a call already");
    assert_eq!((&problem["status"], &problem["retryable"]), (&json!(409), &json!(false)));
    assert_eq!((&problem["requestId"], &problem["retryAfter"]), (&json!("req-1"), &json!(3)));
    assert_eq!(problem["callId"], problem["call"]["id"]);
    assert_eq!(problem.get("errors"), None);

    let told = ack::<()>(Err(failure));
    assert_eq!(told["ok"], false);
    assert_eq!(told["error"]["code"], "call_active");
    assert_eq!(told["error"]["message"], problem["detail"]);
    assert_eq!(told["error"]["call"], problem["call"]);
}

#[test]
fn an_acknowledgement_is_the_body_with_ok() {
    let media = call_of(&[2], None).state().participants[0].media;
    let told = ack(Ok(MediaResponse::new(media)));
    assert_eq!((&told["ok"], &told["success"]), (&json!(true), &json!(true)));
    assert_eq!(ack(Ok(wire::event::Done::default())), json!({"ok": true}));
}

#[test]
fn moments_are_written_in_utc_with_milliseconds_and_read_with_any_offset() {
    let moment = field::Timestamp::from(UnixMillis::from_millis(1_736_519_400_005));
    assert_eq!(json!(moment), json!("2025-01-10T14:30:00.005Z"));
    let read = |text: &str| serde_json::from_value::<field::Timestamp>(json!(text));
    assert_eq!(read("2025-01-10T15:30:00.005+01:00").unwrap(), moment);
    assert!(read("2025-01-10").is_err());
    let last = field::Timestamp::from(UnixMillis::from_millis(i64::MAX));
    assert_eq!(json!(last), json!("9999-12-31T23:59:59.999Z"));
}

#[test]
fn event_names_are_unique_in_each_direction_and_every_founding_one_is_there() {
    let client: BTreeSet<&str> = CLIENT_EVENTS.iter().map(|event| event.name).collect();
    let server: BTreeSet<&str> = SERVER_EVENTS.iter().map(|event| event.name).collect();
    assert_eq!((client.len(), server.len()), (CLIENT_EVENTS.len(), SERVER_EVENTS.len()));
    for name in ["call:offer", "call:answer", "call:ice-candidate"] {
        assert!(client.contains(name) && server.contains(name), "{name}");
    }
    for name in [
        "call:incoming",
        "call:ended",
        "call:participant-joined",
        "call:participant-left",
        "call:media-state-changed",
    ] {
        assert!(server.contains(name), "{name}");
    }
    assert_eq!(client_event("call:end").map(|event| event.payload), Some("CallTarget"));
    assert_eq!(client_event("call:ended"), None);
}

#[test]
fn the_visitor_sees_each_row_with_the_type_that_the_row_names() {
    struct Seen(Vec<&'static str>);
    impl EventVisitor for Seen {
        fn client<P: ts_rs::TS + 'static, A: ts_rs::TS + 'static>(
            &mut self,
            event: wire::event::ClientEvent,
        ) {
            let config = ts_rs::Config::new();
            assert_eq!(
                (P::name(&config).as_str(), A::name(&config).as_str()),
                (event.payload, event.answer)
            );
            self.0.push(event.name);
        }
        fn server<P: serde::Serialize + ts_rs::TS + 'static>(
            &mut self,
            event: wire::event::ServerEvent,
        ) {
            assert_eq!(P::name(&ts_rs::Config::new()), event.payload);
            self.0.push(event.name);
        }
    }
    let mut seen = Seen(Vec::new());
    visit_events(&mut seen);
    let rows = CLIENT_EVENTS.iter().map(|event| event.name);
    let rows: Vec<&str> = rows.chain(SERVER_EVENTS.iter().map(|event| event.name)).collect();
    assert_eq!(seen.0, rows);
}

#[derive(OpenApi)]
#[openapi(components(schemas(
    Problem,
    body::InitiateRequest,
    body::InitiateResponse,
    body::AnswerRequest,
    body::AnswerResponse,
    body::RejectResponse,
    body::EndResponse,
    body::MediaRequest,
    MediaResponse,
    body::TurnCredentialsResponse,
    body::CallResponse,
    body::HistoryEntry,
    body::EventsResponse,
    body::ConfigResponse,
    body::ConversationResponse,
    body::SessionResponse,
    body::UserResponse
)))]
struct Schemas;

#[test]
fn every_reference_between_schemas_leads_somewhere() {
    let document = serde_json::to_value(Schemas::openapi()).unwrap();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/CallId"), "{found:?}");
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let moment = &document["components"]["schemas"]["Timestamp"];
    assert_eq!((&moment["type"], &moment["format"]), (&json!("string"), &json!("date-time")));
    let status = &document["components"]["schemas"]["CallStatus"]["enum"];
    assert_eq!(status.as_array().map(Vec::len), Some(call::CallStatus::ALL.len()));
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inside) in map {
                if let (Some(target), "$ref") = (inside.as_str(), key.as_str()) {
                    found.insert(target.to_owned());
                }
                references(inside, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|one| references(one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! Storing calls and their changes.

use call::{CallView, Input};
use serde_json::json;
use store::{CandidateKind, CandidateProtocol, SaveCallError};

use crate::database::{START, TestDatabase, id};
use crate::driver::{Driver, answer, new_call};

pub(crate) async fn a_call_is_the_same_after_a_restart(database: &TestDatabase) {
    let people = database.people::<3>().await;
    let group = database.group(&people).await;
    let mut call = Driver::start(&database.store, group, &people).await.unwrap();
    call.must(Input::RingDelivered { user: people[1] }).await;
    call.wait(1_234);
    call.must(answer(people[1])).await;
    database.store.close().await;

    call.store = database.reopen().await;
    call.store.migrate().await.unwrap();
    call.assert_stored().await;
    call.must(Input::ServerRestarted).await;
    call.assert_stored().await;
    let events = call.store.events_after(call.id(), 0, 1_000).await.unwrap();
    assert_eq!(events.len() as u64, call.state().seq);
}

pub(crate) async fn rows_equal_the_fold_of_the_event_log(database: &TestDatabase) {
    let people = database.people::<3>().await;
    let group = database.group(&people).await;
    let mut call = Driver::start(&database.store, group, &people).await.unwrap();
    call.must(answer(people[1])).await;
    call.must(Input::Leave { user: people[0] }).await;
    call.timeout().await;
    call.must(Input::End { user: people[1] }).await;

    let stored = database.store.load_call(call.id()).await.unwrap().unwrap();
    assert_eq!(CallView::of(&stored.state), call.fold);
    let events = database.store.events_after(call.id(), 0, 1_000).await.unwrap();
    let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=stored.state.seq).collect::<Vec<u64>>());
}

pub(crate) async fn events_are_replayed_exactly_as_logged(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let mut call = Driver::start(&database.store, group, &people).await.unwrap();
    call.must(answer(people[1])).await;
    let all = database.store.events_after(call.id(), 0, 100).await.unwrap();
    assert_eq!(all[0].seq, 1);
    assert_eq!(all[0].at, START);
    assert_eq!(all[0].payload, json!({ "event": "Initiated", "zero": "a\u{0}b" }));
    let later = database.store.events_after(call.id(), 1, 1).await.unwrap();
    assert_eq!(later, all[1..2]);
    assert_eq!(database.store.events_after(id(), 0, 100).await.unwrap(), []);
}

pub(crate) async fn a_terminal_call_forgets_its_candidates(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let store = &database.store;
    let mut call = Driver::start(store, group, &people).await.unwrap();
    let (host, udp) = (CandidateKind::Host, CandidateProtocol::Udp);
    store.note_candidates(call.id(), people[0], host, udp, 1).await.unwrap();
    store.note_candidates(call.id(), people[0], host, udp, 1).await.unwrap();
    let (relay, tcp) = (CandidateKind::Relay, CandidateProtocol::Tcp);
    store.note_candidates(call.id(), people[0], relay, tcp, 1).await.unwrap();
    let noted = store.candidates(call.id(), people[0]).await.unwrap();
    assert_eq!(noted, Some(json!({ "host-udp": 2, "relay-tcp": 1 })));
    call.assert_stored().await;

    call.must(Input::End { user: people[0] }).await;
    assert_eq!(store.candidates(call.id(), people[0]).await.unwrap(), None);
    store.note_candidates(call.id(), people[0], host, udp, 1).await.unwrap();
    assert_eq!(store.candidates(call.id(), people[0]).await.unwrap(), None);
}

pub(crate) async fn quality_and_recording_may_come_after_the_end(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let store = &database.store;
    let mut call = Driver::start(store, group, &people).await.unwrap();
    call.must(answer(people[1])).await;
    store.set_sfu_room(call.id(), Some("room-1")).await.unwrap();
    call.must(Input::End { user: people[1] }).await;
    store.set_quality(call.id(), people[1], "fair", json!({ "rttMs": 120 })).await.unwrap();
    store.set_quality_stats(call.id(), json!({ "worst": "fair" })).await.unwrap();
    store.set_recording_url(call.id(), Some("https://example.org/1.webm")).await.unwrap();

    let stored = store.load_call(call.id()).await.unwrap().unwrap();
    assert_eq!(stored.version, call.version);
    assert_eq!(stored.sfu_room.as_deref(), Some("room-1"));
    assert_eq!(stored.recording_url.as_deref(), Some("https://example.org/1.webm"));
    assert_eq!(stored.quality_stats, Some(json!({ "worst": "fair" })));
    assert_eq!(stored.quality, [(people[1], "fair".to_owned())]);
    assert_eq!(stored.measured, [(people[1], json!({ "rttMs": 120 }))]);
    let stats = store.media_stats(call.id(), people[1]).await.unwrap();
    assert_eq!(stats, Some(json!({ "rttMs": 120 })));
}

pub(crate) async fn a_save_of_an_unknown_call_is_a_conflict(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let store = &database.store;
    let call = Driver::start(store, group, &people).await.unwrap();
    let mut unknown = call.state().clone();
    unknown.id = id();
    let saved = store.save_call(call.version, &unknown, &unknown, None, &[]).await;
    assert_eq!(saved, Err(SaveCallError::Conflict));
    assert_eq!(store.load_call(unknown.id).await.unwrap(), None);
}

pub(crate) async fn a_refused_save_changes_nothing(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let store = &database.store;
    let group = database.group(&people).await;
    let other = database.group(&people).await;
    let first = Driver::start(store, group, &people).await.unwrap();
    let mut new = new_call(other, &[people[1], people[0]]);
    new.device = None;
    let mut second = Driver::start_with(store, new, START).await.unwrap();

    let mut next = second.call.clone();
    next.handle_input(second.now, answer(people[0])).unwrap();
    let refused = second.save(next).await;
    assert_eq!(refused, Err(SaveCallError::DeviceInCall { call: first.id() }));
    second.assert_stored().await;
    let events = store.events_after(second.id(), 0, 100).await.unwrap();
    assert_eq!(events.len() as u64, second.state().seq);
}

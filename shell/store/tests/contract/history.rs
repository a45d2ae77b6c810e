//! Looking back.

use std::time::Duration;

use call::{CallKind, Input, Invitee, Outcome, Reach, RejectReason};
use store::{HistoryFilter, Store};
use vocab::{CallId, UserId};

use crate::database::{START, TestDatabase, id};
use crate::driver::{Driver, answer, new_call};

async fn all_pages(
    store: &Store,
    viewer: UserId,
    filter: HistoryFilter,
    limit: u64,
) -> Vec<CallId> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.history(viewer, filter, cursor, limit).await.unwrap();
        assert!(page.rows.len() as u64 <= limit);
        found.extend(page.rows.iter().map(|row| row.call.state.id));
        assert!(found.len() < 1_000, "pages go round in circles");
        cursor = page.next;
        if cursor.is_none() {
            return found;
        }
    }
}

pub(crate) async fn history_goes_through_every_call_once(database: &TestDatabase) {
    let people = database.people::<3>().await;
    let store = &database.store;
    let group = database.group(&people).await;
    let mut expected = Vec::new();
    for number in 0..25 {
        let mut call = Driver::start(store, group, &people[..2]).await.unwrap();
        if number % 2 == 0 {
            call.must(answer(people[1])).await;
        }
        call.must(Input::End { user: people[0] }).await;
        expected.insert(0, call.id());
    }
    let live = Driver::start(store, group, &people[..2]).await.unwrap();
    for limit in [1, 7, 25, 100] {
        let all = all_pages(store, people[0], HistoryFilter::default(), limit).await;
        assert_eq!(all, expected, "limit {limit}");
        let filter = HistoryFilter { outcome: Some(Outcome::Answered), ..HistoryFilter::default() };
        assert_eq!(all_pages(store, people[0], filter, limit).await.len(), 13, "limit {limit}");
    }
    assert_eq!(all_pages(store, people[2], HistoryFilter::default(), 10).await, []);
    assert!(!expected.contains(&live.id()));
}

pub(crate) async fn history_filters_by_conversation_kind_outcome_and_time(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let [caller, callee] = people;
    let store = &database.store;
    let (one, other) = (database.group(&people).await, database.group(&people).await);
    let mut new = new_call(one, &people);
    new.kind = CallKind::Audio;
    let mut declined = Driver::start_with(store, new, START).await.unwrap();
    declined.must(Input::Reject { user: callee, reason: RejectReason::Declined }).await;
    let later = START + Duration::from_secs(3_600);
    let mut cancelled = Driver::start_with(store, new_call(other, &people), later).await.unwrap();
    cancelled.must(Input::End { user: caller }).await;

    let all = HistoryFilter::default();
    let first = [
        HistoryFilter { conversation: Some(one), ..all },
        HistoryFilter { kind: Some(CallKind::Audio), ..all },
        HistoryFilter { outcome: Some(Outcome::Declined), ..all },
        HistoryFilter { to: Some(later), ..all },
        HistoryFilter { from: Some(START), to: Some(later), ..all },
    ];
    for filter in first {
        assert_eq!(all_pages(store, caller, filter, 10).await, [declined.id()], "{filter:?}");
    }
    let second = [
        HistoryFilter { conversation: Some(other), ..all },
        HistoryFilter { kind: Some(CallKind::Video), ..all },
        HistoryFilter { outcome: Some(Outcome::Cancelled), ..all },
        HistoryFilter { from: Some(later), ..all },
    ];
    for filter in second {
        assert_eq!(all_pages(store, caller, filter, 10).await, [cancelled.id()], "{filter:?}");
    }
    let missed = HistoryFilter { outcome: Some(Outcome::Missed), ..all };
    assert_eq!(all_pages(store, callee, missed, 10).await, [cancelled.id()]);
    let nothing = HistoryFilter { outcome: Some(Outcome::Failed), ..all };
    assert_eq!(all_pages(store, caller, nothing, 10).await, []);
}

pub(crate) async fn a_missed_entry_is_unseen_until_marked_and_unseen_again_when_missed_again(
    database: &TestDatabase,
) {
    let people = database.people::<3>().await;
    let [caller, answering, missing] = people;
    let store = &database.store;
    let group = database.group(&people).await;
    let mut call = Driver::start(store, group, &people).await.unwrap();
    call.must(answer(answering)).await;
    call.timeout().await;
    assert_eq!(store.unseen_missed_count(missing).await.unwrap(), 1);
    let page = store.missed(missing, true, None, 10).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    assert_eq!((page.rows[0].call.state.id, page.rows[0].seen_at), (call.id(), None));

    let seen = call.now;
    assert_eq!(store.mark_missed_seen(missing, Some(&[id()]), seen).await.unwrap(), 0);
    assert_eq!(store.mark_missed_seen(missing, Some(&[call.id()]), seen).await.unwrap(), 1);
    assert_eq!(store.mark_missed_seen(missing, None, seen).await.unwrap(), 0);
    assert_eq!(store.missed(missing, true, None, 10).await.unwrap().rows, []);
    let page = store.missed(missing, false, None, 10).await.unwrap();
    assert_eq!(page.rows[0].seen_at, Some(seen));

    let again = Invitee { user: missing, reach: Reach::Open, busy: false };
    call.must(Input::Invite { by: caller, invitees: vec![again] }).await;
    assert_eq!(store.missed(missing, false, None, 10).await.unwrap().rows, []);
    call.timeout().await;
    assert_eq!(store.unseen_missed_count(missing).await.unwrap(), 1);
}

pub(crate) async fn a_call_withheld_from_somebody_is_in_none_of_their_lists(
    database: &TestDatabase,
) {
    let people = database.people::<2>().await;
    let [_, blocker] = people;
    let store = &database.store;
    let group = database.group(&people).await;
    let mut new = new_call(group, &people);
    new.invitees[0].reach = Reach::Blocked;
    let mut call = Driver::start_with(store, new, START).await.unwrap();
    assert_eq!(store.live_calls_of(blocker).await.unwrap(), []);
    assert_eq!(store.ringing_count(blocker).await.unwrap(), 0);
    call.timeout().await;
    assert!(call.state().status.is_terminal());
    assert_eq!(all_pages(store, blocker, HistoryFilter::default(), 10).await, []);
    assert_eq!(store.missed(blocker, false, None, 10).await.unwrap().rows, []);
    assert_eq!(store.unseen_missed_count(blocker).await.unwrap(), 0);
}

pub(crate) async fn old_calls_are_forgotten_with_everything_of_them(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let store = &database.store;
    let group = database.group(&people).await;
    let mut old = Driver::start(store, group, &people).await.unwrap();
    old.must(Input::End { user: people[0] }).await;
    let later = START + Duration::from_secs(86_400);
    let mut young = Driver::start_with(store, new_call(group, &people), later).await.unwrap();
    young.must(Input::End { user: people[0] }).await;
    let live = Driver::start_with(store, new_call(group, &people), START).await.unwrap();

    assert_eq!(store.purge_calls_ended_before(later).await.unwrap(), 1);
    assert_eq!(store.load_call(old.id()).await.unwrap(), None);
    assert_eq!(store.events_after(old.id(), 0, 10).await.unwrap(), []);
    young.assert_stored().await;
    live.assert_stored().await;
    store.delete_user(people[1], later).await.unwrap();
    let mine = all_pages(store, people[0], HistoryFilter::default(), 10).await;
    assert_eq!(mine, [young.id()]);
}

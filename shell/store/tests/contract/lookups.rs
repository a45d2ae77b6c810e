//! Finding live calls, and people in them.

use std::collections::BTreeSet;
use std::time::Duration;

use call::{Input, Reach};

use crate::database::{START, TestDatabase, id};
use crate::driver::{Driver, answer, new_call};

pub(crate) async fn live_and_overdue_calls_are_found(database: &TestDatabase) {
    let people = database.people::<4>().await;
    let store = &database.store;
    let (one, other) = (database.group(&people[..2]).await, database.group(&people[2..]).await);
    let mut early = Driver::start(store, one, &people[..2]).await.unwrap();
    let later = START + Duration::from_secs(10);
    let late = Driver::start_with(store, new_call(other, &people[2..]), later).await.unwrap();
    assert_eq!(store.live_calls().await.unwrap(), [early.id(), late.id()]);
    assert_eq!(store.live_call_in(one).await.unwrap(), Some(early.id()));

    let due = START + Duration::from_secs(45);
    assert_eq!(store.overdue_calls(due - Duration::from_millis(1)).await.unwrap(), []);
    assert_eq!(store.overdue_calls(due).await.unwrap(), [early.id()]);
    let both = store.overdue_calls(due + Duration::from_secs(10)).await.unwrap();
    assert_eq!(both, [early.id(), late.id()]);

    early.timeout().await;
    assert_eq!(store.live_calls().await.unwrap(), [late.id()]);
    assert_eq!(store.live_call_in(one).await.unwrap(), None);
    assert_eq!(store.overdue_calls(due).await.unwrap(), []);
}

pub(crate) async fn people_in_calls_are_busy(database: &TestDatabase) {
    let people = database.people::<3>().await;
    let store = &database.store;
    let group = database.group(&people).await;
    let mut call = Driver::start(store, group, &people).await.unwrap();
    let [caller, callee, other] = people;
    assert_eq!(store.ringing_count(callee).await.unwrap(), 1);
    assert_eq!(store.ringing_count(caller).await.unwrap(), 0);
    assert_eq!(store.live_calls_of(callee).await.unwrap(), [call.id()]);
    assert_eq!(store.busy_among(&people, None).await.unwrap(), BTreeSet::from([caller]));

    call.must(answer(callee)).await;
    call.must(Input::Reject { user: other, reason: call::RejectReason::Declined }).await;
    let busy = store.busy_among(&people, None).await.unwrap();
    assert_eq!(busy, BTreeSet::from([caller, callee]));
    assert_eq!(store.busy_among(&people, Some(call.id())).await.unwrap(), BTreeSet::new());
    assert_eq!(store.busy_among(&[], None).await.unwrap(), BTreeSet::new());
    assert_eq!(store.live_calls_of(other).await.unwrap(), []);
    assert_eq!(store.ringing_count(callee).await.unwrap(), 0);

    call.must(Input::End { user: caller }).await;
    assert_eq!(store.busy_among(&people, None).await.unwrap(), BTreeSet::new());
    assert_eq!(store.live_calls_of(caller).await.unwrap(), []);
}

pub(crate) async fn the_newest_event_sets_the_clock(database: &TestDatabase) {
    let people = database.people::<4>().await;
    let store = &database.store;
    assert_eq!(store.newest_event_at().await.unwrap(), None);
    let group = database.group(&people[..2]).await;
    let mut call = Driver::start(store, group, &people[..2]).await.unwrap();
    assert_eq!(store.newest_event_at().await.unwrap(), Some(START));
    call.wait(5_001);
    call.must(answer(people[1])).await;
    assert_eq!(store.newest_event_at().await.unwrap(), Some(call.now));
    call.wait(999);
    call.must(Input::End { user: people[1] }).await;
    let other = database.group(&people[2..]).await;
    Driver::start(store, other, &people[2..]).await.unwrap();
    assert_eq!(store.newest_event_at().await.unwrap(), Some(call.now));
}

pub(crate) async fn active_calls_are_those_of_the_users_conversations(database: &TestDatabase) {
    let [caller, callee, member, blocker] = database.people::<4>().await;
    let store = &database.store;
    let group = database.group(&[caller, callee, member, blocker]).await;
    let mut new = new_call(group, &[caller, callee, blocker]);
    new.invitees[1].reach = Reach::Blocked;
    let call = Driver::start_with(store, new, START).await.unwrap();
    for user in [caller, callee, member] {
        assert_eq!(store.active_for(user).await.unwrap(), [call.state().clone()]);
    }
    assert_eq!(store.active_for(blocker).await.unwrap(), []);
    assert_eq!(store.active_for(id()).await.unwrap(), []);
    store.remove_member(group, member, START).await.unwrap();
    assert_eq!(store.active_for(member).await.unwrap(), []);
}

//! Many at the same time, one winner.

use std::collections::BTreeSet;

use store::{
    Begun, ConversationKind, Created, InsertCallError, MemberRole, NewConversation, RequestKey,
    SaveCallError,
};
use tokio::task::JoinSet;
use vocab::{CallId, UserId};

use crate::database::{START, TestDatabase, id};
use crate::driver::{Driver, answer_with, named_device, new_call};

const RACERS: usize = 32;

pub(crate) async fn of_32_saves_of_one_version_one_wins(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let call = Driver::start(&database.store, group, &people).await.unwrap();
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let mut mine = Driver {
            store: database.store.clone(),
            call: call.call.clone(),
            version: call.version,
            now: call.now,
            fold: call.fold.clone(),
        };
        let mut next = mine.call.clone();
        let device = named_device(&format!("device-{number}"));
        next.handle_input(mine.now, answer_with(people[1], device)).unwrap();
        racers.spawn(async move { mine.save(next).await.map(|()| mine) });
    }
    let mut winners = Vec::new();
    while let Some(result) = racers.join_next().await {
        match result.unwrap() {
            Ok(winner) => winners.push(winner),
            Err(error) => assert_eq!(error, SaveCallError::Conflict),
        }
    }
    assert_eq!(winners.len(), 1);
    winners[0].assert_stored().await;
    let events = database.store.events_after(call.id(), 0, 100).await.unwrap();
    assert_eq!(events.len() as u64, winners[0].state().seq);
}

pub(crate) async fn of_32_calls_of_one_conversation_one_lives(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let store = database.store.clone();
        let mut new = new_call(group, &people);
        new.device = Some(named_device(&format!("device-{number}")));
        racers.spawn(async move { Driver::start_with(&store, new, START).await });
    }
    let (mut won, mut lost) = (Vec::<CallId>::new(), BTreeSet::new());
    while let Some(result) = racers.join_next().await {
        match result.unwrap() {
            Ok(winner) => won.push(winner.id()),
            Err(InsertCallError::ConversationBusy { call }) => {
                lost.insert(call);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(lost, BTreeSet::from([won[0]]));
    assert_eq!(database.store.live_calls().await.unwrap(), won);
}

pub(crate) async fn a_device_joins_one_of_many_calls(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let mut racers = JoinSet::new();
    for _ in 0..8 {
        let group = database.group(&people).await;
        let store = database.store.clone();
        racers.spawn(async move { Driver::start(&store, group, &people).await });
    }
    let (mut won, mut lost) = (Vec::new(), BTreeSet::new());
    while let Some(result) = racers.join_next().await {
        match result.unwrap() {
            Ok(winner) => won.push(winner.id()),
            Err(InsertCallError::DeviceInCall { call }) => {
                lost.insert(call);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(lost, BTreeSet::from([won[0]]));
}

pub(crate) async fn a_direct_conversation_created_by_32_is_one(database: &TestDatabase) {
    let [one, other] = database.people::<2>().await;
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let store = database.store.clone();
        let members = if number % 2 == 0 { [one, other] } else { [other, one] };
        racers.spawn(async move { store.create_conversation(&direct(members), START).await });
    }
    let (mut created, mut ids) = (0, BTreeSet::new());
    while let Some(result) = racers.join_next().await {
        match result.unwrap().unwrap() {
            Created::New(conversation) => {
                created += 1;
                ids.insert(conversation.id);
            }
            Created::Existing(conversation) => {
                assert_eq!(conversation.members.len(), 2);
                ids.insert(conversation.id);
            }
        }
    }
    assert_eq!((created, ids.len()), (1, 1));
}

pub(crate) async fn of_32_equal_requests_one_is_fresh(database: &TestDatabase) {
    let [owner] = database.people::<1>().await;
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let store = database.store.clone();
        let owner = owner.as_uuid();
        racers.spawn(async move {
            let request = RequestKey { owner, route: "initiate", key: "k" };
            store.begin_request(request, &[1; 32], START).await
        });
    }
    let mut fresh = 0;
    while let Some(result) = racers.join_next().await {
        let begun = result.unwrap().unwrap();
        assert!(matches!(begun, Begun::Fresh | Begun::InProgress), "{begun:?}");
        fresh += usize::from(begun == Begun::Fresh);
    }
    assert_eq!(fresh, 1);
}

pub(crate) fn direct(members: [UserId; 2]) -> NewConversation {
    NewConversation {
        id: id(),
        kind: ConversationKind::Direct,
        title: None,
        created_by: Some(members[0]),
        members: members.map(|user| (user, MemberRole::Owner)).to_vec(),
    }
}

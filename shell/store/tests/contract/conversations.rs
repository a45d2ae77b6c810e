//! Conversations and their members.

use std::time::Duration;

use store::{ConversationKind, Created, MemberRole, NewConversation};

use crate::database::{START, TestDatabase, id};
use crate::races::direct;

pub(crate) async fn a_direct_conversation_of_two_exists_once(database: &TestDatabase) {
    let [one, other, third] = database.people::<3>().await;
    let store = &database.store;
    let Created::New(first) =
        store.create_conversation(&direct([one, other]), START).await.unwrap()
    else {
        panic!("it is new");
    };
    assert_eq!(first.members.len(), 2);
    assert!(first.members[0].name.starts_with("person-"));
    let again = store.create_conversation(&direct([other, one]), START).await.unwrap();
    assert_eq!(again, Created::Existing(first.clone()));
    let with_third = store.create_conversation(&direct([one, third]), START).await.unwrap();
    assert!(matches!(with_third, Created::New(_)));

    assert!(store.delete_conversation(first.id, START).await.unwrap());
    let anew = store.create_conversation(&direct([other, one]), START).await.unwrap();
    assert!(matches!(anew, Created::New(_)));
}

pub(crate) async fn a_put_replaces_the_members(database: &TestDatabase) {
    let [one, two, three] = database.people::<3>().await;
    let store = &database.store;
    let mut put = NewConversation {
        id: id(),
        kind: ConversationKind::Group,
        title: Some("A".to_owned()),
        created_by: None,
        members: vec![(one, MemberRole::Owner), (two, MemberRole::Member)],
    };
    let first = store.put_conversation(&put, START).await.unwrap();
    assert_eq!((first.added.len(), first.removed.len()), (2, 0));
    put.title = Some("B".to_owned());
    put.members = vec![(two, MemberRole::Owner), (three, MemberRole::Member)];
    let later = START + Duration::from_secs(1);
    let second = store.put_conversation(&put, later).await.unwrap();
    assert_eq!((second.added, second.removed), (vec![three], vec![one]));
    let now = second.conversation;
    assert_eq!(now.title.as_deref(), Some("B"));
    let two = now.member(two).unwrap();
    assert_eq!((two.role, two.joined_at), (MemberRole::Owner, START));
    assert_eq!(now.member(three).unwrap().joined_at, later);
    assert_eq!(now.member(one), None);

    store.delete_conversation(put.id, later).await.unwrap();
    put.members.clear();
    let third = store.put_conversation(&put, later).await.unwrap();
    assert_eq!(third.conversation.members, []);
}

pub(crate) async fn members_come_and_go(database: &TestDatabase) {
    let [one, two, three] = database.people::<3>().await;
    let store = &database.store;
    let group = database.group(&[one, two]).await;
    assert!(store.conversation_for(group, three).await.unwrap().is_none());
    let now = store.add_members(group, &[three, three, one], START).await.unwrap().unwrap();
    assert_eq!(now.members.len(), 3);
    assert!(store.conversation_for(group, three).await.unwrap().is_some());
    assert!(store.remove_member(group, three, START).await.unwrap());
    assert!(!store.remove_member(group, three, START).await.unwrap());
    assert!(store.conversation_for(group, three).await.unwrap().is_none());
    let later = START + Duration::from_secs(5);
    let back = store.add_members(group, &[three], later).await.unwrap().unwrap();
    assert_eq!(back.member(three).unwrap().joined_at, later);
    assert_eq!(store.add_members(id(), &[three], START).await.unwrap(), None);
}

pub(crate) async fn a_deleted_conversation_is_found_by_nobody(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let store = &database.store;
    let group = database.group(&people).await;
    assert!(store.delete_conversation(group, START).await.unwrap());
    assert!(!store.delete_conversation(group, START).await.unwrap());
    assert_eq!(store.conversation(group).await.unwrap(), None);
    assert_eq!(store.conversations_of(people[0], None, 10).await.unwrap(), []);
    assert_eq!(store.contacts(people[0]).await.unwrap().len(), 0);
}

pub(crate) async fn pages_of_conversations_do_not_overlap(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let store = &database.store;
    let mut expected = Vec::new();
    for _ in 0..7 {
        expected.insert(0, database.group(&people).await);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.conversations_of(people[1], cursor, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(last.id);
        assert!(page.iter().all(|conversation| conversation.members.len() == 2));
        found.extend(page.iter().map(|conversation| conversation.id));
        assert!(found.len() < 1_000, "pages go round in circles");
    }
    assert_eq!(found, expected);
}

pub(crate) async fn a_title_and_an_owner_can_change(database: &TestDatabase) {
    let [one, two, outsider] = database.people::<3>().await;
    let store = &database.store;
    let group = database.group(&[one, two]).await;
    assert!(store.set_title(group, Some("Crew")).await.unwrap());
    assert!(store.set_member_role(group, two, MemberRole::Owner).await.unwrap());
    assert!(!store.set_member_role(group, outsider, MemberRole::Owner).await.unwrap());
    let now = store.conversation(group).await.unwrap().unwrap();
    assert_eq!(now.title.as_deref(), Some("Crew"));
    assert_eq!(now.member(two).unwrap().role, MemberRole::Owner);
    assert!(store.set_title(group, None).await.unwrap());
    assert_eq!(store.conversation(group).await.unwrap().unwrap().title, None);
    assert!(!store.set_title(id(), Some("Crew")).await.unwrap());
}

pub(crate) async fn all_conversations_are_listed_page_by_page(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let store = &database.store;
    let (older, newer) = (database.group(&people).await, database.group(&people).await);
    let gone = database.group(&people).await;
    assert!(store.delete_conversation(gone, START).await.unwrap());
    let mut found = Vec::new();
    let mut cursor = None;
    while let Some(one) = store.all_conversations(cursor, 1).await.unwrap().pop() {
        cursor = Some(one.id);
        found.push(one.id);
    }
    let mut expected = vec![older, newer];
    expected.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(found, expected);
}

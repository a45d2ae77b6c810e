//! Finding people, and not being found by them.

use std::collections::BTreeSet;

use store::{ExternalId, FOREVER, HostUser};

use crate::database::{START, TestDatabase, id, new_user};

pub(crate) async fn people_are_found_by_name_and_identifier_parts(database: &TestDatabase) {
    let store = &database.store;
    let mut ids = Vec::new();
    for name in ["Ärmel", "Berta_1", "Berta%2"] {
        let mut new = new_user(id(), &format!("user-{}@example.org", ids.len()));
        new.name = name.to_owned();
        ids.push(store.create_user(new, START).await.unwrap().id);
    }
    let me = id();
    for (text, expected) in [
        ("ÄRM", vec![ids[0]]),
        ("berta", vec![ids[2], ids[1]]),
        ("a_1", vec![ids[1]]),
        ("a%", vec![ids[2]]),
        ("USER-0@", vec![ids[0]]),
        ("no\\body", vec![]),
        ("nul\0", vec![]),
    ] {
        let found = store.search_users(text, 10, me).await.unwrap();
        let found: Vec<_> = found.iter().map(|user| user.id).collect();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(store.search_users("example", 2, me).await.unwrap().len(), 2);
    assert_eq!(store.search_users("example", 10, ids[0]).await.unwrap().len(), 2);
}

pub(crate) async fn blocks_are_told_apart_by_direction(database: &TestDatabase) {
    let [caller, one, other, third] = database.people::<4>().await;
    let store = &database.store;
    store.put_block(one, caller, START).await.unwrap();
    store.put_block(one, caller, START).await.unwrap();
    store.put_block(caller, other, START).await.unwrap();
    store.put_block(third, other, START).await.unwrap();
    let blocked = store.blocked_pairs(caller, &[one, other, third]).await.unwrap();
    assert_eq!(blocked.by_callee, BTreeSet::from([one]));
    assert_eq!(blocked.by_caller, BTreeSet::from([other]));
    assert_eq!(store.blocks_of(caller).await.unwrap(), BTreeSet::from([other]));
    assert!(store.delete_block(one, caller).await.unwrap());
    assert!(!store.delete_block(one, caller).await.unwrap());
    let blocked = store.blocked_pairs(caller, &[one]).await.unwrap();
    assert_eq!(blocked, store::Blocked::default());
}

pub(crate) async fn a_host_user_takes_in_new_names_and_writes_nothing_otherwise(
    database: &TestDatabase,
) {
    let store = &database.store;
    let external = ExternalId { issuer: "https://host".to_owned(), subject: "42".to_owned() };
    let mut host = HostUser { id: id(), external, name: None, email: None };
    let first = store.upsert_host_user(&host, START).await.unwrap();
    assert_eq!((first.name.as_str(), first.identifier.as_str()), ("42", "42"));
    host.name = Some("Ann".to_owned());
    host.email = Some("person@example.org".to_owned());
    let named = store.upsert_host_user(&host, START).await.unwrap();
    assert_eq!((named.name.as_str(), named.identifier.as_str()), ("Ann", "person@example.org"));
    host.name = None;
    assert_eq!(store.upsert_host_user(&host, START).await.unwrap(), named);
    let found = store.user_by_external("https://host", "42").await.unwrap();
    assert_eq!(found, Some(named.clone()));
    assert_eq!(store.user_by_external("https://other", "42").await.unwrap(), None);
    let subjects = ["42".to_owned(), "43".to_owned()];
    let ids = store.users_by_external("https://host", &subjects).await.unwrap();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [("42".to_owned(), named.id)]);

    // A host's user is no account of this program, and takes no identifier away.
    assert_eq!(store.user_by_identifier("person@example.org").await.unwrap(), None);
    store.create_user(new_user(id(), "person@example.org"), START).await.unwrap();
}

pub(crate) async fn contacts_share_a_conversation(database: &TestDatabase) {
    let people = database.people::<4>().await;
    let store = &database.store;
    let group = database.group(&people[..3]).await;
    database.group(&people[..2]).await;
    let all = store.contacts(people[0]).await.unwrap();
    assert_eq!(all, BTreeSet::from([people[1], people[2]]));
    store.remove_member(group, people[2], START).await.unwrap();
    assert_eq!(store.contacts(people[0]).await.unwrap(), BTreeSet::from([people[1]]));
    assert_eq!(store.contacts(people[3]).await.unwrap(), BTreeSet::new());
}

pub(crate) async fn do_not_disturb_may_have_no_end(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let store = &database.store;
    for until in [Some(FOREVER), Some(START), None] {
        assert!(store.set_do_not_disturb(user, until).await.unwrap());
        let stored = store.user(user).await.unwrap().unwrap();
        assert_eq!(stored.do_not_disturb_until, until);
    }
    assert!(!store.set_do_not_disturb(id(), None).await.unwrap());
}

pub(crate) async fn a_renamed_person_is_found_by_the_new_name(database: &TestDatabase) {
    let [one, other] = database.people::<2>().await;
    let store = &database.store;
    assert!(store.rename_user(one, "Zoltan").await.unwrap());
    let found = store.search_users("zolt", 10, other).await.unwrap();
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [one]);
    assert_eq!(store.user(one).await.unwrap().unwrap().name, "Zoltan");
    assert!(!store.rename_user(id(), "Nobody").await.unwrap());
}

pub(crate) async fn blocks_are_listed_with_the_newest_first(database: &TestDatabase) {
    let [one, two, three] = database.people::<3>().await;
    let store = &database.store;
    let later = START + std::time::Duration::from_secs(5);
    store.put_block(one, two, START).await.unwrap();
    store.put_block(one, three, later).await.unwrap();
    let blocks = store.blocks_since(one).await.unwrap();
    assert_eq!(blocks, [(three, later), (two, START)]);
}

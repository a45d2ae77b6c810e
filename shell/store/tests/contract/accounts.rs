//! Opening and closing accounts, passwords, sessions.

use std::time::Duration;

use store::{CreateUserError, NewRefreshToken, RotateOutcome, Successor};
use vocab::Redacted;

use crate::database::{START, TestDatabase, id, new_user};

pub(crate) async fn an_identifier_is_taken_whatever_its_case_until_the_account_is_closed(
    database: &TestDatabase,
) {
    let store = &database.store;
    let first = store.create_user(new_user(id(), "Ann@Example.org"), START).await.unwrap();
    assert_eq!(store.user(first.id).await.unwrap(), Some(first.clone()));
    let again = store.create_user(new_user(id(), "aNN@example.ORG"), START).await;
    assert_eq!(again, Err(CreateUserError::IdentifierTaken));
    let found = store.user_by_identifier(" ann@EXAMPLE.org ").await.unwrap();
    assert_eq!(found, Some(first.clone()));
    assert_eq!(store.user_by_identifier("ann\0@example.net").await.unwrap(), None);

    assert!(store.delete_user(first.id, START).await.unwrap());
    assert!(!store.delete_user(first.id, START).await.unwrap());
    assert_eq!(store.user_by_identifier("ann@example.org").await.unwrap(), None);
    store.create_user(new_user(id(), "ann@example.org"), START).await.unwrap();
}

pub(crate) async fn an_invite_lets_exactly_one_person_in(database: &TestDatabase) {
    let store = &database.store;
    let until = START + Duration::from_secs(60);
    store.insert_invite(&[1; 32], None, until, START).await.unwrap();
    let invited = |name: &str, invite| {
        let mut new = new_user(id(), name);
        new.invite = Some(invite);
        new
    };
    assert!(store.invite_is_valid(&[1; 32], START).await.unwrap());
    assert!(!store.invite_is_valid(&[1; 32], until).await.unwrap());
    let unknown = store.create_user(invited("a@b.c", [2; 32]), START).await;
    assert_eq!(unknown, Err(CreateUserError::InviteInvalid));
    let late = store.create_user(invited("a@b.c", [1; 32]), until).await;
    assert_eq!(late, Err(CreateUserError::InviteInvalid));
    store.create_user(invited("a@b.c", [1; 32]), START).await.unwrap();
    let second = store.create_user(invited("d@e.f", [1; 32]), START).await;
    assert_eq!(second, Err(CreateUserError::InviteInvalid));
    assert_eq!(store.user_by_identifier("d@e.f").await.unwrap(), None);
    assert_eq!(store.purge_invites(until + Duration::from_secs(1)).await.unwrap(), 1);
}

pub(crate) async fn a_changed_password_ends_all_sessions(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let store = &database.store;
    let until = START + Duration::from_secs(60);
    let first = NewRefreshToken { hash: [1; 32], family: id(), user, expires_at: until };
    store.insert_refresh_token(&first, START).await.unwrap();
    let same = Redacted::new("costlier hash".to_owned());
    assert!(store.set_password_hash(user, &same).await.unwrap());
    assert_eq!(store.user(user).await.unwrap().unwrap().token_epoch, 0);
    assert_eq!(store.password_hash(user).await.unwrap(), Some(same));

    let new = Redacted::new("new hash".to_owned());
    assert_eq!(store.change_password(user, &new, START).await.unwrap(), Some(1));
    assert_eq!(store.password_hash(user).await.unwrap(), Some(new.clone()));
    let successor = Successor { hash: [2; 32], expires_at: until };
    let rotated = store.rotate_refresh_token(&[1; 32], &successor, Duration::ZERO, START).await;
    assert_eq!(rotated, Ok(RotateOutcome::Unknown));
    assert_eq!(store.revoke_sessions(user, START).await.unwrap(), Some(2));
    assert_eq!(store.password_hash(user).await.unwrap(), Some(new));
    assert_eq!(store.revoke_sessions(id(), START).await.unwrap(), None);
}

pub(crate) async fn a_closed_account_keeps_its_name_for_others(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let store = &database.store;
    let group = database.group(&people).await;
    store.delete_user(people[1], START).await.unwrap();
    let users = store.users(&[people[1], people[0], id()]).await.unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(users[1].deleted_at, Some(START));
    assert!(users[1].name.starts_with("person-1"));
    assert_eq!(store.password_hash(people[1]).await.unwrap(), None);
    let conversation = store.conversation(group).await.unwrap().unwrap();
    assert_eq!(conversation.members.len(), 1);
}

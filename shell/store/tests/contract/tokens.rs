//! Refresh tokens, API keys, repeated requests, relay credentials.

use std::time::Duration;

use store::{Begun, NewRefreshToken, RequestKey, RotateOutcome, Store, Successor};
use vocab::{RowId, UnixMillis, UserId};

use crate::database::{START, TestDatabase, id};

const GRACE: Duration = Duration::from_secs(10);
const LIFE: Duration = Duration::from_secs(3_600);

async fn first(store: &Store, user: UserId) -> RowId {
    let family = id();
    let token = NewRefreshToken { hash: [1; 32], family, user, expires_at: START + LIFE };
    store.insert_refresh_token(&token, START).await.unwrap();
    family
}

async fn rotate(store: &Store, from: u8, to: u8, now: UnixMillis) -> RotateOutcome {
    let successor = Successor { hash: [to; 32], expires_at: now + LIFE };
    store.rotate_refresh_token(&[from; 32], &successor, GRACE, now).await.unwrap()
}

pub(crate) async fn a_refresh_token_is_used_once(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let store = &database.store;
    let family = first(store, user).await;
    assert_eq!(rotate(store, 9, 2, START).await, RotateOutcome::Unknown);
    assert_eq!(rotate(store, 1, 2, START + LIFE).await, RotateOutcome::Expired);
    assert_eq!(rotate(store, 1, 2, START).await, RotateOutcome::Rotated { user, family });
    let later = START + GRACE;
    assert_eq!(rotate(store, 2, 3, later).await, RotateOutcome::Rotated { user, family });
    assert!(store.revoke_refresh_family(&[2; 32], later).await.unwrap());
    assert_eq!(rotate(store, 3, 4, later).await, RotateOutcome::Unknown);
    assert!(!store.revoke_refresh_family(&[9; 32], later).await.unwrap());
    let all = store.purge_refresh_tokens(START + LIFE + LIFE).await.unwrap();
    assert_eq!(all, 3);
}

pub(crate) async fn the_newest_used_token_may_come_again_within_the_grace(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let store = &database.store;
    let family = first(store, user).await;
    rotate(store, 1, 2, START).await;
    let soon = START + Duration::from_secs(9);
    assert_eq!(rotate(store, 1, 3, soon).await, RotateOutcome::Rotated { user, family });
    assert_eq!(rotate(store, 3, 4, soon).await, RotateOutcome::Rotated { user, family });
}

pub(crate) async fn a_copied_token_revokes_its_family(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let store = &database.store;
    let family = first(store, user).await;
    rotate(store, 1, 2, START).await;
    let soon = START + Duration::from_secs(1);
    rotate(store, 2, 3, soon).await;
    assert_eq!(rotate(store, 1, 4, soon).await, RotateOutcome::Reused { user, family });
    assert_eq!(rotate(store, 3, 5, soon).await, RotateOutcome::Unknown);
    assert_eq!(rotate(store, 4, 5, soon).await, RotateOutcome::Unknown);
}

pub(crate) async fn api_keys_are_valid_until_withdrawn(database: &TestDatabase) {
    let store = &database.store;
    let key = id();
    store.insert_api_key(key, &[7; 32], "backend", START).await.unwrap();
    let stored = store.api_key(key).await.unwrap().unwrap();
    assert_eq!((stored.hash, stored.name.as_str()), ([7; 32], "backend"));
    assert!(store.revoke_api_key(key, START).await.unwrap());
    assert!(!store.revoke_api_key(key, START).await.unwrap());
    assert_eq!(store.api_key(key).await.unwrap(), None);
    assert_eq!(store.api_keys().await.unwrap()[0].revoked_at, Some(START));
}

pub(crate) async fn a_repeated_request_gets_the_first_answer(database: &TestDatabase) {
    let [owner, other] = database.people::<2>().await.map(UserId::as_uuid);
    let store = &database.store;
    let key = RequestKey { owner, route: "initiate", key: "k" };
    assert_eq!(store.begin_request(key, &[1; 32], START).await.unwrap(), Begun::Fresh);
    assert_eq!(store.begin_request(key, &[1; 32], START).await.unwrap(), Begun::InProgress);
    store.finish_request(key, 201, "{\"a\":1}").await.unwrap();
    let replay = Begun::Replay { status: 201, body: "{\"a\":1}".to_owned() };
    assert_eq!(store.begin_request(key, &[1; 32], START).await.unwrap(), replay);
    assert_eq!(store.begin_request(key, &[2; 32], START).await.unwrap(), Begun::Mismatch);
    let elsewhere = RequestKey { owner: other, ..key };
    assert_eq!(store.begin_request(elsewhere, &[2; 32], START).await.unwrap(), Begun::Fresh);

    let day = Duration::from_secs(86_400);
    assert_eq!(store.purge_requests(START + day - Duration::from_millis(1)).await.unwrap(), 0);
    assert_eq!(store.begin_request(key, &[2; 32], START + day).await.unwrap(), Begun::Fresh);
    assert_eq!(store.purge_requests(START + day).await.unwrap(), 1);
}

pub(crate) async fn an_abandoned_request_may_be_tried_again(database: &TestDatabase) {
    let [owner] = database.people::<1>().await;
    let store = &database.store;
    let key = RequestKey { owner: owner.as_uuid(), route: "initiate", key: "k" };
    store.begin_request(key, &[1; 32], START).await.unwrap();
    store.abandon_request(key).await.unwrap();
    assert_eq!(store.begin_request(key, &[1; 32], START).await.unwrap(), Begun::Fresh);
    let later = START + Duration::from_secs(30);
    assert_eq!(store.begin_request(key, &[1; 32], later).await.unwrap(), Begun::Fresh);
    store.finish_request(key, 201, "").await.unwrap();
    store.abandon_request(key).await.unwrap();
    let begun = store.begin_request(key, &[1; 32], later).await.unwrap();
    assert!(matches!(begun, Begun::Replay { .. }));
}

pub(crate) async fn expired_turn_credentials_are_cleaned_up(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let store = &database.store;
    // PostgreSQL goes by its own clock: one is long over, the other far ahead.
    let (past, future) = (UnixMillis::from_millis(1_000), store::FOREVER);
    let now = UnixMillis::from_millis(2_000);
    store.insert_turn_credential(user, "1:u", &[1; 32], past, now).await.unwrap();
    store.insert_turn_credential(user, "2:u", &[2; 32], future, now).await.unwrap();
    store.cleanup_turn_credentials(now).await.unwrap();
    assert_eq!(store.turn_credentials_of(user).await.unwrap(), ["2:u"]);
}

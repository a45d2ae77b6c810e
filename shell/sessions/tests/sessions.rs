//! Who may act, on an SQLite database in a temporary folder; the time is an argument.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::time::Duration;

use auth::{DisplayName, HostIdentity, Identity};
use sessions::Sessions;
use store::{NewUser, Settings, Store};
use vocab::{UnixMillis, UserId, Uuid};
use wire::Code;

const NOW: UnixMillis = UnixMillis::from_millis(1_760_000_000_000);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

struct World {
    store: Store,
    sessions: Sessions,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("calls.db").display());
        let store = Store::open(&Settings::new(url.parse().unwrap())).await.unwrap();
        store.migrate().await.unwrap();
        Self { sessions: Sessions::new(store.clone()), store, _folder: folder }
    }

    async fn account(&self) -> UserId {
        let id = UserId::from_uuid(Uuid::from_u128(7));
        let (identifier, name) = ("ann@example.com".to_owned(), "Ann".to_owned());
        let new = NewUser { id, identifier, name, password_hash: None, invite: None };
        self.store.create_user(new, NOW).await.unwrap();
        id
    }

    /// What each way of asking answers: for a request, for a new connection, for an old one.
    async fn answers(&self, identity: &Identity, now: UnixMillis) -> [bool; 4] {
        let refused = |code| assert_eq!(code, Code::Unauthorized);
        [
            self.sessions.admit(identity, now).await.map_err(|no| refused(no.code)).is_ok(),
            self.sessions.user_of(identity, now).await.map_err(|no| refused(no.code)).is_ok(),
            self.sessions.user_now(identity).await.map_err(|no| refused(no.code)).is_ok(),
            self.sessions.still_good(identity).await,
        ]
    }
}

fn of_account(user: UserId, token_epoch: i64) -> Identity {
    Identity { user, expires_at: NOW + MINUTE, token_epoch: Some(token_epoch), host: None }
}

fn of_host(name: &str) -> Identity {
    let host = HostIdentity {
        issuer: "https://host.example.com".to_owned(),
        subject: "ext-1".to_owned(),
        name: Some(DisplayName::parse(name).unwrap()),
        email: None,
        expires_at: NOW + MINUTE,
    };
    Identity { user: host.user(), expires_at: host.expires_at, token_epoch: None, host: Some(host) }
}

#[tokio::test]
async fn a_token_of_the_accounts_epoch_is_good_and_one_of_another_epoch_is_not() {
    let world = World::new().await;
    let ann = world.account().await;
    assert_eq!(world.answers(&of_account(ann, 0), NOW).await, [true; 4]);
    world.store.revoke_sessions(ann, NOW).await.unwrap();
    world.sessions.forget(ann);
    assert_eq!(world.answers(&of_account(ann, 0), NOW).await, [false; 4]);
    assert_eq!(world.answers(&of_account(ann, 1), NOW).await, [true; 4]);
    assert_eq!(world.answers(&of_account(ann, 2), NOW).await, [false; 4]);
    let without_epoch = Identity { token_epoch: None, ..of_account(ann, 1) };
    assert_eq!(world.answers(&without_epoch, NOW).await, [false; 4]);
}

#[tokio::test]
async fn an_account_that_is_unknown_or_closed_lets_nobody_act() {
    let world = World::new().await;
    let nobody = UserId::from_uuid(Uuid::from_u128(8));
    assert_eq!(world.answers(&of_account(nobody, 0), NOW).await, [false; 4]);
    let ann = world.account().await;
    world.store.delete_user(ann, NOW).await.unwrap();
    for epoch in [0, 1] {
        assert_eq!(world.answers(&of_account(ann, epoch), NOW).await, [false; 4]);
    }
}

#[tokio::test]
async fn requests_are_admitted_by_an_answer_of_the_last_minute_and_not_by_an_older_one() {
    let world = World::new().await;
    let ann = world.account().await;
    let token = of_account(ann, 0);
    world.sessions.admit(&token, NOW).await.unwrap();
    world.store.revoke_sessions(ann, NOW).await.unwrap();
    world.sessions.admit(&token, NOW + MINUTE - SECOND).await.unwrap();
    assert!(world.sessions.admit(&token, NOW + MINUTE).await.is_err());
}

#[tokio::test]
async fn what_a_new_connection_finds_out_holds_for_requests_at_once() {
    let world = World::new().await;
    let ann = world.account().await;
    world.sessions.admit(&of_account(ann, 0), NOW).await.unwrap();
    world.store.revoke_sessions(ann, NOW).await.unwrap();
    assert!(world.sessions.user_of(&of_account(ann, 0), NOW).await.is_err());
    assert!(world.sessions.admit(&of_account(ann, 0), NOW).await.is_err());
}

#[tokio::test]
async fn a_host_products_person_is_made_known_and_takes_on_the_name_of_a_newer_token() {
    let world = World::new().await;
    let first = of_host("Ann");
    world.sessions.admit(&first, NOW).await.unwrap();
    assert_eq!(world.store.user(first.user).await.unwrap().unwrap().name, "Ann");
    let renamed = of_host("Anna");
    assert_eq!(world.sessions.user_of(&renamed, NOW).await.unwrap().name, "Anna");
    let old_connection = world.sessions.user_now(&first).await.unwrap();
    assert_eq!((old_connection.id.0, old_connection.name.as_str()), (first.user, "Anna"));
}

#[tokio::test]
async fn a_host_products_person_whose_account_was_closed_stays_out() {
    let world = World::new().await;
    let ann = of_host("Ann");
    assert_eq!(world.answers(&ann, NOW).await, [true; 4]);
    world.store.delete_user(ann.user, NOW).await.unwrap();
    assert_eq!(world.answers(&ann, NOW + MINUTE).await, [false; 4]);
    assert_eq!(world.answers(&of_host("Anna"), NOW + MINUTE).await, [false; 4]);
}

#[tokio::test]
async fn without_a_database_connections_stay_and_nobody_new_comes() {
    let world = World::new().await;
    let ann = world.account().await;
    let token = of_account(ann, 0);
    world.store.close().await;
    assert!(world.sessions.still_good(&token).await);
    for failure in [
        world.sessions.admit(&token, NOW).await.unwrap_err(),
        world.sessions.user_of(&token, NOW).await.unwrap_err(),
        world.sessions.user_now(&token).await.unwrap_err(),
    ] {
        assert_eq!(failure.code, Code::Unavailable);
    }
}

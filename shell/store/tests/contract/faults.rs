//! When the database does not do what it is asked to.

use std::time::{Duration, Instant};

use store::{BackupError, DatabaseUrl, Settings, Store, StoreError};

use crate::database::{START, TestDatabase, id};
use crate::driver::{Driver, answer, new_call};
use crate::postgres_cluster::Cluster;

/// The default limit of 1.5 seconds, and one for a busy machine.
const AT_MOST: Duration = Duration::from_millis(2_500);

pub(crate) async fn a_closed_store_is_unavailable(database: &TestDatabase) {
    let store = &database.store;
    store.close().await;
    for error in [
        store.ping().await.unwrap_err(),
        store.load_call(id()).await.unwrap_err(),
        store.set_do_not_disturb(id(), None).await.unwrap_err(),
    ] {
        assert!(error.is_retryable(), "{error}");
    }
}

pub(crate) async fn an_unknown_user_is_a_fault(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    let error = database.store.put_block(user, id(), START).await.unwrap_err();
    assert!(matches!(error, StoreError::Fault(_)), "{error}");
}

pub(crate) async fn writes_given_up_half_way_leave_nothing_behind(database: &TestDatabase) {
    let people = database.people::<2>().await;
    let mut given_up = 0;
    for patience in 0..120_u32 {
        let group = database.group(&people).await;
        let mut new = new_call(group, &people);
        (new.device, new.live) = (None, false);
        let call = new.id;
        let store = database.store.clone();
        let write = Driver::start_with(&store, new, START);
        let enough = Duration::from_micros(u64::from(patience) * 25);
        if tokio::time::timeout(enough, write).await.is_err() {
            given_up += 1;
        }
        if let Some(stored) = database.store.load_call(call).await.unwrap() {
            let events = database.store.events_after(call, 0, 10).await.unwrap();
            assert_eq!(events.len() as u64, stored.state.seq);
            assert_eq!(stored.state.participants.len(), 2);
        }
    }
    assert!(given_up > 0);
    database.store.ping().await.unwrap();
    let group = database.group(&people).await;
    Driver::start(&database.store, group, &people).await.unwrap().assert_stored().await;
}

#[tokio::test]
async fn a_killed_postgresql_is_unavailable_in_time() {
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::start).await.unwrap() else { return };
    let settings = Settings::new(cluster.url("postgres").parse().unwrap());
    let store = Store::open(&settings).await.unwrap();
    store.migrate().await.unwrap();
    store.ping().await.unwrap();
    tokio::task::spawn_blocking(|| cluster.stop()).await.unwrap();
    for _ in 0..3 {
        let start = Instant::now();
        let error = store.load_call(id()).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert!(start.elapsed() < AT_MOST, "{:?}", start.elapsed());
    }
    let start = Instant::now();
    assert!(Store::open(&settings).await.unwrap_err().is_retryable());
    assert!(start.elapsed() < AT_MOST, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_postgresql_that_demands_tls_is_reached_when_its_certificate_is_trusted() {
    let start = tokio::task::spawn_blocking(Cluster::start_with_tls);
    let Some((_cluster, port, certificate)) = start.await.unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, certificate).unwrap();
    let url = |query: &str| {
        let url = format!("postgres://tests@localhost:{port}/postgres?{query}");
        Settings::new(url.parse().unwrap())
    };
    let verified = format!("sslmode=verify-full&sslrootcert={}", trusted.display());
    for query in ["sslmode=require", &verified] {
        Store::open(&url(query)).await.unwrap().migrate().await.unwrap();
    }
    for query in ["sslmode=disable", "sslmode=verify-full"] {
        Store::open(&url(query)).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_unavailable_in_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://tests@{}/tests", silent.local_addr().unwrap());
    let start = Instant::now();
    let error = Store::open(&Settings::new(url.parse().unwrap())).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(start.elapsed() < AT_MOST, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_sqlite_database_that_somebody_else_locks_is_unavailable_in_time() {
    let database = TestDatabase::sqlite().await;
    let settings = Settings::new(database.settings.url.clone());
    let DatabaseUrl::Sqlite(path) = &settings.url else { panic!("it is SQLite") };
    let store = Store::open(&settings).await.unwrap();
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", path.display()));
    options.max_connections(1);
    let lock = sea_orm::Database::connect(options).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&lock, "BEGIN EXCLUSIVE").await.unwrap();

    let start = Instant::now();
    let error = store.set_do_not_disturb(id(), None).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(start.elapsed() < AT_MOST, "{:?}", start.elapsed());
    let error = store.revoke_sessions(id(), START).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(store.load_call(id()).await, Ok(None), "readers go on");

    sea_orm::ConnectionTrait::execute_unprepared(&lock, "ROLLBACK").await.unwrap();
    assert_eq!(store.set_do_not_disturb(id(), None).await, Ok(false), "it is back");
    assert_eq!(store.revoke_sessions(id(), START).await, Ok(None), "transactions too");
}

#[tokio::test]
async fn a_backup_of_a_database_in_use_opens_with_everything_in_it() {
    let database = TestDatabase::sqlite().await;
    let people = database.people::<2>().await;
    let group = database.group(&people).await;
    let mut call = Driver::start(&database.store, group, &people).await.unwrap();
    call.must(answer(people[1])).await;
    let copy = database.folder.path().join("copy.db");
    database.store.backup(&copy).await.unwrap();
    assert_eq!(database.store.backup(&copy).await, Err(BackupError::Path));
    let nowhere = database.folder.path().join("nowhere").join("copy.db");
    assert_eq!(database.store.backup(&nowhere).await, Err(BackupError::Path));
    call.store = Store::open(&Settings::new(DatabaseUrl::Sqlite(copy))).await.unwrap();
    call.store.migrate().await.unwrap();
    call.assert_stored().await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let database = TestDatabase::sqlite().await;
    database.people::<1>().await;
    database.store.backup(&database.folder.path().join("copy.db")).await.unwrap();
    let mut files = 0;
    for file in std::fs::read_dir(database.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
        files += 1;
    }
    assert!(files >= 4, "the database, its log and index, the copy");
}

#[tokio::test]
async fn a_sqlite_database_in_a_missing_folder_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere").join("calls.db");
    let error = Store::open(&Settings::new(DatabaseUrl::Sqlite(path))).await.unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[tokio::test]
async fn a_backup_of_postgresql_names_its_own_tool() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let error = database.store.backup(&database.folder.path().join("copy")).await.unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}

//! A fresh, migrated database for one test, and the people in it.

use std::sync::atomic::{AtomicU64, Ordering};

use store::{
    ConversationKind, Created, DatabaseUrl, MemberRole, NewConversation, NewUser, Settings, Store,
};
use tempfile::TempDir;
use vocab::{ConversationId, Redacted, UnixMillis, UserId, Uuid};

use crate::postgres_cluster::Cluster;

/// The moment at which every test begins.
pub(crate) const START: UnixMillis = UnixMillis::from_millis(1_800_000_000_123);

#[derive(Debug)]
pub(crate) struct TestDatabase {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) folder: TempDir,
}

impl TestDatabase {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("calls.db"));
        Self::open(url, folder).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cluster = tokio::task::spawn_blocking(Cluster::shared).await.expect("a cluster")?;
        let name = format!("test_{}", next());
        let admin =
            sea_orm::Database::connect(cluster.url("postgres")).await.expect("a connection");
        execute(&admin, &format!("CREATE DATABASE {name}")).await;
        admin.close().await.expect("a connection");
        let url = cluster.url(&name).parse().expect("a URL");
        Some(Self::open(url, folder).await)
    }

    async fn open(url: DatabaseUrl, folder: TempDir) -> Self {
        let mut settings = Settings::new(url);
        // The machine may be busy with other tests.
        settings.time_limit = std::time::Duration::from_secs(20);
        let store = Store::open(&settings).await.expect("the database opens");
        store.migrate().await.expect("the database migrates");
        Self { store, settings, folder }
    }

    /// A second program on the same database.
    pub(crate) async fn reopen(&self) -> Store {
        Store::open(&self.settings).await.expect("the database opens")
    }

    /// Carries out SQL behind the store's back.
    pub(crate) async fn raw(&self, sql: &str) {
        let url = match &self.settings.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => url.expose().clone(),
        };
        let connection = sea_orm::Database::connect(url).await.expect("a connection");
        execute(&connection, sql).await;
        connection.close().await.expect("a connection");
    }

    /// New people with the names `person-0`, `person-1`, …
    pub(crate) async fn people<const N: usize>(&self) -> [UserId; N] {
        let ids: [UserId; N] = std::array::from_fn(|_| id());
        for (number, id) in ids.into_iter().enumerate() {
            self.store
                .create_user(new_user(id, &format!("person-{number}-{id}@example.org")), START)
                .await
                .expect("a new user");
        }
        ids
    }

    pub(crate) async fn group(&self, members: &[UserId]) -> ConversationId {
        let new = NewConversation {
            id: id(),
            kind: ConversationKind::Group,
            title: Some("Group".to_owned()),
            created_by: members.first().copied(),
            members: members.iter().map(|user| (*user, MemberRole::Member)).collect(),
        };
        match self.store.create_conversation(&new, START).await.expect("a conversation") {
            Created::New(conversation) | Created::Existing(conversation) => conversation.id,
        }
    }
}

pub(crate) fn new_user(id: UserId, identifier: &str) -> NewUser {
    NewUser {
        id,
        identifier: identifier.to_owned(),
        name: identifier.split('@').next().unwrap_or_default().to_owned(),
        password_hash: Some(Redacted::new("hash".to_owned())),
        invite: None,
    }
}

/// An id that sorts after all former ones.
pub(crate) fn id<I: From<Uuid>>() -> I {
    vocab::uuid_v7(UnixMillis::from_millis(i64::try_from(next()).expect("few")), [7; 10]).into()
}

/// A number that no other call gets.
pub(crate) fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

async fn execute(connection: &sea_orm::DatabaseConnection, sql: &str) {
    use sea_orm::ConnectionTrait;
    connection.execute_unprepared(sql).await.expect("the statement works");
}

//! The connection to the database, and how statements and transactions run on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::Failed;
use crate::sql::{Row, Sql, sql};
use crate::{DatabaseUrl, MigrateError, Settings, StoreError};

/// A connection unused for this long is tried before it is used again. Lower costs a round
/// trip more often, higher lets more operations fail after the server was restarted.
const TRUSTED_IDLE: Duration = Duration::from_millis(500);

/// The database. Cheap to clone; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: DbBackend,
    /// SQLite: one connection, so that writers queue here instead of failing as busy.
    write: DatabaseConnection,
    /// PostgreSQL: the same pool as `write`.
    read: DatabaseConnection,
    time_limit: Duration,
}

impl Store {
    /// Connects. The tables are there after [`Store::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server does not answer or the file cannot be
    /// opened, [`StoreError::Fault`] for a malformed URL or refused credentials.
    pub async fn open(settings: &Settings) -> Result<Self, StoreError> {
        let (backend, write, read) = match &settings.url {
            DatabaseUrl::Sqlite(path) => {
                let (write, read) = open_sqlite(path, settings).await?;
                (DbBackend::Sqlite, write, read)
            }
            DatabaseUrl::Postgres(url) => {
                let pool = open_postgres(url.expose(), settings).await?;
                (DbBackend::Postgres, pool.clone(), pool)
            }
        };
        let time_limit = settings.time_limit;
        Ok(Self { inner: Arc::new(Inner { backend, write, read, time_limit }) })
    }

    /// Brings the tables up to this version of the program.
    ///
    /// # Errors
    /// [`MigrateError::Changed`] and [`MigrateError::Newer`] when the database was made by
    /// another version; nothing was changed then.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        crate::migrate::migrate(self).await
    }

    /// Whether the database answers, and can be written to.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.first(sql!("SELECT 1")).await?;
        let tx = self.begin_within().await?;
        tx.rollback().await
    }

    /// Closes all connections. Operations fail as unavailable afterwards.
    pub async fn close(&self) {
        for connection in [&self.inner.write, &self.inner.read] {
            if let Err(error) = connection.clone().close().await {
                tracing::debug!(%error, "the database connection was closed already");
            }
        }
    }

    /// Writes a consistent copy of the SQLite database to a new file, while it is in use.
    ///
    /// # Errors
    /// [`BackupError`].
    pub async fn backup(&self, path: &Path) -> Result<(), BackupError> {
        if self.inner.backend == DbBackend::Postgres {
            return Err(BackupError::Postgres);
        }
        let path = path.to_str().ok_or(BackupError::Path)?;
        // SQLite fills an empty file and refuses any other.
        create_private(Path::new(path)).await.map_err(|_| BackupError::Path)?;
        let statement = sql!("VACUUM INTO $1", path).statement(self.inner.backend);
        self.inner.write.execute_raw(statement).await.map_err(StoreError::from)?;
        Ok(())
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.inner.backend == DbBackend::Postgres
    }

    /// Runs an operation within the time limit.
    pub(crate) async fn within<T, E: From<StoreError>>(
        &self,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        match tokio::time::timeout(self.inner.time_limit, operation).await {
            Ok(result) => result,
            Err(_) => Err(StoreError::Unavailable("no answer in time".to_owned()).into()),
        }
    }

    /// The rows of a query.
    pub(crate) async fn all(&self, sql: Sql) -> Result<Vec<Row>, StoreError> {
        let statement = sql.statement(self.inner.backend);
        self.within(async {
            let rows = self.inner.read.query_all_raw(statement).await?;
            Ok(rows.into_iter().map(Row).collect())
        })
        .await
    }

    /// The first row of a query.
    pub(crate) async fn first(&self, sql: Sql) -> Result<Option<Row>, StoreError> {
        let statement = sql.statement(self.inner.backend);
        self.within(async { Ok(self.inner.read.query_one_raw(statement).await?.map(Row)) }).await
    }

    /// Carries out a single write; the number of rows it touched.
    pub(crate) async fn run(&self, sql: Sql) -> Result<u64, Failed> {
        let statement = sql.statement(self.inner.backend);
        self.within(async {
            let done = self.inner.write.execute_raw(statement).await?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// Begins a write transaction; dropping it rolls back. The caller keeps the time limit.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        let sqlite = self.inner.backend == DbBackend::Sqlite;
        let mode = sqlite.then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
        let transaction = self.inner.write.begin_with_options(options).await?;
        Ok(Tx { transaction, backend: self.inner.backend })
    }

    async fn begin_within(&self) -> Result<Tx, StoreError> {
        self.within(self.begin()).await
    }
}

/// Why a backup was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own tool.
    #[error("back up a PostgreSQL database with pg_dump")]
    Postgres,
    /// The file exists already, cannot be created, or its name is no UTF-8.
    #[error("the backup needs the name of a new file in a folder that can be written to")]
    Path,
    /// The database failed, for instance for want of space.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An open write transaction.
#[derive(Debug)]
pub(crate) struct Tx {
    transaction: DatabaseTransaction,
    backend: DbBackend,
}

impl Tx {
    pub(crate) async fn all(&self, sql: Sql) -> Result<Vec<Row>, StoreError> {
        let rows = self.transaction.query_all_raw(sql.statement(self.backend)).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    pub(crate) async fn first(&self, sql: Sql) -> Result<Option<Row>, StoreError> {
        let row = self.transaction.query_one_raw(sql.statement(self.backend)).await?;
        Ok(row.map(Row))
    }

    pub(crate) async fn run(&self, sql: Sql) -> Result<u64, Failed> {
        let done = self.transaction.execute_raw(sql.statement(self.backend)).await?;
        Ok(done.rows_affected())
    }

    /// Carries out a text of many statements.
    pub(crate) async fn script(&self, text: &str) -> Result<(), StoreError> {
        self.transaction.execute_unprepared(text).await?;
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await.map_err(StoreError::from)
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        self.transaction.rollback().await.map_err(StoreError::from)
    }
}

/// Creates an empty file that only this user can read.
async fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await.map(drop)
}

async fn open_sqlite(
    path: &Path,
    settings: &Settings,
) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    match create_private(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Unavailable(format!("{}: {error}", path.display())));
        }
        Ok(()) | Err(_) => {}
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        // Below the time limit, so that the reason is told.
        .busy_timeout(settings.time_limit * 3 / 4);
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(settings.time_limit)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    let write = pool(1).connect_with(options.clone()).await?;
    let read =
        pool(settings.connections.max(1)).connect_with(options.pragma("query_only", "ON")).await?;
    let connect = SqlxSqliteConnector::from_sqlx_sqlite_pool;
    Ok((connect(write), connect(read)))
}

async fn open_postgres(url: &str, settings: &Settings) -> Result<DatabaseConnection, StoreError> {
    let options: PgConnectOptions = url.parse::<PgConnectOptions>()?.options([
        ("application_name", "aethex-connect"),
        ("idle_in_transaction_session_timeout", "10000"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(settings.connections.max(1))
        .acquire_timeout(settings.time_limit)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

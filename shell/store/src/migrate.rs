//! The migrations: literal SQL, applied in order, never changed once released.

use sha2::{Digest, Sha256};

use crate::sql::sql;
use crate::{Store, StoreError};

struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),+]
    };
}

const MIGRATIONS: &[Migration] = migrations![
    "0001_accounts",
    "0002_founding",
    "0003_calls_additions",
    "0004_more",
    "0005_topology",
];

/// Any number that no other program locks in the same PostgreSQL database.
const ADVISORY_LOCK: i64 = 0x0ae7_4e80_ca11;

/// Why the tables were not brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// A migration that was applied is not the one this program carries: the program or the
    /// database was changed by hand. Run the program that made the database.
    #[error("the migration {0} of this database is not the one this program knows")]
    Changed(String),
    /// A later version of the program has used the database. Run that version.
    #[error("the database was migrated by a later version of this program ({0})")]
    Newer(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Applies what is missing, all in one transaction. Programs that start at the same time
/// wait for each other.
pub(crate) async fn migrate(store: &Store) -> Result<(), MigrateError> {
    let postgres = store.is_postgres();
    let tx = store.begin().await?;
    if postgres {
        tx.run(sql!("SELECT pg_advisory_xact_lock($1)", ADVISORY_LOCK))
            .await
            .map_err(StoreError::from)?;
    }
    tx.script(
        "CREATE TABLE IF NOT EXISTS schema_migrations \
         (name TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)",
    )
    .await?;
    let mut applied = Vec::new();
    for row in tx.all(sql!("SELECT name, checksum FROM schema_migrations ORDER BY name")).await? {
        applied.push((row.get::<String>("name")?, row.get::<String>("checksum")?));
    }
    check(&applied, postgres)?;
    for migration in &MIGRATIONS[applied.len()..] {
        tracing::info!(name = migration.name, "migrating the database");
        let text = migration.text(postgres);
        tx.script(text).await?;
        let now = chrono::Utc::now().to_rfc3339();
        let done = sql!(
            "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)",
            migration.name,
            checksum(text),
            now,
        );
        tx.run(done).await.map_err(StoreError::from)?;
    }
    Ok(tx.commit().await?)
}

/// What was applied must be the beginning of what is known.
fn check(applied: &[(String, String)], postgres: bool) -> Result<(), MigrateError> {
    for (index, (name, sum)) in applied.iter().enumerate() {
        let Some(known) = MIGRATIONS.get(index) else {
            return Err(MigrateError::Newer(name.clone()));
        };
        if known.name != name {
            return Err(MigrateError::Newer(name.clone()));
        }
        if checksum(known.text(postgres)) != *sum {
            return Err(MigrateError::Changed(name.clone()));
        }
    }
    Ok(())
}

impl Migration {
    const fn text(&self, postgres: bool) -> &'static str {
        if postgres { self.postgres } else { self.sqlite }
    }
}

/// SHA-256 in hex.
fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

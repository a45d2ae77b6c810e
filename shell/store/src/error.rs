//! What can go wrong between the program and its database.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// The database could not carry out an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer in time or is overloaded. Try again later; a write may
    /// have gone through, so repeat it only where that does no harm (a conditional update
    /// answers `Conflict` then).
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database refused or returned something unexpected: a defect, trying again does
    /// not help.
    #[error("the database failed: {0}")]
    Fault(String),
}

impl StoreError {
    /// Whether the same operation may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Fault(format!("a stored value is invalid: {what}"))
    }
}

/// A statement failed; a violated unique index is told apart, because the operations here
/// expect some.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The message names the index (PostgreSQL) or its columns (SQLite).
    Unique(String),
    Other(StoreError),
}

impl Failed {
    /// Whether this unique index was violated: by its name, or by its columns as SQLite
    /// tells them (`table.a, table.b`).
    pub(crate) fn violates(&self, index: &str, columns: &str) -> bool {
        match self {
            Self::Unique(message) => message.contains(index) || message.ends_with(columns),
            Self::Other(_) => false,
        }
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Unique(message) => Self::Fault(message),
            Failed::Other(error) => error,
        }
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Other(error)
    }
}

impl From<DbErr> for Failed {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => Self::Unique(message),
            _ => Self::Other(error.into()),
        }
    }
}

impl From<DbErr> for StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library adds variants")]
    fn from(error: DbErr) -> Self {
        let retryable = match &error {
            DbErr::ConnectionAcquire(_) => true,
            DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause) => match cause {
                RuntimeErr::SqlxError(cause) => passes(cause),
                RuntimeErr::Internal(_) => false,
            },
            _ => false,
        };
        if retryable {
            Self::Unavailable(error.to_string())
        } else {
            Self::Fault(error.to_string())
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if passes(&error) {
            Self::Unavailable(error.to_string())
        } else {
            Self::Fault(error.to_string())
        }
    }
}

/// Whether the cause may be gone at the next attempt.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library adds variants")]
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(cause) => cause.code().is_some_and(|code| {
            if cause.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                sqlite_passes(&code)
            } else {
                postgres_passes(&code)
            }
        }),
        _ => false,
    }
}

/// The low byte is the primary code: busy 5, locked 6, read-only 8, I/O 10, full 13,
/// cannot open 14.
fn sqlite_passes(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

/// Connection lost (08), rolled back for concurrency (40), out of resources (53), being
/// shut down or started (57P0x), a lock not granted (55P03), a standby (25006).
fn postgres_passes(code: &str) -> bool {
    ["08", "40", "53", "57P0"].iter().any(|class| code.starts_with(class))
        || matches!(code, "55P03" | "25006" | "57014")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_a_shutdown_and_an_exhausted_pool_may_pass() {
        assert!(sqlite_passes("13") && sqlite_passes("5") && sqlite_passes("266"));
        assert!(postgres_passes("57P01") && postgres_passes("53300"));
        assert!(passes(&sqlx::Error::PoolTimedOut));
    }

    #[test]
    fn a_missing_table_and_a_violated_constraint_do_not_pass() {
        assert!(!sqlite_passes("1") && !sqlite_passes("787"));
        assert!(!postgres_passes("42P01") && !postgres_passes("23503"));
        assert!(!passes(&sqlx::Error::RowNotFound));
    }
}

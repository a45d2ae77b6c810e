//! Where the database is, and how long to wait for it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use vocab::Redacted;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file; created when missing, in a folder that exists.
    Sqlite(PathBuf),
    /// A PostgreSQL server, `postgres://user:password@host:port/database`.
    Postgres(Redacted<String>),
}

/// The text names neither database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a database URL starts with sqlite: or postgres:// and names a file or a server")]
pub struct InvalidDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Redacted::new(text.to_owned())));
        }
        let path = text.strip_prefix("sqlite:").ok_or(InvalidDatabaseUrl)?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(":memory:") || path.contains('?') {
            return Err(InvalidDatabaseUrl);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

/// How the store reaches its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it is.
    pub url: DatabaseUrl,
    /// The most connections: to PostgreSQL in all, to SQLite for reading (writes queue for
    /// one). More let more work run at once and cost the server memory.
    pub connections: u32,
    /// The longest an operation waits before it answers [`crate::StoreError::Unavailable`].
    /// Longer rides out more hiccups, shorter answers the caller sooner. Migrations, backups
    /// and purges are exempt.
    pub time_limit: Duration,
}

impl Settings {
    /// The defaults: 8 connections, 1.5 seconds.
    #[must_use]
    pub const fn new(url: DatabaseUrl) -> Self {
        Self { url, connections: 8, time_limit: Duration::from_millis(1_500) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_sqlite_file_or_a_postgresql_server() {
        for text in ["sqlite:data/calls.db", "sqlite://data/calls.db"] {
            assert_eq!(text.parse(), Ok(DatabaseUrl::Sqlite("data/calls.db".into())), "{text}");
        }
        assert_eq!("sqlite:///a/b.db".parse(), Ok(DatabaseUrl::Sqlite("/a/b.db".into())));
        let url: DatabaseUrl = "postgres://u:secret@localhost/db".parse().unwrap();
        assert!(!format!("{url:?}").contains("secret"));
        for text in ["", "mysql://x", "sqlite:", "sqlite::memory:", "/a/b.db"] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(InvalidDatabaseUrl), "{text}");
        }
    }
}

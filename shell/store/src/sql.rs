//! One SQL text for both databases, with typed parameters and rows.
//!
//! Placeholders are `$1`, `$2`, … ; ids are UUIDs (16 bytes in SQLite), times UTC with
//! milliseconds (RFC 3339 text in SQLite, which sorts by time), words are text.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, QueryResult, Statement, TryGetable, Value};
use vocab::{CallId, ConversationId, DeviceId, RowId, UnixMillis, UserId, Uuid};

use crate::StoreError;

/// The last millisecond of the year 9999: stands for "no end" and bounds what is stored.
pub const FOREVER: UnixMillis = UnixMillis::from_millis(253_402_300_799_999);

/// A statement under construction.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

/// `sql!("SELECT … WHERE id = $1", id)`.
macro_rules! sql {
    ($text:expr $(, $value:expr)* $(,)?) => {
        $crate::sql::Sql::new($text, vec![$($crate::sql::Bind::bind($value)),*])
    };
}
pub(crate) use sql;

impl Sql {
    pub(crate) fn new(text: impl Into<String>, values: Vec<Value>) -> Self {
        Self { text: text.into(), values }
    }

    /// Appends text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a parameter.
    pub(crate) fn bind(&mut self, value: impl Bind) -> &mut Self {
        self.values.push(value.bind());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Appends `($n, $n+1, …)`. An empty list matches nothing.
    pub(crate) fn list<B: Bind>(&mut self, values: impl IntoIterator<Item = B>) -> &mut Self {
        self.push("(");
        let start = self.values.len();
        for value in values {
            if self.values.len() > start {
                self.push(", ");
            }
            self.bind(value);
        }
        if self.values.len() == start {
            self.push("NULL");
        }
        self.push(")")
    }

    pub(crate) fn statement(self, backend: DbBackend) -> Statement {
        Statement::from_sql_and_values(backend, self.text, self.values)
    }
}

/// What may be a parameter.
pub(crate) trait Bind {
    fn bind(self) -> Value;
}

macro_rules! bind_ids {
    ($($id:ty),*) => {$(
        impl Bind for $id {
            fn bind(self) -> Value {
                self.as_uuid().into()
            }
        }
        impl Bind for Option<$id> {
            fn bind(self) -> Value {
                self.map(<$id>::as_uuid).into()
            }
        }
    )*};
}
bind_ids!(UserId, CallId, ConversationId, RowId);

macro_rules! bind_plain {
    ($($plain:ty),*) => {$(
        impl Bind for $plain {
            fn bind(self) -> Value {
                self.into()
            }
        }
    )*};
}
bind_plain!(
    Uuid,
    &str,
    String,
    bool,
    i32,
    i64,
    serde_json::Value,
    Vec<u8>,
    Option<String>,
    Option<i32>
);

impl Bind for &[u8; 32] {
    fn bind(self) -> Value {
        self.to_vec().into()
    }
}

impl Bind for Option<&str> {
    fn bind(self) -> Value {
        self.map(str::to_owned).into()
    }
}

impl Bind for Option<&DeviceId> {
    fn bind(self) -> Value {
        self.map(|device| device.as_str().to_owned()).into()
    }
}

impl Bind for UnixMillis {
    fn bind(self) -> Value {
        date_time(self).into()
    }
}

impl Bind for Option<UnixMillis> {
    fn bind(self) -> Value {
        self.map(date_time).into()
    }
}

fn date_time(at: UnixMillis) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.min(FOREVER).as_millis()).unwrap_or_default()
}

/// A number for a BIGINT column; beyond its range, the largest.
pub(crate) fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A row of an answer.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) QueryResult);

impl Row {
    pub(crate) fn get<T: TryGetable>(&self, column: &str) -> Result<T, StoreError> {
        self.0.try_get("", column).map_err(StoreError::from)
    }

    pub(crate) fn id<I: From<Uuid>>(&self, column: &str) -> Result<I, StoreError> {
        self.get::<Uuid>(column).map(I::from)
    }

    pub(crate) fn id_or_none<I: From<Uuid>>(&self, column: &str) -> Result<Option<I>, StoreError> {
        Ok(self.get::<Option<Uuid>>(column)?.map(I::from))
    }

    pub(crate) fn time(&self, column: &str) -> Result<UnixMillis, StoreError> {
        self.get::<DateTime<Utc>>(column).map(unix_millis)
    }

    pub(crate) fn time_or_none(&self, column: &str) -> Result<Option<UnixMillis>, StoreError> {
        Ok(self.get::<Option<DateTime<Utc>>>(column)?.map(unix_millis))
    }

    /// A word of an enum, or a device.
    pub(crate) fn word<W: FromStr>(&self, column: &str) -> Result<W, StoreError> {
        self.get::<String>(column)?.parse().map_err(|_| StoreError::corrupt(column))
    }

    pub(crate) fn word_or_none<W: FromStr>(&self, column: &str) -> Result<Option<W>, StoreError> {
        self.get::<Option<String>>(column)?
            .map(|word| word.parse().map_err(|_| StoreError::corrupt(column)))
            .transpose()
    }

    /// A number that is never negative.
    pub(crate) fn number<N: TryFrom<i64>>(&self, column: &str) -> Result<N, StoreError> {
        N::try_from(self.get::<i64>(column)?).map_err(|_| StoreError::corrupt(column))
    }

    pub(crate) fn hash(&self, column: &str) -> Result<[u8; 32], StoreError> {
        self.get::<Vec<u8>>(column)?.try_into().map_err(|_| StoreError::corrupt(column))
    }
}

fn unix_millis(at: DateTime<Utc>) -> UnixMillis {
    UnixMillis::from_millis(at.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_continue_the_numbering_and_an_empty_one_matches_nothing() {
        let mut sql = sql!("SELECT 1 WHERE a = $1 AND b IN ", 7_i64);
        sql.list(["x", "y"]).push(" AND c IN ").list(Vec::<i64>::new());
        assert_eq!(sql.text, "SELECT 1 WHERE a = $1 AND b IN ($2, $3) AND c IN (NULL)");
        assert_eq!(sql.values.len(), 3);
    }

    #[test]
    fn the_end_of_time_is_the_end_of_the_year_9999() {
        assert_eq!(date_time(FOREVER).to_rfc3339(), "9999-12-31T23:59:59.999+00:00");
        assert_eq!(date_time(UnixMillis::from_millis(i64::MAX)), date_time(FOREVER));
    }
}

//! Requests that may be repeated: the first answer is kept for a day.

use std::time::Duration;

use vocab::{UnixMillis, Uuid};

use crate::error::Failed;
use crate::sql::{Row, sql};
use crate::{Store, StoreError};

/// How long an answer is kept. Longer serves clients that retry later, and costs space.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// A first request that has not finished after this long died with its server; the next one
/// takes its place.
const ABANDONED: Duration = Duration::from_secs(30);

/// Which request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey<'a> {
    /// The user or the API key that asks.
    pub owner: Uuid,
    /// What for, at most 128 characters.
    pub route: &'a str,
    /// The client's `Idempotency-Key`, at most 255 characters.
    pub key: &'a str,
}

/// How to go on with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is the first: carry it out, then [`Store::finish_request`], or
    /// [`Store::abandon_request`] when it may be tried again.
    Fresh,
    /// It was answered: answer the same.
    Replay {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The key was used with another body.
    Mismatch,
    /// The first request is still being carried out.
    InProgress,
}

impl Store {
    /// Claims a key; of requests that race, one is [`Begun::Fresh`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_request(
        &self,
        request: RequestKey<'_>,
        body_hash: &[u8; 32],
        now: UnixMillis,
    ) -> Result<Begun, StoreError> {
        let claimed = self
            .run(sql!(
                "INSERT INTO idempotency_keys (owner_id, route, key, body_hash, created_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner_id, route, key) DO UPDATE SET \
                 body_hash = excluded.body_hash, created_at = excluded.created_at, \
                 status = NULL, body = NULL WHERE idempotency_keys.created_at <= $6 \
                 OR (idempotency_keys.status IS NULL AND idempotency_keys.created_at <= $7)",
                request.owner,
                request.route,
                request.key,
                body_hash,
                now,
                now - KEPT,
                now - ABANDONED,
            ))
            .await?;
        if claimed > 0 {
            return Ok(Begun::Fresh);
        }
        let text = "SELECT body_hash, status, body FROM idempotency_keys \
                    WHERE owner_id = $1 AND route = $2 AND key = $3";
        match self.first(sql!(text, request.owner, request.route, request.key)).await? {
            Some(row) => begun(&row, body_hash),
            // The first request was abandoned just now: the client may try again.
            None => Ok(Begun::InProgress),
        }
    }

    /// Keeps the answer of a request that was [`Begun::Fresh`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_request(
        &self,
        request: RequestKey<'_>,
        status: u16,
        body: &str,
    ) -> Result<(), StoreError> {
        let text = "UPDATE idempotency_keys SET status = $1, body = $2 \
                    WHERE owner_id = $3 AND route = $4 AND key = $5";
        let status = i32::from(status);
        self.run(sql!(text, status, body, request.owner, request.route, request.key)).await?;
        Ok(())
    }

    /// Gives a key back after a failure that the client may retry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn abandon_request(&self, request: RequestKey<'_>) -> Result<(), StoreError> {
        let text = "DELETE FROM idempotency_keys \
                    WHERE owner_id = $1 AND route = $2 AND key = $3 AND status IS NULL";
        self.run(sql!(text, request.owner, request.route, request.key)).await?;
        Ok(())
    }

    /// Forgets the answers that are older than a day; how many they were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_requests(&self, now: UnixMillis) -> Result<u64, StoreError> {
        let text = "DELETE FROM idempotency_keys WHERE created_at <= $1";
        self.run(sql!(text, now - KEPT)).await.map_err(|failed: Failed| failed.into())
    }
}

fn begun(row: &Row, body_hash: &[u8; 32]) -> Result<Begun, StoreError> {
    if row.hash("body_hash")? != *body_hash {
        return Ok(Begun::Mismatch);
    }
    let (status, body) = (row.get::<Option<i32>>("status")?, row.get::<Option<String>>("body")?);
    match (status.map(u16::try_from), body) {
        (Some(Ok(status)), Some(body)) => Ok(Begun::Replay { status, body }),
        (None, _) => Ok(Begun::InProgress),
        _ => Err(StoreError::corrupt("idempotency_keys")),
    }
}

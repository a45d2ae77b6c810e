//! Finding calls by id, by state and by deadline.

use call::CallState;
use vocab::{CallId, ConversationId, UnixMillis};

use crate::calls::StoredCall;
use crate::calls::columns::{LIVE, ORDER, SELECT, calls};
use crate::sql::{Row, big, sql};
use crate::{Store, StoreError};

/// Calls of one statement, far below the parameter limits.
const IDS: usize = 500;

impl Store {
    /// A call with its participants, as of one moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_call(&self, call: CallId) -> Result<Option<StoredCall>, StoreError> {
        Ok(self.load_calls(&[call]).await?.pop())
    }

    /// These calls, newest first; unknown ones are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_calls(&self, ids: &[CallId]) -> Result<Vec<StoredCall>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS) {
            let mut query = sql!(SELECT);
            query.push("WHERE c.id IN ").list(some.iter().copied()).push(ORDER);
            found.extend(calls(&self.all(query).await?)?);
        }
        found.sort_by_key(|call| std::cmp::Reverse(call.state.id));
        Ok(found)
    }

    /// All calls of a conversation, newest first. `cursor` is the last id of the former page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn calls_in(
        &self,
        conversation: ConversationId,
        cursor: Option<CallId>,
        limit: u64,
    ) -> Result<Vec<StoredCall>, StoreError> {
        let mut query = sql!("SELECT id FROM calls WHERE conversation_id = $1", conversation);
        if let Some(cursor) = cursor {
            query.push(" AND id < ").bind(cursor);
        }
        query.push(" ORDER BY id DESC LIMIT ").bind(big(limit));
        let found = ids(&self.all(query).await?)?;
        self.load_calls(&found).await
    }

    /// Every call that is not over, oldest first: what to take up after a start.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_calls(&self) -> Result<Vec<CallId>, StoreError> {
        let text = format!("SELECT id FROM calls WHERE status IN {LIVE} ORDER BY id");
        ids(&self.all(sql!(text)).await?)
    }

    /// Calls whose deadline has passed without somebody acting on it, the longest due first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn overdue_calls(&self, now: UnixMillis) -> Result<Vec<CallId>, StoreError> {
        let text = "SELECT id FROM calls WHERE next_deadline_at <= $1 ORDER BY next_deadline_at";
        ids(&self.all(sql!(text, now)).await?)
    }

    /// The live calls of conversations a user is a member of, newest first; not those that
    /// are kept from them because they blocked the caller.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn active_for(&self, user: vocab::UserId) -> Result<Vec<CallState>, StoreError> {
        let text = format!(
            "{SELECT} JOIN conversation_members m ON m.conversation_id = c.conversation_id \
             AND m.user_id = $1 AND m.left_at IS NULL WHERE c.status IN {LIVE} AND NOT EXISTS \
             (SELECT 1 FROM call_participants w WHERE w.call_id = c.id AND w.user_id = $1 \
             AND w.ring_mode = 'withheld') {ORDER}"
        );
        let found = calls(&self.all(sql!(text, user)).await?)?;
        Ok(found.into_iter().map(|call| call.state).collect())
    }

    /// The time of the newest event of all calls; the clock must not be behind it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_event_at(&self) -> Result<Option<UnixMillis>, StoreError> {
        let text = format!(
            "SELECT MAX(at) AS at FROM (SELECT MAX(ended_at) AS at FROM calls \
             WHERE ended_at IS NOT NULL UNION ALL SELECT MAX(updated_at) AS at FROM calls \
             WHERE status IN {LIVE}) newest"
        );
        match self.first(sql!(text)).await? {
            Some(row) => row.time_or_none("at"),
            None => Ok(None),
        }
    }
}

pub(super) fn ids(rows: &[Row]) -> Result<Vec<CallId>, StoreError> {
    rows.iter().map(|row| row.id("id")).collect()
}

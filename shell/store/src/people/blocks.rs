//! Who does not want to be reached by whom.

use std::collections::BTreeSet;

use vocab::{UnixMillis, UserId};

use crate::sql::sql;
use crate::{Store, StoreError};

/// What blocks stand between a caller and the callees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocked {
    /// Callees who have blocked the caller.
    pub by_callee: BTreeSet<UserId>,
    /// Callees whom the caller has blocked.
    pub by_caller: BTreeSet<UserId>,
}

impl Store {
    /// Blocks somebody; again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`]; a fault when one of them is unknown.
    pub async fn put_block(
        &self,
        user: UserId,
        blocked: UserId,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO blocks (user_id, blocked_id, created_at) VALUES ($1, $2, $3) \
                    ON CONFLICT DO NOTHING";
        self.run(sql!(text, user, blocked, now)).await?;
        Ok(())
    }

    /// Lifts a block; false when there was none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_block(&self, user: UserId, blocked: UserId) -> Result<bool, StoreError> {
        let text = "DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2";
        Ok(self.run(sql!(text, user, blocked)).await? > 0)
    }

    /// Whom a user has blocked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn blocks_of(&self, user: UserId) -> Result<BTreeSet<UserId>, StoreError> {
        let rows = self.all(sql!("SELECT blocked_id FROM blocks WHERE user_id = $1", user)).await?;
        rows.iter().map(|row| row.id("blocked_id")).collect()
    }

    /// Whom a user has blocked, and since when; the newest block first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn blocks_since(
        &self,
        user: UserId,
    ) -> Result<Vec<(UserId, UnixMillis)>, StoreError> {
        let text = "SELECT blocked_id, created_at FROM blocks WHERE user_id = $1 \
                    ORDER BY created_at DESC, blocked_id";
        let rows = self.all(sql!(text, user)).await?;
        rows.iter().map(|row| Ok((row.id("blocked_id")?, row.time("created_at")?))).collect()
    }

    /// The blocks between a caller and the callees, in both directions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn blocked_pairs(
        &self,
        caller: UserId,
        callees: &[UserId],
    ) -> Result<Blocked, StoreError> {
        let mut blocked = Blocked::default();
        for some in callees.chunks(500) {
            let mut query = sql!(
                "SELECT user_id, blocked_id FROM blocks WHERE (user_id = $1 AND blocked_id IN ",
                caller,
            );
            query.list(some.iter().copied()).push(") OR (blocked_id = $1 AND user_id IN ");
            query.list(some.iter().copied()).push(")");
            for row in self.all(query).await? {
                let by: UserId = row.id("user_id")?;
                if by == caller {
                    blocked.by_caller.insert(row.id("blocked_id")?);
                } else {
                    blocked.by_callee.insert(by);
                }
            }
        }
        Ok(blocked)
    }
}

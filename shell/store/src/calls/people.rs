//! What calls people are in.

use std::collections::BTreeSet;

use vocab::{CallId, UserId};

use crate::calls::lookup::ids;
use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// The calls that await a user's answer or that they are in, newest first; not those
    /// that are kept from them because they blocked the caller.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_calls_of(&self, user: UserId) -> Result<Vec<CallId>, StoreError> {
        let text = "SELECT call_id AS id FROM call_participants WHERE user_id = $1 \
                    AND status IN ('invited', 'ringing', 'joined') AND ring_mode <> 'withheld' \
                    ORDER BY call_id DESC";
        ids(&self.all(sql!(text, user)).await?)
    }

    /// Who of these is in a call other than `except`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn busy_among(
        &self,
        users: &[UserId],
        except: Option<CallId>,
    ) -> Result<BTreeSet<UserId>, StoreError> {
        let mut busy = BTreeSet::new();
        for some in users.chunks(500) {
            let mut query =
                sql!("SELECT DISTINCT user_id FROM call_participants WHERE status = 'joined'");
            query.push(" AND user_id IN ").list(some.iter().copied());
            if let Some(call) = except {
                query.push(" AND call_id <> ").bind(call);
            }
            for row in self.all(query).await? {
                busy.insert(row.id("user_id")?);
            }
        }
        Ok(busy)
    }

    /// How many calls ring at a user's devices.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ringing_count(&self, user: UserId) -> Result<u64, StoreError> {
        let text = "SELECT COUNT(*) AS n FROM call_participants WHERE user_id = $1 \
                    AND status IN ('invited', 'ringing') AND ring_mode = 'ring'";
        match self.first(sql!(text, user)).await? {
            Some(row) => row.number("n"),
            None => Ok(0),
        }
    }
}

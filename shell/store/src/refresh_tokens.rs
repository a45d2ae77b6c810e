//! Refresh tokens: used once, revoked by family when one is used again.

use std::time::Duration;

use vocab::{RowId, UnixMillis, UserId};

use crate::error::Failed;
use crate::sql::sql;
use crate::store::Tx;
use crate::{Store, StoreError};

/// What is stored of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRefreshToken {
    /// The hash of the token.
    pub hash: [u8; 32],
    /// Shared by all tokens that came out of one login.
    pub family: RowId,
    /// Whose.
    pub user: UserId,
    /// When it stops being valid.
    pub expires_at: UnixMillis,
}

/// The token that takes the place of a presented one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Successor {
    /// Its hash.
    pub hash: [u8; 32],
    /// When it stops being valid.
    pub expires_at: UnixMillis,
}

/// What became of a presented refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotateOutcome {
    /// It is used up, the successor is stored.
    Rotated {
        /// Whose it is.
        user: UserId,
        /// Its family.
        family: RowId,
    },
    /// There is no such token, or it was revoked.
    Unknown,
    /// It was valid once.
    Expired,
    /// It was used before: a copy is around. The whole family is revoked.
    Reused {
        /// Whose it is.
        user: UserId,
        /// The family that was revoked.
        family: RowId,
    },
}

impl Store {
    /// Stores the first token of a family.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_refresh_token(
        &self,
        new: &NewRefreshToken,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            insert(&tx, new, now).await?;
            tx.commit().await
        })
        .await
    }

    /// Uses a token up and stores its successor, in one transaction. The newest used token
    /// of a family may be presented again within `grace` (two tabs that refresh at once);
    /// any other used one revokes the family.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_refresh_token(
        &self,
        presented: &[u8; 32],
        successor: &Successor,
        grace: Duration,
        now: UnixMillis,
    ) -> Result<RotateOutcome, StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            let used = tx
                .run(sql!(
                    "UPDATE refresh_tokens SET used_at = $1 WHERE hash = $2 \
                     AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $1",
                    now,
                    presented,
                ))
                .await?;
            let outcome = judge(&tx, presented, used > 0, grace, now).await?;
            match outcome {
                RotateOutcome::Rotated { user, family } => {
                    let Successor { hash, expires_at } = *successor;
                    insert(&tx, &NewRefreshToken { hash, family, user, expires_at }, now).await?;
                }
                RotateOutcome::Reused { family, .. } => revoke(&tx, family, now).await?,
                RotateOutcome::Unknown | RotateOutcome::Expired => {}
            }
            tx.commit().await?;
            Ok(outcome)
        })
        .await
    }

    /// Revokes the family of a token (logout); false when the token is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_refresh_family(
        &self,
        presented: &[u8; 32],
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE refresh_tokens SET revoked_at = $1 WHERE revoked_at IS NULL \
                    AND family IN (SELECT family FROM refresh_tokens WHERE hash = $2)";
        Ok(self.run(sql!(text, now, presented)).await? > 0)
    }

    /// Forgets the tokens that expired before this moment; how many they were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_refresh_tokens(&self, moment: UnixMillis) -> Result<u64, StoreError> {
        Ok(self.run(sql!("DELETE FROM refresh_tokens WHERE expires_at < $1", moment)).await?)
    }
}

async fn judge(
    tx: &Tx,
    presented: &[u8; 32],
    just_used: bool,
    grace: Duration,
    now: UnixMillis,
) -> Result<RotateOutcome, StoreError> {
    let text = "SELECT t.user_id, t.family, t.expires_at, t.used_at, t.revoked_at, \
                NOT EXISTS (SELECT 1 FROM refresh_tokens o WHERE o.family = t.family \
                AND o.used_at > t.used_at) AS newest FROM refresh_tokens t WHERE t.hash = $1";
    let Some(row) = tx.first(sql!(text, presented)).await? else {
        return Ok(RotateOutcome::Unknown);
    };
    let (user, family) = (row.id("user_id")?, row.id("family")?);
    if just_used {
        return Ok(RotateOutcome::Rotated { user, family });
    }
    if row.time_or_none("revoked_at")?.is_some() {
        return Ok(RotateOutcome::Unknown);
    }
    let newest: bool = row.get("newest")?;
    match row.time_or_none("used_at")? {
        Some(used) if newest && now.saturating_since(used) < grace => {
            Ok(RotateOutcome::Rotated { user, family })
        }
        Some(_) => Ok(RotateOutcome::Reused { user, family }),
        None => Ok(RotateOutcome::Expired),
    }
}

async fn insert(tx: &Tx, new: &NewRefreshToken, now: UnixMillis) -> Result<(), Failed> {
    let text = "INSERT INTO refresh_tokens (hash, family, user_id, created_at, expires_at) \
                VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql!(text, &new.hash, new.family, new.user, now, new.expires_at)).await?;
    Ok(())
}

async fn revoke(tx: &Tx, family: RowId, now: UnixMillis) -> Result<(), Failed> {
    let text = "UPDATE refresh_tokens SET revoked_at = $1 WHERE family = $2 AND revoked_at IS NULL";
    tx.run(sql!(text, now, family)).await?;
    Ok(())
}

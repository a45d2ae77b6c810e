//! Invites: each lets one person open an account. [`Store::create_user`] uses them up.

use vocab::{UnixMillis, UserId};

use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// Stores the hash of a new invite.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_invite(
        &self,
        hash: &[u8; 32],
        created_by: Option<UserId>,
        expires_at: UnixMillis,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO invites (hash, created_by, created_at, expires_at) \
                    VALUES ($1, $2, $3, $4)";
        self.run(sql!(text, hash, created_by, now, expires_at)).await?;
        Ok(())
    }

    /// Whether an invite would let somebody in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invite_is_valid(
        &self,
        hash: &[u8; 32],
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let text = "SELECT 1 FROM invites WHERE hash = $1 AND used_at IS NULL AND expires_at > $2";
        Ok(self.first(sql!(text, hash, now)).await?.is_some())
    }

    /// Forgets the invites that expired before this moment; how many they were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_invites(&self, moment: UnixMillis) -> Result<u64, StoreError> {
        Ok(self.run(sql!("DELETE FROM invites WHERE expires_at < $1", moment)).await?)
    }
}

//! A record of the relay credentials that were handed out, without the credentials.

use vocab::{RowId, UnixMillis, UserId};

use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// Records a credential by its hash; the credential itself is never stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_turn_credential(
        &self,
        user: UserId,
        username: &str,
        credential_hash: &[u8; 32],
        expires_at: UnixMillis,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let hash: String = credential_hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let id = RowId::new(now, rand::random());
        let text = "INSERT INTO turn_credentials \
                    (id, user_id, username, credential, expires_at, created_at) \
                    VALUES ($1, $2, $3, $4, $5, $6)";
        self.run(sql!(text, id, user, username, hash, expires_at, now)).await?;
        Ok(())
    }

    /// Forgets the expired ones. PostgreSQL goes by its own clock, as founded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cleanup_turn_credentials(&self, now: UnixMillis) -> Result<(), StoreError> {
        let cleanup = if self.is_postgres() {
            sql!("SELECT cleanup_expired_turn_credentials()")
        } else {
            sql!("DELETE FROM turn_credentials WHERE expires_at < $1", now)
        };
        self.run(cleanup).await?;
        Ok(())
    }

    /// The usernames on record for a user, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn turn_credentials_of(&self, user: UserId) -> Result<Vec<String>, StoreError> {
        let text = "SELECT username FROM turn_credentials WHERE user_id = $1 ORDER BY id";
        let rows = self.all(sql!(text, user)).await?;
        rows.iter().map(|row| row.get("username")).collect()
    }
}

//! Server-to-server keys, of which only the hash is stored.

use vocab::{RowId, UnixMillis};

use crate::sql::{Row, sql};
use crate::{Store, StoreError};

/// A stored key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its public id.
    pub id: RowId,
    /// The hash of its secret.
    pub hash: [u8; 32],
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When it was withdrawn; it is not valid then.
    pub revoked_at: Option<UnixMillis>,
}

impl Store {
    /// Stores a new key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_api_key(
        &self,
        id: RowId,
        hash: &[u8; 32],
        name: &str,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO api_keys (id, hash, name, created_at) VALUES ($1, $2, $3, $4)";
        self.run(sql!(text, id, hash, name, now)).await?;
        Ok(())
    }

    /// A key that was not withdrawn.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn api_key(&self, id: RowId) -> Result<Option<ApiKeyRow>, StoreError> {
        let text = "SELECT id, hash, name, created_at, revoked_at FROM api_keys \
                    WHERE id = $1 AND revoked_at IS NULL";
        self.first(sql!(text, id)).await?.as_ref().map(api_key).transpose()
    }

    /// All keys, withdrawn ones too, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyRow>, StoreError> {
        let text = "SELECT id, hash, name, created_at, revoked_at FROM api_keys ORDER BY id DESC";
        let rows = self.all(sql!(text)).await?;
        rows.iter().map(api_key).collect()
    }

    /// Withdraws a key; false when it was unknown or withdrawn already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_api_key(&self, id: RowId, now: UnixMillis) -> Result<bool, StoreError> {
        let text = "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
        Ok(self.run(sql!(text, now, id)).await? > 0)
    }
}

fn api_key(row: &Row) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        id: row.id("id")?,
        hash: row.hash("hash")?,
        name: row.get("name")?,
        created_at: row.time("created_at")?,
        revoked_at: row.time_or_none("revoked_at")?,
    })
}

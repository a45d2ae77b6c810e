//! Finding people.

use std::collections::BTreeSet;

use vocab::UserId;

use crate::people::{COLUMNS, User, key, user};
use crate::sql::{big, sql};
use crate::{Store, StoreError};

impl Store {
    /// A user, whether or not the account was closed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM users u WHERE u.id = $1");
        self.first(sql!(text, id)).await?.as_ref().map(user).transpose()
    }

    /// These users in the order of their ids, closed accounts among them; unknown ones are
    /// left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(500) {
            let mut query = sql!(format!("SELECT {COLUMNS} FROM users u WHERE u.id IN "));
            query.list(some.iter().copied());
            for row in self.all(query).await? {
                found.push(user(&row)?);
            }
        }
        found.sort_by_key(|user| user.id);
        Ok(found)
    }

    /// The open account of this program with this identifier, whatever its case.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_by_identifier(&self, identifier: &str) -> Result<Option<User>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM users u \
             WHERE u.identifier_key = $1 AND u.subject IS NULL AND u.deleted_at IS NULL"
        );
        self.first(sql!(text, key(identifier))).await?.as_ref().map(user).transpose()
    }

    /// Users whose name or identifier contains a text, whatever its case, by name; at most
    /// `limit`, and not the one who searches.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn search_users(
        &self,
        text: &str,
        limit: u64,
        excluding: UserId,
    ) -> Result<Vec<User>, StoreError> {
        let escaped = key(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let query = format!(
            "SELECT {COLUMNS} FROM users u WHERE u.search_key LIKE $1 ESCAPE '\\' \
             AND u.deleted_at IS NULL AND u.id <> $2 ORDER BY u.search_key, u.id LIMIT $3"
        );
        let rows = self.all(sql!(query, format!("%{escaped}%"), excluding, big(limit))).await?;
        rows.iter().map(user).collect()
    }

    /// Everybody who shares a conversation with a user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn contacts(&self, user: UserId) -> Result<BTreeSet<UserId>, StoreError> {
        let text = "SELECT DISTINCT o.user_id FROM conversation_members m \
                    JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL \
                    JOIN conversation_members o ON o.conversation_id = m.conversation_id \
                    AND o.left_at IS NULL AND o.user_id <> m.user_id \
                    WHERE m.user_id = $1 AND m.left_at IS NULL";
        let rows = self.all(sql!(text, user)).await?;
        rows.iter().map(|row| row.id("user_id")).collect()
    }
}

//! Finding conversations.

use vocab::{ConversationId, UserId};

use crate::conversations::{Conversation, Member};
use crate::sql::{Row, big, sql};
use crate::{Store, StoreError};

/// Every column of a conversation and one of its members.
const SELECT: &str = "SELECT c.id, c.kind, c.title, c.created_by, c.created_at, \
     m.user_id, m.role, m.joined_at, u.name, u.identifier \
     FROM conversations c LEFT JOIN conversation_members m \
     ON m.conversation_id = c.id AND m.left_at IS NULL LEFT JOIN users u ON u.id = m.user_id ";

const ORDER: &str = " ORDER BY c.id DESC, m.joined_at, m.user_id";

impl Store {
    /// A conversation that was not deleted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn conversation(
        &self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        let text = format!("{SELECT} WHERE c.id = $1 AND c.deleted_at IS NULL {ORDER}");
        Ok(conversations(&self.all(sql!(text, id)).await?)?.pop())
    }

    /// The same, if this user is a member of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn conversation_for(
        &self,
        id: ConversationId,
        member: UserId,
    ) -> Result<Option<Conversation>, StoreError> {
        let found = self.conversation(id).await?;
        Ok(found.filter(|conversation| conversation.member(member).is_some()))
    }

    /// The conversations of a user, those with the highest ids first. `cursor` is the last
    /// id of the former page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn conversations_of(
        &self,
        user: UserId,
        cursor: Option<ConversationId>,
        limit: u64,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut query = sql!(SELECT);
        query.push("WHERE c.id IN (SELECT o.conversation_id FROM conversation_members o ");
        query.push("JOIN conversations d ON d.id = o.conversation_id AND d.deleted_at IS NULL ");
        query.push("WHERE o.user_id = ").bind(user).push(" AND o.left_at IS NULL");
        if let Some(cursor) = cursor {
            query.push(" AND o.conversation_id < ").bind(cursor);
        }
        query.push(" ORDER BY o.conversation_id DESC LIMIT ").bind(big(limit)).push(")");
        query.push(ORDER);
        conversations(&self.all(query).await?)
    }

    /// All conversations, those with the highest ids first, for servers of the host product.
    /// `cursor` is the last id of the former page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_conversations(
        &self,
        cursor: Option<ConversationId>,
        limit: u64,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut query = sql!(SELECT);
        query.push("WHERE c.id IN (SELECT id FROM conversations WHERE deleted_at IS NULL");
        if let Some(cursor) = cursor {
            query.push(" AND id < ").bind(cursor);
        }
        query.push(" ORDER BY id DESC LIMIT ").bind(big(limit)).push(")");
        query.push(ORDER);
        conversations(&self.all(query).await?)
    }
}

fn conversations(rows: &[Row]) -> Result<Vec<Conversation>, StoreError> {
    let mut found: Vec<Conversation> = Vec::new();
    for row in rows {
        let id = row.id("id")?;
        if found.last().is_none_or(|last| last.id != id) {
            found.push(Conversation {
                id,
                kind: row.word("kind")?,
                title: row.get("title")?,
                created_by: row.id_or_none("created_by")?,
                created_at: row.time("created_at")?,
                members: Vec::new(),
            });
        }
        let (Some(last), Some(user)) = (found.last_mut(), row.id_or_none("user_id")?) else {
            continue;
        };
        last.members.push(Member {
            user,
            name: row.get("name")?,
            identifier: row.get("identifier")?,
            role: row.word("role")?,
            joined_at: row.time("joined_at")?,
        });
    }
    Ok(found)
}

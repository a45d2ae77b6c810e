//! What a conversation is called, and who owns it.

use vocab::{ConversationId, UserId};

use crate::conversations::MemberRole;
use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// Gives a conversation another title, or none; false when it is unknown or deleted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_title(
        &self,
        conversation: ConversationId,
        title: Option<&str>,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE conversations SET title = $1 WHERE id = $2 AND deleted_at IS NULL";
        Ok(self.run(sql!(text, title, conversation)).await? > 0)
    }

    /// Gives a member another role; false when they are no member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_member_role(
        &self,
        conversation: ConversationId,
        user: UserId,
        role: MemberRole,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE conversation_members SET role = $1 \
                    WHERE conversation_id = $2 AND user_id = $3 AND left_at IS NULL";
        Ok(self.run(sql!(text, role.as_str(), conversation, user)).await? > 0)
    }
}

//! Who comes and goes.

use vocab::{ConversationId, UnixMillis, UserId};

use crate::conversations::create::put_members;
use crate::conversations::{Conversation, MemberRole};
use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// Adds members, each with the role `member`; those who are in it keep theirs. The
    /// conversation afterwards; `None` when it is unknown or deleted.
    ///
    /// # Errors
    /// [`StoreError`]; a fault when somebody is unknown.
    pub async fn add_members(
        &self,
        conversation: ConversationId,
        users: &[UserId],
        now: UnixMillis,
    ) -> Result<Option<Conversation>, StoreError> {
        let Some(present) = self.conversation(conversation).await? else { return Ok(None) };
        let mut fresh: Vec<UserId> =
            users.iter().copied().filter(|user| present.member(*user).is_none()).collect();
        fresh.sort_unstable();
        fresh.dedup();
        let fresh: Vec<_> = fresh.into_iter().map(|user| (user, MemberRole::Member)).collect();
        if fresh.is_empty() {
            return Ok(Some(present));
        }
        self.within(async {
            let tx = self.begin().await?;
            put_members(&tx, conversation, &fresh, now).await?;
            tx.commit().await
        })
        .await?;
        self.conversation(conversation).await
    }

    /// Removes a member; false when they were none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_member(
        &self,
        conversation: ConversationId,
        user: UserId,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE conversation_members SET left_at = $1 \
                    WHERE conversation_id = $2 AND user_id = $3 AND left_at IS NULL";
        Ok(self.run(sql!(text, now, conversation, user)).await? > 0)
    }

    /// Deletes a conversation; its calls stay in the history. False when it was unknown or
    /// deleted already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_conversation(
        &self,
        conversation: ConversationId,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE conversations SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        Ok(self.run(sql!(text, now, conversation)).await? > 0)
    }
}

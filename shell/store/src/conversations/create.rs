//! Creating conversations, and taking over those of a host product.

use vocab::{ConversationId, UnixMillis, UserId};

use crate::conversations::{
    Conversation, ConversationKind, Created, MemberRole, NewConversation, Replaced,
};
use crate::error::Failed;
use crate::sql::sql;
use crate::store::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Creates a conversation; a direct one of the same two exists once, however many ask
    /// at the same time.
    ///
    /// # Errors
    /// [`StoreError`]; a fault when a member is unknown.
    pub async fn create_conversation(
        &self,
        new: &NewConversation,
        now: UnixMillis,
    ) -> Result<Created, StoreError> {
        let key = direct_key(new);
        let existing = self.within(self.try_create_conversation(new, key.as_deref(), now)).await?;
        let id = existing.unwrap_or(new.id);
        let conversation = self.present(id).await?;
        Ok(match existing {
            Some(_) => Created::Existing(conversation),
            None => Created::New(conversation),
        })
    }

    /// The direct conversation that was there before.
    async fn try_create_conversation(
        &self,
        new: &NewConversation,
        key: Option<&str>,
        now: UnixMillis,
    ) -> Result<Option<ConversationId>, StoreError> {
        let tx = self.begin().await?;
        let created = tx
            .run(sql!(
                "INSERT INTO conversations (id, kind, title, direct_key, created_by, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (direct_key) \
                 WHERE direct_key IS NOT NULL AND deleted_at IS NULL DO NOTHING",
                new.id,
                new.kind.as_str(),
                new.title.as_deref(),
                key,
                new.created_by,
                now,
            ))
            .await?;
        if created == 0 {
            let text = "SELECT id FROM conversations WHERE direct_key = $1 AND deleted_at IS NULL";
            let row = tx.first(sql!(text, key)).await?;
            tx.rollback().await?;
            let row = row.ok_or_else(gone)?;
            return Ok(Some(row.id("id")?));
        }
        put_members(&tx, new.id, &new.members, now).await?;
        tx.commit().await?;
        Ok(None)
    }

    /// Creates the conversation of a host product, or replaces its title and members; one
    /// that was deleted is there again.
    ///
    /// # Errors
    /// [`StoreError`]; a fault when a member is unknown.
    pub async fn put_conversation(
        &self,
        put: &NewConversation,
        now: UnixMillis,
    ) -> Result<Replaced, StoreError> {
        let (added, removed) = self.within(self.try_put(put, now)).await?;
        let conversation = self.present(put.id).await?;
        Ok(Replaced { conversation, added, removed })
    }

    async fn try_put(
        &self,
        put: &NewConversation,
        now: UnixMillis,
    ) -> Result<(Vec<UserId>, Vec<UserId>), StoreError> {
        let tx = self.begin().await?;
        tx.run(sql!(
            "INSERT INTO conversations (id, kind, title, created_by, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, \
             title = excluded.title, deleted_at = NULL, direct_key = NULL",
            put.id,
            put.kind.as_str(),
            put.title.as_deref(),
            put.created_by,
            now,
        ))
        .await?;
        let text = "SELECT user_id FROM conversation_members \
                    WHERE conversation_id = $1 AND left_at IS NULL";
        let mut before: Vec<UserId> = Vec::new();
        for row in tx.all(sql!(text, put.id)).await? {
            before.push(row.id("user_id")?);
        }
        let is_put = |user: &UserId| put.members.iter().any(|(member, _)| member == user);
        let removed: Vec<UserId> = before.iter().copied().filter(|user| !is_put(user)).collect();
        let all = put.members.iter().map(|(user, _)| *user);
        let added = all.filter(|user| !before.contains(user)).collect();
        if !removed.is_empty() {
            let mut leave = sql!(
                "UPDATE conversation_members SET left_at = $1 WHERE conversation_id = $2",
                now,
                put.id
            );
            leave.push(" AND left_at IS NULL AND user_id IN ").list(removed.iter().copied());
            tx.run(leave).await?;
        }
        put_members(&tx, put.id, &put.members, now).await?;
        tx.commit().await?;
        Ok((added, removed))
    }

    pub(super) async fn present(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        self.conversation(id).await?.ok_or_else(gone)
    }
}

/// Members come or come back; those who are there keep the moment they joined.
pub(super) async fn put_members(
    tx: &Tx,
    conversation: ConversationId,
    members: &[(UserId, MemberRole)],
    now: UnixMillis,
) -> Result<(), Failed> {
    for some in members.chunks(500) {
        let mut insert = sql!(
            "INSERT INTO conversation_members (conversation_id, user_id, role, joined_at) VALUES "
        );
        for (index, (user, role)) in some.iter().enumerate() {
            insert.push(if index > 0 { ", (" } else { "(" }).bind(conversation).push(", ");
            insert.bind(*user).push(", ").bind(role.as_str()).push(", ").bind(now).push(")");
        }
        insert.push(
            " ON CONFLICT (conversation_id, user_id) DO UPDATE SET role = excluded.role, \
             joined_at = CASE WHEN conversation_members.left_at IS NULL \
             THEN conversation_members.joined_at ELSE excluded.joined_at END, left_at = NULL",
        );
        tx.run(insert).await?;
    }
    Ok(())
}

/// The same for the same two, in whatever order.
fn direct_key(new: &NewConversation) -> Option<String> {
    let [(one, _), (other, _)] = new.members.as_slice() else { return None };
    let (first, second) = (one.min(other), one.max(other));
    (new.kind == ConversationKind::Direct).then(|| format!("{first}:{second}"))
}

fn gone() -> StoreError {
    StoreError::Unavailable("the conversation was deleted in the meantime".to_owned())
}

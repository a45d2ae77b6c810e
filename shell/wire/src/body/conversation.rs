//! Conversations and their members.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::field;

/// Two people, or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// Exactly two people; there is one per pair.
    Direct,
    /// A group.
    Group,
}

/// A member's part in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// Adds and removes members.
    Owner,
    /// Takes part.
    Member,
}

/// `POST /api/conversations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct CreateConversationRequest {
    /// Direct or group.
    #[garde(skip)]
    pub kind: ConversationKind,
    /// A name for a group.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// The other members; exactly one for a direct conversation.
    #[garde(length(min = 1, max = 1000))]
    #[schema(min_items = 1, max_items = 1000)]
    pub member_ids: Vec<field::UserId>,
}

/// `PATCH /api/conversations/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateConversationRequest {
    /// The new name of the group; null takes it away.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub title: Option<String>,
}

/// `PUT /api/conversations/:id` by a server with an API key: creates or replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct PutConversationRequest {
    /// Direct or group.
    #[garde(skip)]
    pub kind: ConversationKind,
    /// A name for a group.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// All members; who is not listed is no longer one.
    #[garde(length(max = 1000), dive)]
    #[schema(max_items = 1000)]
    pub members: Vec<PutMember>,
}

/// A member as the host product names them: by its own id (the `sub` of its tokens), or by
/// the id that this server gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[garde(custom(named))]
#[ts(optional_fields)]
pub struct PutMember {
    /// This server's id.
    #[garde(skip)]
    pub user_id: Option<field::UserId>,
    /// The host product's id.
    #[garde(length(min = 1, max = 255))]
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// The display name; kept when left out.
    #[garde(length(chars, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub name: Option<String>,
    /// The e-mail address; kept when left out.
    #[garde(length(min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// `member` when left out.
    #[garde(skip)]
    pub role: Option<MemberRole>,
}

fn named(member: &PutMember, (): &()) -> garde::Result {
    if member.user_id.is_some() == member.external_id.is_some() {
        return Err(garde::Error::new("give either userId or externalId"));
    }
    Ok(())
}

/// `POST /api/conversations/:id/members`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddMembersRequest {
    /// Whom.
    #[garde(length(min = 1, max = 1000))]
    #[schema(min_items = 1, max_items = 1000)]
    pub user_ids: Vec<field::UserId>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Conversation")]
#[schema(as = Conversation)]
pub struct ConversationBody {
    /// Which.
    pub id: field::ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The name of a group.
    pub title: Option<String>,
    /// Everybody in it.
    pub members: Vec<MemberBody>,
    /// When it was created.
    pub created_at: field::Timestamp,
    /// The call that runs in it.
    pub active_call_id: Option<field::CallId>,
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Member")]
#[schema(as = Member)]
pub struct MemberBody {
    /// Who.
    pub user_id: field::UserId,
    /// Their display name.
    pub user_name: String,
    /// Their e-mail address, or the host product's name for them.
    pub user_identifier: String,
    /// Their part in the conversation.
    pub role: MemberRole,
    /// Whether a device of theirs is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub online: Option<bool>,
}

/// A conversation, wrapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationResponse {
    /// The conversation.
    pub conversation: ConversationBody,
}

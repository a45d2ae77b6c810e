//! Conversations: who may call whom.

pub(crate) mod add_members;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod put;
pub(crate) mod remove_member;
pub(crate) mod retitle;

use store::{Conversation, ConversationKind, Member, MemberRole};
use unicode_normalization::UnicodeNormalization as _;
use vocab::{CallId, ConversationId, UserId};
use wire::body::{ConversationBody, ConversationResponse, MemberBody};
use wire::{Code, Failure, Wire, body};

use crate::refused::Refused;
use crate::state::ApiState;

/// The most members of a conversation; beyond, telling all of them of a call takes too long.
pub(crate) const MAX_MEMBERS: usize = 1_000;

/// A conversation and the call that runs in it.
pub(crate) fn conversation_body(
    state: &ApiState,
    conversation: &Conversation,
    active: Option<CallId>,
) -> ConversationBody {
    let member = |member: &Member| MemberBody {
        user_id: Wire(member.user),
        user_name: member.name.clone(),
        user_identifier: member.identifier.clone(),
        role: match member.role {
            MemberRole::Owner => body::MemberRole::Owner,
            MemberRole::Member => body::MemberRole::Member,
        },
        online: Some(state.switchboard.is_online(member.user)),
    };
    ConversationBody {
        id: Wire(conversation.id),
        kind: match conversation.kind {
            ConversationKind::Direct => body::ConversationKind::Direct,
            ConversationKind::Group => body::ConversationKind::Group,
        },
        title: conversation.title.clone(),
        members: conversation.members.iter().map(member).collect(),
        created_at: Wire(conversation.created_at),
        active_call_id: active.map(Wire),
    }
}

/// The same, wrapped, with the call looked up as this viewer may see it; `None` for a server.
pub(crate) async fn response(
    state: &ApiState,
    conversation: &Conversation,
    viewer: Option<UserId>,
) -> Result<ConversationResponse, Refused> {
    let active = match viewer {
        Some(viewer) => {
            let live = state.store.active_for(viewer).await?;
            live.iter().find(|call| call.conversation == conversation.id).map(|call| call.id)
        }
        None => state.store.live_call_in(conversation.id).await?,
    };
    Ok(ConversationResponse { conversation: conversation_body(state, conversation, active) })
}

/// A conversation that a person is a member of. Others are not told that it exists.
pub(crate) async fn of_member(
    state: &ApiState,
    id: ConversationId,
    user: UserId,
) -> Result<Conversation, Refused> {
    let found = state.store.conversation_for(id, user).await?;
    found.ok_or_else(|| Code::ConversationNotFound.into())
}

/// A group that a person may change.
pub(crate) async fn of_owner(
    state: &ApiState,
    id: ConversationId,
    user: UserId,
) -> Result<Conversation, Refused> {
    let conversation = of_member(state, id, user).await?;
    if conversation.kind == ConversationKind::Direct {
        return Err(
            Failure::new(Code::Forbidden, "A direct conversation cannot be changed.").into()
        );
    }
    match conversation.member(user).map(|member| member.role) {
        Some(MemberRole::Owner) => Ok(conversation),
        Some(MemberRole::Member) | None => {
            Err(Failure::new(Code::Forbidden, "Only an owner may do this.").into())
        }
    }
}

/// Everybody of a list is known and present.
pub(crate) async fn check_present(state: &ApiState, users: &[UserId]) -> Result<(), Refused> {
    let found = state.store.users(users).await?;
    let is_present =
        |id: &UserId| found.iter().any(|user| user.id == *id && user.deleted_at.is_none());
    match users.iter().find(|user| !is_present(user)) {
        None => Ok(()),
        Some(unknown) => {
            Err(Failure::new(Code::UserNotFound, format!("There is no user {unknown}.")).into())
        }
    }
}

/// A title as it is kept: trimmed, NFC, no blank one.
pub(crate) fn title(text: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let title: String = text.trim().nfc().collect();
    let forbidden = |c: char| {
        let reorders = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c.is_control() || reorders || matches!(c, '\u{2028}' | '\u{2029}')
    };
    if title.chars().any(forbidden) {
        return Err(Failure::field("title", "has no control or text-direction characters"));
    }
    Ok((!title.is_empty()).then_some(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed_and_may_not_change_the_direction_of_text() {
        assert_eq!(title(Some("  Team  ")).unwrap().as_deref(), Some("Team"));
        assert_eq!(title(Some("  ")).unwrap(), None);
        assert_eq!(title(None).unwrap(), None);
        for bad in ["a\nb", "a\u{202e}b", "a\u{2028}b"] {
            assert_eq!(title(Some(bad)).unwrap_err().code, Code::Invalid, "{bad:?}");
        }
    }
}

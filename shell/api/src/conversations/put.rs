//! `PUT /api/conversations/{conversationId}`: what the host product says a conversation is.

use auth::{DisplayName, Email, user_id};
use axum::Json;
use axum::extract::State;
use store::{ConversationKind, ExternalId, HostUser, MemberRole, NewConversation};
use vocab::{ConversationId, UserId};
use wire::Failure;
use wire::body::{self, ConversationResponse, PutConversationRequest, PutMember};

use crate::conversations::{check_present, response, title};
use crate::extract::{Body, InPath, KeyHolder};
use crate::refused::{Answer, Refused};
use crate::responses::{ForServers, OfMember, WithBody};
use crate::settings::Identities;
use crate::state::ApiState;

/// Create or replace a conversation
///
/// For servers of the host product. Members who are not listed are removed, also from a call
/// that runs; members by `externalId` are created when they are new.
#[utoipa::path(
    put, path = "/api/conversations/{conversationId}", operation_id = "putConversation", tag = "conversations",
    params(("conversationId" = String, Path, format = Uuid, description = "Which; a new id creates it")),
    request_body(content = PutConversationRequest, example = json!({
        "kind": "group", "title": "Support", "members": [
            {"externalId": "agent-7", "name": "Ada", "email": "ada@example.com", "role": "owner"},
            {"externalId": "customer-12"},
        ],
    })),
    responses(
        (status = 200, description = "The conversation now", body = ConversationResponse),
        ForServers, WithBody, OfMember,
    ),
    security(("apiKey" = [])),
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    server: KeyHolder,
    InPath(id): InPath<ConversationId>,
    Body(request): Body<PutConversationRequest>,
) -> Answer<ConversationResponse> {
    let title = title(request.title.as_deref())?;
    let members = members(&state, &request).await?;
    let (kind, title) = match request.kind {
        body::ConversationKind::Direct if members.len() != 2 => {
            let message = "a direct conversation has exactly two members";
            return Err(Failure::field("members", message).into());
        }
        body::ConversationKind::Direct => (ConversationKind::Direct, None),
        body::ConversationKind::Group => (ConversationKind::Group, title),
    };
    let new = NewConversation { id, kind, title, created_by: None, members };
    let replaced = state.store.put_conversation(&new, state.now()).await?;
    tracing::info!(key = %server.key, conversation = %id, "conversation put");
    for user in &replaced.removed {
        state.switchboard.member_removed(id, *user).await?;
    }
    Ok(Json(response(&state, &replaced.conversation, None).await?))
}

/// The members by our ids; who is new is created.
async fn members(
    state: &ApiState,
    request: &PutConversationRequest,
) -> Result<Vec<(UserId, MemberRole)>, Refused> {
    let mut members: Vec<(UserId, MemberRole)> = Vec::new();
    let mut known = Vec::new();
    for (index, member) in request.members.iter().enumerate() {
        let user = match (&member.user_id, &member.external_id) {
            (Some(user), _) => {
                known.push(user.0);
                user.0
            }
            (None, Some(subject)) => external(state, index, member, subject).await?,
            (None, None) => return Err(named(index, "give either userId or externalId")),
        };
        if members.iter().any(|(one, _)| *one == user) {
            return Err(named(index, "is listed twice"));
        }
        let role = match member.role {
            Some(body::MemberRole::Owner) => MemberRole::Owner,
            Some(body::MemberRole::Member) | None => MemberRole::Member,
        };
        members.push((user, role));
    }
    check_present(state, &known).await?;
    Ok(members)
}

/// A member whom the host product names by its own id.
async fn external(
    state: &ApiState,
    index: usize,
    member: &PutMember,
    subject: &str,
) -> Result<UserId, Refused> {
    let Identities::Host { issuer } = state.identities.as_ref() else {
        return Err(named(index, "people of this server are named by userId"));
    };
    let email = match member.email.as_deref().map(Email::parse) {
        Some(Ok(email)) => Some(email.into_string()),
        Some(Err(rule)) => return Err(named(index, &rule.to_string())),
        None => None,
    };
    let name = member.name.as_deref().and_then(DisplayName::cleaned);
    let host = HostUser {
        id: user_id(issuer, subject),
        external: ExternalId { issuer: issuer.clone(), subject: subject.to_owned() },
        name: name.map(DisplayName::into_string),
        email,
    };
    Ok(state.store.upsert_host_user(&host, state.now()).await?.id)
}

fn named(index: usize, message: &str) -> Refused {
    Failure::field(format!("members[{index}]"), message).into()
}

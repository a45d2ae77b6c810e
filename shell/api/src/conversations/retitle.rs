//! `PATCH /api/conversations/{conversationId}`: another title.

use axum::Json;
use axum::extract::State;
use vocab::ConversationId;
use wire::Code;
use wire::body::{ConversationResponse, UpdateConversationRequest};

use crate::conversations::{of_owner, response, title};
use crate::extract::{Body, Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfConversation, WithBody};
use crate::state::ApiState;

/// Change the title of a group
#[utoipa::path(
    patch, path = "/api/conversations/{conversationId}", operation_id = "retitleConversation", tag = "conversations",
    params(("conversationId" = String, Path, format = Uuid, description = "Which")),
    request_body(content = UpdateConversationRequest, example = json!({"title": "Team"})),
    responses(
        (status = 200, description = "The conversation now", body = ConversationResponse),
        ForPeople, WithBody, OfConversation,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn retitle(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(id): InPath<ConversationId>,
    Body(request): Body<UpdateConversationRequest>,
) -> Answer<ConversationResponse> {
    state.accounts()?;
    let mut conversation = of_owner(&state, id, caller.user).await?;
    let title = title(request.title.as_deref())?;
    if !state.store.set_title(id, title.as_deref()).await? {
        return Err(Code::ConversationNotFound.into());
    }
    conversation.title = title;
    Ok(Json(response(&state, &conversation, Some(caller.user)).await?))
}

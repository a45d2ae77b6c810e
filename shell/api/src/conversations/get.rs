//! `GET /api/conversations/{conversationId}`: one conversation.

use axum::Json;
use axum::extract::State;
use vocab::ConversationId;
use wire::Code;
use wire::body::ConversationResponse;

use crate::conversations::{of_member, response};
use crate::extract::{Asker, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfConversation};
use crate::state::ApiState;

/// Get a conversation
#[utoipa::path(
    get, path = "/api/conversations/{conversationId}", operation_id = "getConversation", tag = "conversations",
    params(("conversationId" = String, Path, format = Uuid, description = "Which")),
    responses(
        (status = 200, description = "The conversation", body = ConversationResponse, example = json!({
            "conversation": {
                "id": "01941f29-7c00-7aaa-8bbb-00000000000c", "kind": "group", "title": "Team",
                "members": [{"userId": "01941f29-7c00-7aaa-8bbb-000000000001", "userName": "Ada",
                    "userIdentifier": "ada@example.com", "role": "owner", "online": true}],
                "createdAt": "2025-01-10T14:30:00.000Z", "activeCallId": null,
            },
        })),
        ForPeople, OfConversation,
    ),
    security(("bearer" = []), ("apiKey" = [])),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    asker: Asker,
    InPath(id): InPath<ConversationId>,
) -> Answer<ConversationResponse> {
    let (conversation, viewer) = match asker {
        Asker::Person(me) => (of_member(&state, id, me.user).await?, Some(me.user)),
        Asker::Server => {
            let found = state.store.conversation(id).await?;
            (found.ok_or(Code::ConversationNotFound)?, None)
        }
    };
    Ok(Json(response(&state, &conversation, viewer).await?))
}

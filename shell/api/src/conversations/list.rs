//! `GET /api/conversations`: the bearer's conversations, or with a key all of them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use store::Conversation;
use vocab::{CallId, ConversationId};
use wire::body::{ConversationBody, Page, PageQuery};
use wire::{Failure, Text as _};

use crate::conversations::conversation_body;
use crate::extract::{Asker, InQuery};
use crate::refused::{Answer, Refused};
use crate::responses::ForPeople;
use crate::state::ApiState;

/// List conversations
///
/// Those of the bearer, or with an API key all of them; the newest first.
#[utoipa::path(
    get, path = "/api/conversations", operation_id = "listConversations", tag = "conversations", params(PageQuery),
    responses(
        (status = 200, description = "A page of conversations", body = Page<ConversationBody>),
        ForPeople,
    ),
    security(("bearer" = []), ("apiKey" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    asker: Asker,
    InQuery(query): InQuery<PageQuery>,
) -> Answer<Page<ConversationBody>> {
    let wrong = || Failure::field("cursor", "is not a cursor of this list");
    let cursor = query.cursor.as_deref();
    let cursor = cursor.map(|text| ConversationId::from_text(text).ok_or_else(wrong));
    let cursor = cursor.transpose()?;
    let wanted = usize::try_from(query.limit()).unwrap_or(usize::MAX);
    let one_more = u64::from(query.limit()) + 1;
    let mut found = match &asker {
        Asker::Person(me) => state.store.conversations_of(me.user, cursor, one_more).await?,
        Asker::Server => state.store.all_conversations(cursor, one_more).await?,
    };
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next_cursor = found.last().filter(|_| more).map(|last| last.id.to_string());
    let calls = calls_in(&state, &asker, &found).await?;
    let items = found
        .iter()
        .map(|one| conversation_body(&state, one, calls.get(&one.id).copied()))
        .collect();
    Ok(Json(Page { items, next_cursor }))
}

/// The live calls of these conversations that the asker may see.
async fn calls_in(
    state: &ApiState,
    asker: &Asker,
    found: &[Conversation],
) -> Result<BTreeMap<ConversationId, CallId>, Refused> {
    let mut calls = BTreeMap::new();
    match asker {
        Asker::Person(me) => {
            let live = state.store.active_for(me.user).await?;
            calls.extend(live.iter().map(|call| (call.conversation, call.id)));
        }
        Asker::Server => {
            for one in found {
                if let Some(call) = state.store.live_call_in(one.id).await? {
                    calls.insert(one.id, call);
                }
            }
        }
    }
    Ok(calls)
}

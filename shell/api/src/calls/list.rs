//! `GET /api/calls`: the bearer's history, or with a key the calls of a conversation.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AnyOfBuilder, Schema};
use vocab::CallId;
use wire::body::{CallBody, HistoryEntry, HistoryQuery, Page};
use wire::{Failure, Text as _};

use crate::calls::seen_by_server::bodies;
use crate::extract::{Asker, InQuery};
use crate::refused::{Answer, Refused};
use crate::responses::ForPeople;
use crate::state::ApiState;

/// What people remember, or what servers see.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum CallList {
    /// For the bearer of a token.
    History(Page<HistoryEntry>),
    /// For a server with an API key.
    Calls(Page<CallBody>),
}

/// An empty page is both, so the two do not exclude each other.
impl utoipa::PartialSchema for CallList {
    fn schema() -> RefOr<Schema> {
        let either = AnyOfBuilder::new()
            .item(<Page<HistoryEntry> as utoipa::PartialSchema>::schema())
            .item(<Page<CallBody> as utoipa::PartialSchema>::schema())
            .description(Some("A person's history, or what a server sees."));
        RefOr::T(Schema::AnyOf(either.build()))
    }
}

impl utoipa::ToSchema for CallList {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <Page<HistoryEntry> as utoipa::ToSchema>::schemas(schemas);
        <Page<CallBody> as utoipa::ToSchema>::schemas(schemas);
    }
}

/// List calls
///
/// The bearer's history. With an API key all calls of `conversationId`, which must be given;
/// of the other filters only `limit` and `cursor` hold then.
#[utoipa::path(
    get, path = "/api/calls", operation_id = "listCalls", tag = "calls", params(HistoryQuery),
    responses((status = 200, description = "The newest first", body = CallList), ForPeople),
    security(("bearer" = []), ("apiKey" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    asker: Asker,
    InQuery(query): InQuery<HistoryQuery>,
) -> Answer<CallList> {
    Ok(Json(match asker {
        Asker::Person(caller) => {
            CallList::History(state.switchboard.history(caller.user, query).await?)
        }
        Asker::Server => CallList::Calls(calls_of_conversation(&state, &query).await?),
    }))
}

async fn calls_of_conversation(
    state: &ApiState,
    query: &HistoryQuery,
) -> Result<Page<CallBody>, Refused> {
    let conversation = query
        .conversation_id
        .ok_or_else(|| Failure::field("conversationId", "must be given with an API key"))?;
    let wrong = || Failure::field("cursor", "is not a cursor of this list");
    let cursor = query.cursor.as_deref();
    let cursor = cursor.map(|text| CallId::from_text(text).ok_or_else(wrong)).transpose()?;
    let wanted = usize::try_from(query.limit()).unwrap_or(usize::MAX);
    let one_more = u64::from(query.limit()) + 1;
    let mut found = state.store.calls_in(conversation.0, cursor, one_more).await?;
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next_cursor = found.last().filter(|_| more).map(|last| last.state.id.to_string());
    Ok(Page { items: bodies(state, &found).await?, next_cursor })
}

//! The longest a request may take.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use wire::{Code, Failure};

use crate::refused::Refused;
use crate::state::ApiState;

pub(super) async fn answer_in_time(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let answer = tokio::time::timeout(state.http.time_limit, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::warn!("a request took too long");
        Refused(Failure::of(Code::Unavailable).with_retry_after(1)).into_response()
    })
}

//! The client's address, and how often it may ask.

use auth::Limit;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::extract::ClientIp;
use crate::state::ApiState;

pub(super) async fn limit_client(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = ClientIp::of(&request, &state.http.trusted_proxies);
    if let Err(refused) = state.limit_address(Limit::ApiIp, client.0) {
        return refused.into_response();
    }
    request.extensions_mut().insert(client);
    next.run(request).await
}

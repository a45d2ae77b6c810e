//! `GET /api/calls/config`: what a client needs to know before it calls.

use axum::Json;
use axum::extract::State;
use wire::body::ConfigResponse;

use crate::responses::Anywhere;
use crate::state::ApiState;

/// Get features, limits, times and the ICE policy
///
/// Needs no token: a client reads here whether it can register.
#[utoipa::path(
    get, path = "/api/calls/config", operation_id = "getCallConfig", tag = "calls",
    responses((status = 200, description = "The configuration", body = ConfigResponse), Anywhere),
)]
pub(crate) async fn config(State(state): State<ApiState>) -> Json<ConfigResponse> {
    Json(state.config())
}

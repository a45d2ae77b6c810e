//! `GET /readyz`: the database answers.

use axum::Json;
use axum::extract::State;

use crate::refused::Answer;
use crate::responses::Anywhere;
use crate::service::healthz::Health;
use crate::state::ApiState;

/// Whether requests can be served
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = "service",
    responses(
        (status = 200, description = "The database answers", body = Health, example = json!({"status": "ok"})),
        Anywhere,
    ),
)]
pub(crate) async fn readyz(State(state): State<ApiState>) -> Answer<Health> {
    state.store.ping().await?;
    Ok(Json(Health { status: "ok" }))
}

//! `GET /healthz`: the process lives.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::responses::Anywhere;

/// The state of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    pub(crate) status: &'static str,
}

/// Whether the process lives
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz", tag = "service",
    responses(
        (status = 200, description = "It lives", body = Health, example = json!({"status": "ok"})),
        Anywhere,
    ),
)]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

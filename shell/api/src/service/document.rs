//! `GET /api/openapi.json`: the description of this API.

use std::sync::OnceLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::openapi::openapi_text;
use crate::responses::Anywhere;

static TEXT: OnceLock<String> = OnceLock::new();

/// The description of this API
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "document", tag = "service",
    responses(
        (status = 200, description = "An OpenAPI 3.1 document", body = Object, content_type = "application/json"),
        Anywhere,
    ),
)]
pub(crate) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], TEXT.get_or_init(openapi_text).as_str())
}

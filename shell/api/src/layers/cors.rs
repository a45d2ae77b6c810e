//! Which other origins may call: those that are configured, each echoed exactly.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long browsers keep the answer to a preflight.
const KEPT: Duration = Duration::from_secs(600);

/// None without a configured origin. Tokens travel in a header, so no credentials are allowed.
pub(super) fn layer(origins: &[String]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    if origins.is_empty() {
        return None;
    }
    let own = |name| HeaderName::from_static(name);
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([
                AUTHORIZATION,
                CONTENT_TYPE,
                own("x-device-id"),
                own("idempotency-key"),
            ])
            .expose_headers([RETRY_AFTER, own("x-request-id")])
            .max_age(KEPT),
    )
}

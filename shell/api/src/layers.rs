//! What happens around every request, from the outside in.

mod client;
mod cors;
mod headers;
mod panics;
mod problems;
mod span;
mod time_limit;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

use crate::extract::MAX_BODY_BYTES;
use crate::state::ApiState;

/// Puts the layers around routes. The last one added is the outermost.
pub(crate) fn around(routes: Router, state: &ApiState) -> Router {
    let routes = routes
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(state.clone(), time_limit::answer_in_time))
        .layer(from_fn_with_state(state.clone(), client::limit_client))
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(from_fn(problems::write_problem));
    let routes = match cors::layer(&state.http.allowed_origins) {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    routes
        .layer(from_fn_with_state(state.clone(), headers::add_headers))
        .layer(from_fn_with_state(state.clone(), span::span))
}

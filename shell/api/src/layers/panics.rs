//! A fault in a handler costs its own request only.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use wire::Code;

use crate::refused::Refused;

/// What panicked is not logged here: the panic hook did, and its message may hold private values.
pub(super) fn answer(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Refused::from(Code::Internal).into_response()
}

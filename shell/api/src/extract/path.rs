//! The id in the path.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use vocab::{CallId, ConversationId, UserId};
use wire::{Code, Text};

use crate::refused::Refused;

/// An id from the path. One that is no UUID names nothing, so it is answered as an unknown one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InPath<T>(pub(crate) T);

/// An id that stands in paths.
pub(crate) trait Missing: Text {
    /// The name of the path's parameter.
    const PARAMETER: &'static str;
    /// What an unknown one is answered with.
    const CODE: Code;
}

impl Missing for CallId {
    const PARAMETER: &'static str = "callId";
    const CODE: Code = Code::CallNotFound;
}

impl Missing for ConversationId {
    const PARAMETER: &'static str = "conversationId";
    const CODE: Code = Code::ConversationNotFound;
}

impl Missing for UserId {
    const PARAMETER: &'static str = "userId";
    const CODE: Code = Code::UserNotFound;
}

impl<T: Missing, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let params = params.map_err(|_| Refused::from(T::CODE))?;
        let text = params.iter().find(|(name, _)| *name == T::PARAMETER).map(|(_, text)| text);
        text.and_then(T::from_text).map(Self).ok_or_else(|| T::CODE.into())
    }
}

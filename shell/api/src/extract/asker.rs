//! A person or a server of the host product, where both may ask.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::extract::api_key::presented;
use crate::extract::{Caller, KeyHolder};
use crate::refused::Refused;
use crate::state::ApiState;

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Asker {
    Person(Caller),
    Server,
}

impl FromRequestParts<ApiState> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Refused> {
        if presented(&parts.headers).is_some() {
            KeyHolder::from_request_parts(parts, state).await.map(|_| Self::Server)
        } else {
            Caller::from_request_parts(parts, state).await.map(Self::Person)
        }
    }
}

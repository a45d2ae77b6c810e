//! A server of the host product, from its API key.

use auth::{ApiKey, LimitKey, TokenHash};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use vocab::RowId;
use wire::{Code, Failure};

use crate::extract::bearer;
use crate::refused::Refused;
use crate::state::ApiState;

const HEADER: &str = "x-api-key";

/// A server with a good key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyHolder {
    pub(crate) key: RowId,
}

impl FromRequestParts<ApiState> for KeyHolder {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Refused> {
        let Some(text) = presented(&parts.headers) else {
            let code =
                if bearer(&parts.headers).is_some() { Code::Forbidden } else { Code::Unauthorized };
            return Err(Failure::new(code, "An API key is needed.").into());
        };
        let wrong = || Failure::new(Code::Unauthorized, "The API key is not valid.");
        let key = ApiKey::parse(text).map_err(|_| wrong())?;
        let stored = state.store.api_key(key.id()).await?.ok_or_else(wrong)?;
        if !key.matches(&TokenHash::from_bytes(stored.hash)) {
            return Err(wrong().into());
        }
        state.limit_general(LimitKey::account(&key.id().to_string()))?;
        Ok(Self { key: key.id() })
    }
}

/// The key, in its own header or as a bearer token.
pub(crate) fn presented(headers: &HeaderMap) -> Option<&str> {
    let own = headers.get(HEADER).and_then(|value| value.to_str().ok());
    own.or_else(|| bearer(headers).filter(|token| ApiKey::looks_like(token)))
}

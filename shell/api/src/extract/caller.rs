//! The person who asks, from their bearer token.

use auth::{ApiKey, LimitKey};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use switchboard::Actor;
use vocab::{DeviceId, UserId};
use wire::{Code, Failure, field};

use crate::refused::Refused;
use crate::state::ApiState;

const DEVICE: &str = "x-device-id";

/// A person with a good token.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user: UserId,
    /// The device of `X-Device-Id`.
    pub(crate) device: Option<DeviceId>,
}

impl Caller {
    /// Who acts: with the device of the header, or else the one the body names.
    pub(crate) fn actor(self, named: Option<&field::DeviceId>) -> Actor {
        let device = self.device.or_else(|| named.map(|device| device.0.clone()));
        Actor { user: self.user, device }
    }
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Refused> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| Failure::new(Code::Unauthorized, "A bearer token is needed."))?;
        if ApiKey::looks_like(token) {
            return Err(Failure::new(Code::Forbidden, "This is for people, not for keys.").into());
        }
        let now = state.now();
        let identity = state.verifier.verify(token, now).await?;
        state.limit_general(LimitKey::user(identity.user))?;
        state.sessions.admit(&identity, now).await?;
        Ok(Self { user: identity.user, device: device(&parts.headers)? })
    }
}

/// The token of the `Authorization` header (RFC 6750 §2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn device(headers: &HeaderMap) -> Result<Option<DeviceId>, Refused> {
    let Some(value) = headers.get(DEVICE) else { return Ok(None) };
    let named = value.to_str().ok().and_then(|text| DeviceId::named(text).ok());
    match named {
        Some(device) => Ok(Some(device)),
        None => {
            let rule = <DeviceId as wire::Text>::EXPECTED;
            Err(Failure::field("X-Device-Id", rule).into())
        }
    }
}

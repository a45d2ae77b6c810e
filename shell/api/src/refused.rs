//! A failure on its way to the client.

use auth::{PasswordError, TokenError};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::StoreError;
use wire::{Code, Failure};

/// What a handler answers with.
pub(crate) type Answer<T> = Result<axum::Json<T>, Refused>;

/// A failure as an answer. It travels in the response's extensions; `layers::problems`, which
/// knows the request's id, writes the body.
#[derive(Debug, Clone)]
pub(crate) struct Refused(pub(crate) Failure);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status());
        let mut response = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        if error.is_retryable() {
            tracing::warn!(%error, "database unavailable");
            Self(Failure::of(Code::Unavailable).with_retry_after(1))
        } else {
            tracing::error!(%error, "database fault");
            Self(Failure::of(Code::Internal))
        }
    }
}

impl From<PasswordError> for Refused {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy | PasswordError::Unavailable => {
                Self(Failure::of(Code::Unavailable).with_retry_after(2))
            }
            PasswordError::UnreadableHash => {
                tracing::error!("a stored password hash is unreadable");
                Self(Failure::of(Code::Internal))
            }
        }
    }
}

impl From<TokenError> for Refused {
    fn from(error: TokenError) -> Self {
        Self(match error {
            TokenError::Expired => Failure::of(Code::TokenExpired),
            TokenError::Unavailable => {
                Failure::new(Code::Unavailable, error.to_string()).with_retry_after(2)
            }
            TokenError::Malformed
            | TokenError::BadSignature
            | TokenError::NotYetValid
            | TokenError::WrongIssuer
            | TokenError::WrongAudience
            | TokenError::MissingClaim
            | TokenError::UnknownKey => Failure::new(Code::Unauthorized, error.to_string()),
        })
    }
}

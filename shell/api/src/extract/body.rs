//! JSON bodies: typed, sized, checked.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use garde::Validate;
use serde::de::DeserializeOwned;
use wire::{Code, Failure, read_bytes, read_optional_bytes};

use crate::refused::Refused;
use crate::state::ApiState;

/// The largest body, in bytes. The router's `DefaultBodyLimit` enforces it.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// How long a body may take to arrive. Longer serves worse networks, shorter frees the
/// connection of a client that sends nothing.
const ARRIVAL: Duration = Duration::from_secs(10);

/// A body that must be there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<T>(pub(crate) T);

/// A body that may be missing or empty, with or without a content type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<T> FromRequest<ApiState> for Body<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Refused> {
        let json = is_json(&request);
        let bytes = bytes(request, state).await?;
        if !json {
            return Err(Code::UnsupportedMediaType.into());
        }
        Ok(Self(read_bytes(&bytes)?))
    }
}

impl<T> FromRequest<ApiState> for OptionalBody<T>
where
    T: DeserializeOwned + Validate<Context = ()> + Default,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Refused> {
        let json = is_json(&request);
        let bytes = bytes(request, state).await?;
        // `null` is how some clients write that there is no body.
        if json && bytes.trim_ascii() == b"null" {
            return Ok(Self(T::default()));
        }
        if !json && !bytes.trim_ascii().is_empty() {
            return Err(Code::UnsupportedMediaType.into());
        }
        Ok(Self(read_optional_bytes(&bytes)?))
    }
}

async fn bytes(request: Request, state: &ApiState) -> Result<Bytes, Refused> {
    let arriving = Bytes::from_request(request, state);
    match tokio::time::timeout(ARRIVAL, arriving).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("A body has at most {MAX_BYTES} bytes.");
            Err(Failure::new(Code::PayloadTooLarge, detail).into())
        }
        Ok(Err(_)) => Err(Failure::new(Code::BadRequest, "The body did not arrive whole.").into()),
        Err(_) => Err(Code::RequestTimeout.into()),
    }
}

/// `application/json`, with or without parameters, or a type that ends in `+json`.
fn is_json(request: &Request) -> bool {
    let Some(value) = request.headers().get(CONTENT_TYPE) else { return false };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

//! The query: typed and checked.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use garde::Validate;
use serde::de::DeserializeOwned;
use wire::Failure;

use crate::refused::Refused;

/// What the parser begins its sentences with.
const PREFIX: &str = "Failed to deserialize query string: ";

/// A query of known fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InQuery<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for InQuery<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let Query(query) = Query::<T>::try_from_uri(&parts.uri).map_err(|rejection| {
            let text = rejection.body_text();
            let text = text.strip_prefix(PREFIX).unwrap_or(&text);
            match text.split_once(": ") {
                Some((field, message)) => Failure::field(field, message),
                None => Failure::field("", text),
            }
        })?;
        Ok(Self(wire::checked(query)?))
    }
}

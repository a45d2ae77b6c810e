//! The two wire forms of a failure, and the acknowledgement of a success.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::body::CallBody;
use crate::field::CallId;
use crate::{Code, Failure, FieldError};

/// An error over REST, `application/problem+json` (RFC 9457 §3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:aethex:error:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence about this occurrence.
    pub detail: String,
    /// What clients branch on.
    pub code: Code,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The request's number in the server's log.
    pub request_id: String,
    /// Seconds to wait before repeating; also in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after: Option<u32>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FieldError>>", optional)]
    pub errors: Vec<FieldError>,
    /// The call that is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub call_id: Option<CallId>,
    /// The true state, with a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub call: Option<Box<CallBody>>,
}

impl Problem {
    /// The REST form of a failure.
    #[must_use]
    pub fn new(failure: Failure, request_id: impl Into<String>) -> Self {
        let code = failure.code;
        Self {
            kind: code.urn(),
            title: code.title().to_owned(),
            status: code.status(),
            detail: failure.detail,
            code,
            retryable: code.is_retryable(),
            request_id: request_id.into(),
            retry_after: failure.retry_after,
            errors: failure.errors,
            call_id: failure.call_id.map(Into::into),
            call: failure.call,
        }
    }
}

/// The acknowledgement of an event that was not carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AckFailure {
    /// Always false.
    #[ts(type = "false")]
    pub ok: bool,
    /// Why.
    pub error: AckError,
}

/// Why an event was not carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AckError {
    /// What clients branch on.
    pub code: Code,
    /// One sentence about this occurrence.
    pub message: String,
    /// Whether the same event may succeed later.
    pub retryable: bool,
    /// Seconds to wait before repeating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after: Option<u32>,
    /// The call that is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub call_id: Option<CallId>,
    /// The true state, with a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub call: Option<Box<CallBody>>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FieldError>>", optional)]
    pub errors: Vec<FieldError>,
}

impl From<Failure> for AckError {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            message: failure.detail,
            retryable: failure.code.is_retryable(),
            retry_after: failure.retry_after,
            call_id: failure.call_id.map(Into::into),
            call: failure.call,
            errors: failure.errors,
        }
    }
}

impl From<Failure> for AckFailure {
    fn from(failure: Failure) -> Self {
        Self { ok: false, error: failure.into() }
    }
}

/// The acknowledgement of an event that was carried out: `{ok: true, ...body}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ack<T> {
    ok: bool,
    #[serde(flatten)]
    body: T,
}

impl<T> Ack<T> {
    /// Around the body that the REST twin answers with.
    pub const fn new(body: T) -> Self {
        Self { ok: true, body }
    }
}

/// The acknowledgement of either outcome.
#[must_use]
pub fn ack<T: Serialize>(result: Result<T, Failure>) -> Value {
    let value = match result {
        Ok(body) => serde_json::to_value(Ack::new(body)),
        Err(failure) => serde_json::to_value(AckFailure::from(failure)),
    };
    value.unwrap_or_else(|_| {
        serde_json::json!({"ok": false, "error": {
            "code": Code::Internal.as_str(), "message": Code::Internal.title(), "retryable": true,
        }})
    })
}

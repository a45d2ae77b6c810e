//! Credentials of the TURN server.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::Secret;
use crate::field;

/// `GET /api/calls/turn-credentials` and the payload of `call:turn-credentials`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct TurnCredentialsQuery {
    /// Binds the credentials to a call.
    #[garde(skip)]
    pub call_id: Option<field::CallId>,
}

/// Temporary credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct TurnCredentialsResponse {
    /// An `RTCIceServer`.
    pub credentials: TurnCredentialsBody,
    /// How long they are good for, in seconds.
    pub ttl: u32,
    /// Until when they are good.
    pub expires_at: field::Timestamp,
}

/// An `RTCIceServer` of the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct TurnCredentialsBody {
    /// At least one `turn:` or `turns:` address.
    pub urls: Vec<String>,
    /// `<unix expiry>:<userId>[:<callId>]`.
    pub username: String,
    /// base64(HMAC-SHA1(secret, username)).
    pub credential: Secret,
}

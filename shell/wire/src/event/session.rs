//! The connection itself: who is connected, until when, and what went wrong.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vocab::DeviceId;

use crate::body::{ConfigResponse, HistoryEntry, UserBody};
use crate::field;
use crate::{AckError, Secret};

/// The `auth` payload of a socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SocketAuth {
    /// The access token.
    #[garde(length(max = 8192))]
    pub token: Secret,
    /// The device; without one the socket itself is the device.
    #[garde(skip)]
    pub device_id: Option<field::DeviceId>,
    /// The version of the wire contract the client speaks; 1 when left out.
    #[garde(range(min = 1, max = 1))]
    pub protocol: Option<u32>,
    /// The client's name and version, for the server's log.
    #[garde(dive)]
    pub client: Option<ClientName>,
}

/// A client's name and version: at most 64 visible ASCII characters and blanks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[garde(transparent)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct ClientName(#[garde(length(max = 64), custom(visible))] pub String);

fn visible(text: &str, (): &()) -> garde::Result {
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(garde::Error::new("must be visible ASCII"))
    }
}

/// `auth:expiring`: the socket closes soon unless `auth:refresh` comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuthExpiringEvent {
    /// When the token expires.
    pub expires_at: field::Timestamp,
}

/// `auth:refresh`: a newer token of the same user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuthRefreshEvent {
    /// The access token.
    #[garde(length(max = 8192))]
    pub token: Secret,
}

/// The acknowledgement of `auth:refresh`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuthRefreshResponse {
    /// Whose token it is.
    pub user: UserBody,
    /// When the new token expires.
    pub expires_at: field::Timestamp,
}

/// `auth:whoami`: who this socket is. There is nothing to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[ts(type = "Record<never, never>")]
pub struct WhoamiEvent {}

/// The acknowledgement of `auth:whoami`: all that a client with nothing but a socket needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhoamiResponse {
    /// Whose socket it is.
    pub user: UserBody,
    /// The device, if it has named itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device_id: Option<field::DeviceId>,
    /// The server's clock.
    pub server_time: field::Timestamp,
    /// The same as `GET /api/calls/config`.
    pub config: ConfigResponse,
}

impl WhoamiResponse {
    /// The acknowledgement for a socket of `device`; `config` carries the server's clock.
    #[must_use]
    pub fn new(user: UserBody, device: &DeviceId, config: ConfigResponse) -> Self {
        let device_id = field::shown_device(Some(device));
        Self { user, device_id, server_time: config.server_time, config }
    }
}

/// `presence:changed`: somebody the user shares a conversation with came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PresenceEvent {
    /// Who.
    pub user_id: field::UserId,
    /// Whether a device of theirs is connected.
    pub online: bool,
}

/// `call:missed-unseen`: after connecting, the missed calls that were not seen yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MissedUnseenEvent {
    /// How many there are.
    pub count: u64,
    /// The newest of them.
    pub items: Vec<HistoryEntry>,
}

/// `call:error`: an event that asked for no acknowledgement was not carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorEvent {
    /// The event, for example `call:offer`.
    pub event: String,
    /// Why.
    #[serde(flatten)]
    pub error: AckError,
}

/// The acknowledgement of an event that has no answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "Record<never, never>")]
pub struct Done {}

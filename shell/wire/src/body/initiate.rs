//! Starting a call.

use call::{CallKind, CallState, RingMode};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::ToSchema;
use vocab::UnixMillis;

use crate::body::millis;
use crate::body::{CallExtras, ParticipantBody};
use crate::field;
use crate::{People, Secret, Wire};

/// The most that `metadata` may hold, in bytes of compact JSON.
pub const METADATA_MAX_BYTES: usize = 4 * 1024;

/// `POST /api/calls/initiate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct InitiateRequest {
    /// The conversation whose members are called.
    #[garde(skip)]
    pub conversation_id: field::ConversationId,
    /// `audio` when left out.
    #[serde(rename = "type", default = "audio")]
    #[garde(skip)]
    #[ts(as = "Option<field::CallType>", optional)]
    #[schema(required = false)]
    pub kind: field::CallType,
    /// Whom to call; all other members when left out.
    #[garde(length(max = 100))]
    #[schema(max_items = 100)]
    pub participant_ids: Option<Vec<field::UserId>>,
    /// How they learn of it; `ring` when left out.
    #[garde(skip)]
    pub ring: Option<RingChoice>,
    /// Any JSON, at most 4 KiB; echoed in events, details and history.
    #[garde(custom(fits))]
    #[ts(type = "unknown", optional)]
    pub metadata: Option<Value>,
    /// What to do when the conversation has a call already; a conflict when left out.
    #[garde(skip)]
    pub if_active: Option<IfActive>,
    /// The caller's device; also taken from `X-Device-Id`, or from the socket.
    #[garde(skip)]
    pub device_id: Option<field::DeviceId>,
    /// The same key with the same body gets the same answer for 24 h: 1 to 255 visible ASCII
    /// characters. Over REST the header `Idempotency-Key` says the same, and wins.
    #[garde(custom(is_key))]
    #[schema(min_length = 1, max_length = 255)]
    pub idempotency_key: Option<String>,
}

/// The longest idempotency key, in characters.
const IDEMPOTENCY_KEY_MAX_LEN: usize = 255;

/// Whether a text can be an idempotency key: 1 to 255 visible ASCII characters.
#[must_use]
pub fn is_idempotency_key(text: &str) -> bool {
    (1..=IDEMPOTENCY_KEY_MAX_LEN).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_key(key: &Option<String>, (): &()) -> garde::Result {
    match key {
        Some(key) if !is_idempotency_key(key) => {
            Err(garde::Error::new("has 1 to 255 visible ASCII characters"))
        }
        Some(_) | None => Ok(()),
    }
}

const fn audio() -> field::CallType {
    Wire(CallKind::Audio)
}

fn fits(metadata: &Option<Value>, (): &()) -> garde::Result {
    match metadata {
        Some(value) if value.to_string().len() > METADATA_MAX_BYTES => {
            Err(garde::Error::new(format!("is larger than {METADATA_MAX_BYTES} bytes")))
        }
        Some(_) | None => Ok(()),
    }
}

impl InitiateRequest {
    /// The metadata as it is stored: compact JSON.
    #[must_use]
    pub fn metadata_text(&self) -> Option<String> {
        self.metadata.as_ref().filter(|value| !value.is_null()).map(Value::to_string)
    }

    /// How the invitees learn of it.
    #[must_use]
    pub fn ring_mode(&self) -> RingMode {
        self.ring.unwrap_or(RingChoice::Ring).into()
    }
}

/// How the invitees learn of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum RingChoice {
    /// Their devices ring.
    Ring,
    /// Their devices show the call without a sound.
    Notify,
    /// Nothing is shown by itself.
    Silent,
}

impl From<RingChoice> for RingMode {
    fn from(choice: RingChoice) -> Self {
        match choice {
            RingChoice::Ring => Self::Ring,
            RingChoice::Notify => Self::Notify,
            RingChoice::Silent => Self::Silent,
        }
    }
}

/// What to do when the conversation has a call already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum IfActive {
    /// Join it; while it rings, as soon as somebody answers.
    Join,
}

/// The answer to `initiate`: 201 for a new call, 200 for one that was there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct InitiateResponse {
    /// Which call.
    pub call_id: field::CallId,
    /// Where it is in its life.
    pub status: field::CallStatus,
    /// How media travels.
    pub topology: field::Topology,
    /// Everybody, the caller included.
    pub participants: Vec<ParticipantBody>,
    /// True when the call was there already: the caller was being called by it, or joined.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub merged: bool,
    /// How long the invitees ring, in milliseconds.
    pub ring_timeout_ms: u64,
    /// The number of the newest state event.
    pub seq: u64,
    /// The server's clock.
    pub server_time: field::Timestamp,
    /// The device that sits in the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device_id: Option<field::DeviceId>,
    /// Takes the seat again after a page reload (`call:resume`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resume_token: Option<Secret>,
}

impl InitiateResponse {
    /// The answer for a caller whose call is in this state.
    #[must_use]
    pub fn new(
        state: &CallState,
        people: &dyn People,
        now: UnixMillis,
        merged: bool,
        resume_token: Option<Secret>,
    ) -> Self {
        Self {
            call_id: Wire(state.id),
            status: Wire(state.status),
            topology: Wire(state.topology),
            participants: ParticipantBody::all(state, people, &CallExtras::default()),
            merged,
            ring_timeout_ms: millis(state.times.ring),
            seq: state.seq,
            server_time: Wire(now),
            device_id: None,
            resume_token,
        }
    }

    /// With the device that sits in the call.
    #[must_use]
    pub fn with_device(mut self, device: Option<&vocab::DeviceId>) -> Self {
        self.device_id = field::shown_device(device);
        self
    }
}

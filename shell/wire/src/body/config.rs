//! What a client needs to know about this server before it calls.

use call::Policy;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use vocab::UnixMillis;

use crate::body::millis;
use crate::{Wire, field};

/// `GET /api/calls/config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfigResponse {
    /// The version of the wire contract: 1.
    pub protocol: u32,
    /// The server's clock.
    pub server_time: field::Timestamp,
    /// Whose users these are.
    pub identity: IdentityMode,
    /// Who may register.
    pub registration: Registration,
    /// What there is.
    pub features: FeaturesBody,
    /// How much is allowed.
    pub limits: LimitsBody,
    /// How long things last.
    pub times: TimesBody,
    /// How connections are made.
    pub ice: IceBody,
}

impl ConfigResponse {
    /// The same at another time: nothing else changes while the server runs.
    #[must_use]
    pub fn at(&self, now: UnixMillis) -> Self {
        Self { server_time: Wire(now), ..self.clone() }
    }
}

/// Whose users these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum IdentityMode {
    /// Accounts of this server.
    Embedded,
    /// The host product's.
    Host,
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// What there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Features")]
#[schema(as = Features)]
pub struct FeaturesBody {
    /// Relay credentials are handed out.
    pub turn: bool,
    /// Media may go through the server.
    pub sfu: bool,
    /// Calls can be recorded.
    pub recording: bool,
    /// A busy callee rings softly; otherwise they are rejected as busy.
    pub call_waiting: bool,
}

/// How much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Limits")]
#[schema(as = Limits)]
pub struct LimitsBody {
    /// People in a call at one time.
    pub max_participants: u32,
    /// People in a call whose media goes between them: above it the server takes the media
    /// over, or, without media of its own, lets nobody else in.
    pub mesh_participants: u32,
    /// Invitees who ring; the others are notified.
    pub max_ringing: u32,
    /// Bytes of `metadata`.
    pub max_metadata_bytes: u32,
    /// Bytes of a session description.
    pub max_sdp_bytes: u32,
    /// Bytes of a candidate.
    pub max_candidate_bytes: u32,
    /// Candidates held for a callee before the accept.
    pub max_held_candidates: u32,
}

/// How long things last, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Times")]
#[schema(as = Times)]
pub struct TimesBody {
    /// A callee rings this long.
    pub ring_ms: u64,
    /// A device that comes online rings only when this much of the ring is left.
    pub least_ring_ms: u64,
    /// A lost device is shown to the others after this.
    pub shown_after_ms: u64,
    /// A lost device's seat is kept this long.
    pub resume_window_ms: u64,
    /// The same after a restart of the server.
    pub restart_window_ms: u64,
    /// A group call that everybody left ends after this.
    pub empty_grace_ms: u64,
    /// A group call with one person in it ends after this.
    pub alone_ms: u64,
    /// The longest a call lasts.
    pub max_duration_ms: u64,
}

/// How connections are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "IcePolicy")]
#[schema(as = IcePolicy)]
pub struct IceBody {
    /// Which candidates to use.
    pub transport_policy: IceTransport,
    /// `stun:` addresses that need no credentials.
    pub stun_urls: Vec<String>,
}

/// Which candidates to use (`RTCIceTransportPolicy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum IceTransport {
    /// All of them.
    All,
    /// Only relayed ones.
    Relay,
}

impl From<&Policy> for LimitsBody {
    fn from(policy: &Policy) -> Self {
        Self {
            max_participants: count(policy.joined_at_most()),
            mesh_participants: count(policy.mesh_at_most()),
            max_ringing: count(policy.ring_at_most),
            max_metadata_bytes: count(crate::body::METADATA_MAX_BYTES),
            max_sdp_bytes: count(crate::event::SDP_MAX_BYTES),
            max_candidate_bytes: count(crate::event::CANDIDATE_MAX_BYTES),
            max_held_candidates: count(call::HELD_CANDIDATES),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl From<&Policy> for TimesBody {
    fn from(policy: &Policy) -> Self {
        Self {
            ring_ms: millis(policy.ring),
            least_ring_ms: millis(policy.least_ring),
            shown_after_ms: millis(policy.shown_after),
            resume_window_ms: millis(policy.resume_window),
            restart_window_ms: millis(policy.restart_window),
            empty_grace_ms: millis(policy.empty_grace),
            alone_ms: millis(policy.alone),
            max_duration_ms: millis(policy.max_duration),
        }
    }
}

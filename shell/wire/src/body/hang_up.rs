//! Declining, cancelling, ending and leaving.

use call::{CallState, CallStatus, EndReason, ParticipantStatus, RejectReason, Reply};
use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::Wire;
use crate::field;

/// `POST /api/calls/:callId/reject`; the body may be empty or missing.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct RejectRequest {
    /// `declined` when left out.
    #[garde(skip)]
    pub reason: Option<field::RejectReason>,
}

impl RejectRequest {
    /// Why.
    #[must_use]
    pub fn reason(self) -> RejectReason {
        self.reason.map_or(RejectReason::Declined, |reason| reason.0)
    }
}

/// The answer to a reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct RejectResponse {
    /// Which call.
    pub call_id: field::CallId,
    /// What the participant is now: `rejected`.
    pub status: field::ParticipantStatus,
    /// What the call is now; a group call goes on.
    pub call_status: field::CallStatus,
    /// The number of the newest state event.
    pub seq: u64,
}

impl RejectResponse {
    /// The answer for a call in this state.
    #[must_use]
    pub fn new(state: &CallState) -> Self {
        Self {
            call_id: Wire(state.id),
            status: Wire(ParticipantStatus::Rejected),
            call_status: Wire(state.status),
            seq: state.seq,
        }
    }
}

/// The answer to `end` and `leave`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct EndResponse {
    /// Which call.
    pub call_id: field::CallId,
    /// What the call is now: `ended`, `missed` for a cancelled one, `active` when only this
    /// participant left.
    pub status: field::CallStatus,
    /// Whole seconds since the first accept; 0 for a call never answered.
    pub duration: u32,
    /// Why the call ended; null when it goes on.
    pub end_reason: Option<field::EndReason>,
    /// True when only this participant left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub left: bool,
    /// The number of the newest state event.
    pub seq: u64,
}

impl EndResponse {
    /// The answer for a call in this state, after the machine's reply.
    #[must_use]
    pub fn new(state: &CallState, reply: Reply) -> Self {
        let over = state.status.is_terminal();
        Self {
            call_id: Wire(state.id),
            status: Wire(state.status),
            duration: state.duration_secs().unwrap_or(0),
            end_reason: state.end_reason.filter(|_| over).map(Wire),
            left: !over && reply == Reply::Left,
            seq: state.seq,
        }
    }

    /// Whether the caller gave up before an answer.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status.0 == CallStatus::Missed
            && self.end_reason.map(|reason| reason.0) == Some(EndReason::Cancelled)
    }
}

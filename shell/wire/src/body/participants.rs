//! Changing who is in a running call, and with which rights.

use call::CallState;
use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::body::{CallExtras, ParticipantBody};
use crate::field;
use crate::{People, Wire};

/// Calls further members of the conversation into a running call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct InviteRequest {
    /// Whom.
    #[garde(length(min = 1, max = 100))]
    #[schema(min_items = 1, max_items = 100)]
    pub user_ids: Vec<field::UserId>,
}

/// Gives a participant another role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoleRequest {
    /// Which; `host` passes the call on.
    #[garde(skip)]
    pub role: field::Role,
}

/// The participants after a change of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantsResponse {
    /// Which call.
    pub call_id: field::CallId,
    /// The number of the newest state event.
    pub seq: u64,
    /// Everybody.
    pub participants: Vec<ParticipantBody>,
}

impl ParticipantsResponse {
    /// The answer for a call in this state.
    #[must_use]
    pub fn new(state: &CallState, people: &dyn People, extras: &CallExtras) -> Self {
        Self {
            call_id: Wire(state.id),
            seq: state.seq,
            participants: ParticipantBody::all(state, people, extras),
        }
    }
}

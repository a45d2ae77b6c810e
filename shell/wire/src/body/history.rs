//! What calls were to the person who looks back at them.

use call::{CallState, Participant, outcome, own_duration};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use vocab::{UnixMillis, UserId};

use crate::body::ConnectionQuality;
use crate::field;
use crate::{People, Wire};

/// `GET /api/calls`: which part of the history.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// How many entries, 1 to 100; 50 when left out.
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Where to go on: `nextCursor` of the page before.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    pub cursor: Option<String>,
    /// Only calls of this conversation.
    #[garde(skip)]
    pub conversation_id: Option<field::ConversationId>,
    /// Only calls started as this.
    #[serde(rename = "type")]
    #[garde(skip)]
    pub kind: Option<field::CallType>,
    /// Only calls that went this way for the viewer.
    #[garde(skip)]
    pub outcome: Option<field::Outcome>,
    /// Only calls created at or after this moment.
    #[garde(skip)]
    pub from: Option<field::Timestamp>,
    /// Only calls created before this moment.
    #[garde(skip)]
    pub to: Option<field::Timestamp>,
}

impl HistoryQuery {
    /// How many entries.
    #[must_use]
    pub fn limit(&self) -> u32 {
        crate::body::PageQuery { limit: self.limit, cursor: None }.limit()
    }
}

/// `GET /api/calls/missed`: which part of the missed calls.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct MissedQuery {
    /// How many entries, 1 to 100; 50 when left out.
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Where to go on: `nextCursor` of the page before.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    pub cursor: Option<String>,
    /// Only entries that were not seen yet.
    #[garde(skip)]
    pub unseen: Option<bool>,
}

impl MissedQuery {
    /// How many entries.
    #[must_use]
    pub fn limit(&self) -> u32 {
        crate::body::PageQuery { limit: self.limit, cursor: None }.limit()
    }
}

/// A call as one viewer remembers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Which call.
    pub id: field::CallId,
    /// The conversation it belongs to.
    pub conversation_id: field::ConversationId,
    /// What it was started as.
    #[serde(rename = "type")]
    pub kind: field::CallType,
    /// How it ended, or where it is.
    pub status: field::CallStatus,
    /// Which way it went.
    pub direction: field::Direction,
    /// How it went for the viewer; null while that is open.
    pub outcome: Option<field::Outcome>,
    /// Who started it.
    pub initiated_by: field::UserId,
    /// When it was created.
    pub created_at: field::Timestamp,
    /// The first accept.
    pub started_at: Option<field::Timestamp>,
    /// The end.
    pub ended_at: Option<field::Timestamp>,
    /// Whole seconds from the first accept to the end.
    pub duration: Option<u32>,
    /// Whole seconds the viewer was in it.
    pub own_duration: u64,
    /// Why it ended.
    pub end_reason: Option<field::EndReason>,
    /// Who ended it.
    pub ended_by: Option<field::UserId>,
    /// Everybody, the caller first.
    pub participants: Vec<HistoryParticipant>,
    /// Whether anybody's camera was on.
    pub video_used: bool,
    /// Whether anybody shared a screen.
    pub screen_used: bool,
    /// How media travelled.
    pub topology: field::Topology,
    /// The worst quality the viewer had.
    pub quality: Option<ConnectionQuality>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// What the caller attached.
    #[ts(type = "unknown")]
    pub metadata: Option<Value>,
    /// Why the viewer missed it; null when it is no missed call of theirs.
    pub missed_reason: Option<field::MissReason>,
    /// When the viewer saw that they missed it.
    pub seen_at: Option<field::Timestamp>,
}

/// One person in a call that is looked back at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryParticipant {
    /// Who.
    pub user_id: field::UserId,
    /// Their display name.
    pub user_name: String,
    /// Their e-mail address, or the host product's name for them.
    pub user_identifier: String,
    /// Where they were at the end.
    pub status: field::ParticipantStatus,
    /// How the call went for them.
    pub outcome: Option<field::Outcome>,
    /// The first time they joined.
    pub joined_at: Option<field::Timestamp>,
    /// The last time they left.
    pub left_at: Option<field::Timestamp>,
    /// Why they left.
    pub left_reason: Option<field::LeaveReason>,
}

/// What is stored beside the state and shown in the history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HistoryExtras {
    /// Whether anybody's camera was on.
    pub video_used: bool,
    /// Whether anybody shared a screen.
    pub screen_used: bool,
    /// The worst quality the viewer had.
    pub quality: Option<ConnectionQuality>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// When the viewer saw that they missed it.
    pub seen_at: Option<UnixMillis>,
}

/// The entry of a call for a viewer.
#[must_use]
pub fn history_entry(
    state: &CallState,
    viewer: UserId,
    people: &dyn People,
    extras: HistoryExtras,
) -> HistoryEntry {
    let missed = state.participant(viewer).and_then(|me| call::missed_by(state, me));
    HistoryEntry {
        id: Wire(state.id),
        conversation_id: Wire(state.conversation),
        kind: Wire(state.kind),
        status: Wire(state.status),
        direction: Wire(call::direction(state, viewer)),
        outcome: outcome(state, viewer).map(Wire),
        initiated_by: Wire(state.initiated_by),
        created_at: Wire(state.times.created_at),
        started_at: state.times.started_at.map(Wire),
        ended_at: state.times.ended_at.map(Wire),
        duration: state.duration_secs(),
        own_duration: own_duration(state, viewer).as_secs(),
        end_reason: state.end_reason.map(Wire),
        ended_by: state.ended_by.map(Wire),
        participants: state
            .participants
            .iter()
            .map(|one| participant(state, one, people))
            .collect(),
        video_used: extras.video_used,
        screen_used: extras.screen_used,
        topology: Wire(state.topology),
        quality: extras.quality,
        recording_url: extras.recording_url,
        metadata: crate::body::metadata(state),
        missed_reason: missed.map(Wire),
        seen_at: extras.seen_at.map(Wire),
    }
}

fn participant(state: &CallState, one: &Participant, people: &dyn People) -> HistoryParticipant {
    let profile = people.profile(one.user);
    HistoryParticipant {
        user_id: Wire(one.user),
        user_name: profile.name.as_ref().to_owned(),
        user_identifier: profile.identifier.as_ref().to_owned(),
        status: Wire(one.status),
        outcome: outcome(state, one.user).map(Wire),
        joined_at: one.joined_at.map(Wire),
        left_at: one.left_at.map(Wire),
        left_reason: one.left_reason.map(Wire),
    }
}

/// `POST /api/calls/missed/seen`; the body may be empty or missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct MissedSeenRequest {
    /// Which; all missed calls when left out.
    #[garde(length(max = 100))]
    #[schema(max_items = 100)]
    pub call_ids: Option<Vec<field::CallId>>,
}

/// The answer to `missed/seen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct MissedSeenResponse {
    /// How many entries were not marked before.
    pub marked: u64,
}

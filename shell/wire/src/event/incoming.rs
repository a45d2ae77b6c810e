//! What single devices are shown: an incoming call, a snapshot, the end of a ring.

use call::{CallState, ParticipantStatus, StopReason};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use vocab::{UnixMillis, UserId};

use crate::body::{CallBody, CallExtras, ParticipantBody};
use crate::body::{metadata, millis};
use crate::field;
use crate::{People, Wire};

/// `call:incoming`: somebody calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IncomingEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// The conversation it belongs to.
    pub conversation_id: field::ConversationId,
    /// What it was started as.
    #[serde(rename = "type")]
    pub kind: field::CallType,
    /// Who calls.
    pub initiated_by: field::UserId,
    /// Everybody, the caller first.
    pub participants: Vec<ParticipantBody>,
    /// The number of the newest state event in this payload; later ones follow.
    pub seq: u64,
    /// When the call was created.
    pub at: field::Timestamp,
    /// Where the call is in its life.
    pub status: field::CallStatus,
    /// Who may end it for all.
    pub host: field::UserId,
    /// How media travels.
    pub topology: field::Topology,
    /// The first accept, for somebody called into a running call.
    pub started_at: Option<field::Timestamp>,
    /// How long it still rings, in milliseconds from `serverTime`.
    pub ring_timeout_ms: u64,
    /// The server's clock.
    pub server_time: field::Timestamp,
    /// The caller's display name.
    pub caller_name: String,
    /// The caller's e-mail address, or the host product's name for them.
    pub caller_identifier: String,
    /// The callee is in another call: ring softly.
    pub busy: bool,
    /// What the caller attached.
    #[ts(type = "unknown")]
    pub metadata: Option<Value>,
}

impl IncomingEvent {
    pub(crate) fn new(
        state: &CallState,
        people: &dyn People,
        ring_ms: u64,
        now: UnixMillis,
    ) -> Self {
        let caller = people.profile(state.initiated_by);
        Self {
            call_id: Wire(state.id),
            conversation_id: Wire(state.conversation),
            kind: Wire(state.kind),
            initiated_by: Wire(state.initiated_by),
            participants: ParticipantBody::all(state, people, &CallExtras::default()),
            seq: state.seq,
            at: Wire(state.times.created_at),
            status: Wire(state.status),
            host: Wire(state.host),
            topology: Wire(state.topology),
            started_at: state.times.started_at.map(Wire),
            ring_timeout_ms: ring_ms,
            server_time: Wire(now),
            caller_name: caller.name.as_ref().to_owned(),
            caller_identifier: caller.identifier.as_ref().to_owned(),
            busy: false,
            metadata: metadata(state),
        }
    }
}

/// What is left of a participant's ring, in milliseconds.
fn ring_left(state: &CallState, user: UserId, now: UnixMillis) -> Option<u64> {
    let one = state.participant(user).filter(|one| one.status.is_pending())?;
    one.ring.expires_at.map(|until| millis(until.saturating_since(now)))
}

/// The payload of `call:incoming` for one callee, with the time that is left to answer.
#[must_use]
pub fn incoming(
    state: &CallState,
    user: UserId,
    now: UnixMillis,
    people: &dyn People,
) -> IncomingEvent {
    let left = ring_left(state, user, now).unwrap_or(0);
    let busy = state.participant(user).is_some_and(|one| one.ring.busy);
    IncomingEvent { busy, ..IncomingEvent::new(state, people, left, now) }
}

/// `call:state`: the whole call, for a device that has missed events or was not told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StateEvent {
    /// Which call; the same as `id`.
    pub call_id: field::CallId,
    /// The call; `rev` is the number of the newest state event in it.
    #[serde(flatten)]
    pub call: CallBody,
    /// True when it is shown to be answered, without a sound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub notify: bool,
}

/// The payload of `call:state`.
#[must_use]
pub fn state_snapshot(
    state: &CallState,
    people: &dyn People,
    extras: &CallExtras,
    notify: bool,
) -> StateEvent {
    StateEvent { call_id: Wire(state.id), call: CallBody::new(state, people, extras), notify }
}

/// `call:ring-stopped`: a device no longer shows, or holds, the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RingStoppedEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// Why.
    pub reason: field::StopReason,
    /// The call goes on, and may be joined.
    pub joinable: bool,
}

/// The payload of `call:ring-stopped` for the devices of a participant.
#[must_use]
pub fn ring_stopped(state: &CallState, user: UserId, reason: StopReason) -> RingStoppedEvent {
    let may_return = state
        .participant(user)
        .is_some_and(|one| one.hears_of_it() && one.status != ParticipantStatus::Joined);
    let joinable = state.status == call::CallStatus::Active && may_return;
    RingStoppedEvent { call_id: Wire(state.id), reason: Wire(reason), joinable }
}

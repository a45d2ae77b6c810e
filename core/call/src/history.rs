//! What a finished call was to each person who looks back at it.

use std::time::Duration;

use vocab::UserId;

use crate::state::{UnknownWord, words};
use crate::{
    CallState, CallStatus, EndReason, MissReason, Participant, ParticipantStatus, RejectReason,
};

words! {
    /// Which way the call went.
    Direction, UnknownWord {
        /// The viewer called.
        Outgoing = "outgoing",
        /// The viewer was called.
        Incoming = "incoming",
    }
}

words! {
    /// How the call went for the viewer.
    Outcome, UnknownWord {
        /// They talked.
        Answered = "answered",
        /// The viewer did not answer.
        Missed = "missed",
        /// The viewer declined, or everybody the viewer called did.
        Declined = "declined",
        /// Everybody the viewer called was busy.
        Busy = "busy",
        /// The viewer gave up.
        Cancelled = "cancelled",
        /// Nobody answered the viewer.
        NoAnswer = "no-answer",
        /// The viewer joined after the ring had stopped for them.
        JoinedLate = "joined-late",
        /// The connection did not come about.
        Failed = "failed",
    }
}

/// Which way the call went for this viewer.
#[must_use]
pub fn direction(state: &CallState, viewer: UserId) -> Direction {
    if state.initiated_by == viewer { Direction::Outgoing } else { Direction::Incoming }
}

/// How the call went for this viewer; `None` for somebody without a part in it and for a
/// call that is still going on without them.
#[must_use]
pub fn outcome(state: &CallState, viewer: UserId) -> Option<Outcome> {
    let me = state.participant(viewer)?;
    if state.status == CallStatus::Failed {
        return Some(Outcome::Failed);
    }
    if direction(state, viewer) == Direction::Outgoing {
        return outgoing(state);
    }
    match me.status {
        ParticipantStatus::Joined | ParticipantStatus::Left if me.joined_at.is_some() => {
            let late = me.ring.expires_at.is_none_or(|until| me.joined_at > Some(until));
            Some(if late || me.reject_reason.is_some() {
                Outcome::JoinedLate
            } else {
                Outcome::Answered
            })
        }
        ParticipantStatus::Rejected if me.reject_reason == Some(RejectReason::Busy) => {
            Some(Outcome::Missed)
        }
        ParticipantStatus::Rejected => Some(Outcome::Declined),
        ParticipantStatus::Missed => Some(Outcome::Missed),
        ParticipantStatus::Invited
        | ParticipantStatus::Ringing
        | ParticipantStatus::Joined
        | ParticipantStatus::Left => None,
    }
}

fn outgoing(state: &CallState) -> Option<Outcome> {
    if state.times.started_at.is_some() {
        return Some(Outcome::Answered);
    }
    match (state.status, state.end_reason) {
        (_, Some(EndReason::Busy)) => Some(Outcome::Busy),
        (CallStatus::Rejected, _) => Some(Outcome::Declined),
        (_, Some(EndReason::Cancelled | EndReason::Replaced)) => Some(Outcome::Cancelled),
        (CallStatus::Missed, _) => Some(Outcome::NoAnswer),
        (CallStatus::Failed, _) => Some(Outcome::Failed),
        (
            CallStatus::Initiated | CallStatus::Ringing | CallStatus::Active | CallStatus::Ended,
            _,
        ) => None,
    }
}

/// How long this viewer was in the call.
#[must_use]
pub fn own_duration(state: &CallState, viewer: UserId) -> Duration {
    let Some(me) = state.participant(viewer) else { return Duration::ZERO };
    let Some(started) = state.times.started_at else { return Duration::ZERO };
    let until = me.left_at.or(state.times.ended_at);
    let since_start = until.map_or(Duration::ZERO, |until| until.saturating_since(started));
    // The caller's wait for the answer is no talking time.
    me.earlier_stays.min(since_start)
}

/// Why somebody missed the call, for their missed entry.
#[must_use]
pub fn missed_by(state: &CallState, me: &Participant) -> Option<MissReason> {
    let cancelled = state.end_reason == Some(EndReason::Cancelled);
    let reason = if cancelled { MissReason::Cancelled } else { MissReason::Timeout };
    me.missed_entry.then_some(reason)
}

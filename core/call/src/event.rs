//! What happened, in the order it happened. Everybody in the call gets the same events.

use vocab::{DeviceId, UnixMillis, UserId};

use crate::{
    CallStatus, EndReason, LeaveReason, MediaState, MissReason, ParticipantStatus, RejectReason,
    Role, Topology,
};

/// An event with its place in the call's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// 1, 2, 3, … without gaps.
    pub seq: u64,
    /// When.
    pub at: UnixMillis,
    /// What.
    pub event: Event,
}

/// A state event. The wire name stands behind each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The call exists; the payload is the whole call (`call:incoming`).
    Initiated,
    /// A callee's device shows the call (`call:ringing`).
    Ringing {
        /// Whose.
        user: UserId,
        /// They are in another call.
        busy: bool,
    },
    /// A callee accepted (`call:accepted`).
    Accepted {
        /// Who.
        user: UserId,
        /// With which device, when known.
        device: Option<DeviceId>,
        /// When the call became active.
        started_at: UnixMillis,
    },
    /// Somebody is in the call (`call:participant-joined`).
    Joined {
        /// Who.
        user: UserId,
        /// With which device, when known.
        device: Option<DeviceId>,
        /// Their role.
        role: Role,
        /// What they send.
        media: MediaState,
    },
    /// Somebody declined or was busy (`call:rejected`).
    Rejected {
        /// Who.
        user: UserId,
        /// Why.
        reason: RejectReason,
    },
    /// The caller gave up before an answer (`call:cancelled`).
    Cancelled {
        /// Who.
        by: UserId,
    },
    /// People missed the call (`call:missed`).
    Missed {
        /// Who.
        users: Vec<UserId>,
        /// Why.
        reason: MissReason,
    },
    /// Microphone, camera or screen changed (`call:media-state-changed`).
    MediaChanged {
        /// Whose.
        user: UserId,
        /// To what.
        media: MediaState,
    },
    /// Somebody was invited, or their role changed (`call:participant-updated`).
    ParticipantUpdated {
        /// Who.
        user: UserId,
        /// Where they are now.
        status: ParticipantStatus,
        /// Their role now.
        role: Role,
    },
    /// A participant's device, or its media through the server, is lost
    /// (`call:participant-reconnecting`).
    Reconnecting {
        /// Whose.
        user: UserId,
        /// When they are given up, unless a socket of the device is open.
        until: UnixMillis,
    },
    /// It is back (`call:participant-reconnected`).
    Reconnected {
        /// Whose.
        user: UserId,
        /// Which device sits there now.
        device: Option<DeviceId>,
    },
    /// Somebody is no longer in the call (`call:participant-left`).
    Left {
        /// Who.
        user: UserId,
        /// Why.
        reason: LeaveReason,
    },
    /// The host left and somebody inherited the call (`call:host-changed`).
    HostChanged {
        /// The new host.
        host: UserId,
        /// The former host.
        previous: UserId,
    },
    /// Media takes another way (`call:topology-changed`).
    TopologyChanged {
        /// Which.
        topology: Topology,
    },
    /// A hand was raised or lowered (`call:hand-changed`).
    HandChanged {
        /// Whose.
        user: UserId,
        /// Since when it is up; `None` when it is down.
        raised_at: Option<UnixMillis>,
    },
    /// The call is over (`call:ended`).
    Ended {
        /// How it ended.
        status: CallStatus,
        /// Why.
        reason: EndReason,
        /// Who ended it.
        ended_by: Option<UserId>,
        /// Whole seconds since the first accept; 0 for a call never active.
        duration_secs: u32,
    },
}

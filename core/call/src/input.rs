//! What can happen to a call. Who does it was established by the shell from the connection.

use std::time::Duration;

use vocab::{DeviceId, UserId};

use crate::{EndReason, Invitee, MediaPatch, RejectReason, Role};

/// A command or an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Accept the ring, or join late.
    Answer {
        /// Who.
        user: UserId,
        /// With which device; `None` = the first device of theirs that signals.
        device: Option<DeviceId>,
        /// Take the seat from another device of the same user.
        take_over: bool,
        /// Whether a socket of that device (or, without one, of the user) is open.
        live: bool,
        /// What they start with, beyond the default of the call's kind.
        media: MediaPatch,
        /// Set when the shell has checked that somebody without a part in this call may get one.
        admission: Option<Admission>,
    },
    /// Join as soon as the call is active.
    JoinOnActivation {
        /// Who.
        user: UserId,
        /// With which device.
        device: DeviceId,
    },
    /// Decline.
    Reject {
        /// Who.
        user: UserId,
        /// Why.
        reason: RejectReason,
    },
    /// Hang up: cancels, ends or leaves, by who does it and when.
    End {
        /// Who.
        user: UserId,
    },
    /// Leave without ending it for others.
    Leave {
        /// Who.
        user: UserId,
    },
    /// Change microphone, camera or screen.
    ChangeMedia {
        /// Whose.
        user: UserId,
        /// What.
        patch: MediaPatch,
    },
    /// `call:incoming` was written to a live socket of this participant.
    RingDelivered {
        /// Whose.
        user: UserId,
    },
    /// A socket of a device opened.
    DeviceUp {
        /// Whose.
        user: UserId,
        /// Which.
        device: DeviceId,
    },
    /// The last socket of a device closed.
    DeviceDown {
        /// Whose.
        user: UserId,
        /// Which.
        device: DeviceId,
        /// Whether the user has any other device online.
        others_up: bool,
    },
    /// A device claims the seat with a resume token that names it.
    Resume {
        /// Who.
        user: UserId,
        /// With which device.
        device: DeviceId,
        /// The seat number in the token.
        seat: u32,
    },
    /// A device sent an offer, answer or candidate; binds an unbound seat.
    Signalled {
        /// Who.
        user: UserId,
        /// With which device.
        device: DeviceId,
    },
    /// A device reports its media connection.
    ReportTransport {
        /// Who.
        user: UserId,
        /// With which device.
        device: DeviceId,
        /// Whether it failed for good.
        failed: bool,
    },
    /// Call further people.
    Invite {
        /// Who asks.
        by: UserId,
        /// Whom; the shell has checked their membership.
        invitees: Vec<Invitee>,
    },
    /// Remove a participant; `by` is `None` when they lost their membership.
    Remove {
        /// Who asks.
        by: Option<UserId>,
        /// Whom.
        user: UserId,
    },
    /// Give a participant another role.
    SetRole {
        /// Who asks.
        by: UserId,
        /// Whose.
        user: UserId,
        /// Which.
        role: Role,
    },
    /// Switch off somebody's microphone.
    Mute {
        /// Who asks.
        by: UserId,
        /// Whose.
        user: UserId,
    },
    /// The server has media of a participant both ways: what it sends, and what it receives.
    MediaReady {
        /// Whose.
        user: UserId,
        /// The number of the seat that it is about; word of an earlier seat is ignored.
        seat: u32,
    },
    /// The server no longer hears a participant whose media it had.
    MediaLost {
        /// Whose.
        user: UserId,
        /// The number of the seat.
        seat: u32,
        /// How long nothing has been heard already; zero when a connection was closed.
        silent_for: Duration,
    },
    /// A device reports that its direct link to the others is up.
    DirectReady {
        /// Who.
        user: UserId,
        /// With which device.
        device: DeviceId,
    },
    /// Raise the own hand, or lower the own or somebody else's.
    RaiseHand {
        /// Who asks.
        by: UserId,
        /// Whose hand.
        user: UserId,
        /// Up or down.
        raised: bool,
    },
    /// Show a reaction. Changes nothing; the question is whether they may.
    React {
        /// Who.
        user: UserId,
    },
    /// Ask somebody to switch their microphone on.
    AskToUnmute {
        /// Who asks.
        by: UserId,
        /// Whom.
        user: UserId,
    },
    /// A participant who lost their device starts the call anew.
    Replace {
        /// Who.
        user: UserId,
    },
    /// The server has just started; nobody's socket is open.
    ServerRestarted,
    /// The server, or the host product, ends the call.
    Terminate {
        /// Why.
        reason: EndReason,
    },
}

/// The part a newcomer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Their role.
    pub role: Role,
}

/// What an accepted input came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Carried out, or already so.
    Done,
    /// The user left; the call goes on.
    Left,
    /// The call is over.
    Ended,
    /// The user joins when the call becomes active.
    Waiting,
}

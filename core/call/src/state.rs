//! All that is known and stored about a call.

use std::time::Duration;

use vocab::{CallId, ConversationId, DeviceId, UnixMillis, UserId};

use crate::{Capabilities, EndReason, LeaveReason, MediaState, RejectReason, Role};

/// A word from the wire or the database that names no known variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known word")]
pub struct UnknownWord;

/// Declares an enum whose variants are the words of the wire and the database.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $error:path { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($error) }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What the call was started as (founding table `calls.type`).
    CallKind, UnknownWord {
        /// Voice; cameras start switched off.
        Audio = "audio",
        /// Voice and camera.
        Video = "video",
        /// Voice and a shared screen; cameras start switched off.
        Screen = "screen",
    }
}

words! {
    /// Where a call is in its life (founding table `calls.status`).
    CallStatus, UnknownWord {
        /// Created; no callee's device has been reached.
        Initiated = "initiated",
        /// `call:incoming` was written to at least one callee's live socket.
        Ringing = "ringing",
        /// At least one callee has accepted.
        Active = "active",
        /// Was active and is over.
        Ended = "ended",
        /// Nobody answered, or the caller gave up.
        Missed = "missed",
        /// Every callee declined or was busy.
        Rejected = "rejected",
        /// The server or the network could not carry it.
        Failed = "failed",
    }
}

impl CallStatus {
    /// Whether nothing can change any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Initiated | Self::Ringing | Self::Active => false,
            Self::Ended | Self::Missed | Self::Rejected | Self::Failed => true,
        }
    }

    /// Whether the call waits for its first answer.
    #[must_use]
    pub const fn is_unanswered(self) -> bool {
        matches!(self, Self::Initiated | Self::Ringing)
    }
}

words! {
    /// Where a participant is (founding table `call_participants.status`).
    ParticipantStatus, UnknownWord {
        /// Asked to join; no device reached yet.
        Invited = "invited",
        /// A device of theirs shows the call.
        Ringing = "ringing",
        /// In the call, on one device.
        Joined = "joined",
        /// Was in the call.
        Left = "left",
        /// Declined, or was busy.
        Rejected = "rejected",
        /// Did not answer in time, or before the caller gave up.
        Missed = "missed",
    }
}

impl ParticipantStatus {
    /// Whether an answer is still awaited.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Invited | Self::Ringing)
    }
}

words! {
    /// Whether hanging up ends the call for everybody.
    Shape, UnknownWord {
        /// Two people; either side ends it.
        Direct = "direct",
        /// A group; who hangs up leaves, the host ends.
        Group = "group",
    }
}

words! {
    /// How media travels.
    Topology, UnknownWord {
        /// Between the participants.
        Mesh = "mesh",
        /// Through the server.
        Sfu = "sfu",
    }
}

words! {
    /// How a participant learns of the call.
    RingMode, UnknownWord {
        /// Their devices ring.
        Ring = "ring",
        /// Their devices show the call without a sound.
        Notify = "notify",
        /// Nothing is shown by itself.
        Silent = "silent",
        /// They blocked the caller: nothing of the call reaches them, now or later.
        Withheld = "withheld",
    }
}

/// The signalling connection of a joined participant's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A socket of the device is open.
    Up,
    /// The socket is lost; not shown to anybody yet.
    Dropped {
        /// When it was lost.
        since: UnixMillis,
    },
    /// Shown as reconnecting.
    Reconnecting {
        /// When the participant is given up.
        until: UnixMillis,
    },
}

/// One person in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub user: UserId,
    /// Their part in the call.
    pub role: Role,
    /// Where they are.
    pub status: ParticipantStatus,
    /// Microphone, camera, screen as last acknowledged.
    pub media: MediaState,
    /// How they were, or are being, called.
    pub ring: Ring,
    /// The device they are, or last were, in the call with.
    pub seat: Seat,
    /// First time they joined.
    pub joined_at: Option<UnixMillis>,
    /// Last time they left.
    pub left_at: Option<UnixMillis>,
    /// Why they left.
    pub left_reason: Option<LeaveReason>,
    /// Why they rejected.
    pub reject_reason: Option<RejectReason>,
    /// Time spent in the call before the current stay.
    pub earlier_stays: Duration,
    /// Whether the call counts as missed for them.
    pub missed_entry: bool,
    /// Rights given beyond the role.
    pub granted: Capabilities,
    /// Rights taken from the role.
    pub denied: Capabilities,
}

/// How a participant is being called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// How they learn of it.
    pub mode: RingMode,
    /// When it stops; kept after the ring for the record.
    pub expires_at: Option<UnixMillis>,
    /// Whether they were in another call when it started.
    pub busy: bool,
    /// A device that asked to join as soon as the call is active.
    pub joins_on_activation: Option<DeviceId>,
}

/// The place of a participant's one media device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The device; `None` while the participant has joined but no device has signalled yet.
    pub device: Option<DeviceId>,
    /// Counts the times the seat was taken afresh; resume tokens name it.
    pub number: u32,
    /// The device's signalling connection.
    pub link: Link,
    /// When the current stay began.
    pub since: Option<UnixMillis>,
    /// Whether the device reported that its media connection failed. Not stored: a device
    /// that says nothing counts as connected.
    pub transport_failed: bool,
}

/// A call as stored. Owned by the one task that runs the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallState {
    /// Which call.
    pub id: CallId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// Direct or group.
    pub shape: Shape,
    /// Audio, video, screen.
    pub kind: CallKind,
    /// Where it is in its life.
    pub status: CallStatus,
    /// Who started it.
    pub initiated_by: UserId,
    /// Who may end it for all.
    pub host: UserId,
    /// How media travels.
    pub topology: Topology,
    /// Number of the newest state event; 0 before the first.
    pub seq: u64,
    /// The moments of its life.
    pub times: Times,
    /// What anybody in it has sent so far.
    pub used: MediaUse,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Who ended it.
    pub ended_by: Option<UserId>,
    /// Opaque JSON text of the caller, at most 4 KiB.
    pub metadata: Option<String>,
    /// Everybody, the caller first, then in the order of invitation.
    pub participants: Vec<Participant>,
}

/// The moments of a call's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Creation.
    pub created_at: UnixMillis,
    /// First accept.
    pub started_at: Option<UnixMillis>,
    /// Terminal transition.
    pub ended_at: Option<UnixMillis>,
    /// How long each ring lasts.
    pub ring: Duration,
    /// When an active call that everybody left ends.
    pub empty_until: Option<UnixMillis>,
    /// When an active call with one person left in it ends.
    pub alone_until: Option<UnixMillis>,
}

/// What was sent in a call, for its history entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MediaUse {
    /// A camera was on.
    pub video: bool,
    /// A screen was shared.
    pub screen: bool,
}

impl MediaUse {
    /// Adds what somebody sends now.
    pub(crate) const fn note(&mut self, media: MediaState) {
        self.video |= media.video_enabled;
        self.screen |= media.screen_sharing;
    }
}

impl CallState {
    /// The participant of a user.
    #[must_use]
    pub fn participant(&self, user: UserId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.user == user)
    }

    pub(crate) fn participant_mut(&mut self, user: UserId) -> Option<&mut Participant> {
        self.participants.iter_mut().find(|participant| participant.user == user)
    }

    /// Everybody who is in the call now.
    pub fn joined(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(|one| one.status == ParticipantStatus::Joined)
    }

    /// Everybody whose answer is still awaited.
    pub fn pending(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(|one| one.status.is_pending())
    }

    /// Everybody whom the state events of this call reach.
    pub fn audience(&self) -> impl Iterator<Item = UserId> {
        self.participants.iter().filter(|one| one.hears_of_it()).map(|one| one.user)
    }

    /// Whole seconds from the first accept to the end; `None` for a call that was never
    /// active or is not over.
    #[must_use]
    pub fn duration_secs(&self) -> Option<u32> {
        let (started, ended) = (self.times.started_at?, self.times.ended_at?);
        u32::try_from(ended.saturating_since(started).as_secs()).ok()
    }
}

impl Participant {
    /// Whether anything of the call may reach them: not when they blocked the caller, and
    /// not after they were removed.
    #[must_use]
    pub fn hears_of_it(&self) -> bool {
        self.ring.mode != RingMode::Withheld && !self.was_removed()
    }

    /// Whether they were removed and not called anew since; they have no right then.
    #[must_use]
    pub fn was_removed(&self) -> bool {
        self.status == ParticipantStatus::Left && self.left_reason == Some(LeaveReason::Removed)
    }

    /// Whether this device is their media device. True for any device while the seat is
    /// taken but unbound.
    #[must_use]
    pub fn sits_on(&self, device: &DeviceId) -> bool {
        self.status == ParticipantStatus::Joined
            && self.seat.device.as_ref().is_none_or(|own| own == device)
    }

    /// Time spent in the call up to `now` or the last leave.
    #[must_use]
    pub fn time_in_call(&self, now: UnixMillis) -> Duration {
        let current = match (self.status, self.seat.since) {
            (ParticipantStatus::Joined, Some(since)) => now.saturating_since(since),
            _ => Duration::ZERO,
        };
        self.earlier_stays + current
    }
}

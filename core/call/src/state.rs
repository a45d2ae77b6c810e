//! All that is known and stored about a call.

use std::time::Duration;

use vocab::{CallId, ConversationId, DeviceId, UnixMillis, UserId};

pub(crate) use crate::word::words;
pub use crate::word::{
    CallKind, CallStatus, ParticipantStatus, RingMode, Shape, Topology, UnknownWord,
};
use crate::{Capabilities, EndReason, LeaveReason, MediaState, RejectReason, Role};

/// How a joined participant's device can be reached: its signalling connection, and media through
/// the server.
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
    /// A socket is open, but media through the server has stopped; not shown to anybody yet.
    Unheard {
        /// When it stopped.
        since: UnixMillis,
    },
    /// The same, shown as reconnecting. Nobody is given up for it: their device can be reached.
    Silent {
        /// What was told with it.
        until: UnixMillis,
    },
}

impl Link {
    /// Whether no socket of the device is open.
    #[must_use]
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Dropped { .. } | Self::Reconnecting { .. })
    }

    /// While it is shown as reconnecting: what was told with it.
    #[must_use]
    pub const fn shown_until(self) -> Option<UnixMillis> {
        match self {
            Self::Reconnecting { until } | Self::Silent { until } => Some(until),
            Self::Up | Self::Dropped { .. } | Self::Unheard { .. } => None,
        }
    }
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
    /// When they raised their hand; `None` while it is down and when they are not in the call.
    pub hand_raised_at: Option<UnixMillis>,
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
    /// Whether media flows both ways between the device and the server.
    pub media_ready: bool,
    /// Whether the device reported that its direct link is up. Not stored.
    pub direct_ready: bool,
    /// While the call upgrades: whether they have direct links from before.
    pub in_mesh: bool,
}

impl Seat {
    /// Nobody has sat here yet.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            device: None,
            number: 0,
            link: Link::Up,
            since: None,
            transport_failed: false,
            media_ready: false,
            direct_ready: false,
            in_mesh: false,
        }
    }
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
    /// When the topology's present step is over: an upgrade or a downgrade that did not come
    /// about is given up, a call through the server with two people in it begins a downgrade.
    pub topology_until: Option<UnixMillis>,
    /// When a call through the server fails in which nobody has media.
    pub without_media_until: Option<UnixMillis>,
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

//! The numbers of a call. All configurable, none unlimited.

use std::time::Duration;

use crate::Capabilities;

/// What happens when a callee is in another call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusyPolicy {
    /// They ring with a soft tone; the caller is told.
    Waiting,
    /// They are rejected as busy at once, with a missed entry.
    Reject,
}

/// Whether media may go through the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SfuPolicy {
    /// Never: the server has no media of its own.
    Off,
    /// As soon as more than two people are in the call.
    Auto,
    /// Always.
    Only,
}

/// Limits and times of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long a callee rings. Longer keeps phones ringing in empty rooms, shorter loses
    /// people who walk to the phone.
    pub ring: Duration,
    /// A device that comes online rings only if at least this much of the ring is left.
    pub least_ring: Duration,
    /// How many invitees ring; the others are notified.
    pub ring_at_most: usize,
    /// A lost socket is shown to the others after this long; a page reload fits in.
    pub shown_after: Duration,
    /// A lost socket's seat is kept this long.
    pub resume_window: Duration,
    /// The same after a restart of the server, when everybody reconnects at once.
    pub restart_window: Duration,
    /// A group call that everybody left ends after this long.
    pub empty_grace: Duration,
    /// A group call with one person in it ends after this long.
    pub alone: Duration,
    /// The longest a call lasts.
    pub max_duration: Duration,
    /// The most people in a call at one time.
    pub max_joined: usize,
    /// What happens to a callee in another call.
    pub busy: BusyPolicy,
    /// Whether media may go through the server.
    pub sfu: SfuPolicy,
    /// The most people in a call without a media server: everybody sends to everybody else.
    pub mesh_limit: usize,
    /// Whoever joins has this long to get media through the server; the call stays direct
    /// when they do not.
    pub upgrade_within: Duration,
    /// A call through the server with two people in it becomes direct after this long.
    pub downgrade_after: Duration,
    /// The two have this long to connect to each other.
    pub downgrade_within: Duration,
    /// When they could not, and nobody comes or goes, they try again after this long.
    pub downgrade_retry: Duration,
    /// A call through the server fails when nobody in it has had media for this long.
    pub without_media: Duration,
    /// Rights nobody but the host and co-hosts has in this call.
    pub withheld: Capabilities,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            ring: Duration::from_secs(45),
            least_ring: Duration::from_secs(3),
            ring_at_most: 10,
            shown_after: Duration::from_secs(2),
            resume_window: Duration::from_secs(30),
            restart_window: Duration::from_secs(60),
            empty_grace: Duration::from_secs(20),
            alone: Duration::from_secs(10 * 60),
            max_duration: Duration::from_secs(24 * 60 * 60),
            max_joined: 20,
            busy: BusyPolicy::Waiting,
            sfu: SfuPolicy::Off,
            mesh_limit: 4,
            upgrade_within: Duration::from_secs(15),
            downgrade_after: Duration::from_secs(10),
            downgrade_within: Duration::from_secs(15),
            downgrade_retry: Duration::from_secs(60),
            without_media: Duration::from_secs(30),
            withheld: Capabilities::NONE,
        }
    }
}

impl Policy {
    /// The most people in a call at one time, by the way its media may take.
    #[must_use]
    pub fn joined_at_most(&self) -> usize {
        match self.sfu {
            SfuPolicy::Off => self.max_joined.min(self.mesh_limit),
            SfuPolicy::Auto | SfuPolicy::Only => self.max_joined,
        }
    }

    /// The most people in a call whose media goes between them.
    #[must_use]
    pub fn mesh_at_most(&self) -> usize {
        match self.sfu {
            SfuPolicy::Off => self.joined_at_most(),
            SfuPolicy::Auto => crate::topology::DIRECT.min(self.max_joined),
            SfuPolicy::Only => 0,
        }
    }
}

//! What a room tells its call.

use std::time::Duration;

use vocab::UserId;

use crate::{Description, MediaPeer, SourceKind};

/// Word of a room. What is for one participant goes to the device that has their seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The server's answer to a publisher, or its offer to a subscriber.
    Described {
        /// For whom.
        user: UserId,
        /// Which of the two connections.
        peer: MediaPeer,
        /// The number of the offer that is answered, or the server's number of this offer.
        negotiation: u32,
        /// The session description, candidates of the server inside.
        description: Description,
    },
    /// The description could not be used, for a reason that the gate does not see.
    Refused {
        /// Whose.
        user: UserId,
        /// Which of the two connections.
        peer: MediaPeer,
        /// Its number.
        negotiation: u32,
        /// Why, in words for a developer.
        why: String,
    },
    /// Both connections of a participant are up: media can flow both ways.
    Ready {
        /// Whose.
        user: UserId,
        /// The seat they were admitted with.
        seat: u32,
    },
    /// A participant who was ready is not heard any more on at least one of them.
    Lost {
        /// Whose.
        user: UserId,
        /// The seat they were admitted with.
        seat: u32,
        /// How long nothing has been heard already; zero for a connection that was closed.
        silent_for: Duration,
    },
    /// What comes on each slot of this participant's subscriber connection; all of them.
    Slots {
        /// For whom.
        user: UserId,
        /// Higher than in the report before.
        rev: u64,
        /// In the order of the sections.
        slots: Vec<SlotView>,
    },
    /// Who is speaking, the loudest first; for everybody. Empty when nobody is.
    Speakers(Vec<UserId>),
    /// Which layers of a participant's picture anybody watches: the others need not be sent.
    Layers {
        /// For whom.
        user: UserId,
        /// Of which picture, and which.
        layers: ActiveLayers,
    },
}

/// Layers that are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveLayers {
    /// [`SourceKind::Camera`] or [`SourceKind::Screen`].
    pub source: SourceKind,
    /// Restriction identifiers (RFC 8852), the smallest picture first: some of `q`, `h`, `f`.
    /// Empty when nobody watches. For a source without simulcast: `f` alone, or nothing.
    pub rids: Vec<&'static str>,
}

/// Sound or picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// Sound.
    Audio,
    /// A picture.
    Video,
}

/// Why nothing comes although somebody is shown there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paused {
    /// The receiver's network cannot carry it now; it comes back by itself.
    Bandwidth,
    /// It is not shown (0 pixels wanted).
    Hidden,
    /// The sender sends nothing.
    Sender,
}

/// One section of a subscriber connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotView {
    /// The section's `mid` (RFC 5888).
    pub mid: String,
    /// Sound or picture.
    pub kind: SlotKind,
    /// Who and what comes here; `None` while it is free.
    pub shows: Option<(UserId, SourceKind)>,
    /// Set while nothing comes.
    pub paused: Option<Paused>,
}

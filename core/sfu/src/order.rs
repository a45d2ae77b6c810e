//! What a call tells its room.

use vocab::UserId;

use crate::SourceKind;

/// An order for the room of one call. Orders of one call are carried out in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// This participant may connect and send; said again when `rights` change. A higher `seat`
    /// than before is another device (or stay): what the former one had is closed.
    Admit {
        /// Who.
        user: UserId,
        /// The number of the seat (`call::Seat::number`).
        seat: u32,
        /// What they may send now.
        rights: Rights,
    },
    /// This participant is out: nothing of theirs is forwarded from now on.
    Dismiss {
        /// Who.
        user: UserId,
    },
    /// An offer of the publisher, or an answer of the subscriber. It has passed the gate.
    Describe {
        /// Whose.
        user: UserId,
        /// Which of the two connections.
        peer: MediaPeer,
        /// The client's number of its offer, or the number of the offer that is answered.
        negotiation: u32,
        /// The session description.
        description: Description,
    },
    /// What a participant wants to see; replaces what they wanted before.
    Subscribe {
        /// Who.
        user: UserId,
        /// In order of importance.
        wanted: Vec<Wanted>,
    },
    /// The client is ready for the server's offer, before it offers itself.
    Await {
        /// Who.
        user: UserId,
    },
    /// The client says that this connection is broken: offer anew with new ICE credentials.
    Restart {
        /// Whose.
        user: UserId,
        /// Which; a publisher restarts by its own offer.
        peer: MediaPeer,
    },
    /// The room is closed; nothing of it is kept.
    Close,
}

/// What a participant may send now: their right and their own switch together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights {
    /// Sound of the microphone is forwarded.
    pub microphone: bool,
    /// The camera's picture is forwarded.
    pub camera: bool,
    /// A shared screen is forwarded.
    pub screen: bool,
    /// The sound of a shared screen is forwarded.
    pub screen_audio: bool,
}

/// Which of the two connections of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaPeer {
    /// The one that sends to the server; the client offers.
    Publisher,
    /// The one that receives; the server offers.
    Subscriber,
}

/// A session description (RFC 8866).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Description {
    /// An offer.
    Offer(String),
    /// An answer.
    Answer(String),
}

/// A picture (or the sound of a screen) that somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Whose.
    pub user: UserId,
    /// Which of theirs.
    pub source: SourceKind,
    /// Shown width in physical pixels; 0 for not shown: the slot is kept, nothing is sent.
    pub width: u32,
    /// Shown height in physical pixels.
    pub height: u32,
    /// It must not be given up for others.
    pub pinned: bool,
}

impl Rights {
    /// Whether this source is forwarded.
    #[must_use]
    pub const fn allow(self, source: SourceKind) -> bool {
        match source {
            SourceKind::Microphone => self.microphone,
            SourceKind::Camera => self.camera,
            SourceKind::Screen => self.screen,
            SourceKind::ScreenAudio => self.screen_audio,
        }
    }
}

//! What comes out of a room, and what its transports tell it.

use vocab::UserId;

use crate::{CodecSet, Layer, Report, SlotKind, SourceKind};

/// What the room wants done. Taken with [`crate::Room::poll_output`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Tell the call: [`Report::Slots`], [`Report::Speakers`] or [`Report::Layers`].
    Report(Report),
    /// Ask the publisher for a key frame (PLI, RFC 4585 §6.3.1). Already coalesced.
    RequestKeyframe {
        /// Whom.
        user: UserId,
        /// Of which picture.
        source: SourceKind,
        /// At which layer.
        layer: Layer,
    },
    /// This subscriber wants more pictures than they have slots: offer that many.
    Grow {
        /// Whose subscriber connection.
        user: UserId,
        /// Video slots in all.
        video: usize,
    },
    /// How much bandwidth it is worth to look for on the way to a subscriber; said again and again
    /// while less is found.
    Desired {
        /// Whose subscriber connection.
        user: UserId,
        /// What would go if their network let it; no less than any picture would take that is
        /// turned on next, and not much more than the network is known to carry.
        bits_per_second: u64,
    },
}

/// One source that a publisher connection carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSpec {
    /// Which.
    pub kind: SourceKind,
    /// Its layers; empty for a source without simulcast.
    pub rids: Vec<Layer>,
    /// What it may be encoded with.
    pub codecs: CodecSet,
}

/// One section of a subscriber connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotSpec {
    /// The section's `mid`.
    pub mid: String,
    /// Sound or picture.
    pub kind: SlotKind,
    /// What the subscriber can decode there.
    pub codecs: CodecSet,
}

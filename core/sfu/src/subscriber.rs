//! What a participant receives.

use std::time::Instant;

use crate::allocator::Step;
use crate::forwarder::Forwarder;
use crate::source::SourceId;
use crate::way::Way;
use crate::{CodecSet, Paused, SlotKind, SlotSpec, Wanted};

/// How a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shown {
    /// Physical pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pinned: bool,
    /// Its place in the wish.
    pub(crate) place: usize,
}

/// A section of a subscriber connection, and what goes there.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) mid: String,
    pub(crate) kind: SlotKind,
    pub(crate) codecs: CodecSet,
    /// What is assigned to it.
    pub(crate) shows: Option<SourceId>,
    pub(crate) shown: Shown,
    /// The quality that its picture is granted; `None` while nothing is sent.
    pub(crate) granted: Option<Step>,
    /// It may not rise before, for it fell for want of bandwidth.
    pub(crate) locked_until: Option<Instant>,
    pub(crate) paused: Option<Paused>,
    /// In whose fan-out list it is.
    pub(crate) attached: Option<SourceId>,
    pub(crate) forwarder: Forwarder,
    /// What was reported last.
    pub(crate) reported: Option<(Option<SourceId>, Option<Paused>)>,
}

/// The receiving side of a participant.
#[derive(Debug, Default)]
pub(crate) struct Subscriber {
    pub(crate) slots: Vec<Slot>,
    /// `None` until it is said.
    pub(crate) wanted: Option<Vec<Wanted>>,
    /// In bit/s; `None` for unlimited.
    pub(crate) estimate: Option<u64>,
    /// There may be something to report of its slots.
    pub(crate) news: bool,
    /// Video slots that were asked for.
    pub(crate) grown_to: usize,
    pub(crate) way: Way,
    /// Bits per second that are looked for, as told, and when.
    pub(crate) told: Option<(u64, Instant)>,
    pub(crate) reported_at: Option<Instant>,
}

impl Slot {
    pub(crate) fn new(spec: SlotSpec) -> Self {
        Self {
            mid: spec.mid,
            kind: spec.kind,
            codecs: spec.codecs,
            shows: None,
            shown: Shown::default(),
            granted: None,
            locked_until: None,
            paused: None,
            attached: None,
            forwarder: Forwarder::default(),
            reported: None,
        }
    }

    /// Assigns a source, or none.
    pub(crate) fn assign(&mut self, id: Option<SourceId>) {
        if self.shows != id {
            self.shows = id;
            self.granted = None;
            self.locked_until = None;
            self.paused = None;
        }
    }
}

impl Subscriber {
    /// Takes the sections of a new negotiation; those that are the same go on. Returns what the
    /// others were attached to, with their places.
    pub(crate) fn set_slots(&mut self, specs: Vec<SlotSpec>) -> Vec<(usize, SourceId)> {
        let mut before = std::mem::take(&mut self.slots).into_iter();
        let mut dropped = Vec::new();
        for (place, spec) in specs.into_iter().enumerate() {
            let slot = match before.next() {
                Some(slot) if slot.mid == spec.mid && slot.kind == spec.kind => {
                    Slot { codecs: spec.codecs, ..slot }
                }
                other => {
                    dropped.extend(other.and_then(|slot| Some((place, slot.attached?))));
                    Slot::new(spec)
                }
            };
            self.slots.push(slot);
        }
        let kept = self.slots.len();
        dropped
            .extend(before.enumerate().filter_map(|(at, slot)| Some((kept + at, slot.attached?))));
        self.grown_to = 0;
        dropped
    }

    /// Everything that was assigned to it or sent there is gone with its connection.
    pub(crate) fn clear(&mut self) {
        let wanted = self.wanted.take();
        *self = Self { wanted, ..Self::default() };
    }

    /// Why nothing comes, slot by slot.
    pub(crate) fn paused(&self) -> Vec<Option<Paused>> {
        self.slots.iter().map(|slot| slot.paused).collect()
    }

    pub(crate) fn video_slots(&self) -> usize {
        self.slots.iter().filter(|slot| slot.kind == SlotKind::Video).count()
    }
}

//! Pictures that are kept for a connection while it is still being made.
//!
//! A key frame takes its time: the request to the publisher, its encoder, the way back. Asked for
//! when the subscriber has answered it is there when the keys are, and goes out at once. Sound is
//! not kept: it needs no beginning, and late sound stays late.

use std::time::{Duration, Instant};

use ::sfu::{Rewritten, SlotIndex};

use super::transport::Received;

/// From the first packet on. Older pictures would show somebody as they were.
const LONGEST: Duration = Duration::from_millis(300);

/// Packets for one connection.
const MOST: usize = 512;

/// A packet and where it goes. The payload is shared with all who get it.
type Kept = (SlotIndex, Received, Rewritten);

/// What is kept for one connection.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    since: Option<Instant>,
    kept: Vec<Kept>,
    /// There was too much, or it took too long.
    over: bool,
}

impl Ahead {
    /// Keeps a packet, as long as what is kept is of use.
    pub(super) fn keep(
        &mut self,
        now: Instant,
        slot: SlotIndex,
        packet: &Received,
        rewritten: &Rewritten,
    ) {
        if packet.source.is_audio() || self.over {
            return;
        }
        self.since.get_or_insert(now);
        if self.kept.len() == MOST || self.is_old(now) {
            self.over = true;
            self.kept = Vec::new();
        } else {
            self.kept.push((slot, packet.clone(), *rewritten));
        }
    }

    /// All that was kept, in its order; `None` when that is of no use any more.
    pub(super) fn take(self, now: Instant) -> Option<Vec<Kept>> {
        let useless = self.over || self.is_old(now);
        (!useless).then_some(self.kept)
    }

    fn is_old(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| now.saturating_duration_since(since) > LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::sfu::{Codec, Layer, SourceKind};

    use super::*;
    use crate::sfu::transport::Passed;

    fn packet(source: SourceKind, seq: u64) -> Received {
        Received {
            source,
            layer: Layer::Full,
            codec: Codec::Vp8,
            seq,
            timestamp: 0,
            marker: true,
            audio_level: None,
            passed: Passed::default(),
            payload: Arc::from([0; 4]),
        }
    }

    fn keep(ahead: &mut Ahead, at: Instant, source: SourceKind, seq: u64) {
        let rewritten = Rewritten { seq, timestamp: 0, marker: true, nackable: true, vp8: None };
        ahead.keep(at, SlotIndex(0), &packet(source, seq), &rewritten);
    }

    fn numbers(ahead: Ahead, at: Instant) -> Option<Vec<u64>> {
        Some(ahead.take(at)?.iter().map(|(_, packet, _)| packet.seq).collect())
    }

    #[test]
    fn pictures_are_kept_in_their_order_and_sound_is_not() {
        let start = Instant::now();
        let mut ahead = Ahead::default();
        keep(&mut ahead, start, SourceKind::Microphone, 1);
        keep(&mut ahead, start, SourceKind::Camera, 2);
        keep(&mut ahead, start + LONGEST, SourceKind::Screen, 3);
        assert_eq!(numbers(ahead, start + LONGEST), Some(vec![2, 3]));
        assert_eq!(numbers(Ahead::default(), start), Some(vec![]));
    }

    #[test]
    fn what_is_too_old_is_of_no_use() {
        let start = Instant::now();
        let later = start + LONGEST + Duration::from_millis(1);
        let mut quiet = Ahead::default();
        keep(&mut quiet, start, SourceKind::Camera, 1);
        assert_eq!(numbers(quiet, later), None);
        let mut busy = Ahead::default();
        keep(&mut busy, start, SourceKind::Camera, 1);
        keep(&mut busy, later, SourceKind::Camera, 2);
        assert!(busy.kept.is_empty(), "nothing is kept for nothing");
        assert_eq!(numbers(busy, later), None);
    }

    #[test]
    fn no_more_than_so_many_packets_are_kept() {
        let start = Instant::now();
        let mut ahead = Ahead::default();
        (0..=512).for_each(|seq| keep(&mut ahead, start, SourceKind::Camera, seq));
        assert_eq!(MOST, 512);
        assert_eq!(numbers(ahead, start), None);
    }
}

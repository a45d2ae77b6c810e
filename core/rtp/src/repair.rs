//! What is kept to be sent again (RFC 4588), and how much of it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu::Vp8Rewrite;

use crate::Extensions;

/// Packets of a stream that are kept: half a second of a large picture.
const KEPT: u64 = 512;

/// A packet is sent again no later than this.
const KEPT_FOR: Duration = Duration::from_secs(3);

/// A packet is sent again no sooner after the last time: two requests for it may be under way.
const LEAST_BETWEEN: Duration = Duration::from_millis(10);

/// Percent of the bytes of the last second that are sent again at most. Where a tenth of the
/// packets is lost, it is 11 on average, and more than 15 again and again. Lower leaves holes in
/// pictures; higher lets a link that is too narrow fill up with what was lost before it.
const MOST_SENT_AGAIN: u64 = 40;

/// Bytes of a second that are sent again whatever was sent: a still screen is a few packets, and all
/// of them may be lost.
const ALWAYS: u64 = 8_000;

/// How often the bytes of the last second are counted anew.
const WINDOW: Duration = Duration::from_millis(500);

/// A packet that may have to be sent again.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) seq: u64,
    pub(crate) at: Instant,
    /// When it was sent again.
    pub(crate) again: Option<Instant>,
    /// Under which payload type it is sent again.
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    pub(crate) timestamp: u32,
    pub(crate) payload: Arc<[u8]>,
    pub(crate) vp8: Option<Vp8Rewrite>,
    pub(crate) extensions: Extensions,
}

/// The newest packets of a stream.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    /// By sequence number; empty until there is something to keep.
    kept: Vec<Option<Kept>>,
    newest: u64,
    spent: Spent,
}

/// Bytes of the present window and of the one before.
#[derive(Debug, Default)]
struct Spent {
    since: Option<Instant>,
    sent: [u64; 2],
    again: [u64; 2],
}

impl Repair {
    /// Keeps a packet that was sent.
    pub(crate) fn keep(&mut self, packet: Kept) {
        if self.kept.is_empty() {
            self.kept.resize_with(place(KEPT), || None);
        }
        self.spent.sent(packet.at, packet.payload.len());
        self.newest = self.newest.max(packet.seq);
        let place = place(packet.seq % KEPT);
        self.kept[place] = Some(packet);
    }

    /// A packet that was asked for, if it is to be sent again.
    pub(crate) fn again(&mut self, now: Instant, seq: u16) -> Option<&Kept> {
        let seq = extended(self.newest, seq)?;
        let kept = self.kept.get_mut(place(seq % KEPT))?.as_mut()?;
        let passed = |since: Instant| now.saturating_duration_since(since);
        let is_soon = kept.again.is_some_and(|again| passed(again) < LEAST_BETWEEN);
        if kept.seq != seq || passed(kept.at) > KEPT_FOR || is_soon {
            return None;
        }
        if !self.spent.may_send(now, kept.payload.len()) {
            return None;
        }
        kept.again = Some(now);
        Some(kept)
    }

    /// Lets go of payloads that would not be sent again any more.
    pub(crate) fn forget_old(&mut self, now: Instant) {
        let newest = self.kept.get(place(self.newest % KEPT)).and_then(Option::as_ref);
        let is_old = newest.is_some_and(|kept| now.saturating_duration_since(kept.at) > KEPT_FOR);
        if is_old {
            self.kept = Vec::new();
        }
    }
}

impl Spent {
    fn turn(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(*self.since.get_or_insert(now));
        if passed >= WINDOW {
            let whole = passed < 2 * WINDOW;
            let former = |bytes: [u64; 2]| [0, if whole { bytes[0] } else { 0 }];
            (self.sent, self.again) = (former(self.sent), former(self.again));
            self.since = Some(now);
        }
    }

    fn sent(&mut self, now: Instant, bytes: usize) {
        self.turn(now);
        self.sent[0] += bytes as u64;
    }

    fn may_send(&mut self, now: Instant, bytes: usize) -> bool {
        self.turn(now);
        let sum = |bytes: [u64; 2]| bytes[0] + bytes[1];
        let after = sum(self.again) + bytes as u64;
        let may = after <= ALWAYS.max(sum(self.sent) * MOST_SENT_AGAIN / 100);
        self.again[0] += if may { bytes as u64 } else { 0 };
        may
    }
}

/// The number near the newest that ends so; `None` before the first.
fn extended(newest: u64, seq: u16) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, reason = "the lower 16 bits are meant")]
    let behind = (newest as u16).wrapping_sub(seq);
    newest.checked_sub(behind.into())
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant;

    const MS: Duration = Duration::from_millis(1);

    fn packet(seq: u64, at: Instant) -> Kept {
        Kept {
            seq,
            at,
            again: None,
            payload_type: 97,
            marker: false,
            timestamp: 5,
            payload: Arc::from([7; 1_000]),
            vp8: None,
            extensions: Extensions::default(),
        }
    }

    fn filled(from: u64, to: u64, at: Instant) -> Repair {
        let mut repair = Repair::default();
        (from..to).for_each(|seq| repair.keep(packet(seq, at)));
        repair
    }

    fn again(repair: &mut Repair, at: Instant, seq: u16) -> Option<u64> {
        repair.again(at, seq).map(|kept| kept.seq)
    }

    #[test]
    fn what_is_kept_is_found_by_the_end_of_its_number() {
        let start = instant();
        let mut repair = filled(65_000, 66_000, start);
        assert_eq!(again(&mut repair, start, 65_500), Some(65_500));
        assert_eq!(again(&mut repair, start, 463), Some(65_999));
        assert_eq!(again(&mut repair, start, 464), None, "not yet sent");
        assert_eq!(again(&mut repair, start, 65_487), None, "overwritten");
        assert_eq!(again(&mut Repair::default(), start, 0), None);
    }

    #[test]
    fn a_packet_is_sent_again_for_three_seconds_and_not_twice_at_once() {
        let start = instant();
        let mut repair = filled(1, 200, start);
        assert_eq!(again(&mut repair, start + MS * 20, 50), Some(50));
        assert_eq!(again(&mut repair, start + MS * 29, 50), None);
        assert_eq!(again(&mut repair, start + MS * 30, 50), Some(50));
        (200..400).for_each(|seq| repair.keep(packet(seq, start + MS * 3_001)));
        assert_eq!(again(&mut repair, start + MS * 3_001, 51), None);
        assert_eq!(again(&mut repair, start + MS * 3_001, 399), Some(399));
    }

    #[test]
    fn no_more_is_sent_again_than_a_share_of_what_was_sent() {
        let start = instant();
        let mut repair = filled(1, 101, start);
        let sent = (1..101).filter(|seq| again(&mut repair, start + MS, *seq).is_some()).count();
        assert_eq!(sent, 40);
        let later = start + MS * 1_100;
        (101..131).for_each(|seq| repair.keep(packet(seq, later)));
        let sent = (1..131).filter(|seq| again(&mut repair, later, *seq).is_some()).count();
        assert_eq!(sent, 12, "of what was sent since");
    }

    #[test]
    fn a_few_packets_may_all_be_lost() {
        let start = instant();
        let mut repair = filled(1, 10, start);
        let later = start + MS * 2_000;
        let sent = (1..10).filter(|seq| again(&mut repair, later, *seq).is_some()).count();
        assert_eq!(sent, 8);
    }

    #[test]
    fn a_stream_that_stopped_keeps_nothing() {
        let start = instant();
        let mut repair = filled(1, 10, start);
        repair.forget_old(start + KEPT_FOR);
        assert_eq!(again(&mut repair, start + KEPT_FOR, 5), Some(5));
        repair.forget_old(start + KEPT_FOR + MS);
        assert!(repair.kept.is_empty());
        repair.keep(packet(10, start + KEPT_FOR + MS));
        assert_eq!(repair.newest, 10);
    }
}

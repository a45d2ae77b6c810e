//! How numbers of an incoming stream become outgoing ones, between packets that are left out.

/// Spans remembered: with every second picture left out, about a second of late packets. A late
/// packet from before is not sent.
const DEPTH: usize = 32;

/// Packets in a row that go out with the same offsets.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    /// Its first packet.
    start: u64,
    /// Packets left out just before it.
    left_out: u64,
    /// Added to sequence numbers.
    seq_offset: u64,
    /// Added to picture numbers.
    picture_offset: u16,
}

/// The newest spans of a stream, in a ring.
#[derive(Debug)]
pub(super) struct Spans {
    ring: [Span; DEPTH],
    newest: usize,
    count: usize,
}

impl Spans {
    /// A stream from its first packet on.
    pub(super) fn new(start: u64, seq_offset: u64, picture_offset: u16) -> Self {
        let mut ring = [Span::default(); DEPTH];
        ring[0] = Span { start, left_out: 0, seq_offset, picture_offset };
        Self { ring, newest: 0, count: 1 }
    }

    /// What to add to the numbers of this packet; `None` if it is not to be sent.
    pub(super) fn find(&self, seq: u64) -> Option<(u64, u16)> {
        let mut after: Option<Span> = None;
        for back in 0..self.count {
            let span = self.ring[(self.newest + DEPTH - back) % DEPTH];
            if seq >= span.start {
                let was_left_out = after.is_some_and(|next| seq >= next.start - next.left_out);
                return (!was_left_out).then_some((span.seq_offset, span.picture_offset));
            }
            after = Some(span);
        }
        None
    }

    /// The newest packet is left out; `picture` if it is the first of its picture.
    pub(super) fn leave_out(&mut self, seq: u64, picture: bool) {
        let last = self.ring[self.newest];
        let joins = last.start == seq;
        let next = Span {
            start: seq.saturating_add(1),
            left_out: if joins { last.left_out + 1 } else { 1 },
            seq_offset: last.seq_offset.wrapping_sub(1),
            picture_offset: last.picture_offset.wrapping_sub(u16::from(picture)),
        };
        if !joins {
            self.newest = (self.newest + 1) % DEPTH;
            self.count = (self.count + 1).min(DEPTH);
        }
        self.ring[self.newest] = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(spans: &Spans, seq: u64) -> Option<u64> {
        spans.find(seq).map(|(offset, _)| seq.wrapping_add(offset))
    }

    #[test]
    fn packets_after_one_left_out_close_up() {
        let mut spans = Spans::new(100, 1_u64.wrapping_sub(100), 0);
        spans.leave_out(103, true);
        spans.leave_out(104, false);
        let out: Vec<_> = (99..=106).map(|seq| sent(&spans, seq)).collect();
        assert_eq!(out, [None, Some(1), Some(2), Some(3), None, None, Some(4), Some(5)]);
    }

    #[test]
    fn a_gap_before_what_is_left_out_stays_open_for_late_packets() {
        let mut spans = Spans::new(100, 0, 0);
        spans.leave_out(101, true);
        // 102 is missing.
        spans.leave_out(103, true);
        assert_eq!(sent(&spans, 102), Some(101));
        assert_eq!(sent(&spans, 103), None);
        assert_eq!(sent(&spans, 104), Some(102));
    }

    #[test]
    fn a_long_picture_left_out_takes_no_more_than_one_span() {
        let mut spans = Spans::new(0, 0, 0);
        // 1 is missing.
        (2..100).for_each(|seq| spans.leave_out(seq, seq == 2));
        assert_eq!(sent(&spans, 1), Some(1));
        assert_eq!(sent(&spans, 50), None);
        assert_eq!(sent(&spans, 100), Some(2));
    }

    #[test]
    fn no_two_packets_get_the_same_number() {
        let mut spans = Spans::new(0, 7, 0);
        for seq in 1..400 {
            if seq % 3 == 0 || seq % 7 == 0 {
                spans.leave_out(seq, true);
            }
        }
        let mut out: Vec<_> = (0..400).filter_map(|seq| sent(&spans, seq)).collect();
        let all = out.len();
        out.dedup();
        assert_eq!(out.len(), all);
        assert!(out.windows(2).all(|pair| pair[1] == pair[0] + 1), "{out:?}");
    }
}

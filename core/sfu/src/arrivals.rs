//! Which packets of a stream have come: each is forwarded once.

/// How far back a packet may come late, in packets: at 3 Mbit/s this is three seconds. A packet
/// further ahead, or two in a row further back, are a stream that began anew.
const DEPTH: u64 = 1_024;
const WORDS: usize = 16;

/// What a sequence number says about its packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Newer than all before it.
    Newest,
    /// Reordered or retransmitted.
    Late,
    /// The stream began anew: sequence numbers before this packet mean nothing.
    Anew,
    /// Seen before, or too late.
    Refused,
}

/// The last [`DEPTH`] sequence numbers of a stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals {
    highest: Option<u64>,
    /// One bit for each sequence number, at its remainder.
    seen: [u64; WORDS],
    /// The number after a stray far behind: a stream that began anew, if it comes (RFC 3550 A.1).
    suspect: Option<u64>,
}

impl Arrivals {
    /// Notes a packet.
    pub(crate) fn note(&mut self, seq: u64) -> Arrival {
        let Some(highest) = self.highest else {
            self.begin(seq);
            return Arrival::Newest;
        };
        if seq > highest {
            if seq - highest >= DEPTH {
                self.begin(seq);
                return Arrival::Anew;
            }
            (highest + 1..=seq).for_each(|skipped| self.mark(skipped, false));
            self.mark(seq, true);
            self.highest = Some(seq);
            self.suspect = None;
            return Arrival::Newest;
        }
        if highest - seq >= DEPTH {
            if self.suspect == Some(seq) {
                self.begin(seq);
                return Arrival::Anew;
            }
            self.suspect = seq.checked_add(1);
            return Arrival::Refused;
        }
        if self.marked(seq) {
            return Arrival::Refused;
        }
        self.mark(seq, true);
        Arrival::Late
    }

    fn begin(&mut self, seq: u64) {
        *self = Self { highest: Some(seq), ..Self::default() };
        self.mark(seq, true);
    }

    fn mark(&mut self, seq: u64, seen: bool) {
        let (word, bit) = place(seq);
        if seen {
            self.seen[word] |= bit;
        } else {
            self.seen[word] &= !bit;
        }
    }

    fn marked(&self, seq: u64) -> bool {
        let (word, bit) = place(seq);
        self.seen[word] & bit != 0
    }
}

fn place(seq: u64) -> (usize, u64) {
    let word = (seq / 64) % WORDS as u64;
    (usize::try_from(word).unwrap_or(0), 1 << (seq % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Arrival::{Anew, Late, Newest, Refused};

    fn notes<const N: usize>(seqs: [u64; N]) -> [Arrival; N] {
        let mut arrivals = Arrivals::default();
        seqs.map(|seq| arrivals.note(seq))
    }

    #[test]
    fn each_packet_counts_once_in_whatever_order() {
        assert_eq!(
            notes([10, 12, 11, 11, 12, 10]),
            [Newest, Newest, Late, Refused, Refused, Refused]
        );
    }

    #[test]
    fn a_late_packet_counts_until_it_is_too_late() {
        assert_eq!(
            notes([1_000, 2_022, 1_001, 2_023, 999]),
            [Newest, Newest, Late, Newest, Refused]
        );
    }

    #[test]
    fn a_far_jump_forward_begins_anew() {
        assert_eq!(notes([5, 5 + DEPTH, 5]), [Newest, Anew, Refused]);
    }

    #[test]
    fn two_in_a_row_from_far_behind_begin_anew_but_strays_do_not() {
        assert_eq!(
            notes([90_000, 7, 90_001, 9, 12, 13]),
            [Newest, Refused, Newest, Refused, Refused, Anew]
        );
    }
}

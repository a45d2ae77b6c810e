//! When which connection or room is due.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use vocab::CallId;

use super::peers::PeerKey;

/// Who is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Peer(PeerKey),
    Room(CallId),
}

/// Deadlines of a shard. Each owner keeps the earliest moment it has set here (`armed`) and sets
/// another only when that is earlier: a deadline that moves away costs nothing until it comes.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, Due)>>,
}

impl Timers {
    /// Makes sure that `due` is told at that moment.
    pub(super) fn arm(&mut self, armed: &mut Option<Instant>, at: Instant, due: Due) {
        if armed.is_none_or(|armed| at < armed) {
            *armed = Some(at);
            self.heap.push(Reverse((at, due)));
        }
    }

    /// The next moment.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Who is due now, with the moment that was set.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(Instant, Due)> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn deadlines_come_in_order_and_a_later_one_is_not_set_again() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let room = |number| Due::Room(CallId::from_uuid(vocab::Uuid::from_u128(number)));
        let mut timers = Timers::default();
        let (mut one, mut two) = (None, None);
        timers.arm(&mut one, at(5), room(1));
        timers.arm(&mut one, at(9), room(1));
        timers.arm(&mut two, at(3), room(2));
        assert_eq!(timers.next(), Some(at(3)));
        assert_eq!(timers.pop(at(2)), None);
        assert_eq!(timers.pop(at(6)), Some((at(3), room(2))));
        assert_eq!(timers.pop(at(6)), Some((at(5), room(1))));
        assert_eq!(timers.pop(at(60)), None);
    }
}

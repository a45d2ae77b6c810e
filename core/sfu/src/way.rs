//! What packets to a subscriber go through: whether they wait before a link that is too narrow.

use std::time::{Duration, Instant};

/// For how long the shortest round trip is remembered, at least: the way may have become longer.
const REMEMBERED: Duration = Duration::from_secs(20);
/// What is left of the limit when a queue counts as drained.
const DRAINED: u32 = 3;
/// A queue of ours drains within this much of the limit; what stays longer is the way itself.
const PATIENCE: u32 = 10;
/// Waits shorter than this share of the limit are none.
const NONE: u32 = 4;
/// Of a thousand packets, in a second; so many are lost on any wireless network, or where a key
/// frame is longer than the queue of a link that is wide enough otherwise. Less takes such a moment
/// for a narrow link.
const USUALLY_LOST: u16 = 50;

/// What is measured on the way to a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// From when a packet is sent until word of it is back.
    pub round_trip: Duration,
    /// Packets that did not arrive, of a thousand, in the last second.
    pub lost_per_mille: u16,
}

impl Measured {
    /// Of a thousand packets; where more are lost, far more is sent than the link carries.
    pub const FLOODED: u16 = 200;
    /// Of a thousand packets; with no more it is over.
    pub const ABATED: u16 = 100;
}

/// How long packets wait, told by how much longer round trips are than the shortest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Way {
    /// When the span began in which `least` is the shortest round trip.
    began: Option<Instant>,
    least: Option<Duration>,
    /// Of the span before.
    least_before: Option<Duration>,
    /// Since when packets wait for too long, or most of them are lost.
    full_since: Option<Instant>,
    /// Until then loss says nothing: it stayed while only sound was sent.
    lossy_until: Option<Instant>,
    clear: bool,
}

impl Way {
    /// Takes what was measured. `limit` is the longest wait that is put up with.
    pub(crate) fn take(&mut self, now: Instant, measured: Measured, limit: Duration) {
        let Measured { round_trip, lost_per_mille } = measured;
        let began = *self.began.get_or_insert(now);
        if now.saturating_duration_since(began) >= REMEMBERED {
            self.began = Some(now);
            self.least_before = self.least.take();
        }
        self.least = Some(self.least.map_or(round_trip, |least| least.min(round_trip)));
        let shortest = self.least.min(self.least_before.or(self.least)).unwrap_or(round_trip);
        let waits = round_trip.saturating_sub(shortest);
        self.clear = waits <= limit / NONE && lost_per_mille <= USUALLY_LOST;
        let lost =
            if self.lossy_until.is_some_and(|until| now < until) { 0 } else { lost_per_mille };
        match self.full_since {
            None if waits > limit || lost > Measured::FLOODED => self.full_since = Some(now),
            Some(_) if waits <= limit / DRAINED && lost <= Measured::ABATED => {
                self.full_since = None
            }
            Some(since) if now.saturating_duration_since(since) > limit * PATIENCE => {
                *self = Self {
                    began: Some(now),
                    least: Some(round_trip),
                    lossy_until: (lost > Measured::ABATED).then(|| now + REMEMBERED),
                    ..Self::default()
                };
            }
            None | Some(_) => {}
        }
    }

    /// Whether packets wait for too long, or most of them are lost.
    pub(crate) fn is_full(&self) -> bool {
        self.full_since.is_some()
    }

    /// Whether all that is sent arrives, and at once: the network carries at least this much.
    pub(crate) fn is_clear(&self) -> bool {
        self.clear
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant;

    const LIMIT: Duration = Duration::from_millis(400);

    /// What is said every 250 ms for these round trips in milliseconds.
    fn said(round_trips: &[u64]) -> Vec<bool> {
        let (start, mut way) = (instant(), Way::default());
        let each = (0..).zip(round_trips).map(|(number, millis)| {
            let now = start + Duration::from_millis(250) * number;
            let round_trip = Duration::from_millis(*millis);
            way.take(now, Measured { round_trip, lost_per_mille: 0 }, LIMIT);
            way.is_full()
        });
        each.collect()
    }

    #[test]
    fn a_queue_is_full_beyond_the_limit_until_it_has_drained() {
        let round_trips = [40, 45, 430, 450, 900, 500, 200, 170, 430];
        let full = [false, false, false, true, true, true, true, false, false];
        assert_eq!(said(&round_trips), full);
    }

    #[test]
    fn a_flooded_way_is_full_and_one_that_loses_much_by_itself_is_not_for_long() {
        let (start, mut way) = (instant(), Way::default());
        let mut full = |quarters: u32, lost_per_mille| {
            let now = start + Duration::from_millis(250) * quarters;
            way.take(
                now,
                Measured { round_trip: Duration::from_millis(40), lost_per_mille },
                LIMIT,
            );
            way.is_full()
        };
        assert_eq!(
            [full(0, 190), full(1, 210), full(2, 700), full(3, 150)],
            [false, true, true, true]
        );
        assert_eq!([full(4, 90), full(5, 190)], [false, false]);
        // Half of everything is lost, whatever is sent.
        let said: Vec<bool> = (6..60).map(|quarters| full(quarters, 500)).collect();
        assert_eq!(said.iter().filter(|full| **full).count(), 17, "{said:?}");
    }

    #[test]
    fn a_way_is_clear_while_nothing_waits_and_hardly_anything_is_lost() {
        let (start, mut way) = (instant(), Way::default());
        assert!(!way.is_clear(), "nothing is known");
        for (round_trip, lost_per_mille, clear) in
            [(40, 0, true), (130, 50, true), (150, 0, false), (40, 60, false), (45, 5, true)]
        {
            let round_trip = Duration::from_millis(round_trip);
            way.take(start, Measured { round_trip, lost_per_mille }, LIMIT);
            assert_eq!(way.is_clear(), clear, "{round_trip:?} {lost_per_mille}");
        }
    }

    #[test]
    fn a_way_that_is_long_from_the_beginning_is_no_queue() {
        assert_eq!(said(&[900, 950, 1_200, 880]), [false; 4]);
    }

    #[test]
    fn a_way_that_became_longer_is_no_queue_after_four_seconds() {
        let round_trips: Vec<u64> = [40; 4].into_iter().chain([700; 30]).collect();
        let full = said(&round_trips);
        assert_eq!(full.iter().filter(|full| **full).count(), 17);
        assert!(!full[33]);
    }

    #[test]
    fn the_shortest_round_trip_is_forgotten_after_two_spans() {
        // 80 measures are 20 s.
        let round_trips: Vec<u64> = [40; 4].into_iter().chain([300; 160]).chain([600]).collect();
        assert!(!said(&round_trips)[164], "300 ms more than the shortest that is remembered");
        let round_trips: Vec<u64> = [40; 4].into_iter().chain([300; 60]).chain([600]).collect();
        assert!(said(&round_trips)[64], "560 ms more");
    }
}

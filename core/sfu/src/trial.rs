//! A small picture that is sent although the estimate says that it does not fit.
//!
//! An estimate is too low where little is sent: with nothing but sound under way it rests on probes
//! of a few packets, and they find only what the sound leaves free. So a subscriber on a narrow
//! link would see nothing for as long as the link is narrow, though the smallest picture fits. It
//! is tried, and the way tells: it is kept while nothing waits for long.

use std::time::{Duration, Instant};

use crate::way::Way;

/// So long nothing waits and nothing is lost before a picture is tried. Shorter tries while the
/// queue of before drains.
const SETTLED: Duration = Duration::from_secs(1);
/// So long packets may wait, or be lost, before the picture is taken away: its key frame alone is a
/// small queue. Longer costs sound on links that are too narrow.
const PATIENCE: Duration = Duration::from_secs(1);
/// A picture that is there for so long has been tried with success.
const PROVEN: Duration = Duration::from_secs(10);
/// After a trial that failed, until the next; twice as long after each more. Shorter costs sound on
/// links that are too narrow for any picture.
const AGAIN_AFTER: Duration = Duration::from_secs(4);
/// It is not doubled more often: once in 64 s.
const MOST_DOUBLED: u32 = 4;
/// For how long an estimate is remembered, at least: it falls by mistake as well.
const REMEMBERED: Duration = Duration::from_secs(20);
/// Percent of the highest estimate that sound and pictures may take with what is tried.
const TRIED_PERCENT: u64 = 125;

/// What was tried on the way to a subscriber.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trial {
    /// Since when, while one is under way.
    since: Option<Instant>,
    /// Since when packets wait, or are lost, while one is under way.
    unclear_since: Option<Instant>,
    failed: u32,
    not_before: Option<Instant>,
    /// When the span began in which `highest` is the highest estimate, in bit/s.
    began: Option<Instant>,
    highest: u64,
    /// Of the span before.
    highest_before: u64,
}

impl Trial {
    /// Notes the estimate in bit/s and how the way is. `beyond`: more is sent than that allows.
    pub(crate) fn note(&mut self, now: Instant, way: &Way, estimate: u64, beyond: bool) {
        if now.saturating_duration_since(*self.began.get_or_insert(now)) >= REMEMBERED {
            self.began = Some(now);
            self.highest_before = std::mem::take(&mut self.highest);
        }
        self.highest = self.highest.max(estimate);
        let Some(since) = self.since else { return };
        self.unclear_since = match self.unclear_since {
            _ if way.is_clear() => None,
            unclear_since => unclear_since.or(Some(now)),
        };
        let unclear = self.unclear_since.map(|at| now.saturating_duration_since(at));
        if !beyond {
            self.since = None;
        } else if way.is_full() || unclear.is_some_and(|unclear| unclear >= PATIENCE) {
            self.since = None;
            self.not_before = Some(now + AGAIN_AFTER * (1 << self.failed.min(MOST_DOUBLED)));
            self.failed += 1;
        } else if now.saturating_duration_since(since) >= PROVEN {
            self.failed = 0;
        }
    }

    /// Whether what is sent is kept, whatever is estimated.
    pub(crate) fn is_under_way(&self) -> bool {
        self.since.is_some()
    }

    /// What everything together may take with something that is tried now, in bit/s; `None` while
    /// nothing is to be tried.
    pub(crate) fn budget(&self, now: Instant, way: &Way) -> Option<u64> {
        let may = self.since.is_none()
            && self.not_before.is_none_or(|at| now >= at)
            && way.is_clear_for(now, SETTLED);
        may.then_some(self.highest.max(self.highest_before) / 100 * TRIED_PERCENT)
    }

    /// Something is tried from now on.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.since = Some(now);
        self.unclear_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant;
    use crate::way::Measured;

    const LIMIT: Duration = Duration::from_millis(400);
    const ESTIMATE: u64 = 200_000;
    const MORE: Option<u64> = Some(250_000);

    /// A trial, and the way it is about, measured every 250 ms.
    struct Tried {
        now: Instant,
        way: Way,
        trial: Trial,
        beyond: bool,
    }

    impl Tried {
        fn new() -> Self {
            Self { now: instant(), way: Way::default(), trial: Trial::default(), beyond: false }
        }

        /// For so many quarters of a second packets wait so long.
        fn run(&mut self, quarters: u32, waits: u64) -> Option<u64> {
            for _ in 0..quarters {
                self.now += LIMIT * 5 / 8;
                let round_trip = Duration::from_millis(30 + waits);
                self.way.take(self.now, Measured { round_trip, lost_per_mille: 0 }, LIMIT);
                self.trial.note(self.now, &self.way, ESTIMATE, self.beyond);
            }
            self.trial.budget(self.now, &self.way)
        }

        fn begin(&mut self) {
            self.trial.begin(self.now);
            self.beyond = true;
        }
    }

    #[test]
    fn a_quarter_more_than_the_estimate_is_tried_when_all_arrived_at_once_for_a_second() {
        let mut tried = Tried::new();
        assert_eq!([tried.run(1, 0), tried.run(3, 0), tried.run(1, 0)], [None, None, MORE]);
        assert_eq!([tried.run(1, 150), tried.run(4, 0), tried.run(1, 0)], [None, None, MORE]);
    }

    #[test]
    fn an_estimate_that_falls_is_remembered() {
        let mut tried = Tried::new();
        tried.run(8, 0);
        tried.trial.note(tried.now, &tried.way, 80_000, false);
        assert_eq!(tried.trial.budget(tried.now, &tried.way), MORE);
    }

    #[test]
    fn what_is_tried_is_kept_though_a_key_frame_waits_but_not_for_long() {
        let mut tried = Tried::new();
        tried.run(8, 0);
        tried.begin();
        assert_eq!(tried.run(3, 200), None, "one at a time");
        assert!(tried.trial.is_under_way());
        tried.run(4, 0);
        tried.run(4, 200);
        assert!(tried.trial.is_under_way());
        tried.run(1, 200);
        assert!(!tried.trial.is_under_way());
    }

    #[test]
    fn a_queue_that_is_too_long_ends_it_at_once() {
        let mut tried = Tried::new();
        tried.run(8, 0);
        tried.begin();
        tried.run(1, 450);
        assert!(!tried.trial.is_under_way());
    }

    #[test]
    fn after_each_failure_it_takes_twice_as_long_until_one_is_proven() {
        let mut tried = Tried::new();
        let mut waits = Vec::new();
        for _ in 0..7 {
            let began = tried.now;
            while tried.run(1, 0).is_none() {}
            waits.push((tried.now - began).as_secs());
            tried.begin();
            tried.run(1, 450);
            tried.beyond = false;
        }
        assert_eq!(waits, [1, 4, 8, 16, 32, 64, 64]);
        while tried.run(1, 0).is_none() {}
        tried.begin();
        tried.run(41, 0);
        tried.run(1, 450);
        tried.beyond = false;
        assert_eq!([tried.run(15, 0), tried.run(1, 0)], [None, MORE]);
    }

    #[test]
    fn what_fits_after_all_or_is_no_longer_wanted_is_no_failure() {
        let mut tried = Tried::new();
        tried.run(8, 0);
        tried.begin();
        tried.beyond = false;
        assert_eq!(tried.run(1, 0), MORE);
    }
}

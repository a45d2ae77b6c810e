//! Which layers of a source anybody watches, and when its publisher is told.

use std::time::{Duration, Instant};

use crate::Layer;

const LAYERS: usize = Layer::ALL.len();

/// A layer that somebody watches is wanted at once; one that nobody watches is wanted for some
/// time still.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    exists: [bool; LAYERS],
    /// What the publisher was told, or does by itself at first: everything.
    told: [bool; LAYERS],
    /// Since when nobody watches it.
    unwatched: [Option<Instant>; LAYERS],
    since: Option<Instant>,
}

impl Watched {
    pub(crate) fn new(exists: [bool; LAYERS]) -> Self {
        Self { exists, told: exists, unwatched: [None; LAYERS], since: None }
    }

    /// Notes who is watched. Some: the publisher is to be told that it is these now.
    pub(crate) fn note(
        &mut self,
        now: Instant,
        watched: [bool; LAYERS],
        off_after: Duration,
    ) -> Option<[bool; LAYERS]> {
        if watched.contains(&true) {
            self.since.get_or_insert(now);
        } else {
            self.since = None;
        }
        let mut wanted = [false; LAYERS];
        for (place, wanted) in wanted.iter_mut().enumerate() {
            if watched[place] {
                self.unwatched[place] = None;
            } else {
                self.unwatched[place].get_or_insert(now);
            }
            let expired = self.unwatched[place].is_some_and(|since| now >= since + off_after);
            let lingers = self.told[place] && !expired;
            *wanted = self.exists[place] && (watched[place] || lingers);
        }
        let changed = wanted != self.told;
        self.told = wanted;
        changed.then_some(wanted)
    }

    /// Whether the publisher is to send this layer.
    pub(crate) fn wants(&self, layer: Layer) -> bool {
        self.told[layer.index()]
    }

    /// There is nothing to watch for now.
    pub(crate) fn rest(&mut self) {
        self.since = None;
    }

    /// Since when anybody watches any of it.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.since
    }

    /// When a layer that nobody watches is to be turned off.
    pub(crate) fn poll_timeout(&self, off_after: Duration) -> Option<Instant> {
        let told = self.told.iter().zip(&self.unwatched).filter(|(told, _)| **told);
        told.filter_map(|(_, since)| since.map(|since| since + off_after)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant;

    const OFF_AFTER: Duration = Duration::from_secs(2);
    const ALL: [bool; 3] = [true; 3];
    const QUARTER: [bool; 3] = [true, false, false];

    #[test]
    fn what_nobody_watches_goes_off_after_its_time() {
        let start = instant();
        let mut watched = Watched::new(ALL);
        assert_eq!(watched.note(start, QUARTER, OFF_AFTER), None);
        assert_eq!(watched.poll_timeout(OFF_AFTER), Some(start + OFF_AFTER));
        assert_eq!(watched.note(start + OFF_AFTER, QUARTER, OFF_AFTER), Some(QUARTER));
        assert_eq!(watched.poll_timeout(OFF_AFTER), None);
    }

    #[test]
    fn what_somebody_watches_comes_on_at_once() {
        let start = instant();
        let mut watched = Watched::new(ALL);
        watched.note(start, QUARTER, OFF_AFTER);
        watched.note(start + OFF_AFTER, QUARTER, OFF_AFTER);
        assert_eq!(watched.note(start + OFF_AFTER, ALL, OFF_AFTER), Some(ALL));
    }

    #[test]
    fn a_short_look_away_changes_nothing() {
        let start = instant();
        let mut watched = Watched::new(ALL);
        watched.note(start, [false; 3], OFF_AFTER);
        assert_eq!(watched.note(start + OFF_AFTER / 2, ALL, OFF_AFTER), None);
        assert_eq!(watched.note(start + OFF_AFTER, ALL, OFF_AFTER), None);
        assert_eq!(watched.poll_timeout(OFF_AFTER), None);
    }

    #[test]
    fn layers_that_do_not_exist_are_never_wanted() {
        let start = instant();
        let alone = [false, false, true];
        let mut watched = Watched::new(alone);
        watched.note(start, [false; 3], OFF_AFTER);
        assert_eq!(watched.note(start + OFF_AFTER, [false; 3], OFF_AFTER), Some([false; 3]));
        assert_eq!(watched.note(start + OFF_AFTER, ALL, OFF_AFTER), Some(alone));
    }
}

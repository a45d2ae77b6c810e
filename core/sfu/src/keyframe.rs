//! Key frame requests of one layer, coalesced.

use std::time::{Duration, Instant};

/// Many subscribers may want a key frame of the same layer at once: the first asks for all, and
/// who asks within the interval is served by one more request at its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyframeRequests {
    asked: Option<Instant>,
    /// Somebody asked since.
    again: bool,
}

impl KeyframeRequests {
    /// Somebody wants a key frame. True: ask the publisher now.
    #[must_use]
    pub(crate) fn want(&mut self, now: Instant, interval: Duration) -> bool {
        let due = self.asked.is_none_or(|asked| now >= asked + interval);
        if due {
            self.asked = Some(now);
        }
        self.again = !due;
        due
    }

    /// A key frame has come.
    pub(crate) fn satisfied(&mut self) {
        self.again = false;
    }

    /// When [`KeyframeRequests::handle_timeout`] is due.
    pub(crate) fn poll_timeout(&self, interval: Duration) -> Option<Instant> {
        self.asked.filter(|_| self.again).map(|asked| asked + interval)
    }

    /// True: ask the publisher now.
    #[must_use]
    pub(crate) fn handle_timeout(&mut self, now: Instant, interval: Duration) -> bool {
        self.poll_timeout(interval).is_some_and(|due| due <= now) && self.want(now, interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant;

    const INTERVAL: Duration = Duration::from_millis(500);

    #[test]
    fn the_first_asks_at_once_and_a_storm_asks_once_an_interval() {
        let start = instant();
        let mut requests = KeyframeRequests::default();
        let asked = (0..=1_500)
            .filter(|millis| requests.want(start + Duration::from_millis(*millis), INTERVAL))
            .collect::<Vec<_>>();
        assert_eq!(asked, [0, 500, 1_000, 1_500]);
    }

    #[test]
    fn who_asks_within_the_interval_is_served_at_its_end() {
        let start = instant();
        let mut requests = KeyframeRequests::default();
        assert!(requests.want(start, INTERVAL));
        assert_eq!(requests.poll_timeout(INTERVAL), None);
        assert!(!requests.want(start + INTERVAL / 2, INTERVAL));
        assert_eq!(requests.poll_timeout(INTERVAL), Some(start + INTERVAL));
        assert!(requests.handle_timeout(start + INTERVAL, INTERVAL));
        assert_eq!(requests.poll_timeout(INTERVAL), None);
    }

    #[test]
    fn a_key_frame_serves_whoever_waits() {
        let start = instant();
        let mut requests = KeyframeRequests::default();
        assert!(requests.want(start, INTERVAL));
        assert!(!requests.want(start, INTERVAL));
        requests.satisfied();
        assert_eq!(requests.poll_timeout(INTERVAL), None);
        assert!(!requests.handle_timeout(start + INTERVAL, INTERVAL));
    }
}

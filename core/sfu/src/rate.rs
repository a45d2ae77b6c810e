//! How much a stream carries, over a sliding window.

use std::time::{Duration, Instant};

const BUCKET: Duration = Duration::from_millis(250);
const BUCKETS: usize = 8;
const SPAN: u64 = BUCKETS as u64;

/// Bytes of the last two seconds. A shorter window jumps at every key frame; a longer one is late
/// to notice that the sender adapted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rate {
    began: Option<Instant>,
    /// Number of the newest bucket since the beginning.
    newest: u64,
    buckets: [u32; BUCKETS],
}

impl Rate {
    /// From this moment on.
    pub(crate) fn since(now: Instant) -> Self {
        Self { began: Some(now), ..Self::default() }
    }

    /// Counts a packet.
    pub(crate) fn add(&mut self, now: Instant, bytes: usize) {
        let number = self.number(now);
        self.began.get_or_insert(now);
        let passed = number.saturating_sub(self.newest);
        for skipped in 1..=passed.min(SPAN) {
            self.buckets[place(self.newest + skipped)] = 0;
        }
        if passed > SPAN {
            self.buckets = [0; BUCKETS];
        }
        self.newest = self.newest.max(number);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let bucket = &mut self.buckets[place(self.newest)];
        *bucket = bucket.saturating_add(bytes);
    }

    /// Bits per second; `None` in the first half second, when there is too little to say.
    pub(crate) fn bits_per_second(&self, now: Instant) -> Option<u64> {
        let lived = now.saturating_duration_since(self.began?);
        let number = self.number(now);
        let oldest = number.saturating_sub(SPAN - 1);
        let bytes: u64 = (oldest..=self.newest)
            .filter(|number| number + SPAN > self.newest)
            .map(|number| u64::from(self.buckets[place(number)]))
            .sum();
        let into_newest = lived.saturating_sub(BUCKET * u32::try_from(number).unwrap_or(u32::MAX));
        let window = BUCKET * u32::try_from(number - oldest).unwrap_or(0) + into_newest;
        let millis = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        (millis >= 500).then(|| bytes * 8_000 / millis)
    }

    fn number(&self, now: Instant) -> u64 {
        let lived = self.began.map_or(Duration::ZERO, |began| now.saturating_duration_since(began));
        u64::try_from(lived.as_millis() / BUCKET.as_millis()).unwrap_or(u64::MAX)
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number % SPAN).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant;

    fn sent(millis: u64) -> (Rate, Instant) {
        let start = instant();
        let mut rate = Rate::default();
        for at in (0..millis).step_by(10) {
            rate.add(start + Duration::from_millis(at), 125);
        }
        (rate, start)
    }

    #[test]
    fn a_steady_stream_reads_as_what_it_is() {
        let (rate, start) = sent(5_000);
        let measured = rate.bits_per_second(start + Duration::from_secs(5)).unwrap();
        assert!((98_000..=102_000).contains(&measured), "{measured}");
    }

    #[test]
    fn nothing_is_said_in_the_first_half_second() {
        let (rate, start) = sent(400);
        assert_eq!(rate.bits_per_second(start + Duration::from_millis(400)), None);
        let (rate, start) = sent(600);
        assert!(rate.bits_per_second(start + Duration::from_millis(600)).is_some());
    }

    #[test]
    fn two_seconds_after_the_last_packet_nothing_is_left() {
        let (rate, start) = sent(5_000);
        assert_eq!(rate.bits_per_second(start + Duration::from_millis(7_100)), Some(0));
        assert_eq!(rate.bits_per_second(start + Duration::from_secs(900)), Some(0));
    }

    #[test]
    fn a_stream_that_comes_back_counts_from_there() {
        let (mut rate, start) = sent(1_000);
        rate.add(start + Duration::from_secs(60), 1_000);
        let measured = rate.bits_per_second(start + Duration::from_secs(60)).unwrap();
        assert!((4_000..=4_700).contains(&measured), "{measured}");
    }
}

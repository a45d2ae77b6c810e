//! A token bucket in whole numbers, refilled when it is looked at.

use super::identity::Moment;

/// One direction of one allocation: `rate` bytes per second, at most one second's worth saved.
///
/// The level counts thousandths of a byte, so that refilling by milliseconds loses nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    level: u64,
    refilled: Moment,
}

impl Bucket {
    /// A full bucket.
    pub(super) const fn full(rate: u64, now: Moment) -> Self {
        Self { level: rate.saturating_mul(1_000), refilled: now }
    }

    /// Takes `bytes` out, or nothing when there are fewer.
    pub(super) fn take(&mut self, bytes: usize, rate: u64, now: Moment) -> bool {
        let elapsed = now.0.saturating_sub(self.refilled.0).min(1_000);
        let most = rate.saturating_mul(1_000);
        self.level = self.level.saturating_add(rate.saturating_mul(elapsed)).min(most);
        self.refilled = self.refilled.max(now);
        let cost = (bytes as u64).saturating_mul(1_000);
        match self.level.checked_sub(cost) {
            Some(rest) => {
                self.level = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u64 = 1_000;

    #[test]
    fn a_full_bucket_holds_one_second() {
        let mut bucket = Bucket::full(RATE, Moment(0));
        assert!(bucket.take(600, RATE, Moment(0)));
        assert!(!bucket.take(401, RATE, Moment(0)));
        assert!(bucket.take(400, RATE, Moment(0)));
        assert!(!bucket.take(1, RATE, Moment(0)));
    }

    #[test]
    fn it_refills_by_the_millisecond_without_losing_parts_of_a_byte() {
        let rate = 333;
        let mut bucket = Bucket::full(rate, Moment(0));
        assert!(bucket.take(333, rate, Moment(0)));
        let taken = (1..=3_000_u64).filter(|&at| bucket.take(1, rate, Moment(at))).count();
        assert_eq!(taken, 999);
    }

    #[test]
    fn it_never_holds_more_than_one_second() {
        let mut bucket = Bucket::full(RATE, Moment(0));
        assert!(!bucket.take(1_001, RATE, Moment(3_600_000)));
        assert!(bucket.take(1_000, RATE, Moment(3_600_000)));
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing() {
        let mut bucket = Bucket::full(RATE, Moment(5_000));
        assert!(bucket.take(1_000, RATE, Moment(5_000)));
        assert!(!bucket.take(1, RATE, Moment(4_000)));
        assert!(!bucket.take(1, RATE, Moment(5_000)));
        assert!(bucket.take(1, RATE, Moment(5_001)));
    }
}

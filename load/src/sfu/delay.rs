//! How long packets were on their way: a histogram of fixed size.

use std::time::Duration;

/// Steps of a power of two.
const STEPS: usize = 16;
/// Powers of two, from a microsecond to more than an hour.
const POWERS: usize = 32;

/// Counts by duration, each right to a sixteenth.
#[derive(Debug, Clone)]
pub struct Delays {
    counts: Box<[u64]>,
}

impl Default for Delays {
    fn default() -> Self {
        Self { counts: vec![0; POWERS * STEPS].into_boxed_slice() }
    }
}

impl Delays {
    /// Takes in one.
    pub fn record(&mut self, delay: Duration) {
        let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.counts[place(micros)] += 1;
    }

    /// Takes in those of another.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// What came after `before`, a former reading of the same.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let counts = self.counts.iter().zip(&before.counts);
        Self { counts: counts.map(|(now, before)| now - before).collect() }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many were longer than this.
    #[must_use]
    pub fn longer_than(&self, limit: Duration) -> u64 {
        let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        self.counts[place(micros) + 1..].iter().sum()
    }

    /// The delay that so many of a thousand do not exceed; zero without any.
    #[must_use]
    pub fn per_mille(&self, share: u64) -> Duration {
        let rank = (self.count() * share).div_ceil(1_000).max(1);
        let mut sum = 0;
        for (place, count) in self.counts.iter().enumerate() {
            sum += count;
            if sum >= rank {
                return Duration::from_micros(highest(place));
            }
        }
        Duration::ZERO
    }
}

/// Below 16 every microsecond has its place, then every power of two has 16.
fn place(micros: u64) -> usize {
    let power = micros.max(1).ilog2();
    let place = match power.checked_sub(4) {
        None => micros,
        Some(shift) => u64::from(shift + 1) * STEPS as u64 + (micros >> shift) % STEPS as u64,
    };
    usize::try_from(place).unwrap_or(usize::MAX).min(POWERS * STEPS - 2)
}

/// The longest delay of a place, in microseconds.
fn highest(place: usize) -> u64 {
    let (row, step) = ((place / STEPS) as u64, (place % STEPS) as u64);
    match row.checked_sub(1) {
        None => step,
        Some(shift) => ((STEPS as u64 + step + 1) << shift) - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_a_sixteenth() {
        let mut delays = Delays::default();
        (1..=10_000_u64).for_each(|micros| delays.record(Duration::from_micros(micros)));
        assert_eq!(delays.count(), 10_000);
        for (share, exact) in [(500, 5_000.0), (990, 9_900.0), (10, 100.0)] {
            let found = delays.per_mille(share).as_secs_f64() * 1e6;
            assert!((found / exact - 1.0).abs() < 1.0 / 15.0, "{share}: {found}");
        }
        let longer = delays.longer_than(Duration::from_micros(5_000));
        assert!((4_600..=5_000).contains(&longer), "{longer}");
    }

    #[test]
    fn every_place_ends_where_the_next_begins() {
        for micros in [0, 1, 15, 16, 17, 31, 32, 1_000, 65_535, 65_536, 10_000_000] {
            assert!(highest(place(micros)) >= micros, "{micros}");
            assert_eq!(place(highest(place(micros))), place(micros), "{micros}");
            assert_eq!(place(highest(place(micros)) + 1), place(micros) + 1, "{micros}");
        }
    }

    #[test]
    fn what_came_after_a_reading_is_told_apart() {
        let mut delays = Delays::default();
        delays.record(Duration::from_secs(3_600 * 24));
        let before = delays.clone();
        delays.record(Duration::from_micros(7));
        let after = delays.since(&before);
        assert_eq!((after.count(), after.per_mille(500)), (1, Duration::from_micros(7)));
    }
}

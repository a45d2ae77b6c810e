//! Medians, spreads, slopes and latency percentiles.

use std::time::Duration;

/// The middle value; of an even number of values the mean of the two in the middle.
/// `None` without values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(sorted[sorted.len() / 2 - 1], upper))
}

/// Where values lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The smallest.
    pub least: f64,
    /// The middle one.
    pub median: f64,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// `None` without values.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let least = values.iter().copied().min_by(f64::total_cmp)?;
        let most = values.iter().copied().max_by(f64::total_cmp)?;
        Some(Self { least, median: median(values)?, most })
    }
}

/// The slope of the line through the points with the least squared vertical distances.
/// `None` when the points do not determine one.
#[must_use]
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.iter().map(|_| 1.0).sum::<f64>();
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let along: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let square: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    (square > 0.0).then(|| along / square)
}

/// Every latency of a run, so that percentiles are exact; a run has some hundred thousand.
#[derive(Debug, Clone, Default)]
pub struct Latency(Vec<Duration>);

impl Latency {
    /// Takes in one.
    pub fn record(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// Takes in those of another run.
    pub fn add(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The latency that so many of a hundred do not exceed; zero without any.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 100.0, 2.0]), Some(3.0));
    }

    #[test]
    fn a_spread_shows_the_outliers_that_the_median_hides() {
        let spread = Spread::of(&[1.0, 1.1, 0.9, 7.0, 1.0]).unwrap();
        assert_eq!((spread.least, spread.median, spread.most), (0.9, 1.0, 7.0));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn the_slope_ignores_the_offset() {
        let exact: Vec<(f64, f64)> =
            [500.0, 1000.0, 3000.0].iter().map(|x| (*x, 7e6 + 12_000.0 * x)).collect();
        assert!((slope(&exact).unwrap() - 12_000.0).abs() < 1e-6);
    }

    #[test]
    fn the_slope_weighs_noise_on_both_sides() {
        let noisy = [(0.0, 1.0), (1.0, 1.0), (2.0, 5.0), (3.0, 5.0)];
        assert!((slope(&noisy).unwrap() - 1.6).abs() < 1e-9);
    }

    #[test]
    fn one_point_has_no_slope() {
        assert_eq!(slope(&[(1.0, 1.0)]), None);
        assert_eq!(slope(&[]), None);
    }

    #[test]
    fn percentiles_come_from_all_recorded_latencies() {
        let (mut some, mut rest) = (Latency::default(), Latency::default());
        (1..=50).for_each(|ms| rest.record(Duration::from_millis(ms)));
        (51..=100).for_each(|ms| some.record(Duration::from_millis(ms)));
        some.add(&rest);
        assert_eq!(some.count(), 100);
        let at = |percent| some.percentile(percent).as_millis();
        assert_eq!((at(0), at(50), at(99), at(100)), (1, 50, 99, 100));
    }

    #[test]
    fn one_latency_is_every_percentile_and_none_is_zero() {
        let mut one = Latency::default();
        assert_eq!(one.percentile(99), Duration::ZERO);
        one.record(Duration::from_millis(7));
        assert_eq!(
            (one.percentile(1), one.percentile(99)),
            (one.percentile(50), one.percentile(50))
        );
    }
}

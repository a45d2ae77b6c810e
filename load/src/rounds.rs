//! Interleaved rounds of two programs and a control, and their ratios.

use std::fmt;

use anyhow::{Context as _, ensure};

use crate::{Spread, median};

/// How far the control may be from the program it is a copy of.
const CONTROL_TOLERANCE: f64 = 0.03;

/// Processor time per unit of work, one value per round and program.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// The program under test.
    pub subject: Vec<f64>,
    /// What it is compared with.
    pub reference: Vec<f64>,
    /// A second process of the program under test.
    pub control: Vec<f64>,
}

impl Comparison {
    /// The median of the per-round ratios, subject to reference.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        median(&ratios(&self.subject, &self.reference))
    }

    /// The per-round ratios, subject to reference.
    #[must_use]
    pub fn spread(&self) -> Option<Spread> {
        Spread::of(&ratios(&self.subject, &self.reference))
    }

    /// The per-round ratios of control to subject: 1 when nothing disturbs.
    #[must_use]
    pub fn control_spread(&self) -> Option<Spread> {
        Spread::of(&ratios(&self.control, &self.subject))
    }

    /// Whether the medians of two equal programs agree; if not, the ratio means nothing.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let control = self.control_spread();
        control.is_some_and(|control| (control.median - 1.0).abs() <= CONTROL_TOLERANCE)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ({:.3} to {:.3})", self.median, self.least, self.most)
    }
}

/// The program of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The program under test.
    Subject,
    /// What it is compared with.
    Reference,
    /// The second process of the program under test.
    Control,
}

/// The order of one round. Each program has as much before it as after it, so that a drift of
/// the machine hits all alike.
const ORDER: [Which; 6] = [
    Which::Subject,
    Which::Reference,
    Which::Control,
    Which::Control,
    Which::Reference,
    Which::Subject,
];

/// Measures all windows of all rounds; `measure` answers processor time per unit of work.
///
/// # Errors
/// That of a window: one lost unit of work voids everything.
pub async fn interleave(
    rounds: usize,
    mut measure: impl AsyncFnMut(Which) -> anyhow::Result<f64>,
) -> anyhow::Result<Comparison> {
    let mut all = Comparison::default();
    for round in 0..rounds {
        let mut sums = [0.0; 3];
        for which in ORDER {
            let cost = measure(which).await.with_context(|| format!("round {round}, {which:?}"))?;
            ensure!(cost > 0.0, "work that costs nothing was not done");
            sums[which as usize] += cost / 2.0;
        }
        all.subject.push(sums[Which::Subject as usize]);
        all.reference.push(sums[Which::Reference as usize]);
        all.control.push(sums[Which::Control as usize]);
    }
    Ok(all)
}

fn ratios(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one / other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rounds: usize, cost: impl Fn(Which, usize) -> f64) -> anyhow::Result<Comparison> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut window = 0;
        runtime.block_on(interleave(rounds, async |which| {
            window += 1;
            Ok(cost(which, window))
        }))
    }

    #[test]
    fn a_steady_drift_of_the_machine_cancels_out() {
        let drifting = run(8, |which, window| {
            let speed = 1.0 + window as f64 / 10.0;
            if which == Which::Reference { 4.0 * speed } else { speed }
        });
        let drifting = drifting.unwrap();
        assert!((drifting.ratio().unwrap() - 0.25).abs() < 1e-9);
        assert!(drifting.is_valid());
        assert_eq!(drifting.subject.len(), 8);
    }

    #[test]
    fn one_disturbed_round_does_not_move_the_median() {
        let disturbed = run(9, |which, window| match which {
            Which::Subject if window <= 6 => 50.0,
            Which::Subject | Which::Control => 1.0,
            Which::Reference => 2.0,
        });
        let disturbed = disturbed.unwrap();
        assert_eq!(disturbed.ratio(), Some(0.5));
        assert!(disturbed.is_valid());
        assert_eq!(disturbed.spread().unwrap().most, 25.0);
    }

    #[test]
    fn a_control_that_differs_voids_the_comparison() {
        let unequal = run(8, |which, _| if which == Which::Control { 1.04 } else { 1.0 });
        assert!(!unequal.unwrap().is_valid());
        assert!(!Comparison::default().is_valid());
    }

    #[test]
    fn work_that_costs_nothing_was_not_done() {
        assert!(run(8, |_, _| 0.0).is_err());
    }
}

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

/// What one window says.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// Processor time per unit of work.
    Cost(f64),
    /// Too much was lost, as this says: the whole round counts for nothing.
    Void(String),
}

/// The rounds of several programs.
#[derive(Debug, Clone)]
pub struct Rounds<const PROGRAMS: usize> {
    /// By program: processor time per unit of work, one value per round.
    pub costs: [Vec<f64>; PROGRAMS],
    /// Why rounds counted for nothing and were measured again.
    pub void: Vec<String>,
}

/// Measures windows of several programs, 0, 1, 2 … and back in every round, so that a drift of
/// the machine hits all alike. Void rounds are measured again, up to half as many as count.
///
/// # Errors
/// That of a window, or when too many rounds were void.
pub fn interleave_all<const PROGRAMS: usize>(
    rounds: usize,
    mut measure: impl FnMut(usize) -> anyhow::Result<Window>,
) -> anyhow::Result<Rounds<PROGRAMS>> {
    let mut all = Rounds { costs: [const { Vec::new() }; PROGRAMS], void: Vec::new() };
    while all.costs[0].len() < rounds {
        ensure!(all.void.len() <= rounds / 2, "too much was lost: {}", all.void.join("; "));
        let round = one_round::<PROGRAMS>(&mut measure);
        match round.with_context(|| format!("round {}", all.costs[0].len()))? {
            Ok(sums) => all.costs.iter_mut().zip(sums).for_each(|(costs, sum)| costs.push(sum)),
            Err(void) => all.void.push(void),
        }
    }
    Ok(all)
}

/// The inner error for a void one.
fn one_round<const PROGRAMS: usize>(
    measure: &mut impl FnMut(usize) -> anyhow::Result<Window>,
) -> anyhow::Result<Result<[f64; PROGRAMS], String>> {
    let mut sums = [0.0; PROGRAMS];
    for program in (0..PROGRAMS).chain((0..PROGRAMS).rev()) {
        match measure(program).with_context(|| format!("program {program}"))? {
            Window::Cost(cost) => {
                ensure!(cost > 0.0, "work that costs nothing was not done");
                sums[program] += cost / 2.0;
            }
            Window::Void(why) => return Ok(Err(why)),
        }
    }
    Ok(Ok(sums))
}

impl<const PROGRAMS: usize> Rounds<PROGRAMS> {
    /// Two of the programs, and the control of the first.
    #[must_use]
    pub fn compare(&self, subject: usize, reference: usize, control: usize) -> Comparison {
        let costs = |program: usize| self.costs[program].clone();
        Comparison { subject: costs(subject), reference: costs(reference), control: costs(control) }
    }
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
    fn a_void_round_is_measured_again_as_a_whole() {
        let mut windows = 0;
        let all = interleave_all::<4>(3, |program| {
            windows += 1;
            Ok(if windows == 6 {
                Window::Void("lost".into())
            } else {
                Window::Cost(1.0 + program as f64)
            })
        });
        let all = all.unwrap();
        assert_eq!((windows, all.void.as_slice()), (3 * 8 + 6, ["lost".to_owned()].as_slice()));
        assert_eq!(all.costs, [vec![1.0; 3], vec![2.0; 3], vec![3.0; 3], vec![4.0; 3]]);
        assert_eq!(all.compare(0, 1, 3).ratio(), Some(0.5));
    }

    #[test]
    fn a_machine_that_loses_too_much_gives_no_result() {
        assert!(interleave_all::<2>(8, |_| Ok(Window::Void("lost".into()))).is_err());
    }

    #[test]
    fn a_steady_drift_cancels_out_for_any_number_of_programs() {
        let mut windows = 0;
        let all = interleave_all::<3>(8, |_| {
            windows += 1;
            Ok(Window::Cost(10.0 + f64::from(windows)))
        });
        let compared = all.unwrap().compare(0, 1, 2);
        assert!((compared.ratio().unwrap() - 1.0).abs() < 1e-9);
        assert!(compared.is_valid());
    }

    #[test]
    fn work_that_costs_nothing_was_not_done() {
        assert!(run(8, |_, _| 0.0).is_err());
    }
}

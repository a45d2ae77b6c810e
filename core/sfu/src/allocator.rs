//! Splits a subscriber's bandwidth among the pictures they see.

use crate::Layer;

/// Steps of one picture at most: two temporal layers of the smallest, three whole layers.
const MOST: usize = 8;
/// A step up must fit with this much more, in percent of its own rate: rates waver, and a step
/// that only just fits is taken back at once.
const MARGIN_PERCENT: u64 = 15;

/// A quality in which a picture can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) layer: Layer,
    /// Highest temporal layer.
    pub(crate) temporal: u8,
}

/// The qualities of one picture with what they take, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Steps {
    steps: [Option<(Step, u64)>; MOST],
    count: usize,
}

/// How important a picture is; the least is served first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) not_pinned: bool,
    pub(crate) not_screen: bool,
    pub(crate) not_speaking: bool,
    /// Pixels shown, negative: the larger is served first.
    pub(crate) smaller: i64,
    /// Its place in the wish.
    pub(crate) place: usize,
}

/// A picture that wants bandwidth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Which slot.
    pub(crate) slot: usize,
    pub(crate) rank: Rank,
    pub(crate) steps: Steps,
    /// Steps that it has now.
    pub(crate) held: usize,
    /// Steps that it may have now.
    pub(crate) permitted: usize,
    /// Steps that it gets; 0 for none.
    pub(crate) granted: usize,
}

impl Steps {
    /// Adds a step above the others. It takes no less than the one below.
    pub(crate) fn push(&mut self, step: Step, bits_per_second: u64) {
        let bits_per_second = bits_per_second.max(self.rate(self.count));
        if let Some(place) = self.steps.get_mut(self.count) {
            *place = Some((step, bits_per_second));
            self.count += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The quality at this many steps; `None` at 0.
    pub(crate) fn at(&self, count: usize) -> Option<Step> {
        self.steps.get(count.checked_sub(1)?).copied().flatten().map(|(step, _)| step)
    }

    /// Bits per second at this many steps.
    pub(crate) fn rate(&self, count: usize) -> u64 {
        let step = count.checked_sub(1).and_then(|last| self.steps.get(last).copied().flatten());
        step.map_or(0, |(_, rate)| rate)
    }

    /// How many steps are no higher than this quality.
    pub(crate) fn up_to(&self, step: Step) -> usize {
        self.steps.iter().flatten().take_while(|(one, _)| *one <= step).count()
    }
}

/// Grants every claim what it gets out of `budget` bit/s, in the order of their ranks: the least
/// to everybody first, then one step to each in turn for as long as any fits.
pub(crate) fn allocate(budget: u64, claims: &mut [Claim]) {
    claims.sort_unstable_by_key(|claim| claim.rank);
    let mut spent = 0;
    for claim in claims.iter_mut() {
        claim.granted = 0;
    }
    let rounds = claims.iter().map(|claim| claim.permitted.min(claim.steps.len())).max();
    for _ in 0..rounds.unwrap_or(0) {
        for claim in claims.iter_mut() {
            raise(budget, &mut spent, claim);
        }
    }
}

fn raise(budget: u64, spent: &mut u64, claim: &mut Claim) {
    let next = claim.granted + 1;
    if next > claim.permitted.min(claim.steps.len()) {
        return;
    }
    let rate = claim.steps.rate(next);
    let total = *spent + rate - claim.steps.rate(claim.granted);
    let margin = if next > claim.held { rate * MARGIN_PERCENT / 100 } else { 0 };
    if total + margin <= budget {
        *spent = total;
        claim.granted = next;
    }
}

#[cfg(test)]
mod tests;

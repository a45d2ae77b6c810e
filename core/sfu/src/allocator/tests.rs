//! Tests of the allocator.

use proptest::prelude::*;

use super::*;

const CAMERA: [u64; 3] = [150_000, 500_000, 1_500_000];

fn steps(rates: &[u64]) -> Steps {
    let mut steps = Steps::default();
    for (layer, rate) in Layer::ALL.into_iter().zip(rates) {
        steps.push(Step { layer, temporal: 7 }, *rate);
    }
    steps
}

fn claim(slot: usize, rates: &[u64]) -> Claim {
    let rank =
        Rank { not_pinned: true, not_screen: true, not_speaking: true, smaller: 0, place: slot };
    Claim { slot, rank, steps: steps(rates), held: 0, permitted: 3, granted: 0 }
}

fn granted(budget: u64, claims: &mut [Claim]) -> Vec<usize> {
    allocate(budget, claims);
    claims.sort_by_key(|claim| claim.slot);
    claims.iter().map(|claim| claim.granted).collect()
}

#[test]
fn everybody_gets_the_least_before_anybody_gets_more() {
    let mut claims = [0, 1, 2].map(|slot| claim(slot, &CAMERA));
    assert_eq!(granted(500_000, &mut claims), [1, 1, 1]);
    assert_eq!(granted(900_000, &mut claims), [2, 1, 1]);
    assert_eq!(granted(u64::MAX / 4, &mut claims), [3, 3, 3]);
}

#[test]
fn what_is_important_rises_first_and_falls_last() {
    let mut claims = [0, 1, 2].map(|slot| claim(slot, &CAMERA));
    claims[2].rank.not_pinned = false;
    claims[1].rank.not_screen = false;
    assert_eq!(granted(900_000, &mut claims), [1, 1, 2]);
    assert_eq!(granted(1_400_000, &mut claims), [1, 2, 2]);
    assert_eq!(granted(200_000, &mut claims), [0, 0, 1]);
}

#[test]
fn what_does_not_fit_leaves_room_for_what_does() {
    let mut claims = [claim(0, &[1_000_000]), claim(1, &CAMERA)];
    assert_eq!(granted(600_000, &mut claims), [0, 2]);
}

#[test]
fn a_step_that_is_held_stays_where_it_just_fits() {
    let mut claims = [claim(0, &CAMERA)];
    assert_eq!(granted(1_500_000, &mut claims), [2]);
    claims[0].held = 3;
    assert_eq!(granted(1_500_000, &mut claims), [3]);
    assert_eq!(granted(1_499_999, &mut claims), [2]);
}

#[test]
fn nothing_rises_above_what_is_permitted() {
    let mut claims = [claim(0, &CAMERA), claim(1, &CAMERA)];
    claims[0].permitted = 0;
    claims[1].permitted = 2;
    assert_eq!(granted(u64::MAX / 4, &mut claims), [0, 2]);
}

#[test]
fn a_quality_is_found_among_the_steps() {
    let steps = steps(&CAMERA);
    assert_eq!(steps.up_to(Step { layer: Layer::Half, temporal: 7 }), 2);
    assert_eq!(steps.up_to(Step { layer: Layer::Half, temporal: 0 }), 1);
    assert_eq!(steps.at(2), Some(Step { layer: Layer::Half, temporal: 7 }));
    assert_eq!((steps.at(0), steps.rate(0)), (None, 0));
}

proptest! {
    #[test]
    fn no_more_is_granted_than_there_is(
        budget in 0_u64..20_000_000,
        pictures in prop::collection::vec(
            (prop::collection::vec(1_u64..5_000_000, 1..=3), 0_usize..4, 0_usize..4, any::<bool>()),
            0..30,
        ),
    ) {
        let mut claims: Vec<Claim> = pictures
            .iter()
            .enumerate()
            .map(|(slot, (rates, held, permitted, pinned))| {
                let mut claim = claim(slot, rates);
                claim.held = *held;
                claim.permitted = *permitted;
                claim.rank.not_pinned = !pinned;
                claim
            })
            .collect();
        allocate(budget, &mut claims);
        let spent: u64 = claims.iter().map(|claim| claim.steps.rate(claim.granted)).sum();
        prop_assert!(spent <= budget);
        for claim in &claims {
            prop_assert!(claim.granted <= claim.permitted.min(claim.steps.len()));
        }
    }
}

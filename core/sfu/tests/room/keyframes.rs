//! Key frame requests reach a publisher only as often as they help.

use std::time::{Duration, Instant};

use sfu::{Layer, Output, SlotIndex};

use super::stage::{Stage, camera, user};

const SECOND: Duration = Duration::from_secs(1);

fn requests(stage: &Stage, of: u32, layer: Layer, since: Instant) -> Vec<Instant> {
    let asked = stage.outputs.iter().filter(|(at, output)| {
        let wanted = user(of);
        matches!(output, Output::RequestKeyframe { user, layer: one, .. }
            if *user == wanted && *one == layer)
            && *at >= since
    });
    asked.map(|(at, _)| *at).collect()
}

#[test]
fn a_storm_of_requests_reaches_the_publisher_twice_a_second() {
    let mut stage = Stage::meeting(6);
    for to in 2..=6 {
        stage.subscribe(to, vec![camera(1, 720)]);
    }
    stage.run(SECOND * 2);
    let since = stage.now;
    for _ in 0..300 {
        for to in 2..=6 {
            for slot in 0..16 {
                let member = stage.member(to);
                stage.room.handle_keyframe_request(stage.now, member, SlotIndex(slot));
            }
        }
        stage.drain();
        stage.run(Duration::from_millis(10));
    }
    let asked = requests(&stage, 1, Layer::Full, since);
    assert!((6..=7).contains(&asked.len()), "{}", asked.len());
    assert_eq!(asked[0], since, "the first goes at once");
    let gaps = asked.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.min() >= Some(Duration::from_millis(500)));
    assert!(requests(&stage, 1, Layer::Quarter, since).is_empty());
}

#[test]
fn many_who_join_at_once_share_one_key_frame() {
    let mut stage = Stage::meeting(1);
    stage.run(SECOND);
    let since = stage.now;
    (2..=12).for_each(|number| stage.join(number));
    stage.run(Duration::from_millis(400));
    assert_eq!(requests(&stage, 1, Layer::Quarter, since).len(), 1);
    for to in 2..=12 {
        assert_eq!(stage.layers(1, to, since), [Layer::Quarter], "to {to}");
    }
}

#[test]
fn a_lost_request_is_made_again() {
    let mut stage = Stage::meeting(1);
    stage.run(SECOND);
    stage.join(2);
    let far = stage.now + SECOND * 100;
    stage.encoder(1, Layer::Quarter).key_at = Some(far);
    let since = stage.now;
    stage.run(Duration::from_millis(1_200));
    assert_eq!(requests(&stage, 1, Layer::Quarter, since).len(), 3);
    assert!(stage.layers(1, 2, since).is_empty());
}

#[test]
fn requests_for_sounds_free_slots_and_unknown_members_are_passed_over() {
    let mut stage = Stage::meeting(2);
    stage.run(SECOND);
    let since = stage.now;
    let member = stage.member(1);
    for slot in [0, 15, 400] {
        stage.room.handle_keyframe_request(stage.now, member, SlotIndex(slot));
    }
    let gone = stage.member(2);
    stage.leave(2);
    stage.room.handle_keyframe_request(stage.now, gone, SlotIndex(5));
    stage.drain();
    assert!(requests(&stage, 2, Layer::Quarter, since).is_empty());
}

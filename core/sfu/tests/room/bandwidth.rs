//! What happens when a subscriber's network is narrow.

use std::time::{Duration, Instant};

use sfu::{Layer, Paused, SourceKind, Wanted};

use super::stage::{Stage, camera, source};

const SECOND: Duration = Duration::from_secs(1);

/// Bits per second of payload to somebody since a moment.
fn rate(stage: &Stage, to: u32, since: Instant) -> u64 {
    let member = stage.member(to);
    let sent = stage.wire.sent.iter().filter(|one| one.to == member && one.at > since);
    let bits: usize = sent.map(|one| one.bytes * 8).sum();
    bits as u64 * 1_000 / u64::try_from((stage.now - since).as_millis()).expect("a short time")
}

#[test]
fn a_squeezed_subscriber_falls_at_once_and_is_back_after_two_seconds() {
    let mut stage = Stage::meeting(3);
    stage.estimate(2, 10_000_000);
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.subscribe(3, vec![camera(1, 720)]);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.estimate(2, 400_000);
    stage.run(Duration::from_millis(300));
    let squeezed = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Full, Layer::Quarter]);
    assert_eq!(stage.layers(1, 2, squeezed), [Layer::Quarter]);
    assert_eq!(stage.layers(1, 3, since), [Layer::Full], "the other notices nothing");
    stage.estimate(2, 10_000_000);
    let early = stage.now;
    stage.run(Duration::from_millis(600));
    assert_eq!(stage.layers(1, 2, early), [Layer::Quarter], "too early to rise");
    stage.run(SECOND);
    let late = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, late), [Layer::Full]);
}

#[test]
fn when_nothing_fits_the_picture_pauses_and_the_sound_goes_on() {
    let mut stage = Stage::meeting(3);
    stage.run(SECOND * 2);
    stage.estimate(2, 60_000);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.paused(1, 2), Some(Some(Paused::Bandwidth)));
    assert!(stage.layers(1, 2, since).is_empty());
    assert_eq!(stage.sent((1, SourceKind::Microphone), 2, since).len(), 50);
    stage.estimate(2, 3_000_000);
    stage.run(SECOND * 3);
    assert_eq!(stage.paused(1, 2), Some(None));
}

#[test]
fn temporal_layers_go_before_the_picture_does() {
    let mut stage = Stage::meeting(2);
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.sent((1, SourceKind::Camera), 2, since).len(), 25);
    // The picture takes 210 kbit/s, half and a quarter of it with fewer
    // temporal layers; the sound 56.
    stage.estimate(2, 205_000);
    stage.run(SECOND);
    let since = stage.now;
    stage.run(SECOND * 4);
    assert_eq!(stage.sent((1, SourceKind::Camera), 2, since).len(), 50);
    stage.estimate(2, 3_000_000);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.sent((1, SourceKind::Camera), 2, since).len(), 25);
}

#[test]
fn a_shared_screen_comes_before_cameras_and_a_pinned_camera_before_all() {
    let mut stage = Stage::meeting(4);
    stage
        .publish(3, vec![source(SourceKind::Camera, &Layer::ALL), source(SourceKind::Screen, &[])]);
    let pinned = Wanted { pinned: true, ..camera(2, 720) };
    let screen = Wanted { source: SourceKind::Screen, pinned: false, ..camera(3, 1_080) };
    stage.subscribe(4, vec![camera(1, 720), screen, pinned]);
    stage.run(SECOND * 3);
    // The screen 1.27 Mbit/s, a camera 1.27, 0.42 or 0.21.
    stage.estimate(4, 3_800_000);
    stage.run(SECOND * 4);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(2, 4, since), [Layer::Full]);
    assert!(!stage.sent((3, SourceKind::Screen), 4, since).is_empty());
    assert_ne!(stage.layers(1, 4, since), [Layer::Full]);
}

#[test]
fn what_goes_out_stays_below_the_estimate() {
    let mut stage = Stage::meeting(8);
    stage.subscribe(1, (2..=8).map(|number| camera(number, 360)).collect());
    stage.run(SECOND * 3);
    for estimate in [3_500_000, 2_500_000, 1_500_000, 700_000, 300_000, 1_000_000, 4_000_000] {
        stage.estimate(1, estimate);
        stage.run(SECOND * 3);
        let since = stage.now;
        stage.run(SECOND);
        let rate = rate(&stage, 1, since);
        assert!(rate <= estimate, "{rate} bit/s at {estimate}");
    }
}

#[test]
fn a_steady_estimate_gives_a_steady_picture() {
    for estimate in (200_000..2_400_000).step_by(100_000) {
        let mut stage = Stage::meeting(4);
        stage.subscribe(1, (2..=4).map(|number| camera(number, 720)).collect());
        stage.estimate(1, estimate);
        stage.run(SECOND * 6);
        let since = stage.now;
        stage.run(SECOND * 10);
        for from in 2..=4 {
            let layers = stage.layers(from, 1, since);
            assert!(layers.len() <= 1, "{layers:?} at {estimate}");
        }
    }
}

#[test]
fn a_layer_that_its_publisher_cannot_send_takes_nothing_from_the_others() {
    let mut stage = Stage::meeting(3);
    stage.encoder(2, Layer::Full).broken = true;
    let pinned = Wanted { pinned: true, ..camera(2, 720) };
    stage.subscribe(1, vec![pinned, camera(3, 720)]);
    // Two whole pictures would take 2.5 Mbit/s.
    stage.estimate(1, 2_600_000);
    stage.run(SECOND * 4);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(2, 1, since), [Layer::Half]);
    assert_eq!(stage.layers(3, 1, since), [Layer::Full]);
}

#[test]
fn of_two_equal_tiles_the_one_of_the_speaker_is_served_first() {
    for (speaker, other) in [(2, 3), (3, 2)] {
        let mut stage = Stage::meeting(3);
        stage.loudness(speaker, -30);
        stage.subscribe(1, vec![camera(2, 720), camera(3, 720)]);
        stage.run(SECOND * 3);
        // One whole picture and a half, not two whole ones.
        stage.estimate(1, 2_400_000);
        stage.run(SECOND * 4);
        let since = stage.now;
        stage.run(SECOND);
        assert_eq!(stage.layers(speaker, 1, since), [Layer::Full], "of {speaker}");
        assert_ne!(stage.layers(other, 1, since), [Layer::Full], "of {other}");
    }
}

#[test]
fn bandwidth_is_looked_for_beyond_what_goes_but_not_far_beyond_what_is_known() {
    let mut stage = Stage::meeting(4);
    let desired = |stage: &Stage| stage.actors[&2].desired.expect("told");
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND * 3);
    assert_eq!(desired(&stage), 1_500_000, "a small picture may become a large one");
    stage.estimate(2, 3_000_000);
    stage.subscribe(2, vec![camera(1, 720), camera(3, 720), camera(4, 720)]);
    stage.run(SECOND * 3);
    assert!((3_000_000..=4_500_000).contains(&desired(&stage)), "{}", desired(&stage));
    stage.estimate(2, 400_000);
    stage.run(SECOND * 2);
    assert_eq!(desired(&stage), 600_000, "a link may be that narrow");
}

#[test]
fn who_comes_back_from_a_pause_waits_for_the_small_layer_though_a_large_one_comes() {
    let mut stage = Stage::meeting(3);
    stage.estimate(2, 60_000);
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.subscribe(3, vec![camera(1, 720)]);
    stage.run(SECOND * 5);
    assert!(!stage.encoder(1, Layer::Quarter).on, "nobody watches it");
    assert_eq!(stage.paused(1, 2), Some(Some(Paused::Bandwidth)));
    let since = stage.now;
    stage.estimate(2, 400_000);
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter]);
}

#[test]
fn a_layer_that_was_off_for_long_is_not_taken_for_a_cheap_one() {
    let mut stage = Stage::meeting(4);
    (2..=4).for_each(|number| stage.subscribe(number, vec![]));
    stage.subscribe(1, (2..=4).map(|number| camera(number, 180)).collect());
    stage.run(SECOND * 3);
    stage.subscribe(1, vec![]);
    stage.run(SECOND * 60);
    assert!(!stage.encoder(2, Layer::Quarter).on, "nobody watches it");
    stage.estimate(1, 500_000);
    stage.subscribe(1, (2..=4).map(|number| camera(number, 180)).collect());
    for _ in 0..20 {
        let since = stage.now;
        stage.run(Duration::from_millis(500));
        assert!(rate(&stage, 1, since) <= 500_000);
    }
}

#[test]
fn an_estimate_that_falls_takes_nothing_while_all_arrives_at_once() {
    let mut stage = Stage::meeting(3);
    stage.estimate(2, 10_000_000);
    stage.measured(2, 30, 0);
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.estimate(2, 300_000);
    stage.run(SECOND * 3);
    assert_eq!(stage.layers(1, 2, since), [Layer::Full], "the estimate is wrong");
    stage.measured(2, 30, 60);
    stage.run(Duration::from_millis(100));
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter], "packets are lost");
}

#[test]
fn nothing_is_added_beyond_the_estimate_though_all_arrives_at_once() {
    let mut stage = Stage::meeting(3);
    stage.estimate(2, 300_000);
    stage.measured(2, 30, 0);
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter]);
}

#[test]
fn while_packets_queue_only_sound_is_sent() {
    let mut stage = Stage::meeting(3);
    stage.loudness(1, -20);
    stage.estimate(2, 10_000_000);
    stage.measured(2, 30, 0);
    stage.run(SECOND * 3);
    stage.measured(2, 600, 0);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), []);
    assert_eq!(stage.paused(1, 2), Some(Some(Paused::Bandwidth)));
    assert!(stage.sent((1, SourceKind::Microphone), 2, since).len() >= 49);
    assert!(!stage.layers(1, 3, since).is_empty(), "the other notices nothing");
    stage.measured(2, 60, 0);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.run(SECOND);
    assert!(!stage.layers(1, 2, since).is_empty(), "it is drained");
}

//! Who sees what, at which layer.

use std::time::{Duration, Instant};

use sfu::{Layer, Output, Paused, Report, Rights, SourceKind, Wanted};

use super::stage::{ALL_RIGHTS, Stage, camera, source, user};

const SECOND: Duration = Duration::from_secs(1);

/// Longest time between two pictures from somebody to somebody.
fn longest_gap(stage: &Stage, from: u32, to: u32, since: Instant) -> Duration {
    let sent = stage.sent((from, SourceKind::Camera), to, since);
    let times: Vec<Instant> =
        [since].into_iter().chain(sent.iter().map(|one| one.at)).chain([stage.now]).collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

fn active_layers(stage: &Stage, of: u32, since: Instant) -> Vec<Vec<&'static str>> {
    stage.reports(since, |output| {
        let Output::Report(Report::Layers { user: one, layers }) = output else { return None };
        (*one == user(of)).then(|| layers.rids.clone())
    })
}

#[test]
fn who_never_said_what_they_want_sees_everybody_small() {
    let mut stage = Stage::meeting(3);
    let since = stage.now;
    stage.run(SECOND);
    for (from, to) in [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)] {
        assert_eq!(stage.layers(from, to, since), [Layer::Quarter], "from {from} to {to}");
    }
}

#[test]
fn the_layer_is_the_smallest_that_is_as_high_as_it_is_shown() {
    for (height, layer) in
        [(90, Layer::Quarter), (180, Layer::Quarter), (181, Layer::Half), (720, Layer::Full)]
    {
        let mut stage = Stage::meeting(2);
        stage.subscribe(2, vec![camera(1, height)]);
        stage.run(SECOND);
        let since = stage.now;
        stage.run(SECOND);
        assert_eq!(stage.layers(1, 2, since), [layer], "shown {height} pixels high");
    }
}

#[test]
fn a_larger_tile_gets_its_layer_within_a_round_trip_and_no_picture_is_missed() {
    let mut stage = Stage::meeting(3);
    stage.subscribe(3, vec![camera(1, 720)]);
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND);
    let since = stage.now;
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter, Layer::Full]);
    let sent = stage.sent((1, SourceKind::Camera), 2, since);
    let first = sent.iter().find(|one| one.layer == Layer::Full).expect("it came");
    assert!(first.at - since <= Duration::from_millis(140), "{:?}", first.at - since);
    assert!(longest_gap(&stage, 1, 2, since) <= Duration::from_millis(40));
}

#[test]
fn a_smaller_tile_falls_without_a_missing_picture() {
    let mut stage = Stage::meeting(2);
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.run(SECOND);
    let since = stage.now;
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Full, Layer::Quarter]);
    assert!(longest_gap(&stage, 1, 2, since) <= Duration::from_millis(40));
}

#[test]
fn layers_that_nobody_watches_are_turned_off_after_two_seconds_and_on_at_once() {
    let mut stage = Stage::meeting(2);
    stage.subscribe(1, vec![]);
    stage.subscribe(2, vec![camera(1, 180)]);
    let since = stage.now;
    stage.run(Duration::from_millis(1_900));
    assert!(active_layers(&stage, 1, since).is_empty());
    stage.run(Duration::from_millis(200));
    assert_eq!(active_layers(&stage, 1, since), [["q"]]);
    assert_eq!(active_layers(&stage, 2, since), [Vec::<&str>::new()]);
    stage.run(SECOND * 2);
    let since = stage.now;
    stage.subscribe(2, vec![camera(1, 720)]);
    assert_eq!(active_layers(&stage, 1, since), [["q", "f"]]);
    stage.run(SECOND * 4);
    let sent = stage.sent((1, SourceKind::Camera), 2, since);
    let first = sent.iter().find(|one| one.layer == Layer::Full).expect("it came");
    assert!(first.at - since <= Duration::from_millis(240), "with its first picture");
    assert_eq!(active_layers(&stage, 1, since), [vec!["q", "f"], vec!["f"]]);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter, Layer::Full]);
}

#[test]
fn when_a_layer_dies_the_next_below_takes_over_and_it_returns_by_itself() {
    let mut stage = Stage::meeting(3);
    stage.subscribe(2, vec![camera(1, 720)]);
    stage.subscribe(3, vec![camera(1, 360)]);
    stage.run(SECOND);
    let since = stage.now;
    stage.encoder(1, Layer::Full).broken = true;
    stage.run(SECOND * 3);
    assert_eq!(stage.layers(1, 2, since), [Layer::Half]);
    assert!(longest_gap(&stage, 1, 2, since) <= Duration::from_millis(1_700));
    stage.encoder(1, Layer::Full).broken = false;
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Half, Layer::Full]);
}

#[test]
fn a_camera_without_simulcast_is_sent_as_it_is() {
    let mut stage = Stage::meeting(2);
    stage.publish(1, vec![source(SourceKind::Camera, &[])]);
    stage.subscribe(2, vec![camera(1, 90)]);
    stage.run(SECOND);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Full]);
    stage.subscribe(2, vec![]);
    stage.run(SECOND * 3);
    assert_eq!(active_layers(&stage, 1, since), [Vec::<&str>::new()]);
}

#[test]
fn a_hidden_tile_keeps_its_slot_and_costs_nothing() {
    let mut stage = Stage::meeting(2);
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND);
    assert_eq!(stage.paused(1, 2), Some(None));
    stage.subscribe(2, vec![camera(1, 0)]);
    let since = stage.now;
    stage.run(SECOND);
    assert!(stage.layers(1, 2, since).is_empty());
    assert_eq!(stage.paused(1, 2), Some(Some(Paused::Hidden)));
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter]);
}

#[test]
fn a_camera_that_is_turned_off_is_paused_by_its_sender_and_comes_back() {
    let mut stage = Stage::meeting(2);
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND);
    stage.admit(1, Rights { camera: false, ..ALL_RIGHTS });
    let since = stage.now;
    stage.run(SECOND * 10);
    assert!(stage.layers(1, 2, since).is_empty());
    assert_eq!(stage.paused(1, 2), Some(Some(Paused::Sender)));
    stage.encoder(1, Layer::Quarter).broken = true;
    stage.admit(1, ALL_RIGHTS);
    stage.run(SECOND);
    assert_eq!(stage.paused(1, 2), Some(None), "it has time to begin");
    stage.encoder(1, Layer::Quarter).broken = false;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter]);
    assert_eq!(stage.paused(1, 2), Some(None));
}

#[test]
fn a_camera_that_falls_silent_is_reported_as_paused_by_its_sender() {
    let mut stage = Stage::meeting(2);
    stage.subscribe(2, vec![camera(1, 180)]);
    stage.run(SECOND);
    for layer in Layer::ALL {
        stage.encoder(1, layer).broken = true;
    }
    stage.run(SECOND * 2);
    assert_eq!(stage.paused(1, 2), Some(None));
    stage.run(SECOND * 2);
    assert_eq!(stage.paused(1, 2), Some(Some(Paused::Sender)));
    for layer in Layer::ALL {
        stage.encoder(1, layer).broken = false;
    }
    stage.run(SECOND);
    assert_eq!(stage.paused(1, 2), Some(None));
}

#[test]
fn more_pictures_than_slots_ask_for_more_slots_once() {
    let mut stage = Stage::meeting(15);
    let since = stage.now;
    let everybody: Vec<Wanted> = (2..=15).map(|number| camera(number, 180)).collect();
    stage.subscribe(1, everybody.clone());
    stage.run(SECOND);
    stage.subscribe(1, everybody);
    let grows = stage.reports(since, |output| {
        let Output::Grow { user: one, video } = output else { return None };
        Some((*one, *video))
    });
    assert_eq!(grows, [(user(1), 14)]);
    let shown = stage.actors[&1].slots[5..].iter().filter(|slot| slot.shows.is_some());
    assert_eq!(shown.count(), 11);
    let before: Vec<_> = stage.actors[&1].slots.iter().map(|slot| slot.shows).collect();
    stage.room.set_slots(stage.now, user(1), super::stage::pool(5, 14));
    stage.drain();
    stage.run(SECOND);
    let after: Vec<_> = stage.actors[&1].slots.iter().map(|slot| slot.shows).collect();
    assert_eq!(after[..before.len()], before, "nobody moves");
    assert!(after[5..].iter().all(Option::is_some));
}

#[test]
fn own_unknown_repeated_and_audible_wishes_are_passed_over() {
    let mut stage = Stage::meeting(2);
    let sound = Wanted { source: SourceKind::Microphone, ..camera(1, 180) };
    stage.subscribe(2, vec![camera(2, 180), camera(9, 180), camera(1, 180), camera(1, 720), sound]);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter]);
    let pictures = stage.actors[&2].slots.iter().skip(5).filter(|slot| slot.shows.is_some());
    assert_eq!(pictures.count(), 1);
}

//! Participants come, reload, leave.

use std::time::Duration;

use sfu::{Layer, Output, Report, Rights, SourceKind};

use super::stage::{ALL_RIGHTS, Stage, camera, pool, source, speakers, user};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn who_is_dismissed_gets_nothing_and_nothing_of_theirs_goes_out() {
    let mut stage = Stage::meeting(3);
    stage.run(SECOND);
    let (gone, mut encoder) = (stage.member(1), stage.encoder(1, Layer::Quarter).clone());
    stage.leave(1);
    let sent = stage.wire.sent.len();
    for packet in encoder.picture(stage.now) {
        stage.send(gone, &packet);
    }
    stage.run(SECOND);
    let after = &stage.wire.sent[sent..];
    assert!(after.iter().all(|one| one.from != gone && one.to != gone));
    assert!(!after.is_empty());
    let shows = stage.actors.values().flat_map(|actor| &actor.slots);
    assert!(shows.filter_map(|slot| slot.shows).all(|(one, _)| one != user(1)));
}

#[test]
fn a_number_that_is_given_again_brings_nothing_of_its_former_owner() {
    let mut stage = Stage::meeting(3);
    stage.loudness(2, -30);
    stage.run(SECOND);
    let number = stage.member(2);
    stage.leave(2);
    stage.admit(9, Rights::default());
    assert_eq!(stage.member(9), number);
    assert_eq!(stage.room.user_of(number), Some(user(9)));
    assert_eq!(stage.room.member_of(user(2)), None);
    let since = stage.now;
    stage.run(SECOND);
    assert!(stage.wire.sent.iter().all(|one| one.at <= since || one.to != number));
    let reports = stage.reports(since, speakers);
    assert_eq!(reports, [vec![]]);
}

#[test]
fn who_speaks_with_the_number_of_a_former_speaker_is_reported() {
    for phase in (0..300).step_by(20) {
        let mut stage = Stage::meeting(3);
        stage.loudness(2, -30);
        stage.run(SECOND + Duration::from_millis(phase));
        stage.leave(2);
        stage.join(9);
        stage.loudness(9, -30);
        let since = stage.now;
        stage.run(Duration::from_millis(500));
        let reports = stage.reports(since, speakers);
        assert_eq!(reports.last(), Some(&vec![user(9)]), "after {phase} ms");
    }
}

#[test]
fn who_comes_sees_and_is_seen_within_a_round_trip_and_one_picture() {
    let mut stage = Stage::meeting(3);
    stage.run(SECOND);
    let since = stage.now;
    stage.join(4);
    stage.run(Duration::from_millis(110));
    for from in 1..=3 {
        assert_eq!(stage.layers(from, 4, since), [Layer::Quarter], "from {from}");
        assert_eq!(stage.paused(from, 4), Some(None), "from {from}");
        assert_eq!(stage.layers(4, from, since), [Layer::Quarter], "to {from}");
    }
}

#[test]
fn slots_are_reported_at_once_and_then_ten_times_a_second_at_most() {
    let mut stage = Stage::meeting(8);
    stage.run(SECOND);
    let since = stage.now;
    for step in 0..40_u32 {
        stage.subscribe(1, vec![camera(2 + step % 7, 180)]);
        stage.run(Duration::from_millis(10));
    }
    stage.run(SECOND);
    let reports: Vec<_> = stage.outputs.iter().filter(|(at, output)| {
        let one = matches!(output, Output::Report(Report::Slots { user: one, .. }) if *one == user(1));
        one && *at >= since
    }).map(|(at, _)| *at).collect();
    assert_eq!(reports[0], since);
    let gaps = reports.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.min() >= Some(Duration::from_millis(100)), "{reports:?}");
    assert_eq!(reports.len(), 5);
    assert_eq!(stage.paused(2 + 39 % 7, 1), Some(None), "the last wish counts");
}

#[test]
fn a_page_that_begins_again_is_seen_and_heard_again() {
    let mut stage = Stage::meeting(3);
    stage.run(SECOND);
    stage.room.clear_transports(stage.now, user(2));
    let member = stage.member(2);
    stage.wire.forget(member);
    stage.drain();
    let since = stage.now;
    stage.actors.get_mut(&2).expect("they joined").encoders.clear();
    stage.run(SECOND);
    assert!(stage.wire.sent.iter().all(|one| one.at <= since || one.to != member));
    let back = stage.now;
    stage.join(2);
    assert_eq!(stage.member(2), member);
    stage.run(SECOND);
    for (from, to) in [(2, 1), (2, 3), (1, 2), (3, 2)] {
        assert_eq!(stage.layers(from, to, back), [Layer::Quarter], "from {from} to {to}");
        assert_eq!(stage.sent((from, SourceKind::Microphone), to, back).len(), 50);
    }
}

#[test]
fn the_same_negotiation_again_disturbs_nothing() {
    let mut stage = Stage::meeting(2);
    stage.run(SECOND);
    let (since, before) = (stage.now, stage.outputs.len());
    let sources =
        vec![source(SourceKind::Microphone, &[]), source(SourceKind::Camera, &Layer::ALL)];
    stage.room.set_sources(stage.now, user(1), sources);
    stage.room.set_slots(stage.now, user(2), pool(5, 11));
    stage.admit(1, ALL_RIGHTS);
    assert_eq!(stage.outputs[before..], []);
    stage.run(SECOND);
    assert_eq!(stage.sent((1, SourceKind::Camera), 2, since).len(), 25);
}

#[test]
fn a_source_without_the_right_to_send_it_is_not_forwarded() {
    let mut stage = Stage::new();
    stage.admit(1, Rights { camera: true, ..Rights::default() });
    stage.join(2);
    stage.publish(1, SourceKind::ALL.map(|kind| source(kind, &[])).to_vec());
    let since = stage.now;
    stage.run(SECOND);
    assert!(stage.sent((1, SourceKind::Microphone), 2, since).is_empty());
    assert!(stage.sent((1, SourceKind::Screen), 2, since).is_empty());
    assert!(!stage.sent((1, SourceKind::Camera), 2, since).is_empty());
}

#[test]
fn a_sending_side_that_starts_its_numbers_anew_is_followed() {
    let mut stage = Stage::meeting(2);
    stage.run(SECOND);
    let since = stage.now;
    let sources =
        vec![source(SourceKind::Microphone, &[]), source(SourceKind::Camera, &Layer::ALL)];
    let actor = stage.actors.get_mut(&1).expect("they joined");
    for encoder in &mut actor.encoders {
        *encoder =
            super::publisher::Encoder::new(stage.now, SourceKind::Camera, encoder.layer(), 70);
    }
    stage.room.set_sources(stage.now, user(1), sources);
    stage.drain();
    stage.run(SECOND);
    assert!(stage.sent((1, SourceKind::Camera), 2, since).len() >= 24);
}

#[test]
fn an_empty_room_and_one_without_pictures_want_no_waking() {
    let mut stage = Stage::new();
    assert_eq!(stage.room.poll_timeout(), None);
    stage.admit(1, ALL_RIGHTS);
    stage.admit(2, ALL_RIGHTS);
    stage.publish(1, vec![source(SourceKind::Microphone, &[])]);
    stage.room.set_slots(stage.now, user(2), pool(5, 0));
    stage.drain();
    stage.run(SECOND);
    assert_eq!(stage.room.poll_timeout(), None);
    stage.leave(1);
    stage.leave(2);
    assert_eq!(stage.room.poll_timeout(), None);
}

#[test]
fn what_is_asked_of_strangers_is_passed_over() {
    let mut stage = Stage::meeting(1);
    let stranger = user(77);
    stage.room.set_sources(stage.now, stranger, vec![source(SourceKind::Camera, &[])]);
    stage.room.set_slots(stage.now, stranger, pool(1, 1));
    stage.room.subscribe(stage.now, stranger, vec![]);
    stage.room.clear_transports(stage.now, stranger);
    stage.room.dismiss(stage.now, stranger);
    assert_eq!(stage.room.member_of(stranger), None);
    assert_eq!(stage.room.poll_output(), None);
}

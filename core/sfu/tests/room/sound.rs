//! Who is heard.

use std::time::Duration;

use sfu::{Layer, SlotKind, SourceKind, Wanted};

use super::stage::{ALL_RIGHTS, Stage, pool, source, speakers, user};

const SECOND: Duration = Duration::from_secs(1);

fn heard(stage: &Stage, to: u32, since: std::time::Instant) -> Vec<u32> {
    let from = stage.actors.keys().copied().filter(|from| *from != to);
    from.filter(|from| !stage.sent((*from, SourceKind::Microphone), to, since).is_empty()).collect()
}

#[test]
fn up_to_four_people_all_hear_all_others_without_a_missing_packet() {
    let mut stage = Stage::meeting(4);
    let since = stage.now;
    stage.run(SECOND);
    for to in 1..=4 {
        for from in (1..=4).filter(|from| *from != to) {
            let sent = stage.sent((from, SourceKind::Microphone), to, since);
            assert_eq!(sent.len(), 50, "from {from} to {to}");
        }
    }
}

#[test]
fn in_a_larger_room_three_are_heard_and_who_begins_to_speak_is_among_them_at_once() {
    let mut stage = Stage::meeting(8);
    stage.loudness(1, -30);
    stage.loudness(2, -30);
    stage.run(SECOND * 3);
    let since = stage.now;
    stage.loudness(7, -35);
    stage.run(Duration::from_millis(20));
    let first = stage.sent((7, SourceKind::Microphone), 8, since);
    assert_eq!(first.len(), 1, "the first packet of speech is heard");
    stage.run(SECOND);
    let since = stage.now;
    stage.run(SECOND);
    for to in 3..=6 {
        assert_eq!(heard(&stage, to, since), [1, 2, 7], "by {to}");
    }
    assert_eq!(heard(&stage, 1, since), [2, 7]);
}

#[test]
fn nobody_hears_more_than_three_at_any_time() {
    let mut stage = Stage::meeting(10);
    for round in 0..30_u32 {
        for number in 1..=10 {
            let loud = (number * 7 + round * 3) % 10 < 4;
            stage.loudness(number, if loud { -30 } else { -90 });
        }
        let since = stage.now;
        stage.run(Duration::from_millis(300));
        for to in 1..=10 {
            let all = (1..=10).filter(|from| *from != to);
            let packets: usize =
                all.map(|from| stage.sent((from, SourceKind::Microphone), to, since).len()).sum();
            // Whoever changes places within 20 ms counts twice.
            assert!(packets <= 3 * 15 + 5, "{packets} packets to {to}");
        }
    }
}

#[test]
fn speakers_are_reported_and_taken_back_when_silent() {
    let mut stage = Stage::meeting(5);
    stage.loudness(3, -30);
    stage.run(SECOND);
    stage.loudness(3, -90);
    stage.run(SECOND * 3);
    let start = stage.outputs[0].0;
    assert_eq!(stage.reports(start, speakers), [vec![user(3)], vec![]]);
}

#[test]
fn a_muted_microphone_is_not_forwarded_whatever_it_sends() {
    let mut stage = Stage::meeting(2);
    stage.run(SECOND);
    stage.admit(1, sfu::Rights { microphone: false, ..ALL_RIGHTS });
    let since = stage.now;
    stage.run(SECOND);
    assert!(stage.sent((1, SourceKind::Microphone), 2, since).is_empty());
    stage.admit(1, ALL_RIGHTS);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(stage.sent((1, SourceKind::Microphone), 2, since).len(), 50);
}

#[test]
fn the_sound_of_a_screen_has_its_own_slot() {
    let mut stage = Stage::meeting(6);
    stage.run(SECOND);
    let sources = vec![
        source(SourceKind::Microphone, &[]),
        source(SourceKind::Camera, &Layer::ALL),
        source(SourceKind::ScreenAudio, &[]),
    ];
    stage.room.set_sources(stage.now, user(2), sources);
    stage.drain();
    stage.run(SECOND);
    let shows = Some((user(2), SourceKind::ScreenAudio));
    for to in [1, 3, 6] {
        let slot = stage.actors[&to].slots.iter().position(|slot| slot.shows == shows);
        assert_eq!(slot, Some(3), "of {to}");
    }
    assert!(stage.actors[&2].slots.iter().all(|slot| slot.shows != shows));
}

#[test]
fn a_subscriber_with_fewer_audio_slots_hears_fewer() {
    let mut stage = Stage::meeting(5);
    stage.room.set_slots(stage.now, user(5), pool(2, 0));
    stage.drain();
    stage.loudness(4, -20);
    stage.run(SECOND);
    let since = stage.now;
    stage.run(SECOND);
    assert_eq!(heard(&stage, 5, since).len(), 2);
    let kinds = stage.actors[&5].slots.iter().filter(|slot| slot.kind == SlotKind::Audio);
    assert!(kinds.clone().all(|slot| slot.shows.is_some()));
}

#[test]
fn of_more_screen_sounds_than_slots_the_wanted_ones_come() {
    let mut stage = Stage::meeting(5);
    for number in 2..=5 {
        let sources = vec![source(SourceKind::ScreenAudio, &[])];
        stage.room.set_sources(stage.now, user(number), sources);
    }
    let wanted = [5, 4].map(|number| Wanted {
        user: user(number),
        source: SourceKind::ScreenAudio,
        width: 0,
        height: 0,
        pinned: false,
    });
    stage.drain();
    stage.subscribe(1, wanted.to_vec());
    stage.run(SECOND);
    let shows: Vec<_> = stage.actors[&1].slots[3..5].iter().map(|slot| slot.shows).collect();
    let screen = |number| Some((user(number), SourceKind::ScreenAudio));
    assert!(shows.contains(&screen(4)) && shows.contains(&screen(5)), "{shows:?}");
}

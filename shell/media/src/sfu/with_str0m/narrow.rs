//! A subscriber behind a narrow network, in time that is turned by hand: room, connection and
//! browser are real, the wire between them is not.

mod link;
mod publisher;
mod world;

use std::time::Duration;

use world::World;

const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

/// What came out in some time.
#[derive(Debug, Clone, Copy)]
struct Came {
    /// Share of the sound.
    sound: f64,
    /// Bits per second of pictures.
    pictures: u64,
    /// Bits per second on the wire.
    wire: u64,
}

fn over(world: &mut World, seconds: u64) -> Came {
    let (sound, pictures, bytes) = (world.sound, world.pictures, world.down.bytes);
    world.run(SECOND * u32::try_from(seconds).expect("a few"));
    let came = world.sound.1 - sound.1;
    Came {
        sound: came as f64 / (world.sound.0 - sound.0) as f64,
        pictures: (world.pictures - pictures) * 8 / seconds,
        wire: (world.down.bytes - bytes) * 8 / seconds,
    }
}

/// A link of 2 Mbit/s before which so many bytes may wait, and large pictures wanted.
fn behind_two_megabits(people: usize, queue: usize) -> World {
    let mut world = World::new(people);
    world.down.queue = queue;
    world.down.delay = MS * 20;
    world.down.rate = Some(2_000_000);
    world.show(720);
    world
}

#[test]
fn small_pictures_that_grow_do_not_pause_on_a_network_without_limits() {
    let mut world = World::new(2);
    world.show(180);
    for second in 0..20 {
        world.only_quarter(60_000 + 20_000 * second);
        world.run(SECOND);
        assert_eq!(world.paused(), 0, "after {second} s at {}", world.estimate);
    }
    world.show(720);
    world.all_layers();
    over(&mut world, 5);
    let came = over(&mut world, 2);
    assert!(came.pictures > 2_500_000, "{came:?}");
}

#[test]
fn a_receiver_that_is_late_to_read_loses_no_picture() {
    for (every, late) in [(1_000, 30), (500, 50), (200, 20), (3_000, 150), (100, 10)] {
        let mut world = World::new(2);
        world.down.stalls = Some((MS * every, MS * late));
        world.show(360);
        for second in 0..20 {
            world.run(SECOND);
            assert_eq!(world.paused(), 0, "{late} ms every {every} ms: after {second} s");
        }
    }
}

#[test]
fn a_squeezed_subscriber_keeps_the_sound_and_is_back_within_ten_seconds() {
    // Of six, three at most are heard at a time.
    for (people, queue) in [(1, 64_000), (1, 9_400), (2, 64_000), (2, 9_400), (6, 64_000)] {
        let mut world = behind_two_megabits(people, queue);
        over(&mut world, 8);
        let before = over(&mut world, 4);
        world.down.rate = Some(300_000);
        let fall = over(&mut world, 4);
        let narrow = over(&mut world, 16);
        world.down.rate = Some(2_000_000);
        over(&mut world, 10);
        let after = over(&mut world, 5);
        assert!(narrow.wire < 300_000, "{people}: {narrow:?}");
        assert!(after.pictures * 10 >= before.pictures * 8, "{people}: {before:?} {after:?}");
        if people < 3 {
            let sound = (fall.sound + 4.0 * narrow.sound) / 5.0;
            assert!(sound > 0.95, "{people} {queue}: {fall:?} {narrow:?}");
        }
    }
}

#[test]
fn a_link_too_narrow_for_any_picture_carries_the_sound() {
    for (queue, rate) in [(64_000, 120_000), (9_400, 120_000), (9_400, 160_000)] {
        let mut world = behind_two_megabits(1, queue);
        world.run(SECOND * 10);
        world.down.rate = Some(rate);
        world.run(SECOND * 3);
        let sound = world.sound;
        world.run(SECOND * 60);
        let (sent, came) = (world.sound.0 - sound.0, world.sound.1 - sound.1);
        assert!(came * 100 >= sent * 98, "{queue} {rate}: {came} of {sent}");
    }
}

#[test]
fn loss_of_a_wide_link_pauses_nothing() {
    let mut world = World::new(2);
    world.down.lost_per_mille = 100;
    world.show(720);
    over(&mut world, 5);
    for second in 0..30 {
        world.run(SECOND);
        assert_eq!(world.paused(), 0, "after {second} s at {}", world.estimate);
    }
    let came = over(&mut world, 10);
    // Smaller ones, for a while: so much loss is taken for the limit of a link now and then.
    assert!(came.pictures > 600_000, "{came:?}");
}

#[test]
fn while_nobody_sends_anything_hardly_anything_is_sent() {
    let mut world = World::new(2);
    world.show(720);
    world.run(SECOND * 10);
    world.silent = true;
    world.run(SECOND * 5);
    let before = world.down.bytes;
    world.run(SECOND * 30);
    let rate = (world.down.bytes - before) * 8 / 30;
    assert!(rate < 40_000, "{rate} bit/s");
}

#[test]
fn what_is_lost_of_a_picture_is_sent_again_and_pictures_wait_for_it() {
    let mut world = World::new(1);
    world.show(360);
    world.run(SECOND * 5);
    assert_eq!(world.waits, Duration::ZERO);
    world.down.lost_per_mille = 100;
    let before = world.pieces;
    world.run(SECOND * 30);
    assert!(world.waits >= MS * 100, "{:?}", world.waits);
    world.down.lost_per_mille = 0;
    world.run(SECOND);
    let (written, came) = (world.pieces.0 - before.0, world.pieces.1 - before.1);
    assert!(came * 1_000 >= written * 998, "{came} of {written}");
    world.run(SECOND * 15);
    assert_eq!(world.waits, Duration::ZERO);
}

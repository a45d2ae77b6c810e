//! What a subscriber cannot decode is not sent to them.

use std::time::Duration;

use sfu::{Codec, CodecSet, Layer, SourceKind};

use super::publisher::{Microphone, Outgoing};
use super::stage::{Stage, pool, user};

#[test]
fn a_picture_goes_only_to_slots_that_can_show_it() {
    let mut stage = Stage::meeting(3);
    let mut slots = pool(5, 11);
    for slot in &mut slots {
        slot.codecs = CodecSet::default().with(Codec::Opus).with(Codec::H264);
    }
    stage.room.set_slots(stage.now, user(3), slots);
    stage.drain();
    let since = stage.now;
    stage.run(Duration::from_secs(1));
    assert!(stage.layers(1, 3, since).is_empty());
    assert_eq!(stage.layers(1, 2, since), [Layer::Quarter]);
    assert_eq!(stage.sent((1, SourceKind::Microphone), 3, since).len(), 50);
}

#[test]
fn after_packets_that_cannot_be_shown_a_picture_begins_anew() {
    let mut stage = Stage::meeting(2);
    stage.run(Duration::from_secs(1));
    let (from, now) = (stage.member(1), stage.now);
    let mut encoder = stage.encoder(1, Layer::Quarter).clone();
    stage.encoder(1, Layer::Quarter).broken = true;
    let mut next = |millis: u64, codec, key: bool| {
        stage.now = now + Duration::from_millis(millis);
        encoder.key_at = key.then_some(stage.now);
        let packets = encoder.picture(stage.now);
        let before = stage.wire.sent.len();
        packets.iter().for_each(|one| stage.send(from, &Outgoing { codec, ..one.clone() }));
        stage.wire.sent.len() - before
    };
    assert_eq!(next(40, Codec::Vp8, false), 1);
    assert_eq!(next(80, Codec::Av1, true), 0);
    assert_eq!(next(120, Codec::Vp8, false), 0);
    assert_eq!(next(160, Codec::Vp8, true), 1);
}

#[test]
fn redundant_sound_goes_wherever_its_primary_block_can() {
    let mut stage = Stage::meeting(2);
    stage.run(Duration::from_secs(1));
    let mut microphone: Microphone =
        stage.actors[&1].microphone.clone().expect("they have a microphone");
    let redundant = Outgoing { codec: Codec::Red, ..microphone.packet() };
    let (from, since) = (stage.member(1), stage.now);
    stage.now += Duration::from_millis(20);
    stage.send(from, &redundant);
    assert_eq!(stage.sent((1, SourceKind::Microphone), 2, since).len(), 1);
}

#[test]
fn a_layer_that_was_not_negotiated_is_dropped() {
    let mut stage = Stage::meeting(2);
    stage.run(Duration::from_secs(1));
    let (from, since) = (stage.member(1), stage.now);
    let mut microphone: Microphone =
        stage.actors[&1].microphone.clone().expect("they have a microphone");
    for (source, layer) in
        [(SourceKind::Microphone, Layer::Half), (SourceKind::Screen, Layer::Full)]
    {
        stage.now += Duration::from_millis(20);
        stage.send(from, &Outgoing { source, layer, ..microphone.packet() });
    }
    assert!(stage.wire.sent.iter().all(|one| one.at <= since));
}

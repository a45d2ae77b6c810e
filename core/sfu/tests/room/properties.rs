//! Whatever happens in whatever order, every slot is one continuous stream.

use std::time::Duration;

use proptest::prelude::*;
use sfu::{Layer, Rights, SlotIndex, SourceKind};

use super::publisher::Outgoing;
use super::stage::{ALL_RIGHTS, Stage, camera, pool, source, user};

#[derive(Debug, Clone)]
enum Act {
    Join(u32),
    Leave(u32),
    Reload(u32),
    Rights(u32, bool, bool),
    Subscribe(u32, Vec<(u32, u32)>),
    Estimate(u32, u64),
    Loudness(u32, i8),
    Break(u32, usize, bool),
    Keyframe(u32, u16),
    Slots(u32, usize),
    Screen(u32),
    Run(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let who = 1_u32..7;
    let tiles =
        prop::collection::vec((1_u32..7, prop::sample::select(vec![0, 180, 360, 720])), 0..6);
    prop_oneof![
        who.clone().prop_map(Act::Join),
        who.clone().prop_map(Act::Leave),
        who.clone().prop_map(Act::Reload),
        (who.clone(), any::<bool>(), any::<bool>())
            .prop_map(|(who, sound, picture)| Act::Rights(who, sound, picture)),
        (who.clone(), tiles).prop_map(|(who, tiles)| Act::Subscribe(who, tiles)),
        (who.clone(), 50_000_u64..5_000_000).prop_map(|(who, rate)| Act::Estimate(who, rate)),
        (who.clone(), -100_i8..-10).prop_map(|(who, dbov)| Act::Loudness(who, dbov)),
        (who.clone(), 0_usize..3, any::<bool>())
            .prop_map(|(who, layer, broken)| Act::Break(who, layer, broken)),
        (who.clone(), 0_u16..20).prop_map(|(who, slot)| Act::Keyframe(who, slot)),
        (who.clone(), 0_usize..20).prop_map(|(who, video)| Act::Slots(who, video)),
        who.prop_map(Act::Screen),
        (10_u64..1_500).prop_map(Act::Run),
        (10_u64..1_500).prop_map(Act::Run),
    ]
}

fn who(act: &Act) -> Option<u32> {
    match act {
        Act::Join(who)
        | Act::Leave(who)
        | Act::Reload(who)
        | Act::Rights(who, ..)
        | Act::Subscribe(who, _)
        | Act::Estimate(who, _)
        | Act::Loudness(who, _)
        | Act::Break(who, ..)
        | Act::Keyframe(who, _)
        | Act::Slots(who, _)
        | Act::Screen(who) => Some(*who),
        Act::Run(_) => None,
    }
}

fn play(stage: &mut Stage, act: Act) {
    match (who(&act), act) {
        (_, Act::Run(millis)) => stage.run(Duration::from_millis(millis)),
        (Some(who), act) if stage.actors.contains_key(&who) => play_of(stage, who, act),
        (_, Act::Join(who)) => stage.join(who),
        (_, act) => drop(act),
    }
}

fn play_of(stage: &mut Stage, who: u32, act: Act) {
    let member = stage.member(who);
    match act {
        Act::Leave(_) => stage.leave(who),
        Act::Reload(_) => {
            stage.room.clear_transports(stage.now, user(who));
            stage.wire.forget(member);
            stage.drain();
            stage.join(who);
        }
        Act::Rights(_, microphone, camera) => {
            stage.admit(who, Rights { microphone, camera, ..ALL_RIGHTS });
        }
        Act::Subscribe(_, tiles) => {
            let tiles = tiles.into_iter().map(|(number, height)| camera(number, height));
            stage.subscribe(who, tiles.collect());
        }
        Act::Estimate(_, rate) => stage.estimate(who, rate),
        Act::Loudness(_, dbov) => {
            if stage.actors[&who].microphone.is_some() {
                stage.loudness(who, dbov);
            }
        }
        Act::Break(_, layer, broken) => {
            let layer = Layer::ALL[layer];
            let encoders = &mut stage.actors.get_mut(&who).expect("they joined").encoders;
            for encoder in encoders.iter_mut().filter(|one| one.layer() == layer) {
                encoder.broken = broken;
            }
        }
        Act::Keyframe(_, slot) => {
            stage.room.handle_keyframe_request(stage.now, member, SlotIndex(slot));
            stage.drain();
        }
        Act::Slots(_, video) => {
            let kept = stage.actors[&who].slots.len().min(5 + video);
            stage.wire.forget_from(member, kept);
            stage.room.set_slots(stage.now, user(who), pool(5, video));
            stage.drain();
        }
        Act::Screen(_) => stage.publish(
            who,
            vec![source(SourceKind::Camera, &Layer::ALL), source(SourceKind::Screen, &[])],
        ),
        Act::Join(_) | Act::Run(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_slot_is_one_continuous_stream(acts in prop::collection::vec(act(), 1..40)) {
        let mut stage = Stage::meeting(4);
        for act in acts {
            play(&mut stage, act);
        }
        stage.run(Duration::from_secs(1));
    }

    #[test]
    fn what_comes_reordered_twice_or_not_at_all_goes_out_once_in_its_place(
        order in prop::collection::vec((0_usize..6, 0_u8..10), 300),
        estimate in prop::sample::select(vec![150_000_u64, 205_000, 10_000_000]),
    ) {
        let mut stage = Stage::meeting(2);
        stage.run(Duration::from_secs(1));
        stage.estimate(2, estimate);
        stage.wire.lossy = true;
        let from = stage.member(1);
        let mut encoder = stage.encoder(1, Layer::Quarter).clone();
        stage.encoder(1, Layer::Quarter).broken = true;
        let mut held: Vec<Outgoing> = Vec::new();
        let since = stage.now;
        for (place, fate) in order {
            stage.now += Duration::from_millis(40);
            held.extend(encoder.picture(stage.now));
            let packet = held[place.min(held.len() - 1)].clone();
            if fate != 0 {
                stage.send(from, &packet);
            }
            if fate > 2 || held.len() > 6 {
                held.retain(|one| one.seq != packet.seq);
            }
        }
        let mut sent = stage.sent((1, SourceKind::Camera), 2, since);
        prop_assert!(sent.len() > 20, "{} at {estimate}", sent.len());
        sent.sort_by_key(|one| one.came_as);
        for pair in sent.windows(2) {
            let came = pair[1].came_as - pair[0].came_as;
            let went = pair[1].packet.seq.checked_sub(pair[0].packet.seq);
            // What is left out on purpose closes up; nothing else does.
            let expected = if estimate > 1_000_000 { came..=came } else { 1..=came };
            prop_assert!(went.is_some_and(|went| expected.contains(&went)), "{pair:?}");
        }
    }
}

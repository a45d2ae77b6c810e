//! Packets that no honest sender makes.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use sfu::{
    AudioLevel, Codec, CodecSet, Egress, Layer, Member, Packet, Rewritten, SlotIndex, SourceKind,
};

use super::stage::{Stage, pool, user};

#[derive(Debug, Default)]
struct Seen(BTreeSet<(Member, SlotIndex, u64)>);

impl Egress for Seen {
    fn send(&mut self, to: Member, slot: SlotIndex, packet: &Rewritten) {
        assert!(self.0.insert((to, slot, packet.seq)), "sent twice: {packet:?}");
    }
}

#[derive(Debug, Clone)]
struct Forged {
    seq: u64,
    timestamp: u32,
    codec: Codec,
    payload: Vec<u8>,
    level: Option<(i8, bool)>,
    layer: usize,
    source: usize,
    millis: u64,
}

fn forged() -> impl Strategy<Value = Forged> {
    let seq = prop_oneof![
        0_u64..20,
        1_000_u64..1_100,
        69_990_u64..70_010,
        u64::MAX - 10..=u64::MAX,
        any::<u64>(),
    ];
    let codec = prop::sample::select(CODECS.to_vec());
    let payload = prop::collection::vec(any::<u8>(), 0..24);
    let level = prop::option::of((any::<i8>(), any::<bool>()));
    let places = (0_usize..3, 0_usize..4, 0_u64..400);
    (seq, any::<u32>(), codec, payload, level, places).prop_map(
        |(seq, timestamp, codec, payload, level, (layer, source, millis))| Forged {
            seq,
            timestamp,
            codec,
            payload,
            level,
            layer,
            source,
            millis,
        },
    )
}

const CODECS: [Codec; 6] =
    [Codec::Opus, Codec::Red, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn forged_packets_neither_break_the_room_nor_go_out_twice(
        packets in prop::collection::vec(forged(), 1..120),
    ) {
        let mut stage = Stage::meeting(3);
        let mut slots = pool(5, 11);
        for slot in &mut slots {
            slot.codecs = CodecSet::from_iter(CODECS);
        }
        stage.room.set_slots(stage.now, user(2), slots);
        let mut seen = Seen::default();
        for forged in &packets {
            stage.now += Duration::from_millis(forged.millis);
            if stage.room.poll_timeout().is_some_and(|due| due <= stage.now) {
                stage.room.handle_timeout(stage.now);
            }
            let packet = Packet {
                seq: forged.seq,
                timestamp: forged.timestamp,
                marker: false,
                codec: forged.codec,
                payload: &forged.payload,
                audio_level: forged.level.map(|(dbov, voice)| AudioLevel { dbov, voice }),
            };
            let (from, now) = (stage.member(1), stage.now);
            let (source, layer) = (SourceKind::ALL[forged.source], Layer::ALL[forged.layer]);
            stage.room.handle_packet(now, from, source, layer, &packet, &mut seen);
            stage.drain();
        }
        let own = stage.member(1);
        prop_assert!(seen.0.iter().all(|(to, _, _)| *to != own));
    }
}

//! What forwarding costs.

use allocation_counter::measure;
use sfu::{Egress, Layer, Member, Rewritten, SlotIndex, SourceKind};
use std::time::Duration;

use super::publisher::{Encoder, Microphone, Outgoing};
use super::stage::{Stage, camera};

#[derive(Debug, Default)]
struct Count(u64);

impl Egress for Count {
    fn send(&mut self, _: Member, _: SlotIndex, _: &Rewritten) {
        self.0 += 1;
    }
}

#[test]
fn ten_thousand_packets_to_nineteen_subscribers_allocate_nothing() {
    let mut stage = Stage::meeting(20);
    for to in 2..=20 {
        stage.subscribe(to, vec![camera(1, [180, 360, 720][to as usize % 3])]);
    }
    stage.loudness(1, -30);
    stage.run(Duration::from_secs(3));
    let from = stage.member(1);
    let packets = upcoming(&mut stage);
    let mut count = Count::default();
    let counted = measure(|| {
        for outgoing in &packets {
            let (source, layer) = (outgoing.source, outgoing.layer);
            let packet = outgoing.packet();
            stage.room.handle_packet(stage.now, from, source, layer, &packet, &mut count);
        }
    });
    assert!(packets.len() >= 10_000);
    assert!(count.0 > 50_000, "{} packets went out", count.0);
    assert_eq!(counted.count_total, 0);
}

/// What participant 1 sends next, of every layer and of the microphone.
fn upcoming(stage: &mut Stage) -> Vec<Outgoing> {
    let now = stage.now;
    let mut encoders: Vec<Encoder> =
        Layer::ALL.iter().map(|layer| stage.encoder(1, *layer).clone()).collect();
    let microphone = stage.actors[&1].microphone.clone();
    let mut microphone: Microphone = microphone.expect("they have one");
    let mut packets = Vec::new();
    while packets.len() < 10_000 {
        packets.extend(encoders.iter_mut().flat_map(|encoder| encoder.picture(now)));
        packets.push(microphone.packet());
    }
    assert!(packets.iter().any(|packet| packet.source == SourceKind::Microphone));
    packets
}

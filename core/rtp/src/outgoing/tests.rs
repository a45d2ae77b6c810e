//! A connection and its receiver, with keys of one handshake.

use rtcp_types::{
    Compound, Nack, Packet, PayloadFeedback, Pli, ReceiverReport, ReportBlock, RtcpPacketWriter,
    RtcpPacketWriterExt as _, TransportFeedback,
};
use sfu::Vp8Rewrite;

use super::*;
use crate::{ExtensionNumbers, Profile, instant};

const MS: Duration = Duration::from_millis(1);
const SOUND: u32 = 11;
const PICTURE: u32 = 22;
const REPAIRS: u32 = 23;

fn keys(is_client: bool) -> Keys {
    let material: Vec<u8> = (0..56).collect();
    Keys::new(Profile::AeadAes128Gcm, &material, is_client).unwrap()
}

fn spec(ssrc: u32, rtx: Option<u32>) -> Option<StreamSpec> {
    let numbers = ExtensionNumbers { mid: Some(4), audio_level: Some(1), ..Default::default() };
    Some(StreamSpec { ssrc, rtx, mid: "7".into(), numbers })
}

struct World {
    now: Instant,
    outgoing: Outgoing,
    receiver: Keys,
    seq: u64,
}

impl World {
    fn new() -> Self {
        let now = instant();
        let clock = WallClock { at: now, unix: Duration::from_secs(1_700_000_000) };
        let mut outgoing = Outgoing::new(now, keys(false), clock, "server".into());
        outgoing.set_streams([spec(SOUND, None), None, spec(PICTURE, Some(REPAIRS))], || 40_000);
        Self { now, outgoing, receiver: keys(true), seq: 0 }
    }

    /// Sends a packet to a place.
    fn write(&mut self, place: usize) -> Option<Vec<u8>> {
        self.seq += 1;
        let payload: Arc<[u8]> = Arc::from(&[0x90, 0x80, 5, 0x11, 1, 2, 3][..]);
        let rewritten = Rewritten {
            seq: self.seq,
            timestamp: 1_000,
            marker: true,
            vp8: (place == 2).then_some(Vp8Rewrite { picture_id: Some(99), tl0_pic_idx: None }),
            nackable: place == 2,
        };
        let media = Media {
            payload_type: 96,
            rtx_payload_type: Some(97),
            clock_rate: 90_000,
            payload: &payload,
            rewritten: &rewritten,
            extensions: Extensions { audio_level: Some((20, false)), ..Default::default() },
        };
        let mut sent = None;
        self.outgoing.write(self.now, place, &media, |bytes| sent = Some(bytes.to_vec()));
        sent
    }

    fn polled(&mut self) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        self.outgoing.poll(self.now, |bytes| sent.push(bytes.to_vec()));
        sent
    }

    /// The receiver says something.
    fn say(&mut self, packet: &impl RtcpPacketWriter) -> Option<Feedback> {
        let mut bytes = vec![0; 500];
        let length = packet.write_into(&mut bytes).unwrap();
        bytes.truncate(length);
        self.receiver.seal.rtcp(&mut bytes);
        self.outgoing.receive(self.now, &bytes)
    }

    fn misses(&mut self, ssrc: u32, seq: u16) {
        let nack = Nack::builder().add_rtp_sequence(seq);
        let nack = TransportFeedback::builder(&nack).sender_ssrc(1).media_ssrc(ssrc);
        assert_eq!(self.say(&nack), Some(Feedback::default()));
    }
}

/// What is readable of a packet: payload type, sequence number, timestamp, source.
fn header(packet: &[u8]) -> (u8, u16, u32, u32) {
    let word = |at: usize| u32::from_be_bytes(packet[at..at + 4].try_into().unwrap());
    (packet[1] & 0x7F, u16::from_be_bytes([packet[2], packet[3]]), word(4), word(8))
}

/// What a packet says when its seal is taken off; the same as sealing it.
fn opened(packet: &[u8], head: usize, ssrc: u32, index: u64, length: usize) -> Vec<u8> {
    let mut again = packet[..head].to_vec();
    again.extend_from_slice(&vec![0; length]);
    keys(false).seal.rtp(&mut again, head, ssrc, index);
    let stream = again[head..head + length].iter();
    packet[head..head + length].iter().zip(stream).map(|(byte, over)| byte ^ over).collect()
}

#[test]
fn packets_leave_with_the_numbers_of_the_room_sealed() {
    let mut world = World::new();
    let packet = world.write(2).unwrap();
    assert_eq!(header(&packet), (96, 1, 1_000, PICTURE));
    // Section and loudness: five bytes in two words, and the word before them.
    assert_eq!(packet.len(), 12 + 4 + 4 + 7 + 16);
    assert_eq!(packet[16..20], [0x40, b'7', 0x10, 20]);
    assert_eq!(opened(&packet, 20, PICTURE, 1, 7), [0x90, 0x80, 99, 0x11, 1, 2, 3]);
    assert_eq!(world.write(1), None, "no stream there");
    assert_eq!(world.write(9), None);
}

#[test]
fn what_is_missing_is_sent_again_on_the_stream_of_repairs() {
    let mut world = World::new();
    (0..10).for_each(|_| drop(world.write(2)));
    world.polled();
    world.now += MS * 50;
    world.misses(PICTURE, 3);
    world.misses(SOUND, 3);
    world.misses(9, 3);
    assert_eq!(world.outgoing.poll_timeout(world.now), world.now);
    let sent = world.polled();
    let [packet] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(header(packet), (97, 40_000 & 0x7FFF | 1, 1_000, REPAIRS));
    let index = u64::from(40_000_u16 & 0x7FFF) + 1;
    let said = opened(packet, 20, REPAIRS, index, 9);
    assert_eq!(said, [0, 3, 0x90, 0x80, 99, 0x11, 1, 2, 3], "with its own number before it");
    assert!(world.polled().is_empty(), "once");
}

#[test]
fn reports_are_sent_each_second_of_what_was_sent() {
    let mut world = World::new();
    assert_eq!(world.outgoing.poll_timeout(world.now), world.now + MS * 1_000);
    world.write(0);
    world.write(2);
    world.now += MS * 1_000;
    let mut said = Vec::new();
    for _ in 0..3 {
        let [report] = &world.polled()[..] else { panic!("one datagram") };
        assert!(world.receiver.open.rtcp(report, &mut said));
        let sources: Vec<(u32, u32)> = Compound::parse(&said)
            .unwrap()
            .filter_map(|packet| {
                let Packet::Sr(report) = packet.unwrap() else { return None };
                Some((report.ssrc(), report.packet_count()))
            })
            .collect();
        assert_eq!(sources, [(SOUND, 1), (PICTURE, 1)]);
        assert_eq!(world.outgoing.poll_timeout(world.now), world.now + MS * 1_000);
        world.now += MS * 999;
        assert!(world.polled().is_empty());
        world.now += MS;
    }
}

#[test]
fn a_late_packet_does_not_turn_the_clock_of_reports_back() {
    let mut world = World::new();
    world.seq = 9;
    world.write(2);
    world.now += MS * 500;
    world.seq = 4;
    world.write(2);
    world.now += MS * 500;
    let report = world.polled().remove(0);
    let mut said = Vec::new();
    assert!(world.receiver.open.rtcp(&report, &mut said));
    let first = Compound::parse(&said).unwrap().next().unwrap().unwrap();
    let Packet::Sr(report) = first else { panic!("{first:?}") };
    assert_eq!(report.rtp_timestamp(), 1_000 + 90_000, "a second after the newest");
}

#[test]
fn a_report_of_the_receiver_measures_the_way_and_ends_the_naming_of_sections() {
    let mut world = World::new();
    assert_eq!(world.write(2).unwrap()[16], 0x41 - 1, "the section is told");
    let ntp = world.outgoing.clock.ntp(world.now);
    world.now += MS * 80;
    let block = |lost, newest| {
        let heard = (ntp >> 16 & 0xFFFF_FFFF) as u32;
        let block = ReportBlock::builder(PICTURE)
            .cumulative_lost(lost)
            .extended_sequence_number(newest)
            .last_sender_report_timestamp(heard);
        ReceiverReport::builder(1).add_report_block(block)
    };
    let feedback = world.say(&block(10, 100)).unwrap();
    let measured = feedback.measured.unwrap();
    assert_eq!((measured.lost_per_mille, measured.round_trip.as_millis()), (100, 79));
    let feedback = world.say(&block(10, 300)).unwrap();
    assert_eq!(feedback.measured.unwrap().lost_per_mille, 0);
    assert_eq!(world.say(&block(10, 300)).unwrap().measured, None, "nothing was sent since");
    assert_eq!(world.write(2).unwrap()[16], 0x10, "the section is known");
}

#[test]
fn what_cannot_be_decoded_is_told_by_its_place() {
    let mut world = World::new();
    let pli = |ssrc| PayloadFeedback::builder_owned(Pli::builder()).sender_ssrc(1).media_ssrc(ssrc);
    assert_eq!(world.say(&pli(PICTURE)).unwrap().keyframes, [2]);
    assert!(world.say(&pli(77)).unwrap().keyframes.is_empty());
}

#[test]
fn what_is_not_from_the_receiver_is_nothing() {
    let mut world = World::new();
    let mut bytes = vec![0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 22];
    assert_eq!(world.outgoing.receive(world.now, &bytes), None, "not sealed");
    keys(false).seal.rtcp(&mut bytes);
    assert_eq!(world.outgoing.receive(world.now, &bytes), None, "our own");
    assert_eq!(world.outgoing.receive(world.now, &[]), None);
}

#[test]
fn a_stream_that_stays_goes_on_and_another_begins() {
    let mut world = World::new();
    (0..10).for_each(|_| drop(world.write(2)));
    world.outgoing.set_streams([None, spec(5, None), spec(PICTURE, Some(REPAIRS))], || 1);
    world.misses(PICTURE, 4);
    assert_eq!(world.polled().len(), 1, "the repair");
    assert_eq!(header(&world.write(1).unwrap()).3, 5);
    assert_eq!(world.write(0), None);
}

#[test]
fn no_number_is_sealed_twice_though_the_stream_was_away() {
    let mut world = World::new();
    let all = || [spec(SOUND, None), None, spec(PICTURE, Some(REPAIRS))];
    assert!(world.write(2).is_some());
    world.seq = 0;
    assert_eq!(world.write(2), None, "the same number");
    world.outgoing.set_streams([None, None, None], || 0);
    assert_eq!(world.write(2), None, "nobody takes it");
    world.outgoing.set_streams(all(), || 0);
    world.seq = 0;
    assert_eq!(world.write(2), None, "still the same number");
    assert!(world.write(2).is_some());
    let repair = |world: &mut World, seq| {
        world.now += MS * 20;
        world.misses(PICTURE, seq);
        world.polled().first().map(|packet| header(packet).1)
    };
    let first = repair(&mut world, 1).unwrap();
    world.outgoing.set_streams([None, None, None], || 0);
    world.outgoing.set_streams(all(), || 0);
    assert_eq!(repair(&mut world, 1), Some(first + 1), "of repairs neither");
}

#[test]
fn nothing_is_allocated_for_a_packet() {
    let mut world = World::new();
    (0..600).for_each(|_| drop(world.write(2)));
    let payload: Arc<[u8]> = Arc::from([7; 1_100]);
    let mut rewritten =
        Rewritten { seq: 0, timestamp: 1, marker: false, vp8: None, nackable: true };
    let (now, outgoing) = (world.now, &mut world.outgoing);
    let counted = allocation_counter::measure(|| {
        for seq in 1_000..3_000 {
            rewritten.seq = seq;
            let media = Media {
                payload_type: 96,
                rtx_payload_type: Some(97),
                clock_rate: 90_000,
                payload: &payload,
                rewritten: &rewritten,
                extensions: Extensions::default(),
            };
            outgoing.write(now, 2, &media, |bytes| assert!(bytes.len() > 1_100));
        }
    });
    assert_eq!(counted.count_total, 0);
}

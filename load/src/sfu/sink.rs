//! What a subscriber got: continuity per stream, frames that can be decoded, delays.

use std::time::{Duration, Instant};

use super::bare::extended;
use super::camera::{picture_mark, sound_mark};
use super::decoder::Decoder;
use super::delay::Delays;

/// Changes of what a slot shows that are remembered.
const CHANGES: usize = 256;

/// Sums over all subscribers of a crowd; they only grow.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Packets that arrived, repaired ones included.
    pub packets: u64,
    /// Packets of sound among them.
    pub sound: u64,
    /// Packets that their sequence numbers said there would be.
    pub expected: u64,
    /// Bytes of payloads, where they were decrypted.
    pub bytes: u64,
    /// Packets that were sealed by less than 16 bytes: not by AES-GCM (RFC 7714 §13.2).
    pub weaker: u64,
    /// Frames that could be decoded.
    pub frames: u64,
    /// Key frames among them.
    pub keys: u64,
    /// From the moment a packet was due to be sent until it was there, where it was decrypted.
    pub delays: Delays,
}

impl Heard {
    /// What came after `before`, a former reading of the same.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            packets: self.packets - before.packets,
            sound: self.sound - before.sound,
            expected: self.expected - before.expected,
            bytes: self.bytes - before.bytes,
            weaker: self.weaker - before.weaker,
            frames: self.frames - before.frames,
            keys: self.keys - before.keys,
            delays: self.delays.since(&before.delays),
        }
    }

    /// Takes in what others heard.
    pub fn add(&mut self, other: &Self) {
        self.packets += other.packets;
        self.sound += other.sound;
        self.expected += other.expected;
        self.bytes += other.bytes;
        self.weaker += other.weaker;
        self.frames += other.frames;
        self.keys += other.keys;
        self.delays.add(&other.delays);
    }

    /// The share of the expected packets that did not come, 0 to 1.
    #[must_use]
    pub fn loss(&self) -> f64 {
        let lost = self.expected.saturating_sub(self.packets);
        lost as f64 / self.expected.max(1) as f64
    }
}

/// A slot began to bring another publisher or another layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When its first packet came.
    pub at: Instant,
    /// The stream of the slot.
    pub ssrc: u32,
    /// The number of the publisher in its room.
    pub publisher: u16,
    /// The number of the layer, the smallest first.
    pub layer: u8,
}

/// What one subscriber saw so far.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// When the first frame could be decoded.
    pub first_frame: Option<Instant>,
    /// When the first packet came.
    pub first_packet: Option<Instant>,
    /// The newest changes of the slots.
    pub changes: Vec<Change>,
}

/// One subscriber.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    streams: Vec<Stream>,
    /// The stream of the last packet: the next is most likely its too.
    last: usize,
    seen: Seen,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    highest: u64,
    decoder: Decoder,
    shows: Option<(u16, u8)>,
}

/// One packet as it arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) at: Instant,
    pub(crate) ssrc: u32,
    pub(crate) seq: u64,
    pub(crate) is_sound: bool,
    pub(crate) payload: &'a [u8],
}

impl Sink {
    /// Takes in a decrypted packet; whether a key frame of its stream must be asked for.
    /// `origin` is the beginning of the program.
    pub(crate) fn packet(
        &mut self,
        arrival: Arrival<'_>,
        origin: Instant,
        heard: &mut Heard,
    ) -> bool {
        let Arrival { at, ssrc, seq, is_sound, payload } = arrival;
        self.seen.first_packet.get_or_insert(at);
        let stream = stream(&mut self.streams, &mut self.last, ssrc, seq);
        stream.count(seq, heard);
        heard.sound += u64::from(is_sound);
        heard.bytes += payload.len() as u64;
        let mark = if is_sound {
            sound_mark(payload)
        } else {
            picture_mark(payload).map(|(descriptor, mark)| {
                let first_frame = &mut self.seen.first_frame;
                stream.decoder.packet(descriptor, mark, |decoded| {
                    first_frame.get_or_insert(at);
                    heard.frames += 1;
                    heard.keys += u64::from(decoded.mark.key);
                });
                mark
            })
        };
        let Some(mark) = mark else { return false };
        let sent = origin + mark.sent;
        heard.delays.record(at.saturating_duration_since(sent));
        if stream.shows != Some((mark.publisher, mark.layer)) {
            stream.shows = Some((mark.publisher, mark.layer));
            if self.seen.changes.len() == CHANGES {
                self.seen.changes.remove(0);
            }
            let (publisher, layer) = (mark.publisher, mark.layer);
            self.seen.changes.push(Change { at, ssrc, publisher, layer });
        }
        !is_sound && stream.decoder.needs_key()
    }

    /// Counts a packet by its header alone (RFC 3550 §5.1), which SRTP leaves readable.
    pub(crate) fn header(&mut self, packet: &[u8], sound: u8, heard: &mut Heard) {
        let Some(([_, kind, high, low], rest)) = packet.split_first_chunk() else { return };
        let Some(([_, _, _, _, a, b, c, d], _)) = rest.split_first_chunk() else { return };
        let (ssrc, seq) = (u32::from_be_bytes([*a, *b, *c, *d]), u16::from_be_bytes([*high, *low]));
        let stream = stream(&mut self.streams, &mut self.last, ssrc, seq.into());
        let seq = extended(stream.highest, seq);
        stream.count(seq, heard);
        heard.sound += u64::from(kind & 0x7F == sound);
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.clone()
    }
}

fn stream<'a>(
    streams: &'a mut Vec<Stream>,
    last: &mut usize,
    ssrc: u32,
    seq: u64,
) -> &'a mut Stream {
    if streams.get(*last).is_none_or(|stream| stream.ssrc != ssrc) {
        *last = streams.iter().position(|stream| stream.ssrc == ssrc).unwrap_or_else(|| {
            let highest = seq.saturating_sub(1);
            streams.push(Stream { ssrc, highest, decoder: Decoder::default(), shows: None });
            streams.len() - 1
        });
    }
    &mut streams[*last]
}

impl Stream {
    fn count(&mut self, seq: u64, heard: &mut Heard) {
        heard.packets += 1;
        heard.expected += seq.saturating_sub(self.highest);
        self.highest = self.highest.max(seq);
    }
}

/// How long something may take that a load run waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::camera::{Camera, Picture};

    #[test]
    fn lost_packets_are_those_between_the_numbers() {
        let (mut sink, mut heard) = (Sink::default(), Heard::default());
        for seq in [65_530_u16, 65_531, 65_535, 2, 1, 3] {
            let mut packet = [0_u8; 12];
            packet[0] = 0x80;
            packet[1] = 96;
            packet[2..4].copy_from_slice(&seq.to_be_bytes());
            packet[8..12].copy_from_slice(&7_u32.to_be_bytes());
            sink.header(&packet, 111, &mut heard);
        }
        assert_eq!((heard.packets, heard.expected, heard.sound), (6, 10, 0));
        assert!((heard.loss() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn a_change_of_the_layer_is_told_with_its_first_packet() {
        let origin = Instant::now();
        let picture = |rid| Picture { rid: Some(rid), size: (320, 180), rate: 60, payload: 300 };
        let mut camera = Camera::new(4, &[picture("q"), picture("f")], 30, origin);
        let (mut sink, mut heard) = (Sink::default(), Heard::default());
        for round in 0..20_u32 {
            let wanted = usize::from(round >= 10);
            if round == 10 {
                camera.request_key(Some("f"));
            }
            camera.frame(origin, |packet| {
                if packet.layer == wanted {
                    let (at, payload) = (origin + Duration::from_secs(2), &*packet.payload);
                    let arrival =
                        Arrival { at, ssrc: 9, seq: packet.seq, is_sound: false, payload };
                    assert!(!sink.packet(arrival, origin, &mut heard));
                }
            });
        }
        let changes: Vec<_> = sink.seen().changes.iter().map(|c| (c.publisher, c.layer)).collect();
        assert_eq!(changes, [(4, 0), (4, 1)]);
        assert_eq!((heard.frames, heard.keys), (20, 2));
    }
}

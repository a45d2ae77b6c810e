//! One continuous stream out of the many that come to a slot in turn.

mod spans;

use std::time::Instant;

use crate::payload::{Glance, PictureId};
use crate::{Packet, Rewritten, Vp8Rewrite};
use spans::Spans;

/// Rewrites the packets of a slot so that its receiver sees a single stream (RFC 3550 §5.1):
/// sequence numbers without a break, timestamps that go on as time does, VP8 numbers that count
/// up. Gaps of the stream that comes in stay gaps, so that they can be asked for.
#[derive(Debug, Default)]
pub(crate) struct Forwarder {
    /// The newest packet that went out.
    last: Option<Sent>,
    /// How the present stream is mapped; `None` while there is none.
    stream: Option<Stream>,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    seq: u64,
    timestamp: u32,
    at: Instant,
    picture_id: u16,
    tl0_pic_idx: u8,
}

#[derive(Debug)]
struct Stream {
    /// Sequence number of the newest packet, as it came in.
    highest: u64,
    spans: Spans,
    timestamp_offset: u32,
    tl0_offset: u8,
    /// The picture left out last, so that it is counted once.
    left_out: Option<u16>,
}

impl Forwarder {
    /// Begins with another stream: this packet is its first. What came before it in that stream,
    /// and whatever is still to come of the stream before, is not sent.
    pub(crate) fn switch(
        &mut self,
        now: Instant,
        packet: &Packet<'_>,
        glance: &Glance,
    ) -> Rewritten {
        let seq = self.last.map_or(1, |last| last.seq + 1);
        let timestamp = self.last.map_or(packet.timestamp, |last| last.later(now, packet));
        let numbers = glance.vp8.unwrap_or_default();
        let picture_id = numbers.picture_id.map_or(0, |id| id.value);
        let next_id = self.last.map_or(picture_id, |last| last.picture_id.wrapping_add(1));
        let tl0 = numbers.tl0_pic_idx.unwrap_or(0);
        let next_tl0 = self.last.map_or(tl0, |last| last.tl0_pic_idx.wrapping_add(1));
        let stream = Stream {
            highest: packet.seq,
            spans: Spans::new(
                packet.seq,
                seq.wrapping_sub(packet.seq),
                next_id.wrapping_sub(picture_id),
            ),
            timestamp_offset: timestamp.wrapping_sub(packet.timestamp),
            tl0_offset: next_tl0.wrapping_sub(tl0),
            left_out: None,
        };
        let mut rewritten = stream.rewrite(seq, next_id.wrapping_sub(picture_id), packet, glance);
        // To a receiver of sound this is what the first packet after silence is (RFC 7587 §4.1).
        rewritten.marker |= packet.codec.clock_rate() == 48_000;
        self.stream = Some(stream);
        self.sent(now, &rewritten);
        rewritten
    }

    /// The next packet of the present stream; `None` if it belongs before the switch or was left
    /// out before.
    pub(crate) fn forward(
        &mut self,
        now: Instant,
        packet: &Packet<'_>,
        glance: &Glance,
    ) -> Option<Rewritten> {
        let stream = self.stream.as_mut()?;
        let (seq_offset, picture_offset) = stream.spans.find(packet.seq)?;
        let seq = packet.seq.wrapping_add(seq_offset);
        let rewritten = stream.rewrite(seq, picture_offset, packet, glance);
        if packet.seq > stream.highest {
            stream.highest = packet.seq;
            self.sent(now, &rewritten);
        }
        Some(rewritten)
    }

    /// Leaves a packet of the present stream out, so that no gap is seen where it was.
    pub(crate) fn leave_out(&mut self, packet: &Packet<'_>, glance: &Glance) {
        let Some(stream) = &mut self.stream else { return };
        if packet.seq <= stream.highest {
            return;
        }
        stream.highest = packet.seq;
        let picture = glance.vp8.and_then(|numbers| numbers.picture_id).map(|id| id.value);
        let counts = picture.is_some() && picture != stream.left_out;
        stream.left_out = picture;
        stream.spans.leave_out(packet.seq, counts);
    }

    fn sent(&mut self, now: Instant, rewritten: &Rewritten) {
        let before = self.last;
        let numbers = rewritten.vp8;
        self.last = Some(Sent {
            seq: rewritten.seq,
            timestamp: rewritten.timestamp,
            at: match before {
                Some(last) if last.timestamp == rewritten.timestamp => last.at,
                _ => now,
            },
            picture_id: numbers
                .and_then(|numbers| numbers.picture_id)
                .or(before.map(|last| last.picture_id))
                .unwrap_or(0),
            tl0_pic_idx: numbers
                .and_then(|numbers| numbers.tl0_pic_idx)
                .or(before.map(|last| last.tl0_pic_idx))
                .unwrap_or(0),
        });
    }
}

impl Sent {
    /// The timestamp of a packet of another stream: as much later as time has passed, one tick at
    /// least, and never so much that it reads as earlier.
    fn later(&self, now: Instant, packet: &Packet<'_>) -> u32 {
        let passed = now.saturating_duration_since(self.at).as_micros();
        let ticks = passed * u128::from(packet.codec.clock_rate()) / 1_000_000;
        let most = u32::MAX / 4;
        self.timestamp.wrapping_add(u32::try_from(ticks).unwrap_or(most).clamp(1, most))
    }
}

impl Stream {
    fn rewrite(
        &self,
        seq: u64,
        picture_offset: u16,
        packet: &Packet<'_>,
        glance: &Glance,
    ) -> Rewritten {
        Rewritten {
            seq,
            timestamp: packet.timestamp.wrapping_add(self.timestamp_offset),
            marker: packet.marker,
            vp8: glance.vp8.map(|numbers| Vp8Rewrite {
                picture_id: numbers
                    .picture_id
                    .map(|PictureId { value, mask }| value.wrapping_add(picture_offset) & mask),
                tl0_pic_idx: numbers.tl0_pic_idx.map(|index| index.wrapping_add(self.tl0_offset)),
            }),
            nackable: packet.codec.clock_rate() == 90_000,
        }
    }
}

#[cfg(test)]
mod tests;

//! One stream of a connection.

mod used;

use std::time::Instant;

use crate::feedback::Arrives;
use crate::header::{ExtensionNumbers, Header};
use crate::outgoing::Media;
use crate::repair::{Kept, Repair};
use crate::report::Sent;
use crate::srtp::Seal;
use used::Used;

/// What a negotiation says of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSpec {
    /// Its synchronisation source.
    pub ssrc: u32,
    /// That of what is sent again (RFC 4588 §4); without it nothing is.
    pub rtx: Option<u32>,
    /// The section.
    pub mid: String,
    /// Extensions that the receiver takes there.
    pub numbers: ExtensionNumbers,
}

/// A stream, and what was sent of it.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) spec: StreamSpec,
    /// The receiver takes it. What was used of it is remembered when it does not.
    pub(crate) live: bool,
    /// The receiver has told of it, so it knows the section (RFC 9143 §9.2).
    bound: bool,
    /// Sequence numbers that were sealed.
    used: Used,
    packets: u32,
    bytes: u32,
    /// The newest packet's timestamp, when it was sent, ticks in a second.
    newest: Option<(u32, Instant, u32)>,
    repair: Repair,
    /// Of the next packet that is sent again.
    rtx_seq: u64,
    /// Lost and newest of the last report.
    arrived: Option<(u32, u32)>,
}

impl Stream {
    pub(crate) fn new(spec: StreamSpec, rtx_seq: u16) -> Self {
        Self {
            spec,
            live: true,
            bound: false,
            used: Used::default(),
            packets: 0,
            bytes: 0,
            newest: None,
            repair: Repair::default(),
            // In the lower half, so that a receiver that missed the first does not count a
            // roll-over (RFC 3711 §3.3.1).
            rtx_seq: u64::from(rtx_seq & 0x7FFF),
            arrived: None,
        }
    }

    /// Writes a packet, sealed, into an empty buffer; whether there is one. Of a number that was
    /// used there is none.
    pub(crate) fn write(
        &mut self,
        now: Instant,
        media: &Media<'_>,
        seal: &Seal,
        into: &mut Vec<u8>,
    ) -> bool {
        let rewritten = media.rewritten;
        if !self.live || !self.used.is_new(rewritten.seq) {
            return false;
        }
        let header = Header {
            payload_type: media.payload_type,
            marker: rewritten.marker,
            seq: rewritten.seq,
            timestamp: rewritten.timestamp,
            ssrc: self.spec.ssrc,
        };
        let mid = (!self.bound).then_some(&*self.spec.mid);
        let length = header.write(&self.spec.numbers, mid, &media.extensions, into);
        into.extend_from_slice(media.payload);
        if let Some(vp8) = &rewritten.vp8 {
            vp8.write(&mut into[length..]);
        }
        seal.rtp(into, length, self.spec.ssrc, rewritten.seq);
        self.packets = self.packets.wrapping_add(1);
        // A payload has at most 1,460 bytes.
        self.bytes = self.bytes.wrapping_add(u32::try_from(media.payload.len()).unwrap_or(0));
        if self.used.newest() == rewritten.seq {
            self.newest = Some((rewritten.timestamp, now, media.clock_rate));
        }
        if let (true, Some(payload_type)) = (rewritten.nackable, media.rtx_payload_type)
            && self.spec.rtx.is_some()
        {
            self.repair.keep(Kept {
                seq: rewritten.seq,
                at: now,
                again: None,
                payload_type,
                marker: rewritten.marker,
                timestamp: rewritten.timestamp,
                payload: media.payload.clone(),
                vp8: rewritten.vp8,
                extensions: media.extensions,
            });
        }
        true
    }

    /// Writes a packet that was asked for once more (RFC 4588 §4), sealed, into an empty buffer;
    /// whether there was one.
    pub(crate) fn write_again(
        &mut self,
        now: Instant,
        seq: u16,
        seal: &Seal,
        into: &mut Vec<u8>,
    ) -> bool {
        let Some(ssrc) = self.spec.rtx.filter(|_| self.live) else { return false };
        let Some(kept) = self.repair.again(now, seq).cloned() else { return false };
        self.rtx_seq += 1;
        let header = Header {
            payload_type: kept.payload_type,
            marker: kept.marker,
            seq: self.rtx_seq,
            timestamp: kept.timestamp,
            ssrc,
        };
        // Nothing tells whether the receiver knows this source.
        let mid = Some(&*self.spec.mid);
        let length = header.write(&self.spec.numbers, mid, &kept.extensions, into);
        into.extend_from_slice(&seq.to_be_bytes());
        into.extend_from_slice(&kept.payload);
        if let Some(vp8) = &kept.vp8 {
            vp8.write(&mut into[length + 2..]);
        }
        seal.rtp(into, length, ssrc, self.rtx_seq);
        true
    }

    /// Takes a report; lost and sent since the last one.
    pub(crate) fn arrives(&mut self, report: &Arrives) -> (u32, u32) {
        self.bound = true;
        let (lost, newest) = self.arrived.replace((report.lost, report.newest)).unwrap_or((0, 0));
        let sent = report.newest.saturating_sub(newest);
        (report.lost.saturating_sub(lost).min(sent), sent)
    }

    /// What of it is reported; nothing before its first packet, or when nobody takes it.
    pub(crate) fn report(&mut self, now: Instant) -> Option<Sent> {
        let (timestamp, at, clock_rate) = self.newest.filter(|_| self.live)?;
        self.repair.forget_old(now);
        let passed = now.saturating_duration_since(at).as_micros() * u128::from(clock_rate);
        #[expect(clippy::cast_possible_truncation, reason = "timestamps wrap around")]
        let ticks = (passed / 1_000_000) as u32;
        Some(Sent {
            ssrc: self.spec.ssrc,
            timestamp: timestamp.wrapping_add(ticks),
            packets: self.packets,
            bytes: self.bytes,
        })
    }
}

//! All streams of a connection.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu::{Measured, Rewritten};

use crate::Extensions;
use crate::feedback::{self, Feedback, Said};
use crate::report::{self, WallClock};
use crate::srtp::Keys;
use crate::stream::{Stream, StreamSpec};

/// Bytes of the longest datagram, about.
const ROOM: usize = 2_048;

/// Packets of one request that are sent again; more come with the next request.
const MOST_AGAIN: usize = 256;

/// A packet of media on its way to a stream.
#[derive(Debug, Clone, Copy)]
pub struct Media<'a> {
    /// What the receiver calls its codec.
    pub payload_type: u8,
    /// What it calls the same when it is sent again.
    pub rtx_payload_type: Option<u8>,
    /// Ticks of the RTP clock in a second.
    pub clock_rate: u32,
    /// Shared with every subscriber.
    pub payload: &'a Arc<[u8]>,
    /// What changes in it for this stream. Each sequence number is written once.
    pub rewritten: &'a Rewritten,
    /// What header extensions say.
    pub extensions: Extensions,
}

/// What leaves on one connection.
pub struct Outgoing {
    keys: Keys,
    clock: WallClock,
    /// How the sender calls itself (RFC 7022).
    name: String,
    streams: Vec<Option<Stream>>,
    /// To be sent again: the stream's place, and the sequence number.
    missing: Vec<(usize, u16)>,
    round_trip: Option<Duration>,
    reports_at: Instant,
    packet: Vec<u8>,
    opened: Vec<u8>,
}

impl Outgoing {
    /// `name` is random, and the same for all streams of the connection.
    #[must_use]
    pub fn new(now: Instant, keys: Keys, clock: WallClock, name: String) -> Self {
        Self {
            keys,
            clock,
            name,
            streams: Vec::new(),
            missing: Vec::new(),
            round_trip: None,
            reports_at: now + report::INTERVAL,
            packet: Vec::with_capacity(ROOM),
            opened: Vec::new(),
        }
    }

    /// After a negotiation: all streams in their order, and no fewer than before; `None` for a
    /// place without one. What goes on goes on as it was. `random` gives each new stream its first
    /// number of repairs.
    pub fn set_streams(
        &mut self,
        specs: impl IntoIterator<Item = Option<StreamSpec>>,
        mut random: impl FnMut() -> u16,
    ) {
        for (place, spec) in specs.into_iter().enumerate() {
            if self.streams.len() == place {
                self.streams.push(None);
            }
            let stream = &mut self.streams[place];
            match (stream, spec) {
                (Some(stream), None) => stream.live = false,
                (Some(stream), Some(spec)) if stream.spec.ssrc == spec.ssrc => {
                    (stream.live, stream.spec) = (true, spec);
                }
                (stream, spec) => *stream = spec.map(|spec| Stream::new(spec, random())),
            }
        }
        self.missing.clear();
    }

    /// Writes a packet to the stream at a place, and gives it to `send`. For a place without a
    /// stream nothing happens.
    pub fn write(
        &mut self,
        now: Instant,
        place: usize,
        media: &Media<'_>,
        send: impl FnOnce(&[u8]),
    ) {
        let Some(Some(stream)) = self.streams.get_mut(place) else { return };
        self.packet.clear();
        if stream.write(now, media, &self.keys.seal, &mut self.packet) {
            send(&self.packet);
        }
    }

    /// Takes a packet of SRTCP; `None` when it is not from this connection's receiver, or came
    /// before.
    pub fn receive(&mut self, now: Instant, datagram: &[u8]) -> Option<Feedback> {
        if !self.keys.open.rtcp(datagram, &mut self.opened) {
            return None;
        }
        let ntp = self.clock.ntp(now);
        let (streams, missing) = (&mut self.streams, &mut self.missing);
        let mut feedback = Feedback::default();
        let (mut lost, mut sent, mut round_trip) = (0_u64, 0_u64, None);
        let place = |streams: &[Option<Stream>], ssrc: u32| {
            let is_it = |stream: &Option<Stream>| {
                stream.as_ref().is_some_and(|stream| stream.spec.ssrc == ssrc)
            };
            streams.iter().position(is_it)
        };
        feedback::read(&self.opened, |said| match said {
            Said::Arrives(report) => {
                let Some(place) = place(streams, report.ssrc) else { return };
                let Some(stream) = &mut streams[place] else { return };
                let (lost_of_it, sent_of_it) = stream.arrives(&report);
                lost += u64::from(lost_of_it);
                sent += u64::from(sent_of_it);
                round_trip = report.round_trip(ntp).or(round_trip);
            }
            Said::Missing { ssrc, seq } => {
                let place = place(streams, ssrc).filter(|_| missing.len() < MOST_AGAIN);
                missing.extend(place.map(|place| (place, seq)));
            }
            Said::Undecodable { ssrc } => feedback.keyframes.extend(place(streams, ssrc)),
        });
        self.round_trip = round_trip.or(self.round_trip);
        if sent > 0
            && let Some(round_trip) = self.round_trip
        {
            let lost_per_mille = u16::try_from(lost * 1_000 / sent).unwrap_or(1_000);
            feedback.measured = Some(Measured { round_trip, lost_per_mille });
        }
        Some(feedback)
    }

    /// Gives everything that is due to `send`: packets that were asked for again, reports.
    pub fn poll(&mut self, now: Instant, mut send: impl FnMut(&[u8])) {
        for (place, seq) in self.missing.drain(..) {
            let Some(Some(stream)) = self.streams.get_mut(place) else { continue };
            self.packet.clear();
            if stream.write_again(now, seq, &self.keys.seal, &mut self.packet) {
                send(&self.packet);
            }
        }
        if self.reports_at <= now {
            self.reports_at = now + report::INTERVAL;
            let streams = self.streams.iter_mut().flatten();
            let reports: Vec<_> = streams.filter_map(|stream| stream.report(now)).collect();
            self.packet.clear();
            report::write(self.clock.ntp(now), &self.name, &reports, &mut self.packet);
            if !self.packet.is_empty() {
                self.keys.seal.rtcp(&mut self.packet);
                send(&self.packet);
            }
        }
    }

    /// When [`Outgoing::poll`] has something to send.
    #[must_use]
    pub fn poll_timeout(&self, now: Instant) -> Instant {
        if self.missing.is_empty() { self.reports_at } else { now }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("streams", &self.streams.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

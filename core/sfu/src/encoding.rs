//! One layer of a source, as it comes from its publisher.

use std::time::{Duration, Instant};

use crate::arrivals::{Arrival, Arrivals};
use crate::keyframe::KeyframeRequests;
use crate::payload::Glance;
use crate::rate::Rate;
use crate::{Layer, Packet, SourceKind};

/// RTP header, extensions, authentication tag, UDP and IP headers, about.
const OVERHEAD: usize = 60;
const TEMPORAL_LAYERS: usize = 4;
/// Layers of a camera are counted as dead after this time without a packet: a camera in the dark
/// sends 5 pictures a second. Shorter takes a slow one for dead, longer freezes its viewers.
const CAMERA_DEAD_AFTER: Duration = Duration::from_secs(1);
/// A screen on which nothing moves sends one picture a second.
const SCREEN_DEAD_AFTER: Duration = Duration::from_secs(4);
/// After a pause of this length a stream is measured from its return on.
const MEASURED_OVER: Duration = Duration::from_secs(2);
/// A stream is measured while its last packet is no older than this: a little more than the time
/// between two pictures of a slow camera.
const STEADY_WITHIN: Duration = Duration::from_millis(300);
/// A layer that is asked for comes within this time, if its publisher can send it at all.
const COMES_WITHIN: Duration = Duration::from_secs(2);

/// One layer: what has come, how much it carries, who asked for key frames.
#[derive(Debug, Clone, Default)]
pub(crate) struct Encoding {
    arrivals: Arrivals,
    rates: [Rate; TEMPORAL_LAYERS],
    /// What it carried when it was last measured, by highest temporal layer.
    carried: Option<[u64; TEMPORAL_LAYERS]>,
    pub(crate) keyframes: KeyframeRequests,
    /// In pixels, as a key frame told.
    height: Option<u16>,
    last_packet: Option<Instant>,
    last_timestamp: Option<u32>,
    top_temporal: u8,
    /// It comes.
    pub(crate) alive: bool,
    /// Since when the publisher is to send it.
    pub(crate) wanted_since: Option<Instant>,
}

/// What a packet is to its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) arrival: Arrival,
    /// It begins a picture.
    pub(crate) first: bool,
    /// The layer did not come before.
    pub(crate) revived: bool,
}

impl Encoding {
    /// A layer that its publisher is to send from now on.
    pub(crate) fn wanted_since(now: Instant) -> Self {
        Self { wanted_since: Some(now), ..Self::default() }
    }

    /// Notes a packet.
    pub(crate) fn note(&mut self, now: Instant, packet: &Packet<'_>, glance: &Glance) -> Noted {
        let arrival = self.arrivals.note(packet.seq);
        if arrival == Arrival::Refused {
            return Noted { arrival, first: false, revived: false };
        }
        let revived = !std::mem::replace(&mut self.alive, true);
        if revived || self.last_packet.is_none_or(|last| now >= last + MEASURED_OVER) {
            // What it carried before is remembered; the time it did not come is not its rate.
            self.rates = std::array::from_fn(|_| Rate::since(now));
        }
        let temporal = usize::from(glance.temporal).min(TEMPORAL_LAYERS - 1);
        self.rates[temporal].add(now, packet.payload.len() + OVERHEAD);
        self.top_temporal = self.top_temporal.max(glance.temporal);
        if glance.entry {
            self.keyframes.satisfied();
            self.height = glance.height.or(self.height);
        }
        let first = arrival != Arrival::Late && self.last_timestamp != Some(packet.timestamp);
        if arrival != Arrival::Late {
            self.last_timestamp = Some(packet.timestamp);
        }
        self.last_packet = Some(now);
        Noted { arrival, first, revived }
    }

    /// Takes its measure. True if it has ceased to come.
    pub(crate) fn measure(&mut self, now: Instant, kind: SourceKind) -> bool {
        let after = match kind {
            SourceKind::Screen => SCREEN_DEAD_AFTER,
            SourceKind::Camera | SourceKind::Microphone | SourceKind::ScreenAudio => {
                CAMERA_DEAD_AFTER
            }
        };
        if self.alive && self.last_packet.is_none_or(|last| now >= last + after) {
            self.alive = false;
            return true;
        }
        // While a layer goes off, less and less is measured of it.
        let steady = self.last_packet.is_some_and(|last| now < last + STEADY_WITHIN);
        if self.wanted_since.is_some() && steady {
            self.carried = self.measured(now).or(self.carried);
        }
        false
    }

    fn measured(&self, now: Instant) -> Option<[u64; TEMPORAL_LAYERS]> {
        if self.rates.iter().all(|rate| rate.bits_per_second(now).is_none()) {
            return None;
        }
        let mut sum = 0;
        Some(self.rates.each_ref().map(|rate| {
            sum += rate.bits_per_second(now).unwrap_or(0);
            sum
        }))
    }

    /// Bits per second of the temporal layers up to this one, as last measured.
    pub(crate) fn carried(&self, temporal: u8) -> Option<u64> {
        self.carried.map(|sums| sums[usize::from(temporal).min(TEMPORAL_LAYERS - 1)])
    }

    /// Its highest temporal layer.
    pub(crate) fn top_temporal(&self) -> u8 {
        self.top_temporal
    }

    /// When the last packet came.
    pub(crate) fn last_packet(&self) -> Option<Instant> {
        self.last_packet
    }

    /// Whether it comes, or may be about to.
    pub(crate) fn can_come(&self, now: Instant) -> bool {
        self.alive || self.wanted_since.is_none_or(|since| now < since + COMES_WITHIN)
    }

    /// The height of the whole picture, in pixels, going by this layer.
    pub(crate) fn full_height(&self, layer: Layer) -> Option<u32> {
        self.height.map(|height| u32::from(height) * layer.divisor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Codec, instant};

    fn note(encoding: &mut Encoding, seq: u64, timestamp: u32, height: Option<u16>) -> Noted {
        let payload = &[0; 940];
        let (marker, codec) = (false, Codec::Vp8);
        let packet = Packet { seq, timestamp, marker, codec, payload, audio_level: None };
        let glance = Glance { entry: height.is_some(), height, ..Glance::default() };
        encoding.note(instant(), &packet, &glance)
    }

    #[test]
    fn only_the_first_packet_of_a_picture_begins_it() {
        let mut encoding = Encoding::default();
        assert!(note(&mut encoding, 1, 0, None).first);
        assert!(!note(&mut encoding, 2, 0, None).first);
        assert!(note(&mut encoding, 4, 3_000, None).first);
        assert!(!note(&mut encoding, 3, 0, None).first, "late, of the picture before");
        assert!(!note(&mut encoding, 5, 3_000, None).first);
    }

    #[test]
    fn a_key_frame_tells_the_height_until_the_next() {
        let mut encoding = Encoding::default();
        note(&mut encoding, 1, 0, Some(90));
        note(&mut encoding, 2, 3_000, None);
        assert_eq!(encoding.full_height(Layer::Quarter), Some(360));
        note(&mut encoding, 3, 6_000, Some(120));
        assert_eq!(encoding.full_height(Layer::Quarter), Some(480));
    }

    #[test]
    fn what_a_layer_carried_is_remembered_when_it_goes_off() {
        let start = instant();
        let mut encoding = Encoding::wanted_since(start);
        let payload = &[0; 940];
        for seq in 0..100 {
            let now = start + Duration::from_millis(seq * 20);
            let (timestamp, marker, codec) = (0, false, Codec::Vp8);
            let packet = Packet { seq, timestamp, marker, codec, payload, audio_level: None };
            encoding.note(now, &packet, &Glance::default());
        }
        let end = start + Duration::from_secs(2);
        assert!(!encoding.measure(end, SourceKind::Camera));
        let carried = encoding.carried(0).unwrap();
        assert!((390_000..=410_000).contains(&carried), "{carried}");
        assert!(encoding.measure(end + Duration::from_secs(1), SourceKind::Camera));
        assert!(!encoding.alive);
        assert_eq!(encoding.carried(0), Some(carried));
    }
}

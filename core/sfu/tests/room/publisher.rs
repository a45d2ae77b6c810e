//! A participant's sending side: a microphone, and pictures in layers.

use std::time::{Duration, Instant};

use sfu::{AudioLevel, Codec, Layer, Packet, SourceKind};

/// What a publisher sends at once.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) source: SourceKind,
    pub(crate) layer: Layer,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) codec: Codec,
    pub(crate) payload: Vec<u8>,
    pub(crate) level: Option<AudioLevel>,
    pub(crate) key: bool,
}

impl Outgoing {
    pub(crate) fn packet(&self) -> Packet<'_> {
        Packet {
            seq: self.seq,
            timestamp: self.timestamp,
            marker: self.marker,
            codec: self.codec,
            payload: &self.payload,
            audio_level: self.level,
        }
    }
}

/// One layer of a picture: 25 pictures a second in three temporal layers (0 2 1 2).
#[derive(Debug, Clone)]
pub(crate) struct Encoder {
    source: SourceKind,
    layer: Layer,
    packets: usize,
    height: u16,
    seq: u64,
    timestamp: u32,
    picture: u16,
    tl0: u8,
    phase: usize,
    /// The publisher is to send it.
    pub(crate) on: bool,
    /// It was turned on, and comes from then on.
    pub(crate) from: Option<Instant>,
    /// It cannot be sent, whatever is wanted.
    pub(crate) broken: bool,
    /// A key frame is due from then on.
    pub(crate) key_at: Option<Instant>,
}

const PACKET: usize = 1_000;
const PICTURE_EVERY: Duration = Duration::from_millis(40);
const TEMPORAL: [u8; 4] = [0, 2, 1, 2];

impl Encoder {
    pub(crate) fn new(now: Instant, source: SourceKind, layer: Layer, number: u32) -> Self {
        let (packets, height) = match layer {
            Layer::Quarter => (1, 180),
            Layer::Half => (2, 360),
            Layer::Full => (6, 720),
        };
        Self {
            source,
            layer,
            packets,
            height,
            seq: u64::from(number) * 1_000,
            timestamp: number.wrapping_mul(0x3456_789a),
            picture: u16::try_from(number * 977 % 0x8000).expect("15 bits"),
            tl0: u8::try_from(number * 31 % 256).expect("8 bits"),
            phase: 0,
            on: true,
            from: None,
            broken: false,
            key_at: Some(now),
        }
    }

    pub(crate) fn source(&self) -> SourceKind {
        self.source
    }

    pub(crate) fn layer(&self) -> Layer {
        self.layer
    }

    /// The packets of the next picture.
    pub(crate) fn picture(&mut self, now: Instant) -> Vec<Outgoing> {
        self.timestamp = self.timestamp.wrapping_add(90 * 40);
        if !self.on || self.broken || self.from.is_some_and(|from| now < from) {
            return Vec::new();
        }
        let key = self.key_at.take_if(|at| *at <= now).is_some();
        if key {
            self.phase = 0;
        }
        let temporal = TEMPORAL[self.phase % TEMPORAL.len()];
        self.phase += 1;
        self.picture = (self.picture + 1) & 0x7fff;
        if temporal == 0 {
            self.tl0 = self.tl0.wrapping_add(1);
        }
        (0..self.packets).map(|part| self.part(part, key, temporal)).collect()
    }

    fn part(&mut self, part: usize, key: bool, temporal: u8) -> Outgoing {
        self.seq += 1;
        let [high, low] = self.picture.to_be_bytes();
        let start = if part == 0 { 0x10 } else { 0 };
        let mut payload =
            vec![0x80 | start, 0xe0, 0x80 | high, low, self.tl0, temporal << 6 | 0x20];
        let [first, second] = self.height.to_le_bytes();
        let head = [u8::from(!key), 0, 0, 0x9d, 0x01, 0x2a, 0, 0, first, second];
        payload.extend(head);
        payload.resize(PACKET, 0);
        Outgoing {
            source: self.source,
            layer: self.layer,
            seq: self.seq,
            timestamp: self.timestamp,
            marker: part + 1 == self.packets,
            codec: Codec::Vp8,
            payload,
            level: None,
            key: key && part == 0,
        }
    }
}

/// A microphone: 50 packets a second.
#[derive(Debug, Clone)]
pub(crate) struct Microphone {
    seq: u64,
    timestamp: u32,
    /// In dBov.
    pub(crate) loudness: i8,
}

impl Microphone {
    pub(crate) fn new(number: u32) -> Self {
        Self { seq: u64::from(number) * 500, timestamp: number, loudness: -90 }
    }

    pub(crate) fn packet(&mut self) -> Outgoing {
        self.seq += 1;
        self.timestamp = self.timestamp.wrapping_add(960);
        Outgoing {
            source: SourceKind::Microphone,
            layer: Layer::Full,
            seq: self.seq,
            timestamp: self.timestamp,
            marker: false,
            codec: Codec::Opus,
            payload: vec![0x55; 80],
            level: Some(AudioLevel { dbov: self.loudness, voice: self.loudness > -60 }),
            key: true,
        }
    }
}

/// When pictures are taken: every 40 ms.
pub(crate) fn takes_picture(millis: u128) -> bool {
    millis.is_multiple_of(PICTURE_EVERY.as_millis())
}

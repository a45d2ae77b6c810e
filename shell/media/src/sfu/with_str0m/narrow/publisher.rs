//! Somebody who sends: a camera in three layers of VP8, and a microphone.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::sfu::{AudioLevel, Codec, Layer, Member, SourceKind};
use vocab::UserId;

use crate::sfu::transport::{Passed, Received};

/// Bits per second of the three layers, as Chromium sends them.
pub(super) const RATES: [u64; 3] = [120_000, 400_000, 1_400_000];
const PACKET: usize = 1_100;
const FRAMES: u64 = 30;
/// Bytes of pictures that leave in a millisecond at most: a browser spreads a picture over time,
/// two and a half times as fast as it encodes on the average.
const PACED: usize = 600;
/// A key frame is so many times an ordinary one.
const KEY: usize = 6;

/// One layer.
#[derive(Debug)]
pub(super) struct Encoder {
    pub(super) layer: Layer,
    pub(super) rate: u64,
    seq: u64,
    picture: u16,
    tl0: u8,
    pub(super) on: bool,
    pub(super) key_at: Option<Instant>,
    random: u64,
}

/// A participant.
#[derive(Debug)]
pub(super) struct Publisher {
    pub(super) user: UserId,
    pub(super) member: Member,
    pub(super) encoders: Vec<Encoder>,
    sound: u64,
    /// Packets of pictures that wait to leave.
    waiting: VecDeque<Received>,
    /// Bytes that may leave now.
    allowance: usize,
    /// When pictures are taken: not everybody's at the same moment.
    phase: Duration,
}

impl Publisher {
    pub(super) fn new(now: Instant, user: UserId, member: Member, number: u64) -> Self {
        let encoder = |(layer, rate)| Encoder {
            layer,
            rate,
            seq: 1_000 * number,
            picture: 77,
            tl0: 3,
            on: true,
            key_at: Some(now),
            random: 0x1234_5678_9abc + number,
        };
        let encoders = Layer::ALL.into_iter().zip(RATES).map(encoder).collect();
        Self {
            user,
            member,
            encoders,
            sound: 0,
            waiting: VecDeque::new(),
            allowance: 0,
            phase: Duration::from_millis(7 * number % 33),
        }
    }

    /// What is sent in this millisecond since the beginning.
    pub(super) fn packets(&mut self, now: Instant, millis: u64) -> Vec<Received> {
        let phase = u64::try_from(self.phase.as_millis()).expect("short");
        if (millis + phase) * FRAMES / 1_000 != (millis + phase).saturating_sub(1) * FRAMES / 1_000
        {
            for encoder in &mut self.encoders {
                encoder.frame(now, millis, &mut self.waiting);
            }
        }
        self.allowance = if self.waiting.is_empty() { PACED } else { self.allowance + PACED };
        let mut packets = Vec::new();
        while self.allowance > 0
            && let Some(packet) = self.waiting.pop_front()
        {
            self.allowance = self.allowance.saturating_sub(packet.payload.len());
            packets.push(packet);
        }
        if millis % 20 == phase % 20 {
            self.sound += 1;
            packets.push(Received {
                source: SourceKind::Microphone,
                layer: Layer::Full,
                codec: Codec::Opus,
                seq: self.sound,
                timestamp: u32::try_from(self.sound * 960).expect("minutes"),
                marker: false,
                audio_level: Some(AudioLevel { dbov: -20, voice: true }),
                passed: Passed::default(),
                payload: Arc::from(vec![0x55; 80]),
            });
        }
        packets
    }
}

impl Encoder {
    fn frame(&mut self, now: Instant, millis: u64, packets: &mut VecDeque<Received>) {
        if !self.on || self.rate == 0 {
            return;
        }
        let key = self.key_at.take_if(|at| *at <= now).is_some();
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        // Sizes waver by a quarter.
        let waver = 75 + self.random % 51;
        let usual = usize::try_from(self.rate / 8 / FRAMES * waver / 100).expect("small");
        let mut left = if key { usual * KEY } else { usual };
        self.picture = (self.picture + 1) & 0x7fff;
        self.tl0 = self.tl0.wrapping_add(1);
        let height: u16 = match self.layer {
            Layer::Quarter => 180,
            Layer::Half => 360,
            Layer::Full => 720,
        };
        let mut first = true;
        while left > 0 {
            let bytes = left.clamp(40, PACKET);
            left = left.saturating_sub(PACKET);
            self.seq += 1;
            let [high, low] = self.picture.to_be_bytes();
            let start = if first { 0x10 } else { 0 };
            let mut payload = vec![0x80 | start, 0xe0, 0x80 | high, low, self.tl0, 0x20];
            let [one, two] = height.to_le_bytes();
            payload.extend([u8::from(!key), 0, 0, 0x9d, 0x01, 0x2a, 0, 0, one, two]);
            payload.resize(bytes, 0);
            packets.push_back(Received {
                source: SourceKind::Camera,
                layer: self.layer,
                codec: Codec::Vp8,
                seq: self.seq,
                timestamp: u32::try_from(millis * 90).expect("minutes"),
                marker: left == 0,
                audio_level: None,
                passed: Passed::default(),
                payload: Arc::from(payload),
            });
            first = false;
        }
    }
}

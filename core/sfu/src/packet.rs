//! A packet of media on its way through the room.

/// How a payload is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Sound (RFC 7587).
    Opus,
    /// Opus with copies of earlier packets (RFC 2198).
    Red,
    /// RFC 7741.
    Vp8,
    /// RFC 9628.
    Vp9,
    /// RFC 6184.
    H264,
    /// The RTP payload format of the Alliance for Open Media.
    Av1,
}

/// Some codecs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CodecSet(u8);

/// A received packet, as the transport has parsed it.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// RTP sequence number, extended beyond 16 bits (RFC 3711 §3.3.1).
    pub seq: u64,
    /// RTP timestamp: 1/48,000 s for sound, 1/90,000 s for pictures.
    pub timestamp: u32,
    /// RTP marker: last packet of a picture, first packet after silence.
    pub marker: bool,
    /// How the payload is encoded.
    pub codec: Codec,
    /// The payload, from the codec's own descriptor on.
    pub payload: &'a [u8],
    /// The sender's word on how loud this packet is.
    pub audio_level: Option<AudioLevel>,
}

/// Audio level of a packet (RFC 6464).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioLevel {
    /// -127 (silence) to 0 (as loud as can be), relative to overload.
    pub dbov: i8,
    /// The sender takes it for speech.
    pub voice: bool,
}

/// What changes in a packet for one slot. The payload is that of the incoming packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rewritten {
    /// Extended sequence number; the first of a slot is 1.
    pub seq: u64,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP marker.
    pub marker: bool,
    /// Fields of the VP8 payload descriptor; `None` for other codecs.
    pub vp8: Option<Vp8Rewrite>,
    /// Kept for retransmission.
    pub nackable: bool,
}

/// New values of the VP8 payload descriptor (RFC 7741 §4.2), each set only where the incoming
/// packet has the field, and never wider than the field there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vp8Rewrite {
    /// 7 or 15 bits, as in the incoming packet.
    pub picture_id: Option<u16>,
    /// TL0PICIDX.
    pub tl0_pic_idx: Option<u8>,
}

impl Vp8Rewrite {
    /// Writes the values into the descriptor that a payload begins with. One that is no descriptor,
    /// or has not these fields, stays as it is.
    pub fn write(&self, payload: &mut [u8]) {
        crate::payload::write_vp8(payload, self);
    }
}

/// The small number of a participant in this room, given again after a [`crate::Room::dismiss`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Member(pub(crate) u32);

/// The place of a slot among those of a subscriber, in the order of the sections, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotIndex(pub u16);

/// Where forwarded packets go.
pub trait Egress {
    /// Sends the packet that is being handled to a slot of a member.
    fn send(&mut self, to: Member, slot: SlotIndex, packet: &Rewritten);
}

impl Codec {
    /// Ticks of the RTP clock in a second.
    #[must_use]
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Opus | Self::Red => 48_000,
            Self::Vp8 | Self::Vp9 | Self::H264 | Self::Av1 => 90_000,
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Opus => 1,
            Self::Red => 1 << 1,
            Self::Vp8 => 1 << 2,
            Self::Vp9 => 1 << 3,
            Self::H264 => 1 << 4,
            Self::Av1 => 1 << 5,
        }
    }
}

impl CodecSet {
    /// With this one too.
    #[must_use]
    pub const fn with(self, codec: Codec) -> Self {
        Self(self.0 | codec.bit())
    }

    /// Whether it is one of them.
    #[must_use]
    pub const fn contains(self, codec: Codec) -> bool {
        self.0 & codec.bit() != 0
    }

    /// Whether packets of this codec can be sent there. RED can go wherever Opus can: its
    /// primary block alone is an Opus packet.
    pub(crate) const fn carries(self, codec: Codec) -> bool {
        self.contains(codec) || (matches!(codec, Codec::Red) && self.contains(Codec::Opus))
    }
}

impl FromIterator<Codec> for CodecSet {
    fn from_iter<T: IntoIterator<Item = Codec>>(codecs: T) -> Self {
        codecs.into_iter().fold(Self::default(), Self::with)
    }
}

impl Member {
    /// The number itself, for tables: small, and used again.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl SlotIndex {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

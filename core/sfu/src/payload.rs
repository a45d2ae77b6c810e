//! What a glance at a payload tells: key frames, temporal layers, picture numbers.

mod av1;
mod h264;
mod vp8;
mod vp9;

use crate::{Codec, Packet, Vp8Rewrite};

/// What the room needs to know of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Glance {
    /// A receiver can begin here: first packet of a key frame, or any packet of sound.
    pub(crate) entry: bool,
    /// Temporal layer; 0 where the codec marks none.
    pub(crate) temporal: u8,
    /// The picture depends on none of its own temporal layer: who gets the layer below can begin
    /// with this one.
    pub(crate) temporal_entry: bool,
    /// Numbers of a VP8 picture.
    pub(crate) vp8: Option<Vp8Numbers>,
    /// Height in pixels, where a key frame tells it.
    pub(crate) height: Option<u16>,
}

/// The numbers in a VP8 payload descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Vp8Numbers {
    /// PictureID.
    pub(crate) picture_id: Option<PictureId>,
    /// TL0PICIDX.
    pub(crate) tl0_pic_idx: Option<u8>,
}

/// A PictureID with the width of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PictureId {
    pub(crate) value: u16,
    /// 0x7f or 0x7fff.
    pub(crate) mask: u16,
}

/// Looks at a payload. What cannot be parsed is an ordinary packet.
pub(crate) fn glance(packet: &Packet<'_>) -> Glance {
    match packet.codec {
        Codec::Opus | Codec::Red => Glance { entry: true, ..Glance::default() },
        Codec::Vp8 => vp8::glance(packet.payload).unwrap_or_default(),
        Codec::Vp9 => vp9::glance(packet.payload).unwrap_or_default(),
        Codec::H264 => {
            Glance { entry: h264::begins_key_frame(packet.payload), ..Glance::default() }
        }
        Codec::Av1 => Glance { entry: av1::begins_sequence(packet.payload), ..Glance::default() },
    }
}

/// Writes new numbers into a VP8 payload.
pub(crate) fn write_vp8(payload: &mut [u8], numbers: &Vp8Rewrite) {
    // Of a payload that ends early nothing was read, so nothing is to be written.
    let _ = vp8::write(payload, numbers);
}

/// Takes bytes off the front of a payload.
#[derive(Debug, Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }

    fn rest(self) -> &'a [u8] {
        self.0
    }
}

//! The VP8 payload descriptor (RFC 7741 §4.2) and the head of a frame (RFC 6386 §9.1).

/// Bytes of a descriptor as it is written here: all of its optional fields.
pub const DESCRIPTOR_LEN: usize = 6;
/// Bytes that stand for the head of a frame, in every packet so that payloads are alike.
pub const FRAME_HEAD_LEN: usize = 10;

/// What a receiver needs to put frames together and to know which it can decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// The first packet of a frame (S with partition 0).
    pub starts: bool,
    /// No other frame depends on this one (N).
    pub non_reference: bool,
    /// 15 bits.
    pub picture_id: u16,
    /// The running number of the frames of temporal layer 0.
    pub tl0: u8,
    /// The temporal layer.
    pub temporal: u8,
}

impl Descriptor {
    /// Writes it.
    pub fn write(&self, into: &mut Vec<u8>) {
        let flags = 0x80 | u8::from(self.non_reference) << 5 | u8::from(self.starts) << 4;
        let [high, low] = (self.picture_id & 0x7FFF | 0x8000).to_be_bytes();
        let layer = self.temporal << 6 | u8::from(self.temporal > 0) << 5;
        into.extend_from_slice(&[flags, 0xE0, high, low, self.tl0, layer]);
    }

    /// Reads a descriptor with all of the fields above; with it, how long it is.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<(Self, usize)> {
        let mut bytes = payload.iter().copied();
        let first = bytes.next()?;
        let extended = if first & 0x80 == 0 { 0 } else { bytes.next()? };
        let (has_id, has_tl0) = (extended & 0x80 != 0, extended & 0x40 != 0);
        if !has_id || !has_tl0 || extended & 0x30 == 0 {
            return None;
        }
        let mut length = 5;
        let high = bytes.next()?;
        let picture_id = if high & 0x80 == 0 {
            u16::from(high)
        } else {
            length += 1;
            u16::from_be_bytes([high & 0x7F, bytes.next()?])
        };
        let tl0 = bytes.next()?;
        let temporal = bytes.next()? >> 6;
        let descriptor = Self {
            starts: first & 0x17 == 0x10,
            non_reference: first & 0x20 != 0,
            picture_id,
            tl0,
            temporal,
        };
        Some((descriptor, length))
    }
}

/// Writes the head of a frame: a key frame tells its size.
pub fn write_frame_head(into: &mut Vec<u8>, key: bool, width: u16, height: u16) {
    if !key {
        into.extend_from_slice(&[0x11; FRAME_HEAD_LEN]);
        return;
    }
    into.extend_from_slice(&[0x10, 0, 0, 0x9D, 0x01, 0x2A]);
    into.extend_from_slice(&width.to_le_bytes());
    into.extend_from_slice(&height.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_is_read_as_it_was_written() {
        for temporal in 0..3 {
            let descriptor = Descriptor {
                starts: temporal != 1,
                non_reference: temporal == 2,
                picture_id: 0x7ABC,
                tl0: 200,
                temporal,
            };
            let mut bytes = Vec::new();
            descriptor.write(&mut bytes);
            assert_eq!(Descriptor::read(&bytes), Some((descriptor, DESCRIPTOR_LEN)));
        }
    }

    #[test]
    fn a_short_picture_id_is_read_too() {
        let read = Descriptor::read(&[0x90, 0xE0, 0x55, 9, 0x40]);
        let descriptor = Descriptor {
            starts: true,
            non_reference: false,
            picture_id: 0x55,
            tl0: 9,
            temporal: 1,
        };
        assert_eq!(read, Some((descriptor, 5)));
        assert_eq!(Descriptor::read(&[0x90, 0xE0, 0xD5]), None);
        assert_eq!(Descriptor::read(&[0x10]), None);
    }

    #[test]
    fn the_head_of_a_key_frame_has_the_start_code_and_the_size() {
        let mut head = Vec::new();
        write_frame_head(&mut head, true, 1_280, 720);
        assert_eq!(head, [0x10, 0, 0, 0x9D, 1, 0x2A, 0, 5, 0xD0, 2]);
        assert_eq!(head.len(), FRAME_HEAD_LEN);
        assert_eq!(head[0] & 1, 0, "the lowest bit is 0 in key frames");
    }
}

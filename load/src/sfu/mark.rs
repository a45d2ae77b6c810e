//! What a media packet of the load carries before its filler: who sent it, which frame, and when.

use std::time::Duration;

/// Bytes of a mark.
pub const MARK_LEN: usize = 24;
/// A payload without it is none of ours.
const MAGIC: [u8; 2] = *b"Mk";

/// A packet's label. It survives forwarding, because a server changes no byte behind the payload
/// descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The number of the publisher in its room.
    pub publisher: u16,
    /// The number of the layer, the smallest picture first; 0 for sound.
    pub layer: u8,
    /// The packet belongs to a key frame.
    pub key: bool,
    /// The number of the frame in its layer.
    pub frame: u32,
    /// The number of the packet in its frame.
    pub index: u16,
    /// Packets of the frame.
    pub count: u16,
    /// When it was due to be sent, after the beginning of the program.
    pub sent: Duration,
}

impl Mark {
    /// Writes the mark and the filler behind it, `length` bytes in all.
    pub fn write(&self, into: &mut Vec<u8>, length: usize) {
        let end = into.len() + length.max(MARK_LEN);
        into.extend_from_slice(&MAGIC);
        into.extend_from_slice(&self.publisher.to_be_bytes());
        into.extend_from_slice(&[self.layer, self.key.into()]);
        into.extend_from_slice(&self.frame.to_be_bytes());
        into.extend_from_slice(&self.index.to_be_bytes());
        into.extend_from_slice(&self.count.to_be_bytes());
        let nanos = u64::try_from(self.sent.as_nanos()).unwrap_or(u64::MAX);
        into.extend_from_slice(&nanos.to_be_bytes());
        into.resize(end, 0x5A);
    }

    /// The mark at the beginning of `bytes`, if there is one.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (publisher, rest) = rest.split_first_chunk()?;
        let (&[layer, key], rest) = rest.split_first_chunk()?;
        let (frame, rest) = rest.split_first_chunk()?;
        let (index, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (nanos, _) = rest.split_first_chunk()?;
        Some(Self {
            publisher: u16::from_be_bytes(*publisher),
            layer,
            key: key != 0,
            frame: u32::from_be_bytes(*frame),
            index: u16::from_be_bytes(*index),
            count: u16::from_be_bytes(*count),
            sent: Duration::from_nanos(u64::from_be_bytes(*nanos)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mark = Mark {
            publisher: 7,
            layer: 2,
            key: true,
            frame: 90_000,
            index: 3,
            count: 9,
            sent: Duration::from_nanos(1_234_567_890_123),
        };
        let mut bytes = Vec::new();
        mark.write(&mut bytes, 100);
        assert_eq!(bytes.len(), 100);
        assert_eq!(Mark::read(&bytes), Some(mark));
        assert_eq!(Mark::read(&bytes[1..]), None);
        assert_eq!(Mark::read(&bytes[..MARK_LEN - 3]), None);
    }
}

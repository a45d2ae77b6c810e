//! The VP9 payload descriptor (RFC 9628 §4.2).

use super::{Glance, Reader};

const HAS_PICTURE_ID: u8 = 0x80;
const INTER_PREDICTED: u8 = 0x40;
const HAS_LAYERS: u8 = 0x20;
const FLEXIBLE: u8 = 0x10;
const BEGINS_FRAME: u8 = 0x08;
const HAS_STRUCTURE: u8 = 0x02;
const SWITCHING_UP: u8 = 0x10;
const MAX_REFERENCES: usize = 3;

pub(super) fn glance(payload: &[u8]) -> Option<Glance> {
    let mut reader = Reader(payload);
    let first = reader.byte()?;
    if first & HAS_PICTURE_ID != 0 && reader.byte()? & 0x80 != 0 {
        reader.skip(1)?;
    }
    let layers = if first & HAS_LAYERS != 0 { reader.byte()? } else { 0 };
    if first & HAS_LAYERS != 0 && first & FLEXIBLE == 0 {
        reader.skip(1)?;
    }
    if first & FLEXIBLE != 0 && first & INTER_PREDICTED != 0 {
        skip_references(&mut reader)?;
    }
    let height = if first & HAS_STRUCTURE != 0 { height(&mut reader) } else { None };
    let spatial = (layers >> 1) & 0x07;
    Some(Glance {
        entry: first & BEGINS_FRAME != 0 && first & INTER_PREDICTED == 0 && spatial == 0,
        temporal: layers >> 5,
        temporal_entry: layers & SWITCHING_UP != 0,
        vp8: None,
        height,
    })
}

fn skip_references(reader: &mut Reader<'_>) -> Option<()> {
    for _ in 0..MAX_REFERENCES {
        if reader.byte()? & 0x01 == 0 {
            return Some(());
        }
    }
    Some(())
}

/// The height of the largest spatial layer in a scalability structure.
fn height(reader: &mut Reader<'_>) -> Option<u16> {
    let head = reader.byte()?;
    if head & 0x10 == 0 {
        return None;
    }
    let mut largest = None;
    for _ in 0..=(head >> 5) {
        reader.skip(2)?;
        largest = largest.max(Some(u16::from_be_bytes(reader.take()?)));
    }
    largest.filter(|height| *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_frame_with_its_structure_tells_the_height() {
        let payload = [0x8a, 0x81, 0x00, 0x10, 0x05, 0x00, 0x02, 0xd0, 0x00];
        let seen = glance(&payload).unwrap();
        assert!(seen.entry);
        assert_eq!(seen.height, Some(720));
    }

    #[test]
    fn an_interframe_tells_its_temporal_layer_and_switching_point() {
        let seen = glance(&[0xe8, 0x05, 0x50, 0x01, 0xff]).unwrap();
        assert!(!seen.entry && seen.temporal_entry);
        assert_eq!(seen.temporal, 2);
    }

    #[test]
    fn a_descriptor_that_ends_early_tells_nothing() {
        assert_eq!(glance(&[]), None);
        assert_eq!(glance(&[0xe8, 0x85]), None);
    }
}

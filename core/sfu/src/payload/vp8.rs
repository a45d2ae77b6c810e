//! The VP8 payload descriptor (RFC 7741 §4.2) and the head of a key frame (RFC 6386 §9.1).

use super::{Glance, PictureId, Reader, Vp8Numbers};
use crate::Vp8Rewrite;

const EXTENDED: u8 = 0x80;
const START_OF_PARTITION: u8 = 0x10;
const PARTITION: u8 = 0x07;
const HAS_PICTURE_ID: u8 = 0x80;
const HAS_TL0_PIC_IDX: u8 = 0x40;
const HAS_TEMPORAL: u8 = 0x20;
const HAS_KEY_INDEX: u8 = 0x10;
const LAYER_SYNC: u8 = 0x20;
const NO_KEY_FRAME: u8 = 0x01;

pub(super) fn glance(payload: &[u8]) -> Option<Glance> {
    let mut reader = Reader(payload);
    let first = reader.byte()?;
    let extension = if first & EXTENDED != 0 { reader.byte()? } else { 0 };
    let picture_id =
        if extension & HAS_PICTURE_ID != 0 { Some(picture_id(&mut reader)?) } else { None };
    let tl0_pic_idx = if extension & HAS_TL0_PIC_IDX != 0 { Some(reader.byte()?) } else { None };
    let temporal =
        if extension & (HAS_TEMPORAL | HAS_KEY_INDEX) != 0 { reader.byte()? } else { 0 };
    let marked = extension & HAS_TEMPORAL != 0;
    let begins = first & START_OF_PARTITION != 0 && first & PARTITION == 0;
    let entry = begins && reader.rest().first()? & NO_KEY_FRAME == 0;
    Some(Glance {
        entry,
        temporal: if marked { temporal >> 6 } else { 0 },
        temporal_entry: marked && temporal & LAYER_SYNC != 0,
        vp8: Some(Vp8Numbers { picture_id, tl0_pic_idx }),
        height: if entry { height(reader) } else { None },
    })
}

/// Writes new numbers over those that are there, each as wide as it was.
pub(super) fn write(payload: &mut [u8], numbers: &Vp8Rewrite) -> Option<()> {
    let [first, rest @ ..] = payload else { return None };
    let [extension, rest @ ..] = rest else { return None };
    if *first & EXTENDED == 0 {
        return None;
    }
    let mut rest = rest;
    if *extension & HAS_PICTURE_ID != 0 {
        let wide = if rest.first()? & 0x80 != 0 { 2 } else { 1 };
        let (field, behind) = rest.split_at_mut_checked(wide)?;
        if let Some(id) = numbers.picture_id {
            let [high, low] = id.to_be_bytes();
            match field {
                [long, short] => (*long, *short) = (high | 0x80, low),
                [short] => *short = low & 0x7f,
                _ => {}
            }
        }
        rest = behind;
    }
    if *extension & HAS_TL0_PIC_IDX != 0
        && let Some(index) = numbers.tl0_pic_idx
    {
        *rest.first_mut()? = index;
    }
    Some(())
}

fn picture_id(reader: &mut Reader<'_>) -> Option<PictureId> {
    let high = reader.byte()?;
    if high & 0x80 == 0 {
        return Some(PictureId { value: u16::from(high), mask: 0x7f });
    }
    let value = u16::from_be_bytes([high & 0x7f, reader.byte()?]);
    Some(PictureId { value, mask: 0x7fff })
}

/// Frame tag (3), start code (3), width (2), height (2); the upper two bits are scaling.
fn height(mut reader: Reader<'_>) -> Option<u16> {
    reader.skip(3)?;
    if reader.take::<3>()? != [0x9d, 0x01, 0x2a] {
        return None;
    }
    reader.skip(2)?;
    Some(u16::from_le_bytes(reader.take()?) & 0x3fff).filter(|height| *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key frame of 640 x 360 with 15-bit picture id 300, TL0PICIDX 7, temporal layer 0.
    const KEY: [u8; 16] =
        [0x90, 0xe0, 0x81, 0x2c, 7, 0x20, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];

    #[test]
    fn a_key_frame_tells_its_numbers_and_its_height() {
        let numbers = Vp8Numbers {
            picture_id: Some(PictureId { value: 300, mask: 0x7fff }),
            tl0_pic_idx: Some(7),
        };
        let expected = Glance {
            entry: true,
            temporal: 0,
            temporal_entry: true,
            vp8: Some(numbers),
            height: Some(360),
        };
        assert_eq!(glance(&KEY), Some(expected));
    }

    #[test]
    fn the_second_packet_of_a_key_frame_is_no_entry() {
        let mut second = KEY;
        second[0] = 0x80;
        assert!(!glance(&second).unwrap().entry);
    }

    #[test]
    fn an_interframe_of_the_second_temporal_layer() {
        let seen = glance(&[0x90, 0xe0, 5, 9, 0x40, 0x11, 0]).unwrap();
        assert!(!seen.entry && !seen.temporal_entry);
        assert_eq!(seen.temporal, 1);
        let id = seen.vp8.unwrap().picture_id.unwrap();
        assert_eq!((id.value, id.mask), (5, 0x7f));
    }

    #[test]
    fn numbers_are_written_over_those_that_are_there() {
        let numbers = Vp8Rewrite { picture_id: Some(0x1234), tl0_pic_idx: Some(9) };
        let mut key = KEY;
        write(&mut key, &numbers);
        assert_eq!(key[..5], [0x90, 0xe0, 0x92, 0x34, 9]);
        assert_eq!(key[5..], KEY[5..]);
        let mut short = [0x90, 0xe0, 5, 9, 0x40, 0x11, 0];
        write(&mut short, &Vp8Rewrite { picture_id: Some(0x34), tl0_pic_idx: None });
        assert_eq!(short, [0x90, 0xe0, 0x34, 9, 0x40, 0x11, 0]);
        let mut without_id = [0x90, 0x40, 7, 0x11];
        write(&mut without_id, &numbers);
        assert_eq!(without_id, [0x90, 0x40, 9, 0x11]);
        for length in 0..5 {
            let mut cut = KEY;
            write(&mut cut[..length], &numbers);
            assert_eq!(cut[length..], KEY[length..], "{length} bytes");
        }
        let mut plain = [0x10, 0xe0, 5, 9];
        write(&mut plain, &numbers);
        assert_eq!(plain, [0x10, 0xe0, 5, 9], "no extension: these are no fields");
    }

    #[test]
    fn a_descriptor_that_ends_early_tells_nothing() {
        for length in 0..6 {
            assert_eq!(glance(&KEY[..length]), None, "{length} bytes");
        }
    }
}

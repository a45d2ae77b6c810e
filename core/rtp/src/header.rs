//! The header of a packet (RFC 3550 §5.1) with its extensions (RFC 8285 §4.2).

/// What a negotiation called the extensions of a section; `None` for what it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExtensionNumbers {
    /// The section (RFC 9143 §15).
    pub mid: Option<u8>,
    /// Loudness (RFC 6464).
    pub audio_level: Option<u8>,
    /// How the picture is turned (3GPP TS 26.114 §7.4.5).
    pub video_orientation: Option<u8>,
    /// How long a receiver should wait before it plays.
    pub playout_delay: Option<u8>,
}

/// What extensions say in a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extensions {
    /// Decibels below the loudest, 0 to 127, and whether it is speech.
    pub audio_level: Option<(u8, bool)>,
    /// The four lower bits.
    pub video_orientation: Option<u8>,
    /// At least and at most, in hundredths of a second, of 12 bits each.
    pub playout_delay: Option<(u16, u16)>,
}

/// A header, but the extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    /// With its roll-overs.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
}

const FIXED_LEN: usize = 12;
/// Version 2.
const FIRST: u8 = 0x80;
const EXTENDED: u8 = 0x10;

impl Header {
    /// Writes it; its length. `mid` is the section, in packets that tell it.
    pub(crate) fn write(
        &self,
        numbers: &ExtensionNumbers,
        mid: Option<&str>,
        values: &Extensions,
        into: &mut Vec<u8>,
    ) -> usize {
        let [.., high, low] = self.seq.to_be_bytes();
        let kind = self.payload_type & 0x7F | u8::from(self.marker) << 7;
        into.extend_from_slice(&[FIRST, kind, high, low]);
        into.extend_from_slice(&self.timestamp.to_be_bytes());
        into.extend_from_slice(&self.ssrc.to_be_bytes());
        // The profile of one-byte headers, and a length that is known afterwards.
        into.extend_from_slice(&[0xBE, 0xDE, 0, 0]);
        let begin = into.len();
        if let (Some(number), Some(mid)) = (numbers.mid, mid) {
            element(into, number, mid.as_bytes());
        }
        if let (Some(number), Some((level, voice))) = (numbers.audio_level, values.audio_level) {
            element(into, number, &[level & 0x7F | u8::from(voice) << 7]);
        }
        if let (Some(number), Some(turned)) = (numbers.video_orientation, values.video_orientation)
        {
            element(into, number, &[turned & 0x0F]);
        }
        if let (Some(number), Some((min, max))) = (numbers.playout_delay, values.playout_delay) {
            let [_, a, b, c] =
                (u32::from(min & 0xFFF) << 12 | u32::from(max & 0xFFF)).to_be_bytes();
            element(into, number, &[a, b, c]);
        }
        let length = into.len() - begin;
        if length == 0 {
            into.truncate(begin - 4);
            return FIXED_LEN;
        }
        into.resize(begin + length.next_multiple_of(4), 0);
        into[begin - FIXED_LEN - 4] |= EXTENDED;
        // A handful of elements of at most 17 bytes.
        into[begin - 1] = u8::try_from(length.div_ceil(4)).unwrap_or(0);
        into.len() - (begin - FIXED_LEN - 4)
    }
}

/// One element. Longer ones than 16 bytes have no form here and are left out, as are empty ones.
fn element(into: &mut Vec<u8>, number: u8, value: &[u8]) {
    let Ok(length @ 1..=16) = u8::try_from(value.len()) else { return };
    if (1..=14).contains(&number) {
        into.push(number << 4 | (length - 1));
        into.extend_from_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header =
        Header { payload_type: 96, marker: true, seq: 0x1_0203, timestamp: 0x0405_0607, ssrc: 9 };
    const NUMBERS: ExtensionNumbers = ExtensionNumbers {
        mid: Some(4),
        audio_level: Some(1),
        video_orientation: Some(13),
        playout_delay: Some(5),
    };

    #[test]
    fn without_anything_to_say_there_is_no_extension() {
        let mut packet = Vec::new();
        let length = HEADER.write(
            &ExtensionNumbers::default(),
            Some("7"),
            &Extensions::default(),
            &mut packet,
        );
        assert_eq!((length, packet.len()), (12, 12));
        assert_eq!(packet, [0x80, 0xE0, 2, 3, 4, 5, 6, 7, 0, 0, 0, 9]);
    }

    #[test]
    fn elements_stand_in_whole_words() {
        let values = Extensions {
            audio_level: Some((30, true)),
            video_orientation: Some(3),
            playout_delay: Some((14, 1_000)),
        };
        let mut packet = Vec::new();
        let length = HEADER.write(&NUMBERS, Some("12"), &values, &mut packet);
        assert_eq!(length, packet.len());
        assert_eq!(packet[..2], [FIRST | EXTENDED, 0xE0]);
        let expected =
            [0xBE, 0xDE, 0, 3, 0x41, b'1', b'2', 0x10, 0x9E, 0xD0, 3, 0x52, 0, 0xE3, 0xE8, 0];
        assert_eq!(packet[12..], expected);
    }

    #[test]
    fn what_has_no_form_is_left_out() {
        let mut packet = Vec::new();
        let long = "a section of far too long a name";
        let length = HEADER.write(&NUMBERS, Some(long), &Extensions::default(), &mut packet);
        assert_eq!((length, packet[0]), (12, FIRST));
        let numbers = ExtensionNumbers { mid: Some(15), ..NUMBERS };
        packet.clear();
        assert_eq!(numbers.mid, Some(15));
        assert_eq!(HEADER.write(&numbers, Some("7"), &Extensions::default(), &mut packet), 12);
    }
}

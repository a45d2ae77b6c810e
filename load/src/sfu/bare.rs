//! The packets of the floor program: SRTP without negotiation, keys known from numbers.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The fixed header, and an extension of two words as a browser sends (RFC 8285).
pub const HEADER_LEN: usize = 24;
/// Bytes that sealing adds (RFC 7714 §13.2).
pub const TAG_LEN: usize = 16;
/// How a hello begins; no RTP begins so.
const HELLO: [u8; 2] = *b"Hi";

/// The key of one direction, AEAD_AES_128_GCM as in SRTP (RFC 7714).
#[derive(Debug)]
pub struct Key(LessSafeKey);

/// A receiver tells the floor program where it is; the program answers with the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hello {
    /// Its number.
    pub sink: u16,
}

/// What of a header the floor program needs (RFC 3550 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The lower half of the number of the packet.
    pub seq: u16,
    /// The stream.
    pub ssrc: u32,
}

impl Hello {
    /// The datagram.
    #[must_use]
    pub fn written(self) -> [u8; 4] {
        let [high, low] = self.sink.to_be_bytes();
        [HELLO[0], HELLO[1], high, low]
    }

    /// Reads a datagram; `None` when it is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let sink = bytes.strip_prefix(&HELLO)?.try_into().ok()?;
        Some(Self { sink: u16::from_be_bytes(sink) })
    }
}

impl Key {
    /// Of what a publisher sends on a stream.
    #[must_use]
    pub fn of_stream(ssrc: u32) -> Self {
        Self::of(0x50, ssrc)
    }

    /// Of what is sent to a receiver.
    #[must_use]
    pub fn of_sink(sink: u16) -> Self {
        Self::of(0xA5, sink.into())
    }

    fn of(kind: u8, number: u32) -> Self {
        let mut key = [kind; 16];
        key[..4].copy_from_slice(&number.to_be_bytes());
        let key = UnboundKey::new(&AES_128_GCM, &key).expect("a key of 16 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Seals a packet whose last bytes are left for the tag.
    pub fn seal(&self, packet: &mut [u8], ssrc: u32, seq: u64) {
        let (header, body) = packet.split_at_mut(HEADER_LEN);
        let (body, room) = body.split_at_mut(body.len() - TAG_LEN);
        let tag = self.0.seal_in_place_separate_tag(nonce(ssrc, seq), Aad::from(&*header), body);
        let tag = tag.expect("a packet is shorter than the algorithm allows");
        room.copy_from_slice(tag.as_ref());
    }

    /// Opens a packet; what is left is as long as before, with the tag at its end. Whether it is
    /// genuine.
    pub fn open(&self, packet: &mut [u8], ssrc: u32, seq: u64) -> bool {
        if packet.len() < HEADER_LEN + TAG_LEN {
            return false;
        }
        let (header, body) = packet.split_at_mut(HEADER_LEN);
        self.0.open_in_place(nonce(ssrc, seq), Aad::from(&*header), body).is_ok()
    }
}

/// As RFC 7714 §8.1, with a salt of zeros.
fn nonce(ssrc: u32, seq: u64) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[2..6].copy_from_slice(&ssrc.to_be_bytes());
    nonce[6..].copy_from_slice(&seq.to_be_bytes()[2..]);
    Nonce::assume_unique_for_key(nonce)
}

/// Reads a header; `None` when it is no RTP.
#[must_use]
pub fn header(packet: &[u8]) -> Option<Header> {
    let (fixed, _) = packet.split_first_chunk::<12>()?;
    let [version, _, high, low, _, _, _, _, ssrc @ ..] = *fixed;
    let header = Header { seq: u16::from_be_bytes([high, low]), ssrc: u32::from_be_bytes(ssrc) };
    (version >> 6 == 2).then_some(header)
}

/// Writes a header; the extension carries a number that counts all packets of a connection.
pub fn write_header(
    into: &mut Vec<u8>,
    (kind, marker): (u8, bool),
    seq: u64,
    timestamp: u32,
    ssrc: u32,
) {
    let [.., high, low] = seq.to_be_bytes();
    into.extend_from_slice(&[0x90, kind | u8::from(marker) << 7, high, low]);
    into.extend_from_slice(&timestamp.to_be_bytes());
    into.extend_from_slice(&ssrc.to_be_bytes());
    into.extend_from_slice(&[0xBE, 0xDE, 0, 2, 0x22, 0, 0, 0, 0x31, high, low, 0]);
}

/// The number near `highest` that ends so.
#[must_use]
pub fn extended(highest: u64, seq: u16) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "the lower 16 bits are meant")]
    let ahead = seq.wrapping_sub(highest as u16);
    if ahead < 0x8000 {
        highest + u64::from(ahead)
    } else {
        highest.saturating_sub(u64::from(ahead.wrapping_neg()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_for_a_receiver_is_opened_by_it_alone() {
        let mut packet = Vec::new();
        write_header(&mut packet, (96, true), 70_000, 9, 1_234);
        assert_eq!(packet.len(), HEADER_LEN);
        packet.extend_from_slice(b"a picture");
        packet.extend_from_slice(&[0; TAG_LEN]);
        let read = header(&packet).unwrap();
        assert_eq!((read.seq, read.ssrc), (4_464, 1_234));
        assert_eq!(extended(69_999, read.seq), 70_000);
        Key::of_sink(5).seal(&mut packet, 1_234, 70_000);
        assert!(!packet.windows(9).any(|nine| nine == b"a picture"));
        let mut another = packet.clone();
        assert!(!Key::of_sink(6).open(&mut another, 1_234, 70_000));
        assert!(!Key::of_sink(5).open(&mut packet.clone(), 1_234, 70_001));
        assert!(Key::of_sink(5).open(&mut packet, 1_234, 70_000));
        assert_eq!(&packet[HEADER_LEN..HEADER_LEN + 9], b"a picture");
    }

    #[test]
    fn a_hello_is_no_packet_and_a_packet_is_no_hello() {
        let hello = Hello { sink: 300 };
        assert_eq!(Hello::read(&hello.written()), Some(hello));
        assert_eq!(header(&hello.written()), None);
        let mut packet = Vec::new();
        write_header(&mut packet, (96, false), 1, 2, 3);
        assert_eq!(Hello::read(&packet), None);
    }

    #[test]
    fn numbers_go_on_over_the_end_of_their_lower_half() {
        assert_eq!(extended(65_535, 0), 65_536);
        assert_eq!(extended(65_536, 65_530), 65_530);
        assert_eq!(extended(200_000, 3_392), 200_000);
    }
}

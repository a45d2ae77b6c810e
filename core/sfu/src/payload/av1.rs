//! The AV1 aggregation header (RTP payload format for AV1 §4.4).

const CONTINUES: u8 = 0x80;
const NEW_SEQUENCE: u8 = 0x08;

/// Whether this is the first packet of a coded video sequence.
pub(super) fn begins_sequence(payload: &[u8]) -> bool {
    payload.first().is_some_and(|head| head & NEW_SEQUENCE != 0 && head & CONTINUES == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_packet_of_a_sequence_is_marked() {
        assert!(begins_sequence(&[0x18, 0x0a]));
        assert!(!begins_sequence(&[0x10, 0x0a]));
        assert!(!begins_sequence(&[0x98, 0x0a]));
        assert!(!begins_sequence(&[]));
    }
}

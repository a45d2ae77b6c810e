//! H.264 payloads (RFC 6184 §5).

const TYPE: u8 = 0x1f;
const IDR: u8 = 5;
const SEQUENCE_PARAMETERS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
const FIRST_FRAGMENT: u8 = 0x80;

/// Whether a decoder can begin here: parameters, or the first packet of an IDR picture.
pub(super) fn begins_key_frame(payload: &[u8]) -> bool {
    let Some(first) = payload.first() else { return false };
    match first & TYPE {
        STAP_A => aggregated(&payload[1..]),
        FU_A => payload.get(1).is_some_and(|head| head & FIRST_FRAGMENT != 0 && begins(*head)),
        _ => begins(*first),
    }
}

fn begins(head: u8) -> bool {
    matches!(head & TYPE, IDR | SEQUENCE_PARAMETERS)
}

/// Units with a length of two bytes before each.
fn aggregated(mut units: &[u8]) -> bool {
    while let Some((length, rest)) = units.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        let Some(unit) = rest.get(..length) else { return false };
        if unit.first().is_some_and(|head| begins(*head)) {
            return true;
        }
        units = &rest[length..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_idr_pictures_begin_a_key_frame() {
        let delimiter_then_parameters = [24, 0, 2, 9, 0xf0, 0, 2, 0x67, 0x42];
        for payload in
            [&[0x67, 0x42][..], &[0x65, 0x88], &[0x7c, 0x85, 0x88], &delimiter_then_parameters]
        {
            assert!(begins_key_frame(payload), "{payload:?}");
        }
    }

    #[test]
    fn other_units_later_fragments_and_broken_aggregates_do_not() {
        for payload in [
            &[][..],
            &[0x41, 0x9a],
            &[0x68, 0xce],
            &[0x7c, 0x05, 0x88],
            &[0x7c],
            &[24, 0, 9, 0x67],
            &[24, 0],
        ] {
            assert!(!begins_key_frame(payload), "{payload:?}");
        }
    }
}

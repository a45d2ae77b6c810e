//! Redundant sound for receivers without it.

/// The newest block of a RED payload (RFC 2198 §3): what would have been sent without RED. `None`
/// when the payload is no RED.
#[must_use]
pub fn primary_block(payload: &[u8]) -> Option<&[u8]> {
    let mut headers = payload;
    let mut redundant = 0;
    loop {
        match headers {
            // F=1: type, 14 bits of timestamp offset, 10 bits of length.
            [first, _, high, low, rest @ ..] if first & 0x80 != 0 => {
                redundant += usize::from(high & 0x03) << 8 | usize::from(*low);
                headers = rest;
            }
            [first, blocks @ ..] if first & 0x80 == 0 => return blocks.get(redundant..),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_block_is_what_follows_the_redundant_ones() {
        let plain = [111, 1, 2, 3];
        assert_eq!(primary_block(&plain), Some(&[1, 2, 3][..]));
        let two = [0x80 | 111, 0, 0, 2, 0x80 | 111, 0, 0, 1, 111, 8, 9, 7, 1, 2, 3];
        assert_eq!(primary_block(&two), Some(&[1, 2, 3][..]));
    }

    #[test]
    fn what_is_no_red_has_none() {
        for payload in [&[][..], &[0x80 | 111, 0], &[0x80 | 111, 0, 0, 200, 111, 1, 2]] {
            assert_eq!(primary_block(payload), None, "{payload:?}");
        }
    }
}

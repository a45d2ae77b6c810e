//! Target: what the SFU reads of a datagram before it knows whose it is, and of redundant sound.

use media::sfu::parsing::{name_in_check, primary_block};

/// Any datagram.
///
/// # Panics
/// When what was read is not in the datagram.
pub fn sfu_demux(bytes: &[u8]) {
    if let Some(name) = name_in_check(bytes) {
        assert!(bytes[0] < 2, "a check is STUN");
        let inside = bytes.windows(name.len().max(1)).any(|window| window == name.as_bytes());
        assert!(inside || name.is_empty());
    }
    if let Some(primary) = primary_block(bytes) {
        assert!(bytes.ends_with(primary) && primary.len() < bytes.len());
    }
}

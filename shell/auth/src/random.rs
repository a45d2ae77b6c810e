//! Random bytes for secrets, tokens and salts, and their text form.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of a cryptographically secure generator that the operating system seeds.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes[..]);
    bytes
}

/// 256 random bits as 43 characters of base64url (RFC 4648 §5), without padding.
pub(crate) fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// Whether a text has the form that [`random_text`] gives.
pub(crate) fn is_random_text(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_differ_and_keep_their_form() {
        let (one, other) = (random_text(), random_text());
        assert_ne!(one, other);
        assert!(is_random_text(&one) && one.len() == 43);
        assert!(!is_random_text(&one[1..]));
        assert!(!is_random_text(&one.replace(|c: char| c.is_ascii(), "+")));
    }
}

//! The proof that a device held a seat: an HMAC over call, user and seat number.
//!
//! Nothing is stored: the seat number grows whenever the seat is taken afresh, which makes
//! every older token worthless.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vocab::{CallId, Redacted, UserId};

/// The key of resume tokens. At least 32 bytes; kept with the server's other secrets so
/// that tokens survive a restart.
#[derive(Debug, Clone)]
pub struct ResumeSecret(Redacted<Vec<u8>>);

impl ResumeSecret {
    /// Wraps key bytes.
    #[must_use]
    pub fn new(key: Vec<u8>) -> Self {
        Self(Redacted::new(key))
    }

    pub(crate) fn token(&self, call: CallId, user: UserId, seat: u32) -> String {
        let tag = self.mac(call, user, seat).finalize().into_bytes();
        format!("{seat}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The seat number in a genuine token.
    pub(crate) fn verify(&self, call: CallId, user: UserId, token: &str) -> Option<u32> {
        let (seat, tag) = token.split_once('.')?;
        let seat: u32 = seat.parse().ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        self.mac(call, user, seat).verify_slice(&tag).ok()?;
        Some(seat)
    }

    fn mac(&self, call: CallId, user: UserId, seat: u32) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("HMAC takes keys of any length");
        mac.update(b"seat");
        mac.update(call.as_uuid().as_bytes());
        mac.update(user.as_uuid().as_bytes());
        mac.update(&seat.to_be_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Uuid;

    #[test]
    fn a_token_is_good_for_its_call_user_and_seat_only() {
        let secret = ResumeSecret::new(vec![7; 32]);
        let call = |number| CallId::from_uuid(Uuid::from_u128(number));
        let user = |number| UserId::from_uuid(Uuid::from_u128(number));
        let token = secret.token(call(1), user(2), 3);
        assert_eq!(secret.verify(call(1), user(2), &token), Some(3));
        assert_eq!(secret.verify(call(9), user(2), &token), None);
        assert_eq!(secret.verify(call(1), user(9), &token), None);
        let forged = token.replacen("3.", "4.", 1);
        assert_eq!(secret.verify(call(1), user(2), &forged), None);
        let other = ResumeSecret::new(vec![8; 32]);
        assert_eq!(other.verify(call(1), user(2), &token), None);
        for garbage in ["", ".", "3.", "x.y", "3.!!"] {
            assert_eq!(secret.verify(call(1), user(2), garbage), None, "{garbage}");
        }
    }
}

//! Nonces that are checked without having been kept (RFC 8489 §9.2).

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use vocab::UnixMillis;

/// How long a nonce is accepted. Longer: a stolen signed request can be sent again for longer, by
/// whoever can send from the client's address. Shorter: more requests need a second round.
pub(crate) const VALID_FOR: Duration = Duration::from_secs(600);

/// Says that password algorithms are offered: the nonce cookie and the first of 24 bits
/// (RFC 8489 §9.2, §18.1).
pub(crate) const COOKIE: [u8; 13] = *b"obMatJos2gAAA";

/// Time and code, before they become characters.
const RAW_LEN: usize = TIME_LEN + CODE_LEN;
const TIME_LEN: usize = 4;
/// A forger has no better way than to try, at a network's speed, against a code that changes
/// with the second: 64 bits are plenty, and every byte more is one more that a 401 amplifies.
const CODE_LEN: usize = 8;
/// Base64 of time and code.
const STAMP_LEN: usize = 16;

/// Makes and checks nonces: the second of issue, and a code over it and the client's address.
#[derive(Clone)]
pub(crate) struct Nonces {
    code: Hmac<Sha256>,
    cookie: &'static [u8],
}

/// A nonce as it goes on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nonce {
    bytes: [u8; COOKIE.len() + STAMP_LEN],
    length: usize,
}

/// What to think of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Issued to this client within [`VALID_FOR`].
    Fresh,
    /// Issued to this client, and its time is over; answer 438.
    Stale,
    /// Not issued to this client, or not by us; answer 438 too.
    Foreign,
}

impl Nonces {
    /// From a secret seed; `password_algorithms` puts the cookie before each nonce.
    pub(crate) fn new(seed: [u8; 32], password_algorithms: bool) -> Self {
        let code = Hmac::new_from_slice(&seed).expect("HMAC takes a key of any length");
        Self { code, cookie: if password_algorithms { &COOKIE } else { &[] } }
    }

    /// A nonce for a client: 16 characters, 29 with the cookie.
    pub(crate) fn issue(&self, now: UnixMillis, client: SocketAddr) -> Nonce {
        self.stamp(second(now).to_be_bytes(), client)
    }

    /// Whether a client may use a nonce now.
    pub(crate) fn check(&self, now: UnixMillis, client: SocketAddr, nonce: &[u8]) -> Freshness {
        let Some(stamp) = nonce.strip_prefix(self.cookie) else { return Freshness::Foreign };
        let mut raw = [0; RAW_LEN];
        if stamp.len() != STAMP_LEN || STANDARD.decode_slice(stamp, &mut raw) != Ok(RAW_LEN) {
            return Freshness::Foreign;
        }
        let mut issued = [0; TIME_LEN];
        issued.copy_from_slice(&raw[..TIME_LEN]);
        if !bool::from(self.stamp(issued, client).as_bytes().ct_eq(nonce)) {
            return Freshness::Foreign;
        }
        let age = second(now).checked_sub(u32::from_be_bytes(issued));
        match age {
            Some(age) if u64::from(age) < VALID_FOR.as_secs() => Freshness::Fresh,
            _ => Freshness::Stale,
        }
    }

    fn stamp(&self, issued: [u8; TIME_LEN], client: SocketAddr) -> Nonce {
        let mut code = self.code.clone();
        code.update(&issued);
        match client.ip() {
            IpAddr::V4(ip) => code.update(&ip.octets()),
            IpAddr::V6(ip) => code.update(&ip.octets()),
        }
        code.update(&client.port().to_be_bytes());
        let code = code.finalize().into_bytes();
        let mut raw = [0; RAW_LEN];
        raw[..TIME_LEN].copy_from_slice(&issued);
        raw[TIME_LEN..].copy_from_slice(&code[..CODE_LEN]);
        let mut nonce = Nonce { bytes: [0; COOKIE.len() + STAMP_LEN], length: 0 };
        nonce.bytes[..self.cookie.len()].copy_from_slice(self.cookie);
        let written = STANDARD.encode_slice(raw, &mut nonce.bytes[self.cookie.len()..]);
        nonce.length = self.cookie.len() + written.expect("12 bytes are 16 characters");
        nonce
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Nonces(…)")
    }
}

impl Nonce {
    /// The value of NONCE.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The second of a moment; from 2106 on the age of a nonce is wrong once, for ten minutes.
fn second(now: UnixMillis) -> u32 {
    u32::try_from(now.as_secs().rem_euclid(1 << 32)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NOW: UnixMillis = UnixMillis::from_millis(1_735_686_000_000);

    fn client() -> SocketAddr {
        "192.0.2.7:40000".parse().unwrap()
    }

    #[test]
    fn a_nonce_is_sixteen_printable_characters_and_fresh_for_ten_minutes() {
        let nonces = Nonces::new([7; 32], false);
        let nonce = nonces.issue(NOW, client());
        assert_eq!(nonce.as_bytes().len(), 16);
        assert!(nonce.as_bytes().iter().all(u8::is_ascii_graphic));
        let check = |now| nonces.check(now, client(), nonce.as_bytes());
        assert_eq!(check(NOW), Freshness::Fresh);
        assert_eq!(check(NOW + (VALID_FOR - SECOND)), Freshness::Fresh);
        assert_eq!(check(NOW + VALID_FOR), Freshness::Stale);
        assert_eq!(check(NOW - SECOND), Freshness::Stale, "it comes from the future");
    }

    #[test]
    fn a_nonce_is_of_use_to_its_client_and_server_alone() {
        let nonces = Nonces::new([7; 32], false);
        let nonce = nonces.issue(NOW, client());
        for other in ["192.0.2.8:40000", "192.0.2.7:40001", "[2001:db8::7]:40000"] {
            let check = nonces.check(NOW, other.parse().unwrap(), nonce.as_bytes());
            assert_eq!(check, Freshness::Foreign, "{other}");
        }
        let elsewhere = Nonces::new([8; 32], false);
        assert_eq!(elsewhere.check(NOW, client(), nonce.as_bytes()), Freshness::Foreign);
    }

    #[test]
    fn a_nonce_changed_in_any_bit_or_length_is_foreign() {
        for password_algorithms in [false, true] {
            let nonces = Nonces::new([7; 32], password_algorithms);
            let nonce = nonces.issue(NOW, client());
            for bit in 0..nonce.as_bytes().len() * 8 {
                let mut changed = nonce.as_bytes().to_vec();
                changed[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(nonces.check(NOW, client(), &changed), Freshness::Foreign, "{bit}");
            }
            for length in 0..nonce.as_bytes().len() {
                let cut = &nonce.as_bytes()[..length];
                assert_eq!(nonces.check(NOW, client(), cut), Freshness::Foreign, "{length}");
            }
            let longer = [nonce.as_bytes(), b"A"].concat();
            assert_eq!(nonces.check(NOW, client(), &longer), Freshness::Foreign);
        }
    }

    #[test]
    fn with_password_algorithms_a_nonce_begins_with_the_cookie() {
        let nonces = Nonces::new([7; 32], true);
        let nonce = nonces.issue(NOW, client());
        assert!(nonce.as_bytes().starts_with(b"obMatJos2"));
        let features = STANDARD.decode(&nonce.as_bytes()[9..13]).unwrap();
        assert_eq!(features, [0x80, 0, 0], "the first bit is password algorithms");
        assert_eq!(nonces.check(NOW, client(), nonce.as_bytes()), Freshness::Fresh);
        let stripped = &nonce.as_bytes()[13..];
        assert_eq!(nonces.check(NOW, client(), stripped), Freshness::Foreign);
    }

    #[test]
    fn the_seed_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Nonces::new([7; 32], false)), "Nonces(…)");
    }
}

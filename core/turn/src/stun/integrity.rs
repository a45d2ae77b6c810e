//! MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.5, §14.6), and their key.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Length of the value of MESSAGE-INTEGRITY.
pub(super) const SHA1_LEN: usize = 20;
/// Length of the value of MESSAGE-INTEGRITY-SHA256 that is not truncated.
pub(super) const SHA256_LEN: usize = 32;

/// Which of the two integrity attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Integrity {
    /// MESSAGE-INTEGRITY: HMAC-SHA1, 20 bytes.
    Sha1,
    /// MESSAGE-INTEGRITY-SHA256: HMAC-SHA256, 32 bytes, of which a sender may leave out up to half.
    Sha256,
}

/// The key of both HMACs, at most 32 bytes. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl Key {
    /// The longest key, in bytes.
    pub const MAX: usize = 32;

    /// The long-term key of the password algorithm MD5 (RFC 8489 §18.5.1.1). The three are taken
    /// as they are, without the OpaqueString profile: credentials of ours are ASCII.
    #[must_use]
    pub fn md5(username: &str, realm: &str, password: &str) -> Self {
        Self::from_digest(&long_term::<Md5>(username, realm, password))
    }

    /// The long-term key of the password algorithm SHA-256 (RFC 8489 §18.5.1.2).
    #[must_use]
    pub fn sha256(username: &str, realm: &str, password: &str) -> Self {
        Self::from_digest(&long_term::<Sha256>(username, realm, password))
    }

    /// The short-term key, as ICE has it: the password itself (RFC 8489 §9.1.1). `None` for one
    /// longer than [`Key::MAX`].
    #[must_use]
    pub fn short_term(password: &[u8]) -> Option<Self> {
        (password.len() <= Self::MAX).then(|| Self::from_digest(password))
    }

    fn from_digest(digest: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX];
        let length = digest.len().min(Self::MAX);
        bytes[..length].copy_from_slice(&digest[..length]);
        Self { bytes, length: u8::try_from(length).unwrap_or_default() }
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Whether `value` is what the attribute that comes after `before` must hold.
    pub(super) fn verifies(&self, integrity: Integrity, before: &[u8], value: &[u8]) -> bool {
        match integrity {
            Integrity::Sha1 => bool::from(self.sha1_of(before).ct_eq(value)),
            Integrity::Sha256 => {
                let length = value.len();
                let computed = self.sha256_of(before, length);
                is_sha256_len(length) && bool::from(computed[..length].ct_eq(value))
            }
        }
    }

    /// HMAC-SHA1 over what comes before the attribute, with a header that counts the attribute in.
    pub(super) fn sha1_of(&self, before: &[u8]) -> [u8; SHA1_LEN] {
        self.hmac::<Hmac<Sha1>>(before, SHA1_LEN).into_bytes().into()
    }

    /// HMAC-SHA256 likewise, for an attribute of `length` bytes.
    pub(super) fn sha256_of(&self, before: &[u8], length: usize) -> [u8; SHA256_LEN] {
        self.hmac::<Hmac<Sha256>>(before, length).into_bytes().into()
    }

    fn hmac<M: Mac + KeyInit>(&self, before: &[u8], length: usize) -> hmac::digest::CtOutput<M> {
        let mut mac = <M as KeyInit>::new_from_slice(self.as_bytes())
            .expect("HMAC takes a key of any length");
        // Type, then the length up to the end of this attribute, then the rest (RFC 8489 §14.5).
        if let Some((kind, rest)) = before.split_first_chunk::<2>() {
            let counted = (before.len() + 4 + length).saturating_sub(super::HEADER_LEN);
            mac.update(kind);
            mac.update(&u16::try_from(counted).unwrap_or(u16::MAX).to_be_bytes());
            mac.update(rest.get(2..).unwrap_or_default());
        }
        mac.finalize()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// Lengths that MESSAGE-INTEGRITY-SHA256 may have (RFC 8489 §14.6).
pub(super) const fn is_sha256_len(length: usize) -> bool {
    length >= 16 && length <= SHA256_LEN && length.is_multiple_of(4)
}

fn long_term<D: Digest>(username: &str, realm: &str, password: &str) -> hmac::digest::Output<D> {
    let mut digest = D::new();
    for (index, part) in [username, realm, password].into_iter().enumerate() {
        if index > 0 {
            digest.update(b":");
        }
        digest.update(part);
    }
    digest.finalize()
}

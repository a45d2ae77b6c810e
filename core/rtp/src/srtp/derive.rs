//! Session keys out of a master key (RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11).

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

use super::{BadKeys, Profile};

/// The longest salt; that of GCM is filled up with zeros.
pub(super) const SALT_LEN: usize = 14;

/// What a handshake gave one side.
#[derive(Clone, Copy)]
pub(super) struct Master<'a> {
    pub(super) profile: Profile,
    pub(super) key: &'a [u8],
    pub(super) salt: &'a [u8],
}

/// What a session key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u8);

impl Label {
    /// Encryption, authentication, salt.
    pub(super) const fn rtp() -> [Self; 3] {
        [Self(0), Self(1), Self(2)]
    }

    /// The same of RTCP.
    pub(super) const fn rtcp() -> [Self; 3] {
        [Self(3), Self(4), Self(5)]
    }
}

impl Master<'_> {
    /// A session key: what counter mode makes of nothing.
    pub(super) fn derived<const N: usize>(&self, label: Label) -> Result<[u8; N], BadKeys> {
        let algorithm = if self.key.len() == 32 { &AES_256 } else { &AES_128 };
        let key = UnboundCipherKey::new(algorithm, self.key).map_err(|_| BadKeys)?;
        let key = EncryptingKey::ctr(key).map_err(|_| BadKeys)?;
        let mut counter = [0; 16];
        counter.get_mut(..self.salt.len()).ok_or(BadKeys)?.copy_from_slice(self.salt);
        // The label stands before 48 bits of index, which are 0: keys are derived once.
        counter[7] ^= label.0;
        let mut derived = [0; N];
        let context = EncryptionContext::Iv128(FixedLength::from(counter));
        key.less_safe_encrypt(&mut derived, context).map_err(|_| BadKeys)?;
        Ok(derived)
    }
}

//! Packets sealed and opened: SRTP and SRTCP (RFC 3711, RFC 7714) with keys of DTLS (RFC 5764).
//!
//! Invariant: a nonce is used once. Of RTP it is made of the source and the packet's index, which
//! the caller never uses twice; of RTCP of the source and a number that only counts up.

mod derive;
mod replay;

use std::fmt;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use subtle::ConstantTimeEq as _;

use derive::{Label, Master, SALT_LEN};
use replay::Replays;

/// RFC 3711 §5.2, with 80 bits.
const HMAC_TAG_LEN: usize = 10;
/// The index of a packet of RTCP, with the bit that says it is encrypted (RFC 3711 §3.4).
const INDEX_LEN: usize = 4;
const ENCRYPTED: u32 = 1 << 31;
/// What of a packet of RTCP is not encrypted: the header and the source.
const RTCP_HEADER_LEN: usize = 8;

/// How packets are protected (RFC 5764 §4.1.2, RFC 7714 §14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `SRTP_AES128_CM_HMAC_SHA1_80`.
    Aes128CmSha1_80,
    /// `SRTP_AEAD_AES_128_GCM`.
    AeadAes128Gcm,
    /// `SRTP_AEAD_AES_256_GCM`.
    AeadAes256Gcm,
}

/// The keying material does not fit the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keying material of the handshake does not fit its SRTP profile")]
pub struct BadKeys;

/// The keys of both directions.
pub struct Keys {
    pub(crate) seal: Seal,
    pub(crate) open: Open,
}

/// Seals what is sent.
pub(crate) struct Seal {
    rtp: Cipher,
    rtcp: Cipher,
    /// Of the next packet of RTCP.
    index: u32,
}

/// Opens the RTCP that comes.
pub(crate) struct Open {
    rtcp: Cipher,
    replays: Replays,
}

/// Session keys of one direction, for RTP or for RTCP.
#[expect(clippy::large_enum_variant, reason = "the small one is the one that is nearly always")]
enum Cipher {
    Gcm { key: LessSafeKey, salt: [u8; NONCE_LEN] },
    Cm { key: EncryptingKey, salt: [u8; SALT_LEN], tag: hmac::Key },
}

impl Profile {
    const fn key_len(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 | Self::AeadAes128Gcm => 16,
            Self::AeadAes256Gcm => 32,
        }
    }

    const fn salt_len(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 => SALT_LEN,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => NONCE_LEN,
        }
    }
}

impl Keys {
    /// Of the keying material that a handshake exported: the client's key, the server's, the
    /// client's salt, the server's (RFC 5764 §4.2).
    ///
    /// # Errors
    /// [`BadKeys`] when its length is not the profile's.
    pub fn new(profile: Profile, material: &[u8], is_client: bool) -> Result<Self, BadKeys> {
        let (key, salt) = (profile.key_len(), profile.salt_len());
        if material.len() != 2 * (key + salt) {
            return Err(BadKeys);
        }
        let (keys, salts) = material.split_at(2 * key);
        let (client, server) = (keys.split_at(key), salts.split_at(salt));
        let client_master = Master { profile, key: client.0, salt: server.0 };
        let server_master = Master { profile, key: client.1, salt: server.1 };
        let (ours, theirs) =
            if is_client { (client_master, server_master) } else { (server_master, client_master) };
        Ok(Self {
            seal: Seal {
                rtp: Cipher::new(&ours, Label::rtp())?,
                rtcp: Cipher::new(&ours, Label::rtcp())?,
                index: 0,
            },
            open: Open { rtcp: Cipher::new(&theirs, Label::rtcp())?, replays: Replays::default() },
        })
    }
}

impl Seal {
    /// Encrypts a packet of RTP behind its header, and adds the tag. `index` is the sequence number
    /// with its roll-overs, and never the same again for this source.
    pub(crate) fn rtp(&self, packet: &mut Vec<u8>, header: usize, ssrc: u32, index: u64) {
        match &self.rtp {
            Cipher::Gcm { key, salt } => {
                // RFC 7714 §8.1.
                let nonce = gcm_nonce(*salt, ssrc, index);
                let (head, body) = packet.split_at_mut(header);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(&*head), body);
                packet.extend_from_slice(tag.expect("a datagram is no 64 gigabytes").as_ref());
            }
            Cipher::Cm { key, salt, tag } => {
                cm(key, *salt, ssrc, index, &mut packet[header..]);
                // RFC 3711 §4.2: the roll-overs are signed too, and not sent.
                let rolled = u32::try_from(index >> 16).expect("an index has 48 bits");
                let mut signing = hmac::Context::with_key(tag);
                signing.update(packet);
                signing.update(&rolled.to_be_bytes());
                packet.extend_from_slice(&signing.sign().as_ref()[..HMAC_TAG_LEN]);
            }
        }
    }

    /// Encrypts a compound packet of RTCP, and adds index and tag.
    pub(crate) fn rtcp(&mut self, packet: &mut Vec<u8>) {
        let index = self.index;
        // After 2^31 packets, one a second, nobody is there any more.
        self.index = (self.index + 1) & !ENCRYPTED;
        let Some(ssrc) = rtcp_source(packet) else { return };
        match &self.rtcp {
            Cipher::Gcm { key, salt } => {
                let (nonce, said) = (gcm_nonce(*salt, ssrc, index.into()), index | ENCRYPTED);
                let aad = gcm_rtcp_aad(packet, said);
                let body = &mut packet[RTCP_HEADER_LEN..];
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), body);
                packet.extend_from_slice(tag.expect("a datagram is no 64 gigabytes").as_ref());
                packet.extend_from_slice(&said.to_be_bytes());
            }
            Cipher::Cm { key, salt, tag } => {
                cm(key, *salt, ssrc, index.into(), &mut packet[RTCP_HEADER_LEN..]);
                packet.extend_from_slice(&(index | ENCRYPTED).to_be_bytes());
                let signed = hmac::sign(tag, packet);
                packet.extend_from_slice(&signed.as_ref()[..HMAC_TAG_LEN]);
            }
        }
    }
}

impl Open {
    /// What a packet of RTCP says, in `into`; whether it is genuine, and new.
    pub(crate) fn rtcp(&mut self, packet: &[u8], into: &mut Vec<u8>) -> bool {
        into.clear();
        let opened = match &self.rtcp {
            Cipher::Gcm { key, salt } => open_gcm(key, *salt, packet, into),
            Cipher::Cm { key, salt, tag } => open_cm((key, tag), *salt, packet, into),
        };
        opened.is_some_and(|(ssrc, index)| self.replays.is_new(ssrc, index))
    }
}

/// RFC 7714 §9.
fn open_gcm(
    key: &LessSafeKey,
    salt: [u8; NONCE_LEN],
    packet: &[u8],
    into: &mut Vec<u8>,
) -> Option<(u32, u32)> {
    let (rest, said) = packet.split_last_chunk::<INDEX_LEN>()?;
    let (said, ssrc) = (u32::from_be_bytes(*said), rtcp_source(rest)?);
    let index = encrypted_index(said)?;
    let aad = gcm_rtcp_aad(rest, said);
    into.extend_from_slice(rest);
    let nonce = gcm_nonce(salt, ssrc, index.into());
    let body = into.get_mut(RTCP_HEADER_LEN..)?;
    let length = key.open_in_place(nonce, Aad::from(aad), body).ok()?.len();
    into.truncate(RTCP_HEADER_LEN + length);
    Some((ssrc, index))
}

/// RFC 3711 §3.4.
fn open_cm(
    (key, tag): (&EncryptingKey, &hmac::Key),
    salt: [u8; SALT_LEN],
    packet: &[u8],
    into: &mut Vec<u8>,
) -> Option<(u32, u32)> {
    let (signed, said_tag) = packet.split_last_chunk::<HMAC_TAG_LEN>()?;
    let (rest, said) = signed.split_last_chunk::<INDEX_LEN>()?;
    let ssrc = rtcp_source(rest)?;
    let expected = hmac::sign(tag, signed);
    if !bool::from(expected.as_ref()[..HMAC_TAG_LEN].ct_eq(said_tag)) {
        return None;
    }
    let index = encrypted_index(u32::from_be_bytes(*said))?;
    into.extend_from_slice(rest);
    cm(key, salt, ssrc, index.into(), &mut into[RTCP_HEADER_LEN..]);
    Some((ssrc, index))
}

/// What is not encrypted is not taken: nobody sends it.
fn encrypted_index(said: u32) -> Option<u32> {
    (said & ENCRYPTED != 0).then_some(said & !ENCRYPTED)
}

/// Who sends a packet of RTCP (RFC 3550 §6.4).
fn rtcp_source(packet: &[u8]) -> Option<u32> {
    let header = packet.first_chunk::<RTCP_HEADER_LEN>()?;
    let [_, _, _, _, a, b, c, d] = *header;
    Some(u32::from_be_bytes([a, b, c, d]))
}

/// What of a packet of RTCP is signed and not encrypted (RFC 7714 §9.2).
fn gcm_rtcp_aad(packet: &[u8], index: u32) -> [u8; RTCP_HEADER_LEN + INDEX_LEN] {
    let mut aad = [0; RTCP_HEADER_LEN + INDEX_LEN];
    let (header, said) = aad.split_at_mut(RTCP_HEADER_LEN);
    header.copy_from_slice(&packet[..RTCP_HEADER_LEN]);
    said.copy_from_slice(&index.to_be_bytes());
    aad
}

/// RFC 7714 §8.1 and §9.1: two bytes of nothing, the source, 48 bits of index, and the salt upon it.
fn gcm_nonce(salt: [u8; NONCE_LEN], ssrc: u32, index: u64) -> Nonce {
    let mut nonce = salt;
    let (ssrc, index) = (ssrc.to_be_bytes(), index.to_be_bytes());
    for (byte, over) in nonce[2..].iter_mut().zip(ssrc.iter().chain(&index[2..])) {
        *byte ^= over;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// AES in counter mode (RFC 3711 §4.1.1); encrypts and decrypts.
fn cm(key: &EncryptingKey, salt: [u8; SALT_LEN], ssrc: u32, index: u64, bytes: &mut [u8]) {
    let mut counter = [0; 16];
    counter[..SALT_LEN].copy_from_slice(&salt);
    let (ssrc, index) = (ssrc.to_be_bytes(), index.to_be_bytes());
    for (byte, over) in counter[4..].iter_mut().zip(ssrc.iter().chain(&index[2..])) {
        *byte ^= over;
    }
    let context = EncryptionContext::Iv128(FixedLength::from(counter));
    key.less_safe_encrypt(bytes, context).expect("a counter fits every length");
}

impl Cipher {
    fn new(master: &Master<'_>, labels: [Label; 3]) -> Result<Self, BadKeys> {
        let [encryption, authentication, salting] = labels;
        let salt = master.derived::<SALT_LEN>(salting)?;
        if master.profile == Profile::Aes128CmSha1_80 {
            let key = master.derived::<16>(encryption)?;
            let key = UnboundCipherKey::new(&AES_128, &key).map_err(|_| BadKeys)?;
            let tag = master.derived::<20>(authentication)?;
            return Ok(Self::Cm {
                key: EncryptingKey::ctr(key).map_err(|_| BadKeys)?,
                salt,
                tag: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &tag),
            });
        }
        let (short, long);
        let (algorithm, key) = if master.profile == Profile::AeadAes128Gcm {
            short = master.derived::<16>(encryption)?;
            (&AES_128_GCM, &short[..])
        } else {
            long = master.derived::<32>(encryption)?;
            (&AES_256_GCM, &long[..])
        };
        let key = UnboundKey::new(algorithm, key).map_err(|_| BadKeys)?;
        let mut short_salt = [0; NONCE_LEN];
        short_salt.copy_from_slice(&salt[..NONCE_LEN]);
        Ok(Self::Gcm { key: LessSafeKey::new(key), salt: short_salt })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

#[cfg(test)]
mod tests;

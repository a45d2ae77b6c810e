//! Writing STUN messages into a buffer that is used again and again.

use std::net::SocketAddr;
use std::time::Duration;

use super::attribute::{Family, PasswordAlgorithm, xor_address_value};
use super::integrity::{Integrity, Key, SHA256_LEN};
use super::message::{Class, HEADER_LEN, MAGIC_COOKIE, Method, TransactionId, message_type};
use super::{attr, fingerprint};

/// The longest head of a Data indication: header, an IPv6 XOR-PEER-ADDRESS, the head of DATA.
pub const DATA_HEAD_MAX: usize = HEADER_LEN + 24 + 4;

/// Writes one message, attribute by attribute; the buffer's capacity is kept from one to the next.
///
/// A message that becomes longer than STUN allows (65,532 bytes of attributes) is given up:
/// [`finish`](Self::finish) says 0 and leaves the buffer empty.
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut Vec<u8>,
    transaction: TransactionId,
    too_long: bool,
}

impl<'b> Writer<'b> {
    /// Clears the buffer and writes the header.
    pub fn new(
        buffer: &'b mut Vec<u8>,
        class: Class,
        method: Method,
        transaction: TransactionId,
    ) -> Self {
        buffer.clear();
        buffer.extend_from_slice(&header(class, method, transaction, 0));
        Self { buffer, transaction, too_long: false }
    }

    /// Any attribute, by number and value.
    pub fn attribute(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        self.parts(kind, &[value])
    }

    /// One of the XOR-…-ADDRESS attributes.
    pub fn xor_address(&mut self, kind: u16, address: SocketAddr) -> &mut Self {
        let (value, length) = xor_address_value(address, self.transaction);
        self.attribute(kind, &value[..length])
    }

    /// ERROR-CODE: a code from 300 to 699 and a reason for people.
    pub fn error(&mut self, code: u16, reason: &str) -> &mut Self {
        let [class, number] = code_bytes(code);
        self.parts(attr::ERROR_CODE, &[&[0, 0, class, number], reason.as_bytes()])
    }

    /// ADDRESS-ERROR-CODE: the family that could not be served, beside one that could.
    pub fn address_error(&mut self, family: Family, code: u16, reason: &str) -> &mut Self {
        let [class, number] = code_bytes(code);
        let head = [family.number(), 0, class, number];
        self.parts(attr::ADDRESS_ERROR_CODE, &[&head, reason.as_bytes()])
    }

    /// LIFETIME, cut to whole seconds.
    pub fn lifetime(&mut self, lifetime: Duration) -> &mut Self {
        let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        self.attribute(attr::LIFETIME, &seconds.to_be_bytes())
    }

    /// CHANNEL-NUMBER.
    pub fn channel_number(&mut self, number: u16) -> &mut Self {
        let [high, low] = number.to_be_bytes();
        self.attribute(attr::CHANNEL_NUMBER, &[high, low, 0, 0])
    }

    /// REQUESTED-TRANSPORT, an IP protocol number: 17 for UDP.
    pub fn requested_transport(&mut self, protocol: u8) -> &mut Self {
        self.attribute(attr::REQUESTED_TRANSPORT, &[protocol, 0, 0, 0])
    }

    /// REQUESTED-ADDRESS-FAMILY or ADDITIONAL-ADDRESS-FAMILY.
    pub fn family(&mut self, kind: u16, family: Family) -> &mut Self {
        self.attribute(kind, &[family.number(), 0, 0, 0])
    }

    /// PASSWORD-ALGORITHM.
    pub fn password_algorithm(&mut self, algorithm: PasswordAlgorithm) -> &mut Self {
        self.attribute(attr::PASSWORD_ALGORITHM, &algorithm_bytes(algorithm))
    }

    /// PASSWORD-ALGORITHMS, in order of preference.
    pub fn password_algorithms(&mut self, algorithms: &[PasswordAlgorithm]) -> &mut Self {
        self.list(attr::PASSWORD_ALGORITHMS, algorithms.iter().map(|one| algorithm_bytes(*one)))
    }

    /// UNKNOWN-ATTRIBUTES, beside the error 420.
    pub fn unknown(&mut self, kinds: &[u16]) -> &mut Self {
        self.list(attr::UNKNOWN_ATTRIBUTES, kinds.iter().map(|kind| kind.to_be_bytes()))
    }

    /// MESSAGE-INTEGRITY or the whole MESSAGE-INTEGRITY-SHA256 over all that was written so far.
    pub fn integrity(&mut self, key: &Key, integrity: Integrity) -> &mut Self {
        match integrity {
            Integrity::Sha1 => {
                let value = key.sha1_of(self.buffer);
                self.attribute(attr::MESSAGE_INTEGRITY, &value)
            }
            Integrity::Sha256 => self.integrity_sha256(key, SHA256_LEN),
        }
    }

    /// MESSAGE-INTEGRITY-SHA256 cut to `length` bytes, which is 16, 20, 24, 28 or 32; a smaller
    /// one is taken for 16, a larger one for 32, and the others are rounded up.
    pub fn integrity_sha256(&mut self, key: &Key, length: usize) -> &mut Self {
        let length = length.next_multiple_of(4).clamp(16, SHA256_LEN);
        let value = key.sha256_of(self.buffer, length);
        self.attribute(attr::MESSAGE_INTEGRITY_SHA256, &value[..length])
    }

    /// FINGERPRINT; it has to be the last attribute.
    pub fn fingerprint(&mut self) -> &mut Self {
        self.set_length(self.buffer.len() + 8);
        let value = fingerprint::of(self.buffer).to_be_bytes();
        self.attribute(attr::FINGERPRINT, &value)
    }

    /// Completes the header and says how long the message is: 0 when it became too long.
    pub fn finish(&mut self) -> usize {
        if self.too_long {
            self.buffer.clear();
        } else {
            self.set_length(self.buffer.len());
        }
        self.buffer.len()
    }

    fn parts(&mut self, kind: u16, parts: &[&[u8]]) -> &mut Self {
        let begin = self.begin(kind);
        for part in parts {
            self.buffer.extend_from_slice(part);
        }
        self.end(begin)
    }

    fn list<const N: usize>(
        &mut self,
        kind: u16,
        items: impl Iterator<Item = [u8; N]>,
    ) -> &mut Self {
        let begin = self.begin(kind);
        items.for_each(|item| self.buffer.extend_from_slice(&item));
        self.end(begin)
    }

    /// Writes the head of an attribute, and says where its value begins.
    fn begin(&mut self, kind: u16) -> usize {
        self.buffer.extend_from_slice(&kind.to_be_bytes());
        self.buffer.extend_from_slice(&[0; 2]);
        self.buffer.len()
    }

    /// Fills in the length of an attribute and pads it with zeros.
    fn end(&mut self, begin: usize) -> &mut Self {
        let length = self.buffer.len() - begin;
        self.buffer.resize(begin + length.next_multiple_of(4), 0);
        match u16::try_from(length) {
            Ok(length) if self.buffer.len() - HEADER_LEN <= usize::from(u16::MAX) => {
                self.buffer[begin - 2..begin].copy_from_slice(&length.to_be_bytes());
            }
            _ => {
                // Nothing written from here on counts, so it need not be kept.
                self.too_long = true;
                self.buffer.truncate(HEADER_LEN);
            }
        }
        self
    }

    fn set_length(&mut self, whole: usize) {
        let length = u16::try_from(whole - HEADER_LEN).unwrap_or(u16::MAX);
        self.buffer[2..4].copy_from_slice(&length.to_be_bytes());
    }
}

/// The head of a Data indication: everything but the payload and its padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataHead {
    bytes: [u8; DATA_HEAD_MAX],
    length: u8,
}

impl DataHead {
    /// What goes on the wire before the payload.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// The head of a Data indication (RFC 8656 §11.7) with `length` bytes of payload, to be followed
/// by them and by zeros up to a multiple of four. `None` when they do not fit a message.
#[must_use]
pub fn data_indication_head(
    transaction: TransactionId,
    peer: SocketAddr,
    length: usize,
) -> Option<DataHead> {
    let (value, address) = xor_address_value(peer, transaction);
    let after_header = 4 + address + 4;
    let whole = u16::try_from(after_header + length.next_multiple_of(4)).ok()?;
    let data_length = u16::try_from(length).ok()?;
    let mut bytes = [0; DATA_HEAD_MAX];
    bytes[..20].copy_from_slice(&header(Class::Indication, Method::Data, transaction, whole));
    bytes[20..22].copy_from_slice(&attr::XOR_PEER_ADDRESS.to_be_bytes());
    bytes[23] = if address == 8 { 8 } else { 20 };
    bytes[24..24 + address].copy_from_slice(&value[..address]);
    let data = 24 + address;
    bytes[data..data + 2].copy_from_slice(&attr::DATA.to_be_bytes());
    bytes[data + 2..data + 4].copy_from_slice(&data_length.to_be_bytes());
    let head = if address == 8 { 36 } else { 48 };
    Some(DataHead { bytes, length: head })
}

fn header(class: Class, method: Method, transaction: TransactionId, length: u16) -> [u8; 20] {
    let mut header = [0; HEADER_LEN];
    header[..2].copy_from_slice(&message_type(class, method).to_be_bytes());
    header[2..4].copy_from_slice(&length.to_be_bytes());
    header[4..8].copy_from_slice(&MAGIC_COOKIE);
    header[8..].copy_from_slice(&transaction.0);
    header
}

/// Hundreds and the rest of an error code (RFC 8489 §14.8).
fn code_bytes(code: u16) -> [u8; 2] {
    let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
    [byte(code / 100) & 0x07, byte(code % 100)]
}

/// An algorithm without parameters (RFC 8489 §14.12).
const fn algorithm_bytes(algorithm: PasswordAlgorithm) -> [u8; 4] {
    let [high, low] = algorithm.number().to_be_bytes();
    [high, low, 0, 0]
}

//! STUN messages (RFC 8489), as much as a TURN client needs.

use std::net::{IpAddr, SocketAddr};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

const COOKIE: u32 = 0x2112_A442;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const ERROR_CODE: u16 = 0x0009;

pub(crate) const SUCCESS: u16 = 0x0100;
pub(crate) const ERROR: u16 = 0x0110;

/// A message under way: its header and attributes so far.
pub(crate) struct Message {
    bytes: Vec<u8>,
    transaction: [u8; 12],
}

impl Message {
    /// An empty message of this type (method and class, RFC 8489 §5).
    pub(crate) fn new(kind: u16, transaction: [u8; 12]) -> Self {
        let mut bytes = Vec::new();
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(COOKIE.to_be_bytes());
        bytes.extend(transaction);
        Self { bytes, transaction }
    }

    /// Adds an attribute, padded to four bytes.
    pub(crate) fn add(&mut self, kind: u16, value: &[u8]) {
        self.bytes.extend(kind.to_be_bytes());
        self.bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        self.bytes.extend(value);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self.set_length(0);
    }

    /// Adds an address, hidden as RFC 8489 §14.2 says.
    pub(crate) fn add_xor_address(&mut self, kind: u16, address: SocketAddr) {
        let mask: Vec<u8> = COOKIE.to_be_bytes().into_iter().chain(self.transaction).collect();
        let (family, octets) = match address.ip() {
            IpAddr::V4(ip) => (1, ip.octets().to_vec()),
            IpAddr::V6(ip) => (2, ip.octets().to_vec()),
        };
        let port = address.port().to_be_bytes();
        let mut value = vec![0, family, port[0] ^ mask[0], port[1] ^ mask[1]];
        value.extend(octets.iter().zip(&mask).map(|(octet, mask)| octet ^ mask));
        self.add(kind, &value);
    }

    /// Adds MESSAGE-INTEGRITY over everything so far.
    pub(crate) fn sign(&mut self, key: &[u8]) {
        self.set_length(24);
        let mut mac = Hmac::<Sha1>::new_from_slice(key).unwrap();
        mac.update(&self.bytes);
        let tag = mac.finalize().into_bytes();
        self.add(MESSAGE_INTEGRITY, &tag);
    }

    /// As it goes on the wire.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes the length of the attributes, `more` of them still to come.
    fn set_length(&mut self, more: usize) {
        let length = u16::try_from(self.bytes.len() - 20 + more).unwrap();
        self.bytes[2..4].copy_from_slice(&length.to_be_bytes());
    }
}

/// A message that came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) kind: u16,
    attributes: Vec<(u16, Vec<u8>)>,
}

impl Answer {
    /// Reads an answer to the transaction; `None` for anything else.
    pub(crate) fn read(bytes: &[u8], transaction: [u8; 12]) -> Option<Self> {
        if bytes.len() < 20 || bytes[4..8] != COOKIE.to_be_bytes() || bytes[8..20] != transaction {
            return None;
        }
        let mut attributes = Vec::new();
        let mut rest = &bytes[20..];
        while let [k0, k1, l0, l1, value @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*l0, *l1]));
            attributes.push((u16::from_be_bytes([*k0, *k1]), value.get(..length)?.to_vec()));
            rest = value.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        Some(Self { kind: u16::from_be_bytes([bytes[0], bytes[1]]), attributes })
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, kind: u16) -> Option<&[u8]> {
        self.attributes.iter().find(|(k, _)| *k == kind).map(|(_, value)| value.as_slice())
    }

    /// The number of an error answer (RFC 8489 §14.8).
    pub(crate) fn error_code(&self) -> Option<u16> {
        match self.attribute(ERROR_CODE)? {
            [_, _, class, number, ..] => Some(u16::from(*class) * 100 + u16::from(*number)),
            _ => None,
        }
    }
}

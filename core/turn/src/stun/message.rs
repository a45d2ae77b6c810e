//! A checked view of one whole STUN message (RFC 8489 §5).

use super::integrity::{self, Integrity, Key};
use super::{attr, fingerprint};

/// The header: type, length, magic cookie, transaction id (RFC 8489 §5).
pub const HEADER_LEN: usize = 20;
/// The fixed value that tells STUN from other protocols (RFC 8489 §5).
pub const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];

/// Matches an answer to its request; chosen by the client (RFC 8489 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TransactionId(pub [u8; 12]);

/// Which of the four kinds of message this is (RFC 8489 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Wants an answer.
    Request,
    /// Wants none.
    Indication,
    /// A request was carried out.
    Success,
    /// A request was refused.
    Error,
}

/// What a message is about (RFC 8489 §18.2, RFC 8656 §17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// "What is my address?"; `0x001`.
    Binding,
    /// Make an allocation; `0x003`.
    Allocate,
    /// Prolong or end an allocation; `0x004`.
    Refresh,
    /// Client to peer; `0x006`.
    Send,
    /// Peer to client; `0x007`.
    Data,
    /// Let peers at an address send; `0x008`.
    CreatePermission,
    /// Give a peer a channel number; `0x009`.
    ChannelBind,
    /// Any other of the 4,096, by its number.
    Other(u16),
}

/// Why bytes are not a STUN message, or a value not what its attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ParseError {
    /// Not STUN at all: the first two bits are not zero or the magic cookie is missing; drop it.
    #[error("these bytes are not STUN")]
    NotStun,
    /// The length is no multiple of four or not that of the bytes; drop it.
    #[error("the length of the message is wrong")]
    Length,
    /// An attribute reaches beyond the message or has an impossible length; drop it, or answer 400.
    #[error("an attribute is malformed")]
    Attribute,
    /// FINGERPRINT is wrong or not the last attribute; drop it.
    #[error("the fingerprint is wrong")]
    Fingerprint,
    /// An address family that is neither IPv4 nor IPv6; answer 440 where the client asked for it.
    #[error("the address family is unknown")]
    Family,
}

/// One whole STUN message, well-formed and, where it has a FINGERPRINT, with the right one.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    bytes: &'a [u8],
    /// Where the attributes end that may be read: after the first MESSAGE-INTEGRITY or
    /// MESSAGE-INTEGRITY-SHA256, before FINGERPRINT.
    readable: usize,
    /// Offset of MESSAGE-INTEGRITY, 0 when there is none.
    sha1: usize,
    /// Offset of MESSAGE-INTEGRITY-SHA256, 0 when there is none.
    sha256: usize,
}

/// The readable attributes of a message, in their order: number and value.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    /// Checks header, lengths of all attributes, and FINGERPRINT where there is one.
    ///
    /// # Errors
    /// [`ParseError`]: whatever it says, the bytes are no message to act on.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let (header, body) = bytes.split_first_chunk::<HEADER_LEN>().ok_or(ParseError::NotStun)?;
        if header[0] & 0xC0 != 0 || header[4..8] != MAGIC_COOKIE {
            return Err(ParseError::NotStun);
        }
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if length != body.len() || !length.is_multiple_of(4) {
            return Err(ParseError::Length);
        }
        let mut message = Self { bytes, readable: bytes.len(), sha1: 0, sha256: 0 };
        message.walk()?;
        Ok(message)
    }

    /// Walks the whole message once. After MESSAGE-INTEGRITY only MESSAGE-INTEGRITY-SHA256 and
    /// FINGERPRINT count, after MESSAGE-INTEGRITY-SHA256 only FINGERPRINT (RFC 8489 §14.5, §14.6).
    fn walk(&mut self) -> Result<(), ParseError> {
        let mut offset = HEADER_LEN;
        while offset < self.bytes.len() {
            let (kind, value, next) = attribute_at(self.bytes, offset)?;
            match kind {
                attr::MESSAGE_INTEGRITY if self.sha1 == 0 && self.sha256 == 0 => {
                    if value.len() != integrity::SHA1_LEN {
                        return Err(ParseError::Attribute);
                    }
                    self.sha1 = offset;
                    self.readable = next;
                }
                attr::MESSAGE_INTEGRITY_SHA256 if self.sha256 == 0 => {
                    if !integrity::is_sha256_len(value.len()) {
                        return Err(ParseError::Attribute);
                    }
                    self.sha256 = offset;
                    self.readable = self.readable.min(next);
                }
                attr::FINGERPRINT => {
                    let expected = fingerprint::of(&self.bytes[..offset]).to_be_bytes();
                    if next != self.bytes.len() || value != expected {
                        return Err(ParseError::Fingerprint);
                    }
                    self.readable = self.readable.min(offset);
                }
                _ => {}
            }
            offset = next;
        }
        Ok(())
    }

    /// Which kind of message it is.
    #[must_use]
    pub fn class(&self) -> Class {
        Class::from_type(self.kind())
    }

    /// What it is about.
    #[must_use]
    pub fn method(&self) -> Method {
        Method::from_type(self.kind())
    }

    /// The id that the answer has to repeat.
    #[must_use]
    pub fn transaction(&self) -> TransactionId {
        let mut id = [0; 12];
        id.copy_from_slice(&self.bytes[8..HEADER_LEN]);
        TransactionId(id)
    }

    /// The whole message as it came.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Attributes up to and with the first MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256: nobody
    /// vouches for what follows (RFC 8489 §14.5). Never FINGERPRINT, which is checked already.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: &self.bytes[HEADER_LEN..self.readable] }
    }

    /// The value of the first attribute of that number (RFC 8489 §14: later ones are ignored).
    #[must_use]
    pub fn attribute(&self, kind: u16) -> Option<&'a [u8]> {
        self.attributes().find_map(|(found, value)| (found == kind).then_some(value))
    }

    /// Attributes that must be understood and are not among the known ones; for a 420.
    pub fn unknown_required(&self, known: &[u16]) -> impl Iterator<Item = u16> {
        let required = |kind: &u16| *kind < attr::COMPREHENSION_OPTIONAL;
        let kinds = self.attributes().map(|(kind, _)| kind);
        kinds.filter(required).filter(|kind| !known.contains(kind))
    }

    /// Which integrity attribute counts; where both are there, the stronger one.
    #[must_use]
    pub const fn integrity(&self) -> Option<Integrity> {
        match (self.sha256, self.sha1) {
            (0, 0) => None,
            (0, _) => Some(Integrity::Sha1),
            _ => Some(Integrity::Sha256),
        }
    }

    /// Whether the integrity attribute that counts was made with this key; `false` without one.
    /// Takes the same time wherever the values differ.
    #[must_use]
    pub fn verify(&self, key: &Key) -> bool {
        let (integrity, offset) = match self.integrity() {
            None => return false,
            Some(Integrity::Sha1) => (Integrity::Sha1, self.sha1),
            Some(Integrity::Sha256) => (Integrity::Sha256, self.sha256),
        };
        let Ok((_, value, _)) = attribute_at(self.bytes, offset) else { return false };
        key.verifies(integrity, &self.bytes[..offset], value)
    }

    fn kind(&self) -> u16 {
        u16::from_be_bytes([self.bytes[0], self.bytes[1]])
    }
}

/// The attribute that begins at `offset`: number, value, and where the next one begins.
fn attribute_at(bytes: &[u8], offset: usize) -> Result<(u16, &[u8], usize), ParseError> {
    let rest = bytes.get(offset..).ok_or(ParseError::Attribute)?;
    let (head, rest) = rest.split_first_chunk::<4>().ok_or(ParseError::Attribute)?;
    let kind = u16::from_be_bytes([head[0], head[1]]);
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    let value = rest.get(..length).ok_or(ParseError::Attribute)?;
    // The message is a multiple of four long, so the padding is there when the value is.
    Ok((kind, value, offset + 4 + length.next_multiple_of(4)))
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, value, next) = attribute_at(self.rest, 0).ok()?;
        self.rest = self.rest.get(next..).unwrap_or_default();
        Some((kind, value))
    }
}

impl Class {
    /// From the two class bits of a message type (RFC 8489 §5, figure 3).
    const fn from_type(kind: u16) -> Self {
        match (kind & 0x0100 != 0, kind & 0x0010 != 0) {
            (false, false) => Self::Request,
            (false, true) => Self::Indication,
            (true, false) => Self::Success,
            (true, true) => Self::Error,
        }
    }

    /// The two class bits where a message type has them.
    const fn bits(self) -> u16 {
        match self {
            Self::Request => 0x0000,
            Self::Indication => 0x0010,
            Self::Success => 0x0100,
            Self::Error => 0x0110,
        }
    }
}

impl Method {
    /// The method of a number; only the lowest twelve bits count.
    #[must_use]
    pub const fn from_number(number: u16) -> Self {
        match number & 0x0FFF {
            0x001 => Self::Binding,
            0x003 => Self::Allocate,
            0x004 => Self::Refresh,
            0x006 => Self::Send,
            0x007 => Self::Data,
            0x008 => Self::CreatePermission,
            0x009 => Self::ChannelBind,
            other => Self::Other(other),
        }
    }

    /// The number, of twelve bits.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Binding => 0x001,
            Self::Allocate => 0x003,
            Self::Refresh => 0x004,
            Self::Send => 0x006,
            Self::Data => 0x007,
            Self::CreatePermission => 0x008,
            Self::ChannelBind => 0x009,
            Self::Other(number) => number & 0x0FFF,
        }
    }

    /// The bits of a message type without the class (RFC 8489 §5, figure 3).
    const fn from_type(kind: u16) -> Self {
        Self::from_number((kind & 0x000F) | ((kind & 0x00E0) >> 1) | ((kind & 0x3E00) >> 2))
    }

    const fn bits(self) -> u16 {
        let number = self.number();
        (number & 0x000F) | ((number & 0x0070) << 1) | ((number & 0x0F80) << 2)
    }
}

/// The first two bytes of a message.
pub(super) const fn message_type(class: Class, method: Method) -> u16 {
    class.bits() | method.bits()
}

//! The values of attributes, typed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::attr;
use super::channel_data::is_channel_number;
use super::message::{MAGIC_COOKIE, Message, ParseError, TransactionId};

/// Of an address; the numbers are those of MAPPED-ADDRESS (RFC 8489 §14.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// IPv4, `0x01`.
    V4,
    /// IPv6, `0x02`.
    V6,
}

/// How the long-term key is made (RFC 8489 §18.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordAlgorithm {
    /// `0x0001`.
    Md5,
    /// `0x0002`.
    Sha256,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::V4 => 0x01,
            Self::V6 => 0x02,
        }
    }

    /// # Errors
    /// [`ParseError::Family`] for a number that is neither.
    pub const fn from_number(number: u8) -> Result<Self, ParseError> {
        match number {
            0x01 => Ok(Self::V4),
            0x02 => Ok(Self::V6),
            _ => Err(ParseError::Family),
        }
    }
}

impl PasswordAlgorithm {
    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Md5 => 0x0001,
            Self::Sha256 => 0x0002,
        }
    }
}

/// What a typed reader says: `None` without the attribute, an error when its value is impossible.
type Read<T> = Option<Result<T, ParseError>>;

impl<'a> Message<'a> {
    /// The first of the XOR-…-ADDRESS attributes of that number (RFC 8489 §14.2).
    #[must_use]
    pub fn xor_address(&self, kind: u16) -> Read<SocketAddr> {
        Some(read_xor_address(self.attribute(kind)?, self.transaction()))
    }

    /// All XOR-PEER-ADDRESS values, as CreatePermission has them (RFC 8656 §10.1).
    pub fn xor_peer_addresses(&self) -> impl Iterator<Item = Result<SocketAddr, ParseError>> {
        let transaction = self.transaction();
        self.attributes()
            .filter(|(kind, _)| *kind == attr::XOR_PEER_ADDRESS)
            .map(move |(_, value)| read_xor_address(value, transaction))
    }

    /// USERNAME.
    #[must_use]
    pub fn username(&self) -> Read<&'a str> {
        Some(text(self.attribute(attr::USERNAME)?))
    }

    /// REALM.
    #[must_use]
    pub fn realm(&self) -> Read<&'a str> {
        Some(text(self.attribute(attr::REALM)?))
    }

    /// NONCE.
    #[must_use]
    pub fn nonce(&self) -> Option<&'a [u8]> {
        self.attribute(attr::NONCE)
    }

    /// LIFETIME, whole seconds.
    #[must_use]
    pub fn lifetime(&self) -> Read<Duration> {
        let seconds = fixed(self.attribute(attr::LIFETIME)?).map(u32::from_be_bytes);
        Some(seconds.map(|seconds| Duration::from_secs(seconds.into())))
    }

    /// ERROR-CODE: 300 to 699, and the reason.
    #[must_use]
    pub fn error_code(&self) -> Read<(u16, &'a str)> {
        Some(error_code(self.attribute(attr::ERROR_CODE)?))
    }

    /// DATA, what Send and Data indications carry.
    #[must_use]
    pub fn data(&self) -> Option<&'a [u8]> {
        self.attribute(attr::DATA)
    }

    /// CHANNEL-NUMBER. A number outside `0x4000..=0x7FFF` is an error, to be answered by 400
    /// (RFC 8656 §12.2).
    #[must_use]
    pub fn channel_number(&self) -> Read<u16> {
        let value = fixed(self.attribute(attr::CHANNEL_NUMBER)?);
        Some(value.and_then(|[high, low, _, _]: [u8; 4]| {
            let number = u16::from_be_bytes([high, low]);
            is_channel_number(number).then_some(number).ok_or(ParseError::Attribute)
        }))
    }

    /// REQUESTED-TRANSPORT: an IP protocol number, 17 for UDP.
    #[must_use]
    pub fn requested_transport(&self) -> Read<u8> {
        let value = fixed(self.attribute(attr::REQUESTED_TRANSPORT)?);
        Some(value.map(|[protocol, _, _, _]: [u8; 4]| protocol))
    }

    /// REQUESTED-ADDRESS-FAMILY; [`ParseError::Family`] is to be answered by 440.
    #[must_use]
    pub fn requested_family(&self) -> Read<Family> {
        Some(family(self.attribute(attr::REQUESTED_ADDRESS_FAMILY)?))
    }

    /// ADDITIONAL-ADDRESS-FAMILY; only IPv6 makes sense there (RFC 8656 §7.2).
    #[must_use]
    pub fn additional_family(&self) -> Read<Family> {
        Some(family(self.attribute(attr::ADDITIONAL_ADDRESS_FAMILY)?))
    }

    /// EVEN-PORT: whether the next higher port is to be reserved (the R bit).
    #[must_use]
    pub fn even_port(&self) -> Read<bool> {
        let value = fixed(self.attribute(attr::EVEN_PORT)?);
        Some(value.map(|[flags]: [u8; 1]| flags & 0x80 != 0))
    }

    /// PASSWORD-ALGORITHM, what the client chose.
    #[must_use]
    pub fn password_algorithm(&self) -> Read<PasswordAlgorithm> {
        let value = self.attribute(attr::PASSWORD_ALGORITHM)?;
        Some(match value {
            [0, 1, 0, 0] => Ok(PasswordAlgorithm::Md5),
            [0, 2, 0, 0] => Ok(PasswordAlgorithm::Sha256),
            _ => Err(ParseError::Attribute),
        })
    }
}

fn text(value: &[u8]) -> Result<&str, ParseError> {
    str::from_utf8(value).map_err(|_| ParseError::Attribute)
}

fn fixed<const N: usize>(value: &[u8]) -> Result<[u8; N], ParseError> {
    value.try_into().map_err(|_| ParseError::Attribute)
}

fn family(value: &[u8]) -> Result<Family, ParseError> {
    let [number, _, _, _] = fixed(value)?;
    Family::from_number(number)
}

fn error_code(value: &[u8]) -> Result<(u16, &str), ParseError> {
    let (&[_, _, class, number], reason) =
        value.split_first_chunk::<4>().ok_or(ParseError::Attribute)?;
    let class = class & 0x07;
    if !(3..=6).contains(&class) || number > 99 {
        return Err(ParseError::Attribute);
    }
    Ok((u16::from(class) * 100 + u16::from(number), text(reason)?))
}

/// The cookie and the transaction id, with which IPv6 addresses are XORed (RFC 8489 §14.2).
fn mask(transaction: TransactionId) -> [u8; 16] {
    let mut mask = [0; 16];
    mask[..4].copy_from_slice(&MAGIC_COOKIE);
    mask[4..].copy_from_slice(&transaction.0);
    mask
}

fn xored<const N: usize>(mut octets: [u8; N], mask: &[u8]) -> [u8; N] {
    for (octet, mask) in octets.iter_mut().zip(mask) {
        *octet ^= mask;
    }
    octets
}

fn read_xor_address(value: &[u8], transaction: TransactionId) -> Result<SocketAddr, ParseError> {
    let (&[_, family, high, low], address) =
        value.split_first_chunk::<4>().ok_or(ParseError::Attribute)?;
    let port = u16::from_be_bytes(xored([high, low], &MAGIC_COOKIE));
    let mask = mask(transaction);
    let ip: IpAddr = match Family::from_number(family)? {
        Family::V4 => Ipv4Addr::from(xored(fixed(address)?, &mask)).into(),
        Family::V6 => Ipv6Addr::from(xored(fixed(address)?, &mask)).into(),
    };
    Ok(SocketAddr::new(ip, port))
}

/// An address as the XOR-…-ADDRESS attributes hold it: the value, and how long it is.
pub(super) fn xor_address_value(
    address: SocketAddr,
    transaction: TransactionId,
) -> ([u8; 20], usize) {
    let mut value = [0; 20];
    value[1] = Family::of(address.ip()).number();
    value[2..4].copy_from_slice(&xored(address.port().to_be_bytes(), &MAGIC_COOKIE));
    let mask = mask(transaction);
    match address.ip() {
        IpAddr::V4(ip) => {
            value[4..8].copy_from_slice(&xored(ip.octets(), &mask));
            (value, 8)
        }
        IpAddr::V6(ip) => {
            value[4..].copy_from_slice(&xored(ip.octets(), &mask));
            (value, 20)
        }
    }
}

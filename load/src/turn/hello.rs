//! How the floor program is told of an allocation: it speaks no TURN.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, bail, ensure};

/// First byte of a hello; no ChannelData begins with it.
const MARK: u8 = 0xFF;
/// Mark, a zero, channel, address, port.
const LEN: usize = 10;

/// From the client: its channel and the peer. The answer: the channel and the relayed address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hello {
    /// The client's channel, of the whole program.
    pub channel: u16,
    /// An IPv4 address.
    pub address: SocketAddr,
}

impl Hello {
    /// As it is sent.
    ///
    /// # Errors
    /// With an IPv6 address.
    pub fn bytes(&self) -> anyhow::Result<[u8; LEN]> {
        let SocketAddr::V4(address) = self.address else { bail!("hellos have IPv4 addresses") };
        let mut bytes = [MARK, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes[2..4].copy_from_slice(&self.channel.to_be_bytes());
        bytes[4..8].copy_from_slice(&address.ip().octets());
        bytes[8..].copy_from_slice(&address.port().to_be_bytes());
        Ok(bytes)
    }

    /// Reads one.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let bytes: &[u8; LEN] = bytes.try_into().context("a hello has ten bytes")?;
        let [mark, _, channel @ .., a, b, c, d, high, low] = bytes;
        ensure!(*mark == MARK, "these bytes are no hello");
        let ip = Ipv4Addr::new(*a, *b, *c, *d);
        let port = u16::from_be_bytes([*high, *low]);
        Ok(Self {
            channel: u16::from_be_bytes(*channel),
            address: SocketAddr::new(ip.into(), port),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_is_read_as_it_was_written() {
        let hello = Hello { channel: 0x4123, address: "127.0.1.9:40000".parse().unwrap() };
        assert_eq!(Hello::read(&hello.bytes().unwrap()).unwrap(), hello);
        assert!(Hello::read(&[0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(Hello::read(&[MARK; 9]).is_err());
    }
}

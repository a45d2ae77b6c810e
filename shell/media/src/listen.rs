//! The listening sockets.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use datagram::Options;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket};

use crate::interfaces::bindable_addresses;

/// An address is taken, needs privileges, or is none of this machine's.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address} ({transport}): {source}")]
pub struct ListenError {
    /// `UDP`, `TCP` or `TLS`.
    pub transport: &'static str,
    /// What was asked for.
    pub address: SocketAddr,
    /// Why not.
    pub source: io::Error,
}

/// Bytes that the kernel keeps for the socket of all clients: at 1,000 bytes a packet about a
/// tenth of a second of 20,000 packets per second.
const BUFFER: usize = 4 << 20;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// One address and a socket on it for each shard.
#[derive(Debug)]
pub(crate) struct UdpListener {
    pub(crate) address: SocketAddr,
    pub(crate) sockets: Vec<UdpSocket>,
}

/// Opens the UDP sockets of these addresses.
pub(crate) fn udp(
    addresses: &[SocketAddr],
    shards: usize,
) -> Result<Vec<UdpListener>, ListenError> {
    let options = Options { reuse_port: shards > 1, buffer: Some(BUFFER), gro: true };
    each(addresses, "UDP", |address| {
        let first = datagram::open(address, options)?;
        if first.receive_buffer < BUFFER {
            let bytes = first.receive_buffer;
            tracing::info!(%address, bytes, "the system limits a receive buffer");
        }
        // With port 0 the first socket finds out which.
        let address = first.socket.local_addr()?;
        let mut sockets = vec![first.socket];
        for _ in 1..shards {
            sockets.push(datagram::open(address, options)?.socket);
        }
        Ok(UdpListener { address, sockets })
    })
}

/// Opens the TCP sockets of these addresses; in a runtime.
pub(crate) fn tcp(
    addresses: &[SocketAddr],
    transport: &'static str,
) -> Result<Vec<TcpListener>, ListenError> {
    each(addresses, transport, |address| {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        if address.is_ipv6() {
            SockRef::from(&socket).set_only_v6(true)?;
        }
        // Connections of an earlier run that linger do not keep the port.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    })
}

/// Opens each address; an unspecified one as all addresses of the machine on one port.
fn each<T>(
    addresses: &[SocketAddr],
    transport: &'static str,
    open: impl Fn(SocketAddr) -> io::Result<T>,
) -> Result<Vec<T>, ListenError> {
    let mut opened = Vec::new();
    for &address in addresses {
        let failed = |source| ListenError { transport, address, source };
        for address in expand(address).map_err(failed)? {
            opened.push(open(address).map_err(|source| ListenError {
                transport,
                address,
                source,
            })?);
        }
    }
    Ok(opened)
}

fn expand(address: SocketAddr) -> io::Result<Vec<SocketAddr>> {
    if !address.ip().is_unspecified() {
        return Ok(vec![address]);
    }
    let all = bindable_addresses(address.is_ipv4())?;
    if all.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::AddrNotAvailable,
            "the machine has no such address",
        ));
    }
    Ok(all.into_iter().map(|ip| SocketAddr::new(ip, address.port())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unspecified_address_becomes_every_address_of_its_family() {
        let all = expand("0.0.0.0:3478".parse().unwrap()).unwrap();
        assert!(all.contains(&"127.0.0.1:3478".parse().unwrap()));
        assert!(all.iter().all(|address| address.is_ipv4() && !address.ip().is_unspecified()));
        let one: SocketAddr = "127.0.0.1:0".parse().unwrap();
        assert_eq!(expand(one).unwrap(), [one]);
    }

    #[test]
    fn an_address_that_is_taken_is_told_with_its_transport() {
        let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let refused = udp(&[address], 1).expect_err("somebody has it").to_string();
        assert!(refused.starts_with(&format!("cannot listen on {address} (UDP): ")), "{refused}");
    }

    #[test]
    fn all_shards_listen_on_the_port_that_the_first_found() {
        let listeners = udp(&["127.0.0.1:0".parse().unwrap()], 3).unwrap();
        let [listener] = &listeners[..] else { panic!("one address") };
        assert_ne!(listener.address.port(), 0);
        assert_eq!(listener.sockets.len(), 3);
        for socket in &listener.sockets {
            assert_eq!(socket.local_addr().unwrap(), listener.address);
        }
    }
}

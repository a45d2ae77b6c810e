//! The listening sockets.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use ::turn::stun::Family;
use datagram::Options;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket};

use super::relays::Bind;
use super::settings::{RelaySettings, StartError};
use crate::interfaces::bindable_addresses;

/// Bytes that the kernel keeps for the socket of all clients: at 1,000 bytes a packet about a
/// tenth of a second of 20,000 packets per second.
const BUFFER: usize = 4 << 20;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// One address and a socket on it for each shard.
#[derive(Debug)]
pub(super) struct UdpListener {
    pub(super) address: SocketAddr,
    pub(super) sockets: Vec<UdpSocket>,
}

/// Opens the UDP sockets of these addresses.
pub(super) fn udp(addresses: &[SocketAddr], shards: usize) -> Result<Vec<UdpListener>, StartError> {
    let options = Options { reuse_port: shards > 1, buffer: Some(BUFFER), gro: true };
    each(addresses, "UDP", |address| {
        let first = datagram::open(address, options)?;
        if first.receive_buffer < BUFFER {
            let bytes = first.receive_buffer;
            tracing::info!(%address, bytes, "the system limits the relay's receive buffer");
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
pub(super) fn tcp(
    addresses: &[SocketAddr],
    transport: &'static str,
) -> Result<Vec<TcpListener>, StartError> {
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

/// Where relay sockets are bound, tried out.
pub(super) fn relay(settings: &RelaySettings) -> Result<Bind, StartError> {
    let bind = Bind {
        v4: settings.relay_addresses.iter().find(|address| address.is_ipv4()).copied(),
        v6: settings.relay_addresses.iter().find(|address| address.is_ipv6()).copied(),
        ports: settings.ports.clone(),
    };
    let given_out = [
        (Family::V4, settings.turn.relay_v4.is_some(), bind.v4),
        (Family::V6, settings.turn.relay_v6.is_some(), bind.v6),
    ];
    for (family, given_out, address) in given_out {
        match address {
            Some(address) => try_out(address)?,
            None if given_out => {
                let family = match family {
                    Family::V4 => "IPv4",
                    Family::V6 => "IPv6",
                };
                return Err(StartError::NoRelayAddress { family });
            }
            None => {}
        }
    }
    Ok(bind)
}

fn try_out(address: IpAddr) -> Result<(), StartError> {
    datagram::open(SocketAddr::new(address, 0), Options::default())
        .map(drop)
        .map_err(|source| StartError::RelayAddress { address, source })
}

/// Opens each address; an unspecified one as all addresses of the machine on one port.
fn each<T>(
    addresses: &[SocketAddr],
    transport: &'static str,
    open: impl Fn(SocketAddr) -> io::Result<T>,
) -> Result<Vec<T>, StartError> {
    let mut opened = Vec::new();
    for &address in addresses {
        let failed = |source| StartError::Listen { transport, address, source };
        for address in expand(address).map_err(failed)? {
            opened.push(open(address).map_err(|source| StartError::Listen {
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

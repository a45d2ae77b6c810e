//! Where the SFU listens in the end: a UDP port for each thread, and a TCP port for all.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};

use crate::config::EmbeddedSfu;

/// How often the system is asked for ports that are free on every address.
const ATTEMPTS: u32 = 64;

/// Addresses to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// The addresses of the first thread, then those of the second, and so on.
    pub(crate) udp: Vec<SocketAddr>,
    pub(crate) tcp: Vec<SocketAddr>,
    /// Whether ports were chosen here; others may be chosen when one is taken.
    pub(crate) chosen: bool,
}

/// Takes the configured port and those after it, or free ones in place of 0. On loopback, where
/// nobody but this machine is told, also in place of ports that nobody named and another program
/// holds.
///
/// # Errors
/// When the configured port leaves too few after it, or the system refuses every port.
pub(crate) fn choose(sfu: &EmbeddedSfu, bound: &[IpAddr], shards: usize) -> io::Result<Places> {
    let first = sfu.listen.address.port();
    if first != 0 {
        let ports = following(first, shards)?;
        if sfu.listen.named || !sfu.is_local() || are_free(bound, &ports) {
            return Ok(Places::at(bound, &ports, false));
        }
        tracing::warn!("another program holds {}: the SFU takes other ports", sfu.listen.address);
    }
    free(bound, shards)
}

/// The port and the ones after it, one for each thread.
///
/// # Errors
/// When there are not as many.
pub(crate) fn following(first: u16, shards: usize) -> io::Result<Vec<u16>> {
    let ports: Vec<u16> = (first..=u16::MAX).take(shards).collect();
    if ports.len() == shards {
        return Ok(ports);
    }
    let why = format!("after port {first} there are not {shards} ports, one for each thread");
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// Ports that the system has free on every address, the first one over TCP too.
fn free(bound: &[IpAddr], shards: usize) -> io::Result<Places> {
    let ip = bound.first().copied().ok_or(io::ErrorKind::AddrNotAvailable)?;
    for _ in 0..ATTEMPTS {
        // Held together, so that no two are the same.
        let held: Vec<UdpSocket> =
            (0..shards).map(|_| UdpSocket::bind((ip, 0))).collect::<io::Result<_>>()?;
        let ports: Vec<u16> = held
            .iter()
            .map(|socket| socket.local_addr().map(|address| address.port()))
            .collect::<io::Result<_>>()?;
        drop(held);
        if are_free(bound, &ports) {
            return Ok(Places::at(bound, &ports, true));
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

fn are_free(bound: &[IpAddr], ports: &[u16]) -> bool {
    bound.iter().all(|ip| {
        let udp = ports.iter().all(|port| UdpSocket::bind((*ip, *port)).is_ok());
        let tcp = ports.first().is_none_or(|port| TcpListener::bind((*ip, *port)).is_ok());
        udp && tcp
    })
}

impl Places {
    fn at(bound: &[IpAddr], ports: &[u16], chosen: bool) -> Self {
        let on_all = |port: u16| bound.iter().map(move |ip| SocketAddr::new(*ip, port));
        Self {
            udp: ports.iter().copied().flat_map(on_all).collect(),
            tcp: ports.first().copied().into_iter().flat_map(on_all).collect(),
            chosen,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::config::{Config, Endpoint};

    const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn sfu(args: &[&str]) -> EmbeddedSfu {
        let args = ["aethex-connect", "serve"].iter().chain(args).map(OsString::from);
        Config::load(args, []).unwrap().config.sfu.embedded.unwrap()
    }

    #[test]
    fn every_thread_takes_the_next_udp_port_on_every_address_and_all_share_a_tcp_port() {
        let bound: Vec<IpAddr> = vec!["9.9.9.9".parse().unwrap(), "2a00::9".parse().unwrap()];
        let places = choose(&sfu(&["--sfu-listen", "[::]:20000"]), &bound, 2).unwrap();
        let udp = ["9.9.9.9:20000", "[2a00::9]:20000", "9.9.9.9:20001", "[2a00::9]:20001"];
        assert_eq!(places.udp, udp.map(|text| text.parse().unwrap()));
        assert_eq!(places.tcp, places.udp[..2]);
        let refused = choose(&sfu(&["--sfu-listen", "[::]:65535"]), &bound, 2).unwrap_err();
        assert!(refused.to_string().contains("there are not 2 ports"), "{refused}");
    }

    #[test]
    fn port_0_becomes_ports_that_are_free() {
        let places = choose(&sfu(&["--sfu-listen", "127.0.0.1:0"]), &[LOOPBACK], 3).unwrap();
        let mut ports: Vec<u16> = places.udp.iter().map(SocketAddr::port).collect();
        ports.sort_unstable();
        ports.dedup();
        assert!(places.chosen && ports.len() == 3 && !ports.contains(&0), "{places:?}");
        assert_eq!(places.tcp, places.udp[..1]);
    }

    #[test]
    fn on_loopback_a_port_that_nobody_named_gives_way_and_a_named_one_does_not() {
        let held = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = held.local_addr().unwrap();
        let mut sfu = sfu(&[]);
        sfu.listen = Endpoint { address, named: false };
        let places = choose(&sfu, &[LOOPBACK], 1).unwrap();
        assert!(places.chosen && places.udp[0] != address, "{places:?}");
        sfu.listen.named = true;
        let places = choose(&sfu, &[LOOPBACK], 1).unwrap();
        assert_eq!((places.udp, places.chosen), (vec![address], false));
    }
}

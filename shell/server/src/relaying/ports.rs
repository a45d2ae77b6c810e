//! Where our own TURN server listens in the end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use crate::config::{EmbeddedTurn, Endpoint};

/// How often the system is asked for a port that is free over UDP as well.
const ATTEMPTS: u32 = 64;

/// Addresses to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    /// UDP and TCP.
    pub(super) plain: Vec<SocketAddr>,
    pub(super) tls: Vec<SocketAddr>,
    /// Whether a port was chosen here; another one may be chosen when it is taken.
    pub(super) chosen: bool,
}

/// Takes the configured ports, and free ones in place of 0. On loopback, where nobody but this
/// machine is told, also in place of a port that nobody named and another program holds.
///
/// # Errors
/// When the system refuses every port.
pub(super) fn choose(turn: &EmbeddedTurn) -> io::Result<Places> {
    let (plain, plain_chosen) = settled(turn.listen, turn.is_local(), true)?;
    let (tls, tls_chosen) = match &turn.tls {
        Some(tls) => {
            let (address, chosen) = settled(tls.listen, turn.is_local(), false)?;
            (expanded(address), chosen)
        }
        None => (Vec::new(), false),
    };
    Ok(Places { plain: expanded(plain), tls, chosen: plain_chosen || tls_chosen })
}

fn settled(at: Endpoint, local: bool, with_udp: bool) -> io::Result<(SocketAddr, bool)> {
    let address = at.address;
    if address.port() == 0 {
        return Ok((free(address.ip(), with_udp)?, true));
    }
    if at.named || !local || is_free(address, with_udp).is_ok() {
        return Ok((address, false));
    }
    let instead = free(address.ip(), with_udp)?;
    tracing::warn!("another program holds {address}: TURN takes {instead}");
    Ok((instead, true))
}

/// A port that is free for TCP, and for UDP too when that is asked: browsers are told one.
fn free(ip: IpAddr, with_udp: bool) -> io::Result<SocketAddr> {
    let mut refused = None;
    for _ in 0..ATTEMPTS {
        match is_free(SocketAddr::new(ip, 0), with_udp) {
            Ok(address) => return Ok(address),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

fn is_free(address: SocketAddr, with_udp: bool) -> io::Result<SocketAddr> {
    let tcp = TcpListener::bind(address)?;
    let address = tcp.local_addr()?;
    if with_udp {
        UdpSocket::bind(address)?;
    }
    Ok(address)
}

/// `[::]` stands for every address, those of IPv4 too.
fn expanded(address: SocketAddr) -> Vec<SocketAddr> {
    let both = address.is_ipv6() && address.ip().is_unspecified();
    let v4 = both.then(|| SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.port()));
    std::iter::once(address).chain(v4).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::config::Config;

    fn turn(args: &[&str]) -> EmbeddedTurn {
        let args = ["aethex-connect", "serve"].iter().chain(args).map(OsString::from);
        Config::load(args, []).unwrap().config.turn.embedded.unwrap()
    }

    #[test]
    fn port_0_becomes_one_port_that_is_free_over_udp_and_tcp() {
        let places = choose(&turn(&["--turn-listen", "127.0.0.1:0", "--self-signed"])).unwrap();
        let [plain] = places.plain[..] else { panic!("{places:?}") };
        let [tls] = places.tls[..] else { panic!("{places:?}") };
        assert!(places.chosen && plain.port() != 0 && tls.port() != 0 && plain != tls);
    }

    #[test]
    fn on_loopback_a_port_that_nobody_named_gives_way_and_a_named_one_does_not() {
        let held = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = held.local_addr().unwrap();
        let mut turn = turn(&[]);
        turn.listen = Endpoint { address, named: false };
        let places = choose(&turn).unwrap();
        assert!(places.chosen && places.plain[0] != address, "{places:?}");
        turn.listen.named = true;
        assert_eq!(
            choose(&turn).unwrap(),
            Places { plain: vec![address], tls: vec![], chosen: false }
        );
    }

    #[test]
    fn all_addresses_of_ipv6_are_those_of_ipv4_too() {
        let places = choose(&turn(&["--turn-listen", "[::]:19302"])).unwrap();
        let expected = ["[::]:19302", "0.0.0.0:19302"].map(|text| text.parse().unwrap());
        assert_eq!(places.plain, expected);
    }
}

//! What browsers are told about relays (RFC 7064, RFC 7065).

use std::net::{IpAddr, SocketAddr};

use media::turn::RelaySettings;

use super::addresses::Addresses;
use crate::config::{Config, EmbeddedTurn, TurnServer};

/// The URLs of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Urls {
    /// `turn:` and `turns:`.
    pub(crate) turn: Vec<String>,
    pub(crate) stun: String,
}

impl Urls {
    /// Those of the operator's TURN server.
    pub(crate) fn of_external(server: &TurnServer) -> Self {
        Self::new(&server.host, server.port, server.tls_port)
    }

    /// Those of our own, which listens where `settings` say.
    pub(super) fn of_own(
        config: &Config,
        turn: &EmbeddedTurn,
        addresses: &Addresses,
        settings: &RelaySettings,
    ) -> Self {
        let port = |places: &[SocketAddr]| places.first().map(SocketAddr::port);
        let plain = port(&settings.udp).unwrap_or_else(|| turn.listen.address.port());
        Self::new(&host(config, turn, addresses), plain, port(&settings.tls))
    }

    /// UDP and TCP share a port.
    pub(crate) fn new(host: &str, port: u16, tls: Option<u16>) -> Self {
        let bare = host.trim_matches(['[', ']']);
        let host = if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() };
        let mut turn = vec![
            format!("turn:{host}:{port}?transport=udp"),
            format!("turn:{host}:{port}?transport=tcp"),
        ];
        turn.extend(tls.map(|port| format!("turns:{host}:{port}?transport=tcp")));
        Self { turn, stun: format!("stun:{host}:{port}") }
    }
}

/// How browsers reach our own server: on this machine by its loopback address, from elsewhere
/// by the public name, else by the address that others are told.
pub(crate) fn host(config: &Config, turn: &EmbeddedTurn, addresses: &Addresses) -> String {
    let listen = turn.listen.address.ip();
    if listen.to_canonical().is_loopback() && turn.public_addresses.is_empty() {
        return listen.to_string();
    }
    let public = config.public_url.as_ref().filter(|url| !url.is_local());
    let told = || addresses.v4.map(IpAddr::V4).or(addresses.v6.map(IpAddr::V6)).unwrap_or(listen);
    public.map_or_else(|| told().to_string(), |url| url.host().to_owned())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::relaying::addresses::Machine;

    fn host_of(args: &[&str]) -> String {
        let args = ["aethex-connect", "serve"].iter().chain(args).map(OsString::from);
        let config = Config::load(args, []).unwrap().config;
        let turn = config.turn.embedded.clone().unwrap();
        let interfaces: Vec<IpAddr> =
            vec!["127.0.0.1".parse().unwrap(), "9.9.9.9".parse().unwrap()];
        let machine = Machine { outward: interfaces[1..].to_vec(), interfaces };
        let addresses = Addresses::of(&turn, &machine).unwrap();
        host(&config, &turn, &addresses)
    }

    #[test]
    fn browsers_are_told_a_url_for_each_way_in() {
        let urls = Urls::new("turn.example.com", 3_478, Some(5_349));
        assert_eq!(
            urls.turn,
            [
                "turn:turn.example.com:3478?transport=udp",
                "turn:turn.example.com:3478?transport=tcp",
                "turns:turn.example.com:5349?transport=tcp",
            ]
        );
        assert_eq!(urls.stun, "stun:turn.example.com:3478");
        let v6 = Urls::new("2001:db8::1", 3_478, None);
        assert_eq!((v6.turn.len(), v6.stun.as_str()), (2, "stun:[2001:db8::1]:3478"));
    }

    #[test]
    fn browsers_reach_our_own_server_by_the_public_name_or_else_its_address() {
        assert_eq!(host_of(&[]), "127.0.0.1");
        assert_eq!(host_of(&["--listen", "[::1]:8080"]), "::1");
        let public = ["--listen", "0.0.0.0:443", "--self-signed"];
        assert_eq!(host_of(&public), "9.9.9.9");
        let named = [&public[..], &["--public-url", "https://calls.example.com"]].concat();
        assert_eq!(host_of(&named), "calls.example.com");
        let set = [&public[..], &["--turn-public-address", "203.0.113.7"]].concat();
        assert_eq!(host_of(&set), "203.0.113.7");
    }
}

//! A relay on loopback, and what the tests need of it.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use media::turn::{LocalAddresses, Relay, RelayCounters, RelaySettings, ShardCounters};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::runtime::Runtime;
use turn::server::Settings;
use turn::{PeerRules, TurnCredential, TurnSecrets};
use vocab::{CallId, Redacted, UnixMillis, UserId, Uuid};

use crate::client::Client;
use crate::link::Link;

/// How long anything may take on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A running relay with one UDP, one TCP and one TLS address.
pub(crate) struct Fixture {
    runtime: Runtime,
    relay: Relay,
    secrets: TurnSecrets,
    certificate: CertificateDer<'static>,
}

/// How a client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Udp,
    Tcp,
    Tls,
}

pub(crate) const EVERY_WAY: [Way; 3] = [Way::Udp, Way::Tcp, Way::Tls];

impl Fixture {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// Starts with changed settings. Loopback peers are allowed: the tests have no others.
    pub(crate) fn start_with(change: impl FnOnce(&mut RelaySettings)) -> Self {
        let secrets = TurnSecrets::new(Redacted::new("the-secret-of-the-media-tests-32".into()));
        let (certificate, tls) = certificate();
        // `::1` is also the IPv4-compatible spelling of `0.0.0.1`.
        let loopback = ["127.0.0.0/8", "::1/128", "0.0.0.1/32"];
        let loopback = loopback.map(|net| net.parse().unwrap()).to_vec();
        let rules = PeerRules::new(Vec::new(), Vec::new(), loopback);
        let mut turn = Settings::new("calls.example", secrets.clone(), rules);
        turn.relay_v4 = Some(Ipv4Addr::LOCALHOST);
        turn.credential_ttl = TTL;
        let mut settings = RelaySettings::new(turn);
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        settings.udp = vec![anywhere];
        settings.tcp = vec![anywhere];
        settings.tls = vec![anywhere];
        settings.tls_config = Some(tls);
        settings.relay_addresses = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        change(&mut settings);
        let runtime = Runtime::new().unwrap();
        let entered = runtime.enter();
        let relay = Relay::start(settings).unwrap();
        drop(entered);
        Self { runtime, relay, secrets, certificate }
    }

    pub(crate) const fn relay(&self) -> &Relay {
        &self.relay
    }

    pub(crate) const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(crate) fn addresses(&self) -> &LocalAddresses {
        self.relay.local_addresses()
    }

    pub(crate) fn address(&self, way: Way) -> SocketAddr {
        match way {
            Way::Udp => self.addresses().udp[0],
            Way::Tcp => self.addresses().tcp[0],
            Way::Tls => self.addresses().tls[0],
        }
    }

    /// A credential that was issued just now.
    pub(crate) fn credential(&self, user: UserId, call: Option<CallId>) -> TurnCredential {
        self.secrets.issue(wall(), TTL, user, call)
    }

    pub(crate) fn link(&self, way: Way) -> Link {
        let server = self.address(way);
        match way {
            Way::Udp => Link::udp("127.0.0.1:0", server),
            Way::Tcp => Link::tcp(server),
            Way::Tls => Link::tls(server, &self.certificate, &[]),
        }
    }

    /// A client of a user with a credential for no call.
    pub(crate) fn client(&self, way: Way, number: u128) -> Client {
        Client::new(self.link(way), self.credential(user(number), None))
    }

    pub(crate) fn counters(&self) -> RelayCounters {
        self.relay.counters()
    }

    /// Of a relay with one shard.
    pub(crate) fn shard(&self) -> ShardCounters {
        let counters = self.counters();
        assert_eq!(counters.shards.len(), 1);
        counters.shards[0]
    }

    /// Asks the relay for its counters until they are as expected.
    pub(crate) fn await_counters(&self, what: &str, expected: impl Fn(&RelayCounters) -> bool) {
        let start = Instant::now();
        loop {
            let counters = self.counters();
            if expected(&counters) {
                return;
            }
            assert!(start.elapsed() < DEADLINE, "{what}: {counters:#?}");
        }
    }

    pub(crate) fn shut_down(&self) {
        self.runtime.block_on(self.relay.shutdown());
    }
}

const TTL: Duration = Duration::from_secs(3_600);

pub(crate) fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn call(number: u128) -> CallId {
    CallId::from_uuid(Uuid::from_u128(number))
}

/// A peer on loopback, at another address than the relay: its own is denied but for relayed
/// addresses.
pub(crate) fn peer() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.2:0").unwrap();
    socket.set_read_timeout(Some(DEADLINE)).unwrap();
    socket
}

/// The IPv6 address that relayed addresses are given out with. There is only one on loopback,
/// so the relay stands behind a NAT: it binds another.
pub(crate) const PUBLIC_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);

/// Where a relayed address is bound.
pub(crate) fn bound(relayed: SocketAddr) -> SocketAddr {
    if relayed.is_ipv4() {
        return relayed;
    }
    assert_eq!(relayed.ip(), PUBLIC_V6);
    (Ipv6Addr::LOCALHOST, relayed.port()).into()
}

/// What a peer gets, and from where.
pub(crate) fn received(peer: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut bytes = vec![0; 65_536];
    let (length, from) = peer.recv_from(&mut bytes).unwrap();
    bytes.truncate(length);
    (bytes, from)
}

/// Whether nobody has a UDP port.
pub(crate) fn is_free(address: SocketAddr) -> bool {
    UdpSocket::bind(address).is_ok()
}

fn wall() -> UnixMillis {
    UnixMillis::default() + SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

fn certificate() -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    // As an HTTP listener would have it; the relay replaces it.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    (certificate, Arc::new(config))
}

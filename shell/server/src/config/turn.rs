//! What the configuration says of TURN servers: our own, and an external one.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::IpNet;
use turn::TurnSecrets;

use super::Tls;

/// The TURN servers.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    /// What browsers are sent to when it is there.
    pub(crate) external: Option<TurnServer>,
    /// Our own, when it is to run.
    pub(crate) embedded: Option<EmbeddedTurn>,
    /// Why our own does not run, when nobody asked for that.
    pub(crate) left_out: Option<&'static str>,
    /// How long credentials are valid.
    pub(crate) ttl: Duration,
    /// Where our own listens, or would.
    pub(crate) listen: Endpoint,
    /// Under which addresses others reach this machine, as far as they were set.
    pub(crate) public_addresses: Vec<IpAddr>,
}

/// A TURN server beside us that shares a secret with us.
#[derive(Debug, Clone)]
pub(crate) struct TurnServer {
    /// A name or an address; an IPv6 address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls_port: Option<u16>,
    pub(crate) secrets: TurnSecrets,
}

/// Our own TURN server.
#[derive(Debug, Clone)]
pub(crate) struct EmbeddedTurn {
    /// UDP and TCP.
    pub(crate) listen: Endpoint,
    /// TLS; not there without a certificate.
    pub(crate) tls: Option<TurnTls>,
    /// At most 32 bytes.
    pub(crate) realm: String,
    pub(crate) relay_ports: RangeInclusive<u16>,
    /// At most one of each family; empty: those of this machine are found.
    pub(crate) public_addresses: Vec<IpAddr>,
    pub(crate) user_quota: usize,
    pub(crate) total_quota: usize,
    /// Bytes per second, each way.
    pub(crate) bandwidth: u64,
    pub(crate) allowed_peers: Vec<IpNet>,
    pub(crate) denied_peers: Vec<IpNet>,
    /// 0: half as many as processors.
    pub(crate) shards: usize,
    /// `None`: made at the first start and kept in the data folder.
    pub(crate) secrets: Option<TurnSecrets>,
}

/// Where our TURN server speaks TLS, and with which certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TurnTls {
    pub(crate) listen: Endpoint,
    /// Never [`Tls::Plain`].
    pub(crate) certificate: Tls,
}

/// An address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    /// Whether the operator named it. One that nobody named may move to another port when a
    /// program of the same machine holds it.
    pub(crate) named: bool,
}

impl EmbeddedTurn {
    /// Whether only this machine reaches it.
    pub(crate) fn is_local(&self) -> bool {
        self.listen.address.ip().to_canonical().is_loopback()
    }
}

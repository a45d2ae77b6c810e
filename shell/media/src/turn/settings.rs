//! What the relay is started with, and why it may not start.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;

use ::turn::server::{Quotas, Settings};

use crate::{ListenError, StreamLimits, sfu};

/// Settings of the whole relay. The protocol's own are in `turn`.
#[derive(Debug, Clone)]
pub struct RelaySettings {
    /// Where clients send datagrams. An unspecified address (`0.0.0.0`, `::`) becomes one socket
    /// for each address of the machine, so that answers leave from where the client sent to.
    /// Port 0 takes a free one.
    pub udp: Vec<SocketAddr>,
    /// Where clients connect with TCP.
    pub tcp: Vec<SocketAddr>,
    /// Where clients connect with TLS.
    pub tls: Vec<SocketAddr>,
    /// Certificate and key; needed when `tls` names an address. Its ALPN is replaced.
    pub tls_config: Option<Arc<rustls::ServerConfig>>,
    /// What relay sockets are bound to: at most one address of each family counts, and each
    /// family that `turn` gives out needs one. Behind a NAT it is the inner address.
    pub relay_addresses: Vec<IpAddr>,
    /// Relayed ports; a wider range makes them harder to guess (RFC 8656 §21.2.2).
    pub ports: RangeInclusive<u16>,
    /// Threads, 1 to [`RelaySettings::MAX_SHARDS`]. More than processors cost and bring nothing.
    pub shards: usize,
    /// Whether each thread stays on one processor.
    pub pin: bool,
    /// The protocol's settings. Where media is, is told by `sfu`.
    pub turn: Settings,
    /// The SFU of this process, which is handed in memory what clients send to it. One SFU has one
    /// relay.
    pub sfu: Option<sfu::Inlet>,
    /// Allocations of one user.
    pub per_user: usize,
    /// Allocations of all.
    pub total: usize,
    /// Limits of TCP and TLS.
    pub streams: StreamLimits,
}

impl RelaySettings {
    /// Most threads.
    pub const MAX_SHARDS: usize = 64;

    /// One thread, no listener and no relay address yet; dynamic ports of RFC 6335 §6, and the
    /// default quotas.
    #[must_use]
    pub fn new(turn: Settings) -> Self {
        Self {
            udp: Vec::new(),
            tcp: Vec::new(),
            tls: Vec::new(),
            tls_config: None,
            relay_addresses: Vec::new(),
            ports: 49_152..=65_535,
            shards: 1,
            pin: false,
            turn,
            sfu: None,
            per_user: Quotas::PER_USER,
            total: Quotas::TOTAL,
            streams: StreamLimits::default(),
        }
    }
}

/// Why the relay does not start. Nothing is left open then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, needs privileges, or is none of this machine's.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// No relay socket can be bound to the address.
    #[error("cannot relay from {address}: {source}")]
    RelayAddress {
        /// What was asked for.
        address: IpAddr,
        /// Why not.
        source: io::Error,
    },
    /// Addresses are given out that no relay address stands behind.
    #[error("{family} relayed addresses are given out, but no {family} relay address is set")]
    NoRelayAddress {
        /// `IPv4` or `IPv6`.
        family: &'static str,
    },
    /// TLS without certificate.
    #[error("TLS addresses are set, but no certificate")]
    NoCertificate,
    /// The settings contradict themselves.
    #[error("{0}")]
    Settings(&'static str),
    /// Streams are tasks, and there is no runtime to run them.
    #[error("TCP and TLS need a running runtime")]
    NoRuntime,
    /// The operating system refuses something else that a shard needs.
    #[error("cannot start the relay: {0}")]
    System(#[from] io::Error),
}

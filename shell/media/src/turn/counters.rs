//! Where the relay listens, and what it counted.

use std::net::SocketAddr;

use ::turn::server::Counters;
use datagram::{ReceiveCounters, SendCounters};

/// Where the relay listens, with the ports it really has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalAddresses {
    /// Datagrams.
    pub udp: Vec<SocketAddr>,
    /// TCP.
    pub tcp: Vec<SocketAddr>,
    /// TLS.
    pub tls: Vec<SocketAddr>,
}

/// What the shards counted since the start.
#[derive(Debug, Clone, Default)]
pub struct RelayCounters {
    /// One for each shard.
    pub shards: Vec<ShardCounters>,
}

impl RelayCounters {
    /// Allocations that live now.
    #[must_use]
    pub fn allocations(&self) -> u64 {
        self.shards.iter().map(|shard| shard.turn.live()).sum()
    }

    /// TCP and TLS connections.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.shards.iter().map(|shard| shard.streams).sum()
    }

    /// Datagrams that left from relayed addresses.
    #[must_use]
    pub fn sent_to_peers(&self) -> u64 {
        self.shards.iter().map(|shard| shard.to_peers.sent).sum()
    }
}

/// What one shard counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShardCounters {
    /// The engine's.
    pub turn: Counters,
    /// Receiving on the UDP sockets of clients.
    pub from_clients: ReceiveCounters,
    /// Receiving on relay sockets.
    pub from_peers: ReceiveCounters,
    /// Sending on the UDP sockets of clients.
    pub to_clients: SendCounters,
    /// Sending on relay sockets.
    pub to_peers: SendCounters,
    /// TCP and TLS connections.
    pub streams: usize,
    /// Relayed packets dropped because the stream's reader is slow.
    pub slow_streams: u64,
    /// Packets dropped because another shard, or one of the SFU, is behind.
    pub lost_hand_overs: u64,
    /// Relay sockets that could not be opened.
    pub unopened_relays: u64,
    /// Faults after which the shard began anew, with other counters of its engine.
    pub failures: u64,
}

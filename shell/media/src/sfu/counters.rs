//! Where the SFU listens, and what it counted.

use std::net::SocketAddr;

use datagram::{ReceiveCounters, SendCounters};

/// Where the SFU listens, with the ports it really has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalAddresses {
    /// Datagrams; those of the first shard first.
    pub udp: Vec<SocketAddr>,
    /// TCP.
    pub tcp: Vec<SocketAddr>,
}

/// What the shards counted since the start.
#[derive(Debug, Clone, Default)]
pub struct SfuCounters {
    /// One for each shard.
    pub shards: Vec<ShardCounters>,
}

/// What one shard counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShardCounters {
    /// Rooms there are now.
    pub rooms: usize,
    /// Connections of participants there are now, two each.
    pub peers: usize,
    /// TCP connections there are now.
    pub streams: usize,
    /// Packets of media that came in.
    pub received: u64,
    /// Packets of media that went out, each to one subscriber.
    pub forwarded: u64,
    /// Datagrams for nobody here.
    pub strangers: u64,
    /// Session descriptions that were not used.
    pub refused: u64,
    /// Faults after which one connection was closed.
    pub peer_panics: u64,
    /// Faults after which one room began anew.
    pub room_failures: u64,
    /// Reports that nobody took for long.
    pub lost_reports: u64,
    /// Packets dropped because a stream's reader is slow.
    pub slow_streams: u64,
    /// Datagrams that the relay of this process handed over.
    pub from_relay: u64,
    /// Datagrams that were handed over to it.
    pub to_relay: u64,
    /// Datagrams dropped because a shard of the relay is behind.
    pub lost_hand_overs: u64,
    /// Receiving on UDP sockets.
    pub arriving: ReceiveCounters,
    /// Sending on UDP sockets.
    pub leaving: SendCounters,
}

impl SfuCounters {
    /// All shards together, but for what sockets counted.
    #[must_use]
    pub fn sum(&self, of: impl Fn(&ShardCounters) -> u64) -> u64 {
        self.shards.iter().map(of).sum()
    }
}

//! What a shard counts. Plain numbers: one thread owns them.

/// Packets and their payload bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Packets.
    pub packets: u64,
    /// Bytes of payload, without any header.
    pub bytes: u64,
}

impl Traffic {
    pub(super) fn add(&mut self, payload: usize) {
        self.packets += 1;
        self.bytes += payload as u64;
    }
}

/// Packets that went nowhere, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Neither STUN nor ChannelData, or not well-formed.
    pub malformed: u64,
    /// A message that a server has no use for: answers, unknown methods and indications.
    pub unexpected: u64,
    /// Relaying asked for by a client that has no allocation (of that family).
    pub no_allocation: u64,
    /// From or to a peer without a permission.
    pub no_permission: u64,
    /// ChannelData on a number that is not bound.
    pub no_channel: u64,
    /// To a peer that the rules deny.
    pub denied_peer: u64,
    /// A Send indication that asks for DONT-FRAGMENT or something unknown.
    pub unknown_attribute: u64,
    /// Over the bandwidth of the sender's or the receiver's allocation.
    pub bandwidth: u64,
    /// A payload that no message can carry.
    pub too_long: u64,
    /// Refusals that were not sent, because that source had too many of them.
    pub unanswered: u64,
    /// Refusals that were not sent, because they would be too long beside the request.
    pub amplification: u64,
}

/// All counters of one shard, since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Clients to peers, other relayed addresses and our media server included.
    pub to_peers: Traffic,
    /// Peers to clients.
    pub to_clients: Traffic,
    /// Of both, what never left the process.
    pub handed_over: Traffic,
    /// Nowhere.
    pub dropped: Dropped,
    /// Binding requests answered.
    pub bindings: u64,
    /// Allocations made.
    pub allocated: u64,
    /// Allocations gone, for whatever reason.
    pub deallocated: u64,
    /// Of those: their time was over.
    pub expired: u64,
    /// Of those: taken away because the call or its user is gone.
    pub revoked: u64,
    /// Of those: made room for a newer one of the same user.
    pub evicted: u64,
    /// Answers 401.
    pub unauthenticated: u64,
    /// Answers 438.
    pub stale_nonces: u64,
    /// Answers 403.
    pub forbidden: u64,
    /// Answers 486.
    pub over_user_quota: u64,
    /// Answers 508.
    pub insufficient_capacity: u64,
    /// All other refusals.
    pub refused: u64,
}

impl Counters {
    /// Allocations that live now.
    #[must_use]
    pub const fn live(&self) -> u64 {
        self.allocated - self.deallocated
    }
}

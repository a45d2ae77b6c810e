//! What the server calls things: listeners, five-tuples, allocations, relayed addresses, moments.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use vocab::UnixMillis;

use crate::stun::Family;

/// The two clocks at one moment: monotonic for lifetimes, wall clock for credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Lifetimes, permissions, bandwidth.
    pub instant: Instant,
    /// Expiry of credentials and nonces.
    pub unix: UnixMillis,
}

/// How clients reach a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// One datagram, one message.
    Udp,
    /// A stream, framed by the shell with [`crate::stun::Framer`].
    Tcp,
    /// The same inside TLS.
    Tls,
}

impl Transport {
    /// Whether messages come out of a stream, so that a source address is proven.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        match self {
            Self::Udp => false,
            Self::Tcp | Self::Tls => true,
        }
    }
}

/// Stands for a server address and a transport; given out by `Server::add_listener`, counting
/// from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListenerId(pub u16);

/// Client address and port, server address and port, transport (RFC 8656 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiveTuple {
    /// The server's half.
    pub listener: ListenerId,
    /// The client's half.
    pub client: SocketAddr,
}

impl Hash for FiveTuple {
    /// In one or two words: it is done for every packet of a client.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.listener.0) << 16 | u64::from(self.client.port());
        match self.client.ip() {
            IpAddr::V4(ip) => state.write_u64(ports << 32 | u64::from(ip.to_bits())),
            IpAddr::V6(ip) => {
                state.write_u128(ip.to_bits());
                state.write_u64(ports);
            }
        }
    }
}

/// Both, in the order of tables and answers.
pub(super) const FAMILIES: [Family; 2] = [Family::V4, Family::V6];

/// The place of a family in a pair.
pub(super) const fn place(family: Family) -> usize {
    match family {
        Family::V4 => 0,
        Family::V6 => 1,
    }
}

/// An allocation of one shard; never given out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AllocationId {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl AllocationId {
    /// For books of their own (tests, counters): an id made of its two numbers.
    #[must_use]
    pub const fn from_parts(slot: u32, generation: u32) -> Self {
        Self { slot, generation }
    }

    pub(super) const fn relay(self, family: Family) -> RelayId {
        let bit = match family {
            Family::V4 => 0,
            Family::V6 => 1,
        };
        RelayId { slot: self.slot << 1 | bit, generation: self.generation }
    }
}

/// One relayed address of an allocation, and so one socket of the shell; never given out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelayId {
    slot: u32,
    generation: u32,
}

impl RelayId {
    /// Dense: counts from 0 and is used again, so that it may index a table of sockets.
    #[must_use]
    pub const fn index(self) -> usize {
        self.slot as usize
    }

    /// As one number, for the token of an event queue.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        (self.generation as u64) << 32 | self.slot as u64
    }

    /// The inverse of [`as_u64`](Self::as_u64).
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number")]
    pub const fn from_u64(number: u64) -> Self {
        Self { slot: number as u32, generation: (number >> 32) as u32 }
    }

    pub(super) const fn allocation(self) -> AllocationId {
        AllocationId { slot: self.slot >> 1, generation: self.generation }
    }

    pub(super) const fn family(self) -> Family {
        if self.slot & 1 == 0 { Family::V4 } else { Family::V6 }
    }
}

/// Milliseconds since the start that all shards share; half the size of an `Instant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) u64);

impl Moment {
    pub(super) fn at(instant: Instant, start: Instant) -> Self {
        let since = instant.saturating_duration_since(start);
        Self(since.as_secs().saturating_mul(1_000) + u64::from(since.subsec_millis()))
    }

    pub(super) const fn after(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

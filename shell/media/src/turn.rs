//! The TURN server: sockets, threads and streams around the engine in `core/turn`.
//!
//! ```text
//!                     accept ─► stream (task) ─┐ messages, bounded          ┌─► relay sockets
//!  clients  UDP ─────────────────────────► shard (pinned thread, one Server) ┤
//!                                              │ hand-over, bounded         └─► other shards, SFU
//!           set_call ─► Book ── revoke ────────┘
//! ```
//!
//! | module | what |
//! |---|---|
//! | `settings` | [`RelaySettings`] and the reasons for which a start fails |
//! | `relay` | [`Relay`]: start, calls, shutdown |
//! | `counters` | where it listens, and [`RelayCounters`] |
//! | `shard` | the loop of one thread |
//! | `outlets` | where the steps of the engine go: client sockets, streams, relays, other shards, the SFU |
//! | `inlet` | the way from the SFU to relayed addresses, in memory |
//! | `relays` | the sockets of relayed addresses |
//! | `book` | what all shards share: quotas, live calls, relayed ports |
//! | `calls` | which users are in which live call |
//! | `ports` | which relayed ports are in use, and by which shard |
//! | `mailbox` | commands to a shard |
//! | `listen` | where relay sockets may be bound |
//! | `streams` | accepting TCP and TLS, with limits |
//! | `connection` | one TCP or TLS connection |
//! | `clock` | both clocks |
//!
//! Invariants: UDP packets are handled by one thread from the socket to the socket, without a lock;
//! a shard that fails begins anew, without its allocations, and nothing else ends.

mod book;
mod calls;
mod clock;
mod connection;
mod counters;
#[cfg(test)]
mod failing;
mod inlet;
mod listen;
mod mailbox;
mod outlets;
mod ports;
mod relay;
mod relays;
mod settings;
mod shard;
mod streams;

pub use counters::{LocalAddresses, RelayCounters, ShardCounters};
pub(crate) use inlet::{Handed, Inlet};
pub use relay::Relay;
pub use settings::{RelaySettings, StartError};

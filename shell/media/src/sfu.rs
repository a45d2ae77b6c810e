//! The SFU: rooms of `core/sfu` with their connections and sockets.
//!
//! ```text
//!            order(call, ..) ─► mailbox ─┐                          ┌─► reports
//!  clients  UDP ──────────► shard (pinned thread: rooms, peers) ────┤
//!           TCP ─► stream (task) ─► mailbox ─┘                      └─► UDP, streams
//! ```
//!
//! | module | what |
//! |---|---|
//! | `settings` | [`SfuSettings`] and the reasons for which a start fails |
//! | `server` | [`Sfu`]: start, orders, reports, shutdown |
//! | `counters` | where it listens, and [`SfuCounters`] |
//! | `shard` | the loop of one thread: what is ready, whose it is, what is sent |
//! | `hall` | the rooms of a shard: orders in, reports out |
//! | `hosted` | one room with its participants and their connections |
//! | `fanout` | a packet on its way from one connection to many |
//! | `ahead` | pictures that are written for a connection while it is being made |
//! | `peers` | connections, each behind a guard: one that fails closes alone |
//! | `pending` | connections with something to send, and when they are driven |
//! | `routes` | which connection a datagram is for |
//! | `timers` | when which connection or room is due |
//! | `outlets` | where datagrams leave: sockets, streams, the relay of the same process |
//! | `inlet` | [`Inlet`]: the way between that relay and the SFU, in memory |
//! | `mailbox` | commands to a shard |
//! | `directory` | which shard a stream belongs to |
//! | `acceptor`, `stream` | TCP (RFC 6544, RFC 4571), with limits |
//! | `transport` | what is needed of a WebRTC library |
//! | `with_str0m` | that library |
//!
//! Invariants: a call lives on one thread, and a packet goes from socket to socket there without
//! a lock; a connection that fails is closed and its participant reported lost, and the room goes
//! on; nothing of a client's session description is read but by the gate.

mod acceptor;
mod ahead;
mod counters;
mod directory;
#[cfg(test)]
mod failing;
mod fanout;
mod hall;
mod hosted;
mod inlet;
mod mailbox;
mod outlets;
mod peers;
mod pending;
mod routes;
mod server;
mod settings;
mod shard;
mod stream;
mod timers;
mod transport;
mod with_str0m;

pub use counters::{LocalAddresses, SfuCounters, ShardCounters};
pub use inlet::Inlet;
pub(crate) use inlet::Taken;
pub use server::Sfu;
pub use settings::{SfuSettings, StartError};

/// What is read of a datagram before it is known whose it is; public for fuzzing.
pub mod parsing {
    pub use super::with_str0m::{name_in_check, primary_block};
}

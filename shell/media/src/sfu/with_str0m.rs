//! Connections by str0m, a WebRTC library without sockets and clock. Everything of it is here.
//!
//! | module | what |
//! |---|---|
//! | `library` | [`Library`]: what all connections of a shard share; codecs, header extensions |
//! | `candidates` | the server's candidates, told where every client looks for them |
//! | `engine` | feeding and draining it: its rules are obeyed there and nowhere else |
//! | `first_check` | the first check of a client, taken for a nomination |
//! | `receiving` | the connection of a publisher |
//! | `sending` | the connection of a subscriber |
//! | `slot` | one section of it |
//! | `direct` | its media beside the library, sealed and sent as they are written |
//! | `handshake` | the keys for that |
//! | `playout` | how long pictures wait at a receiver |
//! | `red` | redundant sound (RFC 2198) for receivers without it |
//!
//! Facts of version 0.25 that the code here rests on: one packet at most comes out of one
//! datagram, and is lost with the next datagram if it was not fetched; the pacer of bandwidth
//! estimation lets one packet go after each `handle_input`, so a queue of many needs as many;
//! time goes forward only with `handle_input`; a description is not read but as the gate wrote it.

mod candidates;
mod direct;
mod engine;
mod first_check;
mod handshake;
mod library;
#[cfg(test)]
mod narrow;
mod playout;
mod receiving;
mod red;
mod sending;
mod slot;

pub use engine::name_in_check;
pub(super) use library::{Extensions, Library, Told};
pub use red::primary_block;

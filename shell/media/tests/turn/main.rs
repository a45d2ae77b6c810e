//! The relay over real sockets of loopback, as clients and peers see it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod allocations;
mod client;
mod fixture;
mod link;
mod memory;
mod relaying;
mod rights;
mod streams;

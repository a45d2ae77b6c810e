//! The SFU over real sockets of loopback, as browsers see it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod attacks;
mod client;
mod descriptions;
mod joining;
mod leg;
mod link;
mod pictures;
mod places;
mod relayed;
mod relayed_link;
mod streams;
mod world;

// The same clients serve the crate's own tests, which know it by another name.
use media::sfu as media_sfu;

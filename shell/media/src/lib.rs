//! Pinned shards with the media sockets: TURN over UDP, TCP and TLS.
//!
//! | module | what |
//! |---|---|
//! | [`turn`] | the TURN server's sockets, threads and streams around the engine in `core/turn` |
//! | `interfaces` | [`interface_addresses`]: what this machine answers to |
//!
//! Invariant: nothing here decides about a packet; the engine does.

mod interfaces;
pub mod turn;

pub use interfaces::interface_addresses;

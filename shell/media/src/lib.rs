//! Pinned shards with the media sockets: TURN and the SFU, over UDP, TCP and TLS.
//!
//! | module | what |
//! |---|---|
//! | [`turn`] | the TURN server's sockets, threads and streams around the engine in `core/turn` |
//! | [`sfu`] | the rooms of `core/sfu` with their connections: ICE, DTLS, SRTP, sockets |
//! | `mailbox` | commands to a shard |
//! | `listen` | the listening sockets, and [`ListenError`] |
//! | `client_socket` | a UDP socket with what waits to leave from it |
//! | `client_stream` | TCP: accepting, and writing what a shard has |
//! | `doors` | [`StreamLimits`]: how many TCP and TLS connections there may be |
//! | `machine` | descriptors, processors |
//! | `interfaces` | [`interface_addresses`]: what this machine answers to |
//!
//! Invariant: nothing here decides about a packet; the engine or the room does.

mod client_socket;
mod client_stream;
mod doors;
mod interfaces;
mod listen;
mod machine;
mod mailbox;
pub mod sfu;
pub mod turn;

pub use doors::StreamLimits;
pub use interfaces::interface_addresses;
pub use listen::ListenError;

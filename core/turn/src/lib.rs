//! All of a TURN server (RFC 8656) that needs no socket, and its time-limited credentials.
//!
//! | module | what |
//! |---|---|
//! | `server` | [`server::Server`]: a TURN server, one per shard, as a state machine |
//! | `stun` | reading and writing STUN messages and ChannelData |
//! | `peer_rules` | [`PeerRules`]: which peers are relayed to |
//! | `nonce` | nonces that are checked without having been kept |
//! | `challenge` | bounds on what strangers are answered |
//! | `credential` | [`TurnSecrets`] issue and verify the credentials that coturn's `use-auth-secret` accepts |
//!
//! Invariant: nothing here reads a clock, a file, a socket or a random generator.

mod challenge;
mod credential;
mod nonce;
mod peer_rules;
pub mod server;
pub mod stun;

pub use credential::{CredentialClaims, CredentialError, TurnCredential, TurnSecrets};
pub use peer_rules::{Denied, DenyReason, PeerRules};
pub use server::{
    Admitted, AllocationId, Counters, Dropped, FiveTuple, Header, Holder, ListenerId, Now,
    OpenRequest, Opened, Output, QuotaError, Quotas, Registry, RelayId, Server, Settings, Step,
    Traffic, Transport,
};

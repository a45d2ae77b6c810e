//! The TURN server in virtual time: what it answers, relays, refuses and forgets.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod allocating;
mod amplification;
mod authentication;
mod binding;
mod channels;
mod client;
mod footprint;
mod hand_over;
mod media;
mod model;
mod peers;
mod permissions;
mod quotas;
mod refreshing;
mod revoking;
mod world;

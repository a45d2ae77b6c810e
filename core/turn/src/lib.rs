//! The TURN side that needs no socket: time-limited credentials.
//!
//! | module | what |
//! |---|---|
//! | `credential` | [`TurnSecrets`] issue and verify the credentials that coturn's `use-auth-secret` accepts |
//!
//! Invariant: nothing here reads a clock, a file, a socket or a random generator.

mod credential;

pub use credential::{CredentialClaims, CredentialError, TurnCredential, TurnSecrets};

//! What the shards of one server share, seen from a shard.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use vocab::UserId;

use super::identity::AllocationId;
use crate::CredentialClaims;

/// An allocation, across shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Holder {
    /// The shard that owns it.
    pub shard: u8,
    /// Its name there.
    pub allocation: AllocationId,
}

/// A place in the book of quotas.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// When the allocation last relayed something: milliseconds since the start that the servers
    /// and the book share. The server writes it with every packet, the book reads it.
    pub activity: Arc<AtomicU64>,
    /// The allocation that made room; it is out of the book already and must go.
    pub evicts: Option<Holder>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// The user has as many as a user may, all of them busy; answer 486.
    #[error("the user's allocation quota is reached")]
    User,
    /// The server is full; answer 508.
    #[error("the server's allocation quota is reached")]
    Total,
}

/// What all shards share; implemented where locks and threads may live.
pub trait Registry: Send + Sync + Debug {
    /// Whether these claims give a right to relay now. Bound to a call: is it live and the user
    /// in it. Unbound: is the user in any live call.
    fn may_allocate(&self, claims: &CredentialClaims) -> bool;

    /// Takes a place in the quotas for an allocation that is about to be made.
    ///
    /// # Errors
    /// [`QuotaError`]; nothing changed then.
    fn admit(&self, now: Instant, user: UserId, holder: Holder) -> Result<Admitted, QuotaError>;

    /// Gives the place back. A holder that was evicted has none: nothing happens.
    fn release(&self, user: UserId, holder: Holder);

    /// The shard of a live relayed address of ours. Asked for every packet, so without a lock.
    fn relayed(&self, address: SocketAddr) -> Option<u8>;
}

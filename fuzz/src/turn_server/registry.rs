//! Live calls, quotas and relayed addresses of a small world.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use turn::CredentialClaims;
use turn::server::{Admitted, Holder, QuotaError, Quotas, Registry};
use vocab::{CallId, UserId};

/// Of one user.
pub(super) const PER_USER: usize = 3;
/// Of all users.
pub(super) const TOTAL: usize = 5;

#[derive(Debug)]
pub(super) struct Everything {
    pub(super) quotas: Quotas,
    /// Who is in which live call.
    pub(super) live: BTreeSet<(UserId, CallId)>,
    /// Live relayed addresses and their shards.
    pub(super) relayed: BTreeMap<SocketAddr, u8>,
}

#[derive(Debug)]
pub(super) struct SmallRegistry(Mutex<Everything>);

impl SmallRegistry {
    pub(super) fn new(start: Instant) -> Self {
        Self(Mutex::new(Everything {
            quotas: Quotas::new(start, PER_USER, TOTAL),
            live: BTreeSet::new(),
            relayed: BTreeMap::new(),
        }))
    }

    pub(super) fn get(&self) -> MutexGuard<'_, Everything> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry for SmallRegistry {
    fn may_allocate(&self, claims: &CredentialClaims) -> bool {
        self.get().live.iter().any(|(user, call)| {
            *user == claims.user && claims.call.is_none_or(|bound| bound == *call)
        })
    }

    fn admit(&self, now: Instant, user: UserId, holder: Holder) -> Result<Admitted, QuotaError> {
        let mut all = self.get();
        let admitted = all.quotas.admit(now, user, holder);
        assert!(all.quotas.held_by(user) <= PER_USER && all.quotas.held() <= TOTAL);
        admitted
    }

    fn release(&self, user: UserId, holder: Holder) {
        self.get().quotas.release(user, holder);
    }

    fn relayed(&self, address: SocketAddr) -> Option<u8> {
        self.get().relayed.get(&address).copied()
    }
}

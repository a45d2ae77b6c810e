//! What all shards share: quotas, live calls, relayed ports.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ::turn::CredentialClaims;
use ::turn::server::{Admitted, Holder, QuotaError, Quotas, Registry};
use ::turn::stun::Family;
use vocab::{CallId, UserId};

use super::calls::Calls;
use super::ports::Ports;
use super::settings::RelaySettings;

/// The one registry of a relay. Its locks are held for a look-up, when an allocation is made or
/// ends, and never for a packet.
#[derive(Debug)]
pub(super) struct Book {
    quotas: Mutex<Quotas>,
    calls: Mutex<Calls>,
    ports: Ports,
    v4: Option<IpAddr>,
    v6: Option<IpAddr>,
}

impl Book {
    /// An empty book; `start` is the one that the servers are given.
    pub(super) fn new(start: Instant, settings: &RelaySettings) -> Self {
        Self {
            quotas: Mutex::new(Quotas::new(start, settings.per_user, settings.total)),
            calls: Mutex::default(),
            ports: Ports::new(),
            v4: settings.turn.relay_v4.map(IpAddr::V4),
            v6: settings.turn.relay_v6.map(IpAddr::V6),
        }
    }

    /// Replaces the users of a call; who lost the right by that.
    pub(super) fn set_call(&self, call: CallId, users: &[UserId]) -> Vec<UserId> {
        open(&self.calls).set(call, users)
    }

    /// Gives back the places of a shard that lost its state.
    pub(super) fn forget_shard(&self, shard: u8) {
        open(&self.quotas).forget_shard(shard);
    }

    /// The relayed ports.
    pub(super) const fn ports(&self) -> &Ports {
        &self.ports
    }
}

impl Registry for Book {
    fn may_allocate(&self, claims: &CredentialClaims) -> bool {
        let calls = open(&self.calls);
        match claims.call {
            Some(call) => calls.has(call, claims.user),
            None => calls.has_anywhere(claims.user),
        }
    }

    fn admit(&self, now: Instant, user: UserId, holder: Holder) -> Result<Admitted, QuotaError> {
        open(&self.quotas).admit(now, user, holder)
    }

    fn release(&self, user: UserId, holder: Holder) {
        open(&self.quotas).release(user, holder);
    }

    fn relayed(&self, address: SocketAddr) -> Option<u8> {
        let ip = Some(address.ip());
        let family = Family::of(address.ip());
        (ip == self.v4 || ip == self.v6).then(|| self.ports.owner(family, address.port()))?
    }
}

/// Every change of a book is one step, so one left by a panic is whole.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

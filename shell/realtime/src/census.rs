//! How many sockets a user and an address have.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vocab::UserId;

/// How many sockets may be open at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketLimits {
    /// By one user, over all devices and tabs.
    pub per_user: usize,
    /// From one address; of IPv6 a /64 counts as one. An office shares one address.
    pub per_address: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self { per_user: 10, per_address: 1_000 }
    }
}

/// Counts sockets. A key is kept only while it has one.
#[derive(Debug)]
pub(crate) struct Census {
    limits: SocketLimits,
    users: Mutex<HashMap<UserId, usize>>,
    addresses: Mutex<HashMap<IpAddr, usize>>,
}

/// One counted socket; not counted any more once this is dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    census: Arc<Census>,
    of: Key,
}

#[derive(Debug, Clone, Copy)]
enum Key {
    User(UserId),
    Address(IpAddr),
}

impl Census {
    pub(crate) fn new(limits: SocketLimits) -> Arc<Self> {
        Arc::new(Self { limits, users: Mutex::default(), addresses: Mutex::default() })
    }

    /// Counts one more socket of a user; `None` at the limit.
    pub(crate) fn count_user(self: &Arc<Self>, user: UserId) -> Option<Counted> {
        let counted = Counted { census: Arc::clone(self), of: Key::User(user) };
        add(lock(&self.users), user, self.limits.per_user).then_some(counted)
    }

    /// Counts one more socket from an address; `None` at the limit.
    pub(crate) fn count_address(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let address = auth::limited_address(address);
        let counted = Counted { census: Arc::clone(self), of: Key::Address(address) };
        add(lock(&self.addresses), address, self.limits.per_address).then_some(counted)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        match self.of {
            Key::User(user) => subtract(lock(&self.census.users), user),
            Key::Address(address) => subtract(lock(&self.census.addresses), address),
        }
    }
}

type Counts<'a, K> = MutexGuard<'a, HashMap<K, usize>>;

fn add<K: Eq + Hash>(mut counts: Counts<'_, K>, key: K, limit: usize) -> bool {
    let count = counts.entry(key).or_default();
    let fits = *count < limit;
    // Also when it does not fit: the caller's `Counted` is dropped and subtracts.
    *count += 1;
    fits
}

fn subtract<K: Eq + Hash>(mut counts: Counts<'_, K>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

fn lock<K>(counts: &Mutex<HashMap<K, usize>>) -> Counts<'_, K> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Uuid;

    #[test]
    fn sockets_beyond_the_limit_are_refused_until_another_closes() {
        let census = Census::new(SocketLimits { per_user: 2, per_address: 1 });
        let user = UserId::from_uuid(Uuid::from_u128(1));
        let (first, _second) = (census.count_user(user).unwrap(), census.count_user(user).unwrap());
        assert!(census.count_user(user).is_none());
        assert!(census.count_user(UserId::from_uuid(Uuid::from_u128(2))).is_some());
        drop(first);
        assert!(census.count_user(user).is_some());
    }

    #[test]
    fn addresses_of_one_household_count_together_and_nothing_is_left_behind() {
        let census = Census::new(SocketLimits { per_user: 1, per_address: 1 });
        let one = census.count_address("2001:db8:1:2::3".parse().unwrap());
        assert!(one.is_some());
        assert!(census.count_address("2001:db8:1:2:ffff::1".parse().unwrap()).is_none());
        drop(one);
        assert!(lock(&census.addresses).is_empty());
    }
}

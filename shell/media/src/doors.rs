//! How many TCP and TLS connections may be open.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Limits of TCP and TLS, each so that a stranger cannot hold what others need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// Connections at one time; further ones are closed at once.
    pub connections: usize,
    /// Connections of one source at one time (an IPv4 address, an IPv6 /64).
    pub per_source: usize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long a connection may stay silent that is of no use yet (without an allocation, or
    /// without a participant).
    pub idle: Duration,
    /// How long a write may be stuck; after that the reader is taken for gone.
    pub write: Duration,
    /// Bytes that wait for a slow reader; beyond, packets are dropped as a network would.
    pub queued: usize,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            per_source: 100,
            handshake: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            write: Duration::from_secs(10),
            queued: 256 * 1_024,
        }
    }
}

/// How many connections there are, in all and of each source.
#[derive(Debug)]
pub(crate) struct Doors {
    most: usize,
    most_per_source: usize,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// A place that a connection has until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    doors: Arc<Doors>,
    source: IpAddr,
}

impl Doors {
    pub(crate) fn new(limits: &StreamLimits) -> Self {
        Self {
            most: limits.connections,
            most_per_source: limits.per_source,
            inside: Mutex::default(),
        }
    }

    /// A place, if there is one.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let source = source(address);
        let mut inside = self.inside();
        let of_source = inside.of.get(&source).copied().unwrap_or_default();
        if inside.all >= self.most || of_source >= self.most_per_source {
            return None;
        }
        inside.all += 1;
        inside.of.insert(source, of_source + 1);
        Some(Place { doors: Arc::clone(self), source })
    }

    /// Every change is whole, so one left by a panic is too.
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.doors.inside();
        inside.all -= 1;
        if let Some(of_source) = inside.of.get_mut(&self.source) {
            *of_source -= 1;
            if *of_source == 0 {
                inside.of.remove(&self.source);
            }
        }
    }
}

/// Who a connection is counted for: an IPv4 address, or the network that an IPv6 client may
/// choose its address from.
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & u128::MAX << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_in_all_and_by_source_and_given_back() {
        let limits = StreamLimits { connections: 3, per_source: 2, ..StreamLimits::default() };
        let doors = Arc::new(Doors::new(&limits));
        let enter = |address: &str| doors.enter(address.parse().unwrap());
        let first = enter("2001:db8::1").expect("the first");
        let _second = enter("2001:db8::ffff:1").expect("the second of that network");
        assert!(enter("2001:db8::2").is_none(), "a third of one source");
        let _third = enter("192.0.2.1").expect("another source");
        assert!(enter("192.0.2.2").is_none(), "a fourth of all");
        drop(first);
        assert!(enter("2001:db8:0:0:9::").is_some());
        assert_eq!(doors.inside().all, 2, "places come back");
    }
}

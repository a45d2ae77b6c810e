//! Which connection a datagram is for.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::directory::Directory;
use super::peers::PeerKey;
use super::transport::Protocol;

/// Addresses remembered of one connection; more than a client uses at one time. The oldest goes
/// first.
const MOST_ADDRESSES: usize = 16;

/// A client's address.
pub(super) type Remote = (Protocol, SocketAddr);

/// By address, and for the checks that come first, by name fragment. That an address leads to a
/// connection is a guess: the connection itself says whether a datagram is its own.
#[derive(Debug)]
pub(super) struct Routes {
    shard: usize,
    by_address: HashMap<Remote, PeerKey>,
    by_name: HashMap<String, PeerKey>,
    directory: Directory,
}

/// What leads to one connection.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Addresses so far, whether remembered or not.
    pub(super) changes: usize,
    addresses: Vec<Remote>,
    names: Vec<String>,
}

impl Routes {
    pub(super) fn new(shard: usize, directory: Directory) -> Self {
        Self { shard, by_address: HashMap::new(), by_name: HashMap::new(), directory }
    }

    pub(super) fn by_address(&self, remote: Remote) -> Option<PeerKey> {
        self.by_address.get(&remote).copied()
    }

    pub(super) fn by_name(&self, name: &str) -> Option<PeerKey> {
        self.by_name.get(name).copied()
    }

    /// The connection was heard from there.
    pub(super) fn heard(&mut self, peer: PeerKey, ways: &mut Ways, remote: Remote) {
        if self.by_address.insert(remote, peer) == Some(peer) {
            return;
        }
        if ways.addresses.len() == MOST_ADDRESSES {
            let oldest = ways.addresses.remove(0);
            self.forget(peer, oldest);
        }
        ways.addresses.push(remote);
        ways.changes += 1;
    }

    /// Its name fragments are these now.
    pub(super) fn named(&mut self, peer: PeerKey, ways: &mut Ways, names: Vec<String>) {
        for gone in ways.names.iter().filter(|name| !names.contains(name)) {
            self.by_name.remove(gone);
            self.directory.remove(gone);
        }
        for name in names.iter().filter(|name| !ways.names.contains(name)) {
            self.by_name.insert(name.clone(), peer);
            self.directory.add(name.clone(), self.shard);
        }
        ways.names = names;
    }

    /// The connection is gone.
    pub(super) fn remove(&mut self, peer: PeerKey, ways: &mut Ways) {
        for remote in std::mem::take(&mut ways.addresses) {
            self.forget(peer, remote);
        }
        self.named(peer, ways, Vec::new());
    }

    /// How many addresses and names there are.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.by_address.len(), self.by_name.len())
    }

    fn forget(&mut self, peer: PeerKey, remote: Remote) {
        // Another connection may have the address by now.
        if self.by_address.get(&remote) == Some(&peer) {
            self.by_address.remove(&remote);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(port: u16) -> Remote {
        (Protocol::Udp, SocketAddr::from(([192, 0, 2, 1], port)))
    }

    #[test]
    fn an_address_leads_to_who_was_heard_there_last_and_nothing_stays_behind() {
        let mut routes = Routes::new(0, Directory::default());
        let (one, two) = (PeerKey::test(1), PeerKey::test(2));
        let (mut ways, mut other) = (Ways::default(), Ways::default());
        routes.heard(one, &mut ways, remote(1));
        routes.heard(two, &mut other, remote(1));
        assert_eq!(routes.by_address(remote(1)), Some(two));
        routes.remove(one, &mut ways);
        assert_eq!(routes.by_address(remote(1)), Some(two), "it is the other's now");
        routes.named(two, &mut other, vec!["old".into(), "new".into()]);
        routes.named(two, &mut other, vec!["new".into()]);
        assert_eq!((routes.by_name("old"), routes.by_name("new")), (None, Some(two)));
        assert_eq!(routes.directory.shard("new"), Some(0));
        routes.remove(two, &mut other);
        assert_eq!(routes.sizes(), (0, 0));
        assert_eq!(routes.directory.shard("new"), None);
    }

    #[test]
    fn a_client_that_changes_its_address_for_ever_is_remembered_with_the_last_ones() {
        let mut routes = Routes::new(0, Directory::default());
        let mut ways = Ways::default();
        for port in 1..=100 {
            routes.heard(PeerKey::test(1), &mut ways, remote(port));
        }
        assert_eq!(routes.sizes(), (MOST_ADDRESSES, 0));
        assert_eq!(routes.by_address(remote(1)), None);
        assert!(routes.by_address(remote(100)).is_some());
    }
}

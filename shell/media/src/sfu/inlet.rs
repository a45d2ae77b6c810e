//! The way between the SFU and the relay of the same process, in memory.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use super::mailbox::{Mailbox, Relayed, Traffic};
use crate::turn;

/// Where the relay of the same process brings what its clients send to the SFU; for
/// [`RelaySettings::sfu`](crate::turn::RelaySettings::sfu). A relay that was started with it is
/// also where the SFU brings what it sends to relayed addresses: no socket is between the two.
#[derive(Debug, Clone)]
pub struct Inlet {
    /// By the address that clients are told, the shard.
    shards: Arc<BTreeMap<SocketAddr, usize>>,
    mailboxes: Arc<[Mailbox]>,
    back: WayBack,
}

/// The way to relayed addresses, once there is a relay.
pub(super) type WayBack = Arc<OnceLock<turn::Inlet>>;

/// Another relay was given the way already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken;

impl Inlet {
    pub(super) fn new(
        shards: BTreeMap<SocketAddr, usize>,
        mailboxes: Arc<[Mailbox]>,
        back: WayBack,
    ) -> Self {
        Self { shards: Arc::new(shards), mailboxes, back }
    }

    /// The addresses that clients are told for datagrams: the only ones that are reached so.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        self.shards.keys().copied()
    }

    /// Brings a datagram of a relayed address to the shard that `to` belongs to; false when that
    /// is behind, and the datagram was dropped.
    pub(crate) fn hand_over(&self, to: SocketAddr, from: SocketAddr, payload: &[u8]) -> bool {
        let mailbox = self.shards.get(&to).and_then(|shard| self.mailboxes.get(*shard));
        mailbox.is_some_and(|mailbox| {
            mailbox.bring_or_drop(Traffic::Relayed(Relayed { to, from, payload: payload.into() }))
        })
    }

    /// Shows the SFU the way to the relayed addresses of a relay, for as long as both run.
    pub(crate) fn lead_back(&self, relay: turn::Inlet) -> Result<(), Taken> {
        self.back.set(relay).map_err(|_| Taken)
    }
}

#[cfg(test)]
mod tests {
    use super::super::mailbox::mailbox;
    use super::*;

    #[test]
    fn a_shard_that_is_behind_loses_datagrams_and_other_addresses_are_never_reached() {
        let [media, beside, client] = ["203.0.113.7:3479", "203.0.113.7:3480", "203.0.113.7:50000"]
            .map(|text| text.parse::<SocketAddr>().unwrap());
        let (mailbox, mut inbox) = mailbox().unwrap();
        let inlet = Inlet::new([(media, 0)].into(), [mailbox].into(), WayBack::default());
        assert_eq!(inlet.addresses().collect::<Vec<_>>(), [media]);
        assert!(!inlet.hand_over(beside, client, b"x"));
        let taken = (0..5_000).take_while(|_| inlet.hand_over(media, client, b"x")).count();
        assert!((1..5_000).contains(&taken), "{taken}");
        assert!(inbox.traffic.try_recv().is_ok());
        assert!(inlet.hand_over(media, client, b"x"), "there is room again");
    }
}

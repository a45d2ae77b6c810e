//! The way from the SFU to relayed addresses, in memory.

use std::net::SocketAddr;
use std::sync::Arc;

use ::turn::server::Registry as _;

use super::book::Book;
use super::mailbox::{HandOver, Mailbox, Traffic};

/// Brings datagrams to live relayed addresses of one relay. What comes this way is judged by the
/// permissions and the bandwidth of its receiver, as if a peer had sent it.
#[derive(Debug, Clone)]
pub(crate) struct Inlet {
    book: Arc<Book>,
    mailboxes: Arc<[Mailbox]>,
}

/// What became of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handed {
    /// It is with the shard of that address.
    Over,
    /// That shard is behind: it was dropped, as a network would.
    Lost,
    /// No relayed address of ours: it is to leave by a socket.
    NotOurs,
}

impl Inlet {
    pub(super) fn new(book: Arc<Book>, mailboxes: Arc<[Mailbox]>) -> Self {
        Self { book, mailboxes }
    }

    /// Takes a datagram if `to` is one of ours. Without a lock: it is asked for every packet.
    pub(crate) fn hand_over(&self, to: SocketAddr, from: SocketAddr, payload: &[u8]) -> Handed {
        let shard = self.book.relayed(to).map(usize::from);
        let Some(mailbox) = shard.and_then(|shard| self.mailboxes.get(shard)) else {
            return Handed::NotOurs;
        };
        let packet = HandOver { to, from, payload: payload.to_vec() };
        let brought = mailbox.bring_or_drop(Traffic::HandOver(Box::new(packet)));
        if brought { Handed::Over } else { Handed::Lost }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Instant;

    use ::turn::server::Settings;
    use ::turn::stun::Family;
    use ::turn::{PeerRules, TurnSecrets};
    use vocab::Redacted;

    use super::super::mailbox::mailbox;
    use super::super::settings::RelaySettings;
    use super::*;

    const IP: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);

    #[test]
    fn what_is_for_a_live_relayed_address_goes_to_its_shard_until_that_is_behind() {
        let secrets = TurnSecrets::new(Redacted::new("the-secret-of-the-inlet-of-32-up".into()));
        let mut turn = Settings::new("calls.example", secrets, PeerRules::default());
        turn.relay_v4 = Some(IP);
        let book = Arc::new(Book::new(Instant::now(), &RelaySettings::new(turn)));
        let (mailbox, mut inbox) = mailbox().unwrap();
        let inlet = Inlet::new(Arc::clone(&book), [mailbox].into());
        let media = SocketAddr::from((IP, 3_479));
        let hand_over = |to| inlet.hand_over(to, media, b"x");
        let relayed = SocketAddr::from((IP, 50_000));
        assert_eq!(hand_over(relayed), Handed::NotOurs, "nobody has it");
        assert!(book.ports().take(Family::V4, relayed.port()));
        book.ports().bound(Family::V4, relayed.port(), 0);
        assert_eq!(hand_over(SocketAddr::from(([203, 0, 113, 8], 50_000))), Handed::NotOurs);
        assert_eq!(hand_over(media), Handed::NotOurs, "nothing of media comes back to it");
        let taken = (0..5_000).take_while(|_| hand_over(relayed) == Handed::Over).count();
        assert!((1..5_000).contains(&taken), "{taken}");
        assert_eq!(hand_over(relayed), Handed::Lost);
        assert!(matches!(inbox.traffic.try_recv(), Ok(Traffic::HandOver(_))));
        assert_eq!(hand_over(relayed), Handed::Over, "there is room again");
        book.ports().free(Family::V4, relayed.port());
        assert_eq!(hand_over(relayed), Handed::NotOurs, "it is over");
    }
}

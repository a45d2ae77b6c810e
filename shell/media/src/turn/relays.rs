//! The sockets of relayed addresses, as one shard has them.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::Arc;

use ::turn::server::{FiveTuple, RelayId};
use ::turn::stun::Family;
use datagram::{Batch, Options, Sender};

use super::book::Book;

/// How many random ports are tried. In a range that is half full, all fail once in 2^40.
const TRIES: usize = 40;

/// Datagrams after which all that wait are sent.
const FULL_BATCH: usize = 256;

/// Relay sockets by the index of their id, and what waits to leave from each.
///
/// The waiting datagrams of all sockets are in one batch; each socket knows its first, and each
/// datagram the next one of the same socket. So they leave socket by socket, each in order.
#[derive(Debug)]
pub(super) struct Relays {
    shard: u8,
    book: Arc<Book>,
    bind: Bind,
    slots: Vec<Option<RelaySocket>>,
    batch: Batch,
    /// For each datagram of the batch the next of its socket.
    next: Vec<Option<usize>>,
    /// Slots with waiting datagrams.
    touched: Vec<usize>,
}

/// Where relay sockets may be bound.
#[derive(Debug, Clone)]
pub(super) struct Bind {
    pub(super) v4: Option<IpAddr>,
    pub(super) v6: Option<IpAddr>,
    pub(super) ports: RangeInclusive<u16>,
}

/// One relayed address.
#[derive(Debug)]
struct RelaySocket {
    id: RelayId,
    family: Family,
    port: u16,
    owner: FiveTuple,
    socket: UdpSocket,
    /// First and last waiting datagram.
    waiting: Option<(usize, usize)>,
}

impl Relays {
    pub(super) fn new(shard: u8, book: Arc<Book>, bind: Bind) -> Self {
        let (slots, next, touched) = Default::default();
        Self { shard, book, bind, slots, batch: Batch::new(), next, touched }
    }

    /// Opens a socket under an id; its port, and the socket to be watched.
    ///
    /// # Errors
    /// Of the operating system, or [`io::ErrorKind::AddrInUse`] when no free port was found.
    pub(super) fn open(
        &mut self,
        id: RelayId,
        family: Family,
        even: bool,
        owner: FiveTuple,
    ) -> io::Result<(u16, &UdpSocket)> {
        let (socket, port) = self.bind(family, even)?;
        let index = id.index();
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, || None);
        }
        // The id before this one may be gone without its `CloseRelay` having been seen yet.
        self.vacate(index);
        let opened = RelaySocket { id, family, port, owner, socket, waiting: None };
        Ok((port, &self.slots[index].insert(opened).socket))
    }

    /// Closes the socket of an id; whose it was. Nothing when it is gone already.
    pub(super) fn close(&mut self, id: RelayId) -> Option<FiveTuple> {
        let owner = self.of(id)?.owner;
        self.vacate(id.index());
        Some(owner)
    }

    /// The socket at an index, with its id.
    pub(super) fn at(&self, index: usize) -> Option<(RelayId, &UdpSocket)> {
        let relay = self.slots.get(index)?.as_ref()?;
        Some((relay.id, &relay.socket))
    }

    /// Adds a datagram; sends all of all sockets when there are many. For a socket that is gone
    /// it is nothing.
    pub(super) fn push(
        &mut self,
        id: RelayId,
        peer: SocketAddr,
        payload: &[u8],
        sender: &mut Sender,
    ) {
        let relay = self.slots.get_mut(id.index()).and_then(Option::as_mut);
        let Some(relay) = relay.filter(|relay| relay.id == id) else { return };
        let number = self.batch.push(peer, &[payload]);
        self.next.push(None);
        relay.waiting = Some(match relay.waiting {
            None => {
                self.touched.push(id.index());
                (number, number)
            }
            Some((first, last)) => {
                self.next[last] = Some(number);
                (first, number)
            }
        });
        if self.batch.len() >= FULL_BATCH {
            self.flush(sender);
        }
    }

    pub(super) fn flush(&mut self, sender: &mut Sender) {
        for index in self.touched.drain(..) {
            let Some(relay) = &mut self.slots[index] else { continue };
            let first = relay.waiting.take().map(|(first, _)| first);
            let numbers = std::iter::successors(first, |number| self.next[*number]);
            sender.send(&relay.socket, &self.batch, numbers);
        }
        self.batch.clear();
        self.next.clear();
    }

    /// Closes all sockets and forgets what waits, and the places of this shard in the book.
    pub(super) fn clear(&mut self) {
        self.touched.clear();
        self.next.clear();
        self.batch.clear();
        for index in 0..self.slots.len() {
            self.vacate(index);
        }
        self.book.forget_shard(self.shard);
    }

    fn of(&self, id: RelayId) -> Option<&RelaySocket> {
        self.slots.get(id.index())?.as_ref().filter(|relay| relay.id == id)
    }

    fn vacate(&mut self, index: usize) {
        let Some(RelaySocket { family, port, socket, .. }) = self.slots[index].take() else {
            return;
        };
        // Closed first: the port is free for the next who takes it.
        drop(socket);
        self.book.ports().free(family, port);
    }

    fn bind(&self, family: Family, even: bool) -> io::Result<(UdpSocket, u16)> {
        let ip = match family {
            Family::V4 => self.bind.v4,
            Family::V6 => self.bind.v6,
        };
        let ip = ip.ok_or(io::ErrorKind::AddrNotAvailable)?;
        let ports = self.book.ports();
        for _ in 0..TRIES {
            let Some(port) = self.random_port(even) else { continue };
            if !ports.take(family, port) {
                continue;
            }
            let options = Options { gro: true, ..Options::default() };
            match datagram::open(SocketAddr::new(ip, port), options) {
                Ok(opened) => {
                    ports.bound(family, port, self.shard);
                    return Ok((opened.socket, port));
                }
                Err(error) => {
                    ports.free(family, port);
                    if error.kind() != io::ErrorKind::AddrInUse {
                        return Err(error);
                    }
                }
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    /// A port of the range, even when asked; `None` when the even one is below the range.
    fn random_port(&self, even: bool) -> Option<u16> {
        let port = rand::random_range(self.bind.ports.clone());
        let port = if even { port & !1 } else { port };
        self.bind.ports.contains(&port).then_some(port)
    }
}

impl Drop for Relays {
    fn drop(&mut self) {
        self.clear();
    }
}

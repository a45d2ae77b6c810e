//! Where datagrams leave: sockets, streams, the relay of the same process.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;

use datagram::{SendCounters, Sender};

use super::inlet::WayBack;
use super::pending::REST;
use super::stream::{Offered, StreamHandle};
use super::transport::{Outlet, Protocol};
use crate::client_socket::ClientSocket;
use crate::turn::Handed;

/// Everything of a shard that sends.
#[derive(Debug)]
pub(super) struct Outlets {
    pub(super) sockets: Vec<ClientSocket>,
    /// What clients were told in place of each socket's address.
    told: Vec<SocketAddr>,
    /// By the client's address.
    streams: HashMap<SocketAddr, Stream>,
    sender: Sender,
    /// Which socket the connection that sends is heard on.
    pub(super) socket: usize,
    waits: Waits,
    pub(super) slow_streams: u64,
    relay: WayBack,
    pub(super) to_relay: u64,
    pub(super) lost_hand_overs: u64,
}

/// What waits to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waits {
    Nothing,
    /// Beginnings of pictures, for the rest of them, until then.
    ForRest(Instant),
    /// Something that is to leave with this turn.
    Now,
}

#[derive(Debug)]
struct Stream {
    handle: StreamHandle,
    told: SocketAddr,
}

impl Outlets {
    pub(super) fn new(sockets: Vec<ClientSocket>, told: Vec<SocketAddr>, relay: WayBack) -> Self {
        Self {
            sockets,
            told,
            streams: HashMap::new(),
            sender: Sender::new(),
            socket: 0,
            waits: Waits::Nothing,
            slow_streams: 0,
            relay,
            to_relay: 0,
            lost_hand_overs: 0,
        }
    }

    /// What clients were told in place of a socket's address.
    pub(super) fn told(&self, socket: usize) -> SocketAddr {
        self.told[socket]
    }

    /// The socket whose clients were told this address; of several behind one NAT the first.
    pub(super) fn socket_at(&self, told: SocketAddr) -> Option<usize> {
        self.told.iter().position(|known| *known == told)
    }

    /// What the client of a stream was told.
    pub(super) fn told_to_stream(&self, client: SocketAddr) -> Option<SocketAddr> {
        self.streams.get(&client).map(|stream| stream.told)
    }

    pub(super) fn stream_opened(
        &mut self,
        client: SocketAddr,
        told: SocketAddr,
        handle: StreamHandle,
    ) {
        self.streams.insert(client, Stream { handle, told });
    }

    pub(super) fn stream_closed(&mut self, client: SocketAddr) {
        self.streams.remove(&client);
    }

    pub(super) fn close_stream(&self, client: SocketAddr) {
        if let Some(stream) = self.streams.get(&client) {
            stream.handle.close();
        }
    }

    pub(super) fn streams(&self) -> usize {
        self.streams.len()
    }

    pub(super) fn counters(&self) -> SendCounters {
        self.sender.counters()
    }

    /// What waits to leave.
    pub(super) const fn waits(&self) -> Waits {
        self.waits
    }

    /// All that came since it was `before` is the beginning of a picture.
    pub(super) fn wait_for_rest(&mut self, now: Instant, before: Waits) {
        self.waits = match before {
            Waits::Nothing => Waits::ForRest(now + REST),
            Waits::ForRest(_) | Waits::Now => before,
        };
    }

    /// When what waits has waited long enough.
    pub(super) const fn until(&self) -> Option<Instant> {
        match self.waits {
            Waits::ForRest(until) => Some(until),
            Waits::Nothing | Waits::Now => None,
        }
    }

    /// Sends everything that waits, but for beginnings of pictures.
    pub(super) fn flush(&mut self, now: Instant) {
        if self.until().is_some_and(|until| now < until) {
            return;
        }
        self.waits = Waits::Nothing;
        for socket in &mut self.sockets {
            socket.flush(&mut self.sender);
        }
    }
}

impl Outlet for Outlets {
    fn send(
        &mut self,
        protocol: Protocol,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) {
        self.waits = Waits::Now;
        match protocol {
            Protocol::Udp => {
                let relay = self.relay.get();
                match relay.map(|relay| relay.hand_over(destination, source, datagram)) {
                    Some(Handed::Over) => return self.to_relay += 1,
                    Some(Handed::Lost) => return self.lost_hand_overs += 1,
                    Some(Handed::NotOurs) | None => {}
                }
                // Several sockets stand behind one address where a NAT does.
                let heard =
                    Some(self.socket).filter(|socket| self.told.get(*socket) == Some(&source));
                if let Some(socket) = heard.or_else(|| self.socket_at(source)) {
                    self.sockets[socket].push(destination, &[datagram], &mut self.sender);
                }
            }
            Protocol::Tcp => {
                let Some(stream) = self.streams.get(&destination) else { return };
                match stream.handle.offer(datagram) {
                    Offered::Taken => {}
                    // Like a full socket: the packet is lost, and a retransmission may come.
                    Offered::Full => self.slow_streams += 1,
                }
            }
        }
    }
}

//! Where datagrams leave: sockets, streams, the relay of the same process.

use std::collections::HashMap;
use std::net::SocketAddr;

use datagram::{SendCounters, Sender};

use super::inlet::WayBack;
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
    pub(super) slow_streams: u64,
    relay: WayBack,
    pub(super) to_relay: u64,
    pub(super) lost_hand_overs: u64,
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

    /// Sends everything that waits.
    pub(super) fn flush(&mut self) {
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

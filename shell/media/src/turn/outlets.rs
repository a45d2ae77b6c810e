//! Where the steps of the engine go: client sockets, streams, relay sockets, other shards.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use ::turn::server::{FiveTuple, Holder, OpenRequest, Opened, Output, Step};
use ::turn::stun::Family;
use datagram::Sender;
use nix::sys::epoll::{Epoll, EpollEvent, EpollFlags};

use super::connection::{Offered, StreamHandle};
use super::mailbox::{HandOver, Mailbox, Order, Traffic};
use super::relays::Relays;
use super::shard::Token;
use crate::client_socket::ClientSocket;
use crate::sfu;

/// Everything of a shard that sends.
#[derive(Debug)]
pub(super) struct Outlets {
    pub(super) clients: Vec<ClientSocket>,
    pub(super) streams: HashMap<FiveTuple, StreamHandle>,
    pub(super) relays: Relays,
    pub(super) to_clients: Sender,
    pub(super) to_peers: Sender,
    /// By listener: the client socket, or none for streams.
    ways: Vec<Option<usize>>,
    inlets: Inlets,
    epoll: Epoll,
    pub(super) lost: Lost,
}

/// Where packets go that do not leave the process.
#[derive(Debug)]
pub(super) struct Inlets {
    /// Of all shards.
    pub(super) mailboxes: Arc<[Mailbox]>,
    /// Of the SFU, when there is one.
    pub(super) sfu: Option<sfu::Inlet>,
}

/// What was lost between the engine and the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lost {
    /// Packets to streams whose readers are slow.
    pub(super) slow_streams: u64,
    /// Packets to shards, or to the SFU's, that are behind.
    pub(super) hand_overs: u64,
    /// Relay sockets that could not be opened.
    pub(super) relays: u64,
}

impl Outlets {
    pub(super) fn new(
        clients: Vec<ClientSocket>,
        ways: Vec<Option<usize>>,
        relays: Relays,
        inlets: Inlets,
        epoll: Epoll,
    ) -> Self {
        Self {
            clients,
            streams: HashMap::new(),
            relays,
            to_clients: Sender::new(),
            to_peers: Sender::new(),
            ways,
            inlets,
            epoll,
            lost: Lost::default(),
        }
    }

    /// What tells that a socket has something.
    pub(super) const fn epoll(&self) -> &Epoll {
        &self.epoll
    }

    /// Queues what a step says; a wish to open sockets comes back.
    pub(super) fn carry(&mut self, step: Step<'_>) -> Option<OpenRequest> {
        match step {
            Step::Nothing => {}
            Step::ToClient { tuple, header, payload, padding } => {
                let padding = &[0; 3][..usize::from(padding)];
                self.write_to_client(tuple, &[header.as_slice(), payload, padding], Weight::Packet);
            }
            Step::ToPeer { relay, peer, payload } => {
                self.relays.push(relay, peer, payload, &mut self.to_peers);
            }
            Step::HandOver { shard, to, from, payload } => {
                self.hand_over(shard, to, from, payload);
            }
            Step::ToMedia { to, from, payload } => {
                let sfu = self.inlets.sfu.as_ref();
                if !sfu.is_some_and(|sfu| sfu.hand_over(to, from, payload)) {
                    self.lost.hand_overs += 1;
                }
            }
            Step::Answer { tuple, message } => {
                self.write_to_client(tuple, &[message], Weight::Answer)
            }
            Step::Open(request) => return Some(request),
        }
        None
    }

    /// Opens the sockets of a request: those that could be.
    pub(super) fn open(&mut self, request: &OpenRequest, owner: FiveTuple) -> Opened {
        let mut opened = Opened::default();
        for (family, id) in request.relays() {
            let port = self.relays.open(id, family, request.even_port, owner).and_then(
                |(port, socket)| {
                    let token = Token::Relay(id.index()).number();
                    let event = EpollEvent::new(EpollFlags::EPOLLIN | EpollFlags::EPOLLET, token);
                    self.epoll.add(socket, event)?;
                    Ok(port)
                },
            );
            match port {
                Ok(port) => {
                    if let Some(stream) = self.streams.get(&owner) {
                        stream.relay_opened();
                    }
                    match family {
                        Family::V4 => opened.v4 = Some(port),
                        Family::V6 => opened.v6 = Some(port),
                    }
                }
                Err(error) => {
                    self.relays.close(id);
                    self.lost.relays += 1;
                    tracing::debug!(%error, "no relay socket could be opened");
                }
            }
        }
        opened
    }

    /// Does what the engine asks for apart from packets.
    pub(super) fn obey(&mut self, output: Output) {
        match output {
            Output::CloseRelay(id) => {
                let owner = self.relays.close(id);
                if let Some(stream) = owner.and_then(|owner| self.streams.get(&owner)) {
                    stream.relay_closed();
                }
            }
            Output::CloseClient(tuple) => {
                if let Some(stream) = self.streams.get(&tuple) {
                    stream.close();
                }
            }
            Output::Evict(Holder { shard, allocation }) => {
                if let Some(mailbox) = self.inlets.mailboxes.get(usize::from(shard)) {
                    // A shard that is gone has released everything.
                    let _ = mailbox.order(Order::Release(allocation));
                }
            }
        }
    }

    /// Closes all relay sockets and streams, and forgets what waits.
    pub(super) fn clear(&mut self) {
        self.relays.clear();
        for client in &mut self.clients {
            client.clear();
        }
        self.streams.values().for_each(StreamHandle::close);
        self.streams.clear();
    }

    /// Sends everything that waits.
    pub(super) fn flush(&mut self) {
        for client in &mut self.clients {
            client.flush(&mut self.to_clients);
        }
        self.relays.flush(&mut self.to_peers);
    }

    fn write_to_client(&mut self, tuple: FiveTuple, parts: &[&[u8]], weight: Weight) {
        match self.ways.get(usize::from(tuple.listener.0)) {
            Some(Some(client)) => {
                self.clients[*client].push(tuple.client, parts, &mut self.to_clients);
            }
            Some(None) => self.write_to_stream(tuple, parts, weight),
            None => {}
        }
    }

    fn write_to_stream(&mut self, tuple: FiveTuple, parts: &[&[u8]], weight: Weight) {
        let Some(stream) = self.streams.get(&tuple) else { return };
        match (stream.offer(parts), weight) {
            (Offered::Taken, _) => {}
            (Offered::Full, Weight::Packet) => self.lost.slow_streams += 1,
            // A client that misses answers cannot go on.
            (Offered::Full, Weight::Answer) => stream.close(),
        }
    }

    fn hand_over(&mut self, shard: u8, to: SocketAddr, from: SocketAddr, payload: &[u8]) {
        let Some(mailbox) = self.inlets.mailboxes.get(usize::from(shard)) else { return };
        let packet = HandOver { to, from, payload: payload.to_vec() };
        if !mailbox.bring_or_drop(Traffic::HandOver(Box::new(packet))) {
            self.lost.hand_overs += 1;
        }
    }
}

/// What may be lost on a slow stream.
#[derive(Debug, Clone, Copy)]
enum Weight {
    /// A relayed packet: UDP would lose it too.
    Packet,
    /// An answer to a request: the stream promised it.
    Answer,
}

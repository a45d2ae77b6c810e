//! The floor of a TURN relay: one client socket and a relay socket per allocation, four bytes
//! added or taken away by a look into a table. Nothing is checked, limited, counted or expired.

#![expect(clippy::print_stdout, reason = "the address is told on standard output")]

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::Context as _;
use datagram::{Batch, Options, Received, Receiver, Sender};
use load::turn::{FIRST_CHANNEL, Hello};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The token of the client socket; those of relay sockets are their numbers.
const CLIENTS: u64 = u64::MAX;
/// Readiness that is taken from the kernel at once.
const EVENTS: usize = 256;
/// Messages that one system call takes from the client socket, and from a relay socket.
const BATCH: (usize, usize) = (32, 8);
/// One event for what is new; a short batch says that there is no more.
const EDGE: EpollFlags = EpollFlags::EPOLLIN.union(EpollFlags::EPOLLET);
/// Buffers of the client socket, which receives for everybody.
const BUFFER: usize = 4 * 1024 * 1024;

/// An allocation, by its channel.
struct Relay {
    socket: UdpSocket,
    client: SocketAddr,
    peer: SocketAddr,
    channel: [u8; 2],
    /// Numbers of the datagrams that wait in the batch.
    waiting: Vec<usize>,
}

struct Floor {
    epoll: Epoll,
    clients: UdpSocket,
    relays: Vec<Relay>,
    /// For peers; each leaves from its relay socket.
    to_peers: Batch,
    /// Relays that have something waiting there.
    touched: Vec<usize>,
    to_clients: Batch,
    sender: Sender,
}

fn main() -> anyhow::Result<()> {
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    let options = Options { buffer: Some(BUFFER), gro: true, ..Options::default() };
    let clients = datagram::open(address, options)?.socket;
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    epoll.add(&clients, EpollEvent::new(EDGE, CLIENTS))?;
    println!("listens on udp://{}", clients.local_addr()?);
    let mut floor = Floor {
        epoll,
        clients,
        relays: Vec::new(),
        to_peers: Batch::new(),
        touched: Vec::new(),
        to_clients: Batch::new(),
        sender: Sender::new(),
    };
    let (mut many, mut few) = (Receiver::new(BATCH.0), Receiver::new(BATCH.1));
    let mut events = [EpollEvent::empty(); EVENTS];
    let mut hellos = Vec::new();
    loop {
        let ready = floor.epoll.wait(&mut events, EpollTimeout::NONE)?;
        for event in &events[..ready] {
            match event.data() {
                CLIENTS => floor.relay_from_clients(&mut many, &mut hellos)?,
                number => floor.relay_from_peer(usize::try_from(number)?, &mut few)?,
            }
        }
        floor.send();
        for (client, hello) in hellos.drain(..) {
            floor.open(client, hello)?;
        }
    }
}

impl Floor {
    /// ChannelData loses its head and waits for its relay socket.
    fn relay_from_clients(
        &mut self,
        receiver: &mut Receiver,
        hellos: &mut Vec<(SocketAddr, Hello)>,
    ) -> anyhow::Result<()> {
        while let Some(received) = received(receiver, &self.clients)? {
            let drained = received.drained();
            for (client, bytes) in received {
                let Some(([high, low, _, _], payload)) = bytes.split_first_chunk() else {
                    continue;
                };
                let channel = u16::from_be_bytes([*high, *low]);
                let number = usize::from(channel.wrapping_sub(FIRST_CHANNEL));
                if let Some(relay) = self.relays.get_mut(number) {
                    if relay.waiting.is_empty() {
                        self.touched.push(number);
                    }
                    relay.waiting.push(self.to_peers.push(relay.peer, &[payload]));
                } else if let Ok(hello) = Hello::read(bytes) {
                    hellos.push((client, hello));
                }
            }
            if drained {
                break;
            }
        }
        Ok(())
    }

    /// What a peer sent gets a head and waits for the client socket.
    fn relay_from_peer(&mut self, number: usize, receiver: &mut Receiver) -> anyhow::Result<()> {
        let relay = &self.relays[number];
        while let Some(received) = received(receiver, &relay.socket)? {
            let drained = received.drained();
            for (_, payload) in received {
                let [high, low] = relay.channel;
                let [more, less] = u16::try_from(payload.len())?.to_be_bytes();
                self.to_clients.push(relay.client, &[&[high, low, more, less], payload]);
            }
            if drained {
                break;
            }
        }
        Ok(())
    }

    /// Sends everything that waits.
    fn send(&mut self) {
        for number in self.touched.drain(..) {
            let relay = &mut self.relays[number];
            self.sender.send(&relay.socket, &self.to_peers, relay.waiting.drain(..));
        }
        self.sender.send_all(&self.clients, &self.to_clients);
        self.to_peers.clear();
        self.to_clients.clear();
    }

    /// Opens a relay socket. A hello that came twice is answered as before; one that came before
    /// its predecessor comes again.
    fn open(&mut self, client: SocketAddr, hello: Hello) -> anyhow::Result<()> {
        let number = usize::from(hello.channel.wrapping_sub(FIRST_CHANNEL));
        if number > self.relays.len() {
            return Ok(());
        }
        if number == self.relays.len() {
            let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
            let options = Options { gro: true, ..Options::default() };
            let socket = datagram::open(address, options).context("a relay socket")?.socket;
            self.epoll.add(&socket, EpollEvent::new(EDGE, number as u64))?;
            self.relays.push(Relay {
                socket,
                client,
                peer: hello.address,
                channel: hello.channel.to_be_bytes(),
                waiting: Vec::new(),
            });
        }
        let address = self.relays[number].socket.local_addr()?;
        let answer = Hello { channel: hello.channel, address }.bytes()?;
        self.clients.send_to(&answer, client)?;
        Ok(())
    }
}

/// What waits at a socket; `None` when nothing does.
fn received<'a>(
    receiver: &'a mut Receiver,
    socket: &UdpSocket,
) -> anyhow::Result<Option<Received<'a>>> {
    match receiver.receive(socket) {
        Ok(received) => Ok(Some(received)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        // Of an earlier datagram: the next may come.
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(None),
        Err(error) => Err(error.into()),
    }
}

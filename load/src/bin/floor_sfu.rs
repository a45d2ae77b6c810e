//! The floor of forwarding: each packet is opened once, then copied, given a new header and
//! sealed for every receiver. Nothing is chosen, checked, limited, repaired or estimated.

#![expect(clippy::print_stdout, reason = "the address is told on standard output")]

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::Context as _;
use datagram::{Batch, Options, Receiver, Sender};
use load::sfu::bare::{Hello, Key, TAG_LEN, extended, header};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages that one system call takes.
const RECEIVED: usize = 32;
/// Bytes that wait at most before they are sent.
const WAITING: usize = 1024 * 1024;
/// Buffers of the socket, which receives for everybody.
const BUFFER: usize = 4 * 1024 * 1024;
/// The longest packet.
const PACKET: usize = 1_500;

/// One stream of a publisher.
struct Stream {
    ssrc: u32,
    key: Key,
    highest: u64,
}

/// A receiver.
struct Sink {
    number: u16,
    address: SocketAddr,
    key: Key,
    /// By the number of the stream: what its sequence number is moved by.
    moved: u64,
}

/// An opened packet in the arena.
struct Plain {
    stream: usize,
    seq: u64,
    start: usize,
    /// With its header, without a tag.
    length: usize,
}

struct Floor {
    socket: UdpSocket,
    streams: Vec<Stream>,
    sinks: Vec<Sink>,
    arena: Vec<u8>,
    plain: Vec<Plain>,
    batch: Batch,
    sender: Sender,
    packet: [u8; PACKET],
}

fn main() -> anyhow::Result<()> {
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    let options = Options { buffer: Some(BUFFER), gro: true, ..Options::default() };
    let socket = datagram::open(address, options)?.socket;
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, 0))?;
    println!("listens on udp://{}", socket.local_addr()?);
    let mut floor = Floor {
        socket,
        streams: Vec::new(),
        sinks: Vec::new(),
        arena: Vec::new(),
        plain: Vec::new(),
        batch: Batch::new(),
        sender: Sender::new(),
        packet: [0; PACKET],
    };
    let mut receiver = Receiver::new(RECEIVED);
    let mut events = [EpollEvent::empty()];
    loop {
        epoll.wait(&mut events, EpollTimeout::NONE)?;
        floor.receive(&mut receiver)?;
        floor.forward();
    }
}

impl Floor {
    /// Opens what waits at the socket.
    fn receive(&mut self, receiver: &mut Receiver) -> anyhow::Result<()> {
        self.arena.clear();
        self.plain.clear();
        let received = match receiver.receive(&self.socket) {
            Ok(received) => received,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            // A receiver is gone.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(()),
            Err(error) => return Err(error).context("the socket"),
        };
        for (from, bytes) in received {
            if let Some(hello) = Hello::read(bytes) {
                greet(&mut self.sinks, hello, from);
                let _ = self.socket.send_to(bytes, from);
                continue;
            }
            let Some(head) = header(bytes).filter(|_| bytes.len() <= PACKET) else { continue };
            let stream = stream_of(&mut self.streams, head.ssrc);
            let known = &mut self.streams[stream];
            let seq = extended(known.highest, head.seq);
            let start = self.arena.len();
            self.arena.extend_from_slice(bytes);
            if known.key.open(&mut self.arena[start..], head.ssrc, seq) {
                known.highest = known.highest.max(seq);
                let length = bytes.len() - TAG_LEN;
                self.plain.push(Plain { stream, seq, start, length });
            }
        }
        Ok(())
    }

    /// Everything to everybody; what goes to one receiver leaves together.
    fn forward(&mut self) {
        for sink in &self.sinks {
            for plain in &self.plain {
                let ssrc = self.streams[plain.stream].ssrc;
                let seq = plain.seq + sink.moved;
                let packet = &mut self.packet[..plain.length + TAG_LEN];
                let opened = &self.arena[plain.start..plain.start + plain.length];
                packet[..plain.length].copy_from_slice(opened);
                let [.., high, low] = seq.to_be_bytes();
                packet[2..4].copy_from_slice(&[high, low]);
                // A clock of its own, as a forwarder that switches layers has.
                packet[7] = packet[7].wrapping_add(1);
                sink.key.seal(packet, ssrc, seq);
                self.batch.push(sink.address, &[packet]);
            }
            if self.batch.bytes() > WAITING {
                self.sender.send_all(&self.socket, &self.batch);
                self.batch.clear();
            }
        }
        self.sender.send_all(&self.socket, &self.batch);
        self.batch.clear();
    }
}

/// A receiver says where it is.
fn greet(sinks: &mut Vec<Sink>, hello: Hello, address: SocketAddr) {
    let number = hello.sink;
    match sinks.iter_mut().find(|sink| sink.number == number) {
        Some(sink) => sink.address = address,
        None => sinks.push(Sink { number, address, key: Key::of_sink(number), moved: 77 }),
    }
}

/// The number of a stream; a new one begins with its first packet.
fn stream_of(streams: &mut Vec<Stream>, ssrc: u32) -> usize {
    streams.iter().position(|stream| stream.ssrc == ssrc).unwrap_or_else(|| {
        streams.push(Stream { ssrc, key: Key::of_stream(ssrc), highest: 0 });
        streams.len() - 1
    })
}

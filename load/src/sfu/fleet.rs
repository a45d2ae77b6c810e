//! Publishers and receivers of the floor program, on the thread that asks.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use datagram::{Batch, Options, Receiver, Sender};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::bare::{HEADER_LEN, Hello, Key, TAG_LEN, extended, header, write_header};
use super::camera::{Camera, Microphone, Outgoing, picture_mark, sound_mark};
use super::crowd::Counters;
use super::publisher::Plan;
use super::sink::{Heard, PATIENCE};

/// Bytes the kernel keeps for a socket.
const BUFFER: usize = 4 * 1024 * 1024;
/// One packet of so many is opened and looked into.
const SAMPLE: u64 = 64;
/// After this nothing more of a window is expected.
const STRAGGLERS: Duration = Duration::from_millis(300);
/// Readiness that is taken from the kernel at once.
const EVENTS: usize = 256;
/// Payload types of sound and pictures.
const TYPES: (u8, u8) = (111, 96);

/// The clients of one floor program.
#[derive(Debug)]
pub struct Fleet {
    server: SocketAddr,
    origin: Instant,
    publishers: Vec<Publisher>,
    sinks: Vec<Sink>,
    epoll: Epoll,
    receiver: Receiver,
    sender: Sender,
    batch: Batch,
    packet: Vec<u8>,
    counters: Counters,
}

#[derive(Debug)]
struct Publisher {
    socket: UdpSocket,
    camera: Option<Camera>,
    microphone: Option<Microphone>,
    /// The stream of sound, and its key; that of the picture has the next number.
    streams: [(u32, Key); 2],
}

#[derive(Debug)]
struct Sink {
    socket: UdpSocket,
    key: Key,
    /// Streams and their highest numbers.
    streams: Vec<(u32, u64)>,
}

impl Fleet {
    /// Tells the floor program of its receivers.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn open(
        server: SocketAddr,
        origin: Instant,
        plans: &[Plan],
        sinks: u16,
    ) -> anyhow::Result<Self> {
        let fleet = Self {
            server,
            origin,
            publishers: plans.iter().map(Publisher::open).collect::<anyhow::Result<_>>()?,
            sinks: (0..sinks).map(Sink::open).collect::<anyhow::Result<_>>()?,
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
            receiver: Receiver::new(32),
            sender: Sender::without_gso(),
            batch: Batch::new(),
            packet: Vec::new(),
            counters: Counters::default(),
        };
        for (sink, number) in fleet.sinks.iter().zip(0..) {
            let hello = Hello { sink: number };
            greet(&sink.socket, server, hello).with_context(|| format!("receiver {number}"))?;
            fleet.epoll.add(&sink.socket, EpollEvent::new(EpollFlags::EPOLLIN, number.into()))?;
        }
        Ok(fleet)
    }

    /// Sends for so long, and calls `at` after `warm` and at the end; what happened between.
    /// Never sleeps.
    ///
    /// # Errors
    /// When a packet arrives changed, or `at` fails.
    pub fn run(
        &mut self,
        warm: Duration,
        time: Duration,
        mut at: impl FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<Counters> {
        let start = Instant::now() + Duration::from_millis(5);
        for (publisher, number) in self.publishers.iter_mut().zip(0_u64..) {
            let start = start + Duration::from_micros(number * 7_919 % 33_333);
            publisher.camera.iter_mut().for_each(|camera| camera.resume(start));
            publisher.microphone.iter_mut().for_each(|microphone| microphone.resume(start));
        }
        self.run_until(start + warm)?;
        self.counters.sent.late = Duration::ZERO;
        let before = self.counters.clone();
        at()?;
        self.run_until(start + warm + time)?;
        at()?;
        let after = self.counters.clone();
        // What is on its way belongs to no window.
        self.drain()?;
        Ok(after.since(&before))
    }

    /// What has happened since the beginning.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    fn run_until(&mut self, end: Instant) -> anyhow::Result<()> {
        while Instant::now() < end {
            self.send();
            self.receive()?;
        }
        Ok(())
    }

    /// Takes in what still comes, until nothing does.
    fn drain(&mut self) -> anyhow::Result<()> {
        let mut last = (Instant::now(), self.counters.heard.packets);
        while last.0.elapsed() < STRAGGLERS {
            self.receive()?;
            if self.counters.heard.packets > last.1 {
                last = (Instant::now(), self.counters.heard.packets);
            }
        }
        Ok(())
    }

    fn send(&mut self) {
        let now = Instant::now();
        let Self { publishers, batch, packet, counters, .. } = self;
        let sent = &mut counters.sent;
        for publisher in publishers {
            let Publisher { socket, camera, microphone, streams } = publisher;
            let mut push = |outgoing: &Outgoing, kind: u8, stream: &(u32, Key)| {
                packet.clear();
                let seq = outgoing.seq;
                write_header(packet, (kind, outgoing.marker), seq, outgoing.timestamp, stream.0);
                packet.extend_from_slice(&outgoing.payload);
                packet.extend_from_slice(&[0; TAG_LEN]);
                stream.1.seal(packet, stream.0, seq);
                batch.push(self.server, &[packet]);
            };
            while let Some(microphone) = microphone
                && microphone.due() <= now
            {
                sent.late = sent.late.max(now - microphone.due());
                push(&microphone.packet(self.origin), TYPES.0, &streams[0]);
                sent.sound += 1;
            }
            while let Some(camera) = camera
                && camera.due() <= now
            {
                sent.late = sent.late.max(now - camera.due());
                sent.frames += 1;
                camera.frame(self.origin, |outgoing| {
                    push(&outgoing, TYPES.1, &streams[1]);
                    sent.pictures += 1;
                });
            }
            if !batch.is_empty() {
                self.sender.send_all(socket, batch);
                batch.clear();
            }
        }
    }

    fn receive(&mut self) -> anyhow::Result<()> {
        let mut events = [EpollEvent::empty(); EVENTS];
        let ready = self.epoll.wait(&mut events, EpollTimeout::ZERO)?;
        for event in &events[..ready] {
            let sink = self.sinks.get_mut(usize::try_from(event.data())?).context("a receiver")?;
            let received = match self.receiver.receive(&sink.socket) {
                Ok(received) => received,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error).context("a receiver's socket"),
            };
            for (_, bytes) in received {
                if Hello::read(bytes).is_none() {
                    sink.packet(bytes, self.origin, &mut self.counters.heard, &mut self.packet)?;
                }
            }
        }
        Ok(())
    }
}

impl Publisher {
    fn open(plan: &Plan) -> anyhow::Result<Self> {
        let now = Instant::now();
        let number = plan.publisher;
        let [sound, picture] = [0, 1].map(|kind| 1_000 + u32::from(number) * 2 + kind);
        let camera = !plan.pictures.is_empty();
        Ok(Self {
            socket: socket()?,
            camera: camera.then(|| Camera::new(number, &plan.pictures, plan.frames, now)),
            microphone: plan.sound.then(|| Microphone::new(number, now)),
            streams: [(sound, Key::of_stream(sound)), (picture, Key::of_stream(picture))],
        })
    }
}

impl Sink {
    fn open(number: u16) -> anyhow::Result<Self> {
        Ok(Self { socket: socket()?, key: Key::of_sink(number), streams: Vec::new() })
    }

    fn packet(
        &mut self,
        bytes: &[u8],
        origin: Instant,
        heard: &mut Heard,
        room: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        let head = header(bytes).context("a packet with a header")?;
        let place = self.streams.iter().position(|(ssrc, _)| *ssrc == head.ssrc);
        let place = place.unwrap_or_else(|| {
            self.streams.push((head.ssrc, u64::from(head.seq).saturating_sub(1)));
            self.streams.len() - 1
        });
        let (_, highest) = &mut self.streams[place];
        let seq = extended(*highest, head.seq);
        heard.packets += 1;
        heard.expected += seq.saturating_sub(*highest);
        *highest = seq.max(*highest);
        let is_sound = bytes.get(1).is_some_and(|kind| kind & 0x7F == TYPES.0);
        heard.sound += u64::from(is_sound);
        if heard.packets.is_multiple_of(SAMPLE) {
            room.clear();
            room.extend_from_slice(bytes);
            ensure!(self.key.open(room, head.ssrc, seq), "a packet arrived changed");
            let payload = &room[HEADER_LEN..room.len() - TAG_LEN];
            let mark = if is_sound {
                sound_mark(payload)
            } else {
                picture_mark(payload).map(|(_, mark)| mark)
            };
            let sent = origin + mark.context("a packet arrived changed")?.sent;
            heard.delays.record(sent.elapsed());
        }
        Ok(())
    }
}

fn socket() -> anyhow::Result<UdpSocket> {
    let options = Options { buffer: Some(BUFFER), gro: true, ..Options::default() };
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    Ok(datagram::open(address, options).context("a client's socket")?.socket)
}

fn greet(socket: &UdpSocket, server: SocketAddr, hello: Hello) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut answer = [0; 16];
    while Instant::now() < deadline {
        socket.send_to(&hello.written(), server)?;
        std::thread::sleep(Duration::from_millis(1));
        if let Ok((length, _)) = socket.recv_from(&mut answer)
            && Hello::read(&answer[..length]) == Some(hello)
        {
            return Ok(());
        }
    }
    bail!("the floor program does not answer")
}

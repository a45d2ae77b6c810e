//! Clients with allocations and their peers, and packets through the relay at a fixed rate.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use datagram::{Batch, Options, Receiver, Sender};
use nix::sys::epoll::{EpollEvent, EpollFlags, EpollTimeout};
use turn::stun::ChannelData;

use super::client::{Ask, Credentials};
use super::lines::Lines;
use super::tally::{Arrived, MARK_LEN, Tally, Way};

/// Peers of a fleet; clients share them when there are more.
const PEERS: usize = 10;
/// Buffers of the peers, which receive for many clients.
const PEER_BUFFER: usize = 4 * 1024 * 1024;
/// Requests under way while allocations are made.
const AT_ONCE: usize = 32;
/// After this nothing more of a window is expected.
const STRAGGLERS: Duration = Duration::from_millis(300);
/// Permissions are good for five minutes (RFC 8656 §9).
const REFRESH_AFTER: Duration = Duration::from_secs(120);
/// Readiness that is taken from the kernel at once.
const EVENTS: usize = 256;

/// Packets through the relay: half each way, evenly over the clients.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Packets per second of all clients and both ways.
    pub rate: u32,
    /// Bytes of a payload, without the head of ChannelData.
    pub payload: u16,
    /// Packets of one client and way that come together, as those of a video frame do; 1 for a
    /// smooth load.
    pub frame: u32,
    /// For how long.
    pub time: Duration,
    /// How much of it is sent at once: the load is as smooth as this is short.
    pub slice: Duration,
}

/// What became of the packets of a window.
#[derive(Debug, Clone, Copy, Default)]
pub struct Relayed {
    /// Packets that were sent, both ways.
    pub sent: u64,
    /// Those that arrived.
    pub arrived: u64,
    /// Those that arrived after a later one of their flow.
    pub disordered: u64,
    /// The longest that a slice was late.
    pub late: Duration,
}

impl Relayed {
    /// The share that was lost, 0 to 1.
    #[must_use]
    pub fn loss(&self) -> f64 {
        1.0 - self.arrived as f64 / self.sent.max(1) as f64
    }
}

/// What makes an allocation, and what keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Scripts {
    /// From nothing to a channel.
    pub open: &'static [Ask],
    /// Once in a while.
    pub refresh: &'static [Ask],
}

/// Of a TURN server.
pub const TURN_SCRIPTS: Scripts = Scripts {
    open: &[Ask::Challenge, Ask::Allocate, Ask::Permission, Ask::Channel],
    refresh: &[Ask::Refresh(600), Ask::Channel],
};
/// Of the floor program.
pub const FLOOR_SCRIPTS: Scripts = Scripts { open: &[Ask::Hello], refresh: &[] };

/// The clients and peers of one server.
#[derive(Debug)]
pub struct Fleet {
    lines: Lines,
    scripts: Scripts,
    refreshed: Instant,
    peers: Vec<Peer>,
    to_peer: Tally,
    to_client: Tally,
    arrived: Arrived,
    receiver: Receiver,
    sender: Sender,
    events: Vec<EpollEvent>,
    packet: Vec<u8>,
}

/// A socket that stands for the far ends of some clients.
#[derive(Debug)]
struct Peer {
    socket: UdpSocket,
    batch: Batch,
}

impl Fleet {
    /// Makes the allocations.
    ///
    /// # Errors
    /// When the server refuses one.
    pub fn open(
        server: SocketAddr,
        credentials: Credentials,
        scripts: Scripts,
        clients: usize,
    ) -> anyhow::Result<Self> {
        let mut lines = Lines::new(server, credentials)?;
        let peers = (0..PEERS.min(clients)).map(Peer::open).collect::<anyhow::Result<Vec<_>>>()?;
        let addresses = peers.iter().map(|peer| peer.socket.local_addr());
        lines.open(clients, &addresses.collect::<Result<Vec<_>, _>>()?)?;
        lines.carry_out(scripts.open, 0..clients, AT_ONCE).context("making allocations")?;
        for (number, peer) in peers.iter().enumerate() {
            let token = (clients + number) as u64;
            lines.epoll.add(&peer.socket, EpollEvent::new(EpollFlags::EPOLLIN, token))?;
        }
        Ok(Self {
            lines,
            scripts,
            refreshed: Instant::now(),
            peers,
            to_peer: Tally::new(Way::ToPeer, clients),
            to_client: Tally::new(Way::ToClient, clients),
            arrived: Arrived::default(),
            receiver: Receiver::new(64),
            // Peers are far away: what they send arrives packet by packet.
            sender: Sender::without_gso(),
            events: vec![EpollEvent::empty(); EVENTS],
            packet: Vec::new(),
        })
    }

    /// Keeps the allocations, their permissions and channels, when it is time.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn refresh(&mut self) -> anyhow::Result<()> {
        if self.refreshed.elapsed() > REFRESH_AFTER {
            self.refreshed = Instant::now();
            let clients = self.lines.all.len();
            self.lines
                .carry_out(self.scripts.refresh, 0..clients, AT_ONCE)
                .context("refreshing")?;
        }
        Ok(())
    }

    /// Sends the packets of one window and waits for them. Never sleeps, so that a server never
    /// pays for waking this program up.
    ///
    /// # Errors
    /// When a packet goes astray or the server is gone; loss is told, not refused.
    pub fn run(&mut self, load: Load) -> anyhow::Result<Relayed> {
        ensure!(usize::from(load.payload) >= MARK_LEN, "a payload carries its number");
        self.prepare(load.payload);
        let total = u64::from(load.rate) * u64::try_from(load.time.as_millis())? / 1_000;
        let due_after = |slices: u32| {
            let time = load.slice * slices;
            u64::try_from(u128::from(load.rate) * time.as_nanos() / 1_000_000_000)
        };
        let start = Instant::now();
        let (mut slices, mut late, mut relayed) = (0_u32, Duration::ZERO, Relayed::default());
        while relayed.sent < total {
            let due = load.slice * slices;
            if let Some(behind) = start.elapsed().checked_sub(due) {
                late = late.max(behind);
                slices += 1;
                let until = total.min(due_after(slices)?);
                self.send(relayed.sent..until, load.frame)?;
                relayed.sent = until;
            }
            self.receive()?;
        }
        let mut last = Instant::now();
        while self.arrived.count < relayed.sent && last.elapsed() < STRAGGLERS {
            let before = self.arrived.count;
            self.receive()?;
            if self.arrived.count > before {
                last = Instant::now();
            }
        }
        ensure!(self.arrived.count <= relayed.sent, "a packet arrived twice");
        let Arrived { count, disordered } = self.arrived;
        Ok(Relayed { arrived: count, disordered, late, ..relayed })
    }

    fn prepare(&mut self, payload: u16) {
        self.to_peer.begin_window();
        self.to_client.begin_window();
        self.arrived = Arrived::default();
        self.packet.clear();
        self.packet.extend_from_slice(&ChannelData::header(0, payload));
        self.packet.resize(self.packet.len() + usize::from(payload), 0x5A);
    }

    /// Sends packets by their numbers: even frames to a peer, odd ones to a client.
    fn send(&mut self, packets: std::ops::Range<u64>, frame: u32) -> anyhow::Result<()> {
        for packet in packets {
            let clients = self.lines.all.len();
            let frame = packet / u64::from(frame);
            let number = usize::try_from(frame / 2)? % clients;
            let line = &self.lines.all[number];
            let (head, payload) = self.packet.split_at_mut(4);
            if frame.is_multiple_of(2) {
                self.to_peer.next(number)?.write(payload);
                head[..2].copy_from_slice(&line.client.channel.to_be_bytes());
                line.socket.send(&self.packet).context("a client cannot send")?;
            } else {
                self.to_client.next(number)?.write(payload);
                let relayed = line.client.relayed.context("an allocation is there")?;
                let peer = number % self.peers.len();
                self.peers[peer].batch.push(relayed, &[payload]);
            }
        }
        for peer in self.peers.iter_mut().filter(|peer| !peer.batch.is_empty()) {
            self.sender.send_all(&peer.socket, &peer.batch);
            peer.batch.clear();
        }
        let unsent = self.sender.counters().dropped + self.sender.counters().refused;
        ensure!(unsent == 0, "{unsent} packets of the peers were not sent");
        Ok(())
    }

    /// Takes in what has arrived, without waiting.
    fn receive(&mut self) -> anyhow::Result<()> {
        let clients = self.lines.all.len();
        let ready = self.lines.epoll.wait(&mut self.events, EpollTimeout::ZERO)?;
        for event in &self.events[..ready] {
            let number = usize::try_from(event.data())?;
            let (tally, arrived) = (&mut self.to_client, &mut self.arrived);
            if let Some(line) = self.lines.all.get(number) {
                for (_, bytes) in received(&mut self.receiver, &line.socket)?.into_iter().flatten()
                {
                    let packet = ChannelData::parse_datagram(bytes).context("ChannelData")?;
                    ensure!(packet.number == line.client.channel, "another's channel");
                    check(packet.data, &self.packet)?;
                    tally.arrived(packet.data, Some(number), arrived)?;
                }
                continue;
            }
            let peer = self.peers.get(number - clients).context("a socket of this fleet")?;
            for (from, payload) in received(&mut self.receiver, &peer.socket)?.into_iter().flatten()
            {
                check(payload, &self.packet)?;
                let number = self.to_peer.arrived(payload, None, arrived)?;
                let relayed = self.lines.all[number].client.relayed;
                ensure!(relayed == Some(from), "a packet came from {from}, not from {relayed:?}");
            }
        }
        Ok(())
    }
}

impl Peer {
    fn open(number: usize) -> anyhow::Result<Self> {
        let address = Ipv4Addr::new(127, 0, 1, u8::try_from(number + 1)?);
        let options = Options { buffer: Some(PEER_BUFFER), gro: true, ..Options::default() };
        let opened = datagram::open(SocketAddr::new(address.into(), 0), options);
        Ok(Self { socket: opened.context("a peer's socket")?.socket, batch: Batch::new() })
    }
}

/// What waits at a socket; nothing is no error.
fn received<'a>(
    receiver: &'a mut Receiver,
    socket: &UdpSocket,
) -> anyhow::Result<Option<datagram::Received<'a>>> {
    match receiver.receive(socket) {
        Ok(received) => Ok(Some(received)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error).context("a socket of the fleet"),
    }
}

/// Whether a payload is as long as it was sent, and ends as it did.
fn check(payload: &[u8], packet: &[u8]) -> anyhow::Result<()> {
    let sent = &packet[4..];
    ensure!(payload.len() == sent.len(), "a payload of {} bytes arrived", payload.len());
    ensure!(payload[MARK_LEN..] == sent[MARK_LEN..], "a payload arrived changed");
    Ok(())
}

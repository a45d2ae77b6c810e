//! Many TURN clients, each with a socket of its own, in one thread.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use datagram::Options;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::client::{Answer, Ask, Client, Credentials};

/// The first number of a channel (RFC 8656 §12).
pub const FIRST_CHANNEL: u16 = 0x4000;
/// A request is sent again after this, as by a client of RFC 8489 §6.2.1 that knows no better.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Sendings of one request before the server counts as gone.
const SENDINGS: u32 = 8;
/// Of a client's socket, so that a pause of the load loses nothing.
const BUFFER: usize = 1024 * 1024;
/// Readiness that is taken from the kernel at once.
const EVENTS: usize = 512;

/// A client and its socket.
#[derive(Debug)]
pub struct Line {
    /// Connected to the server, and never blocking.
    pub socket: UdpSocket,
    /// What it knows.
    pub client: Client,
    request: Vec<u8>,
    /// Whether it has carried out anything.
    begun: bool,
    step: usize,
    sendings: u32,
    sent_at: Instant,
}

/// The clients of one server.
#[derive(Debug)]
pub struct Lines {
    /// By number; the channel is [`FIRST_CHANNEL`] and the number.
    pub all: Vec<Line>,
    server: SocketAddr,
    credentials: Credentials,
    /// Of all sockets; a client's token is its number.
    pub(super) epoll: Epoll,
    events: Vec<EpollEvent>,
    buffer: Vec<u8>,
    /// Requests that were sent more than once.
    pub sent_again: u64,
}

impl Lines {
    /// No client yet.
    ///
    /// # Errors
    /// When the system has no epoll to give.
    pub fn new(server: SocketAddr, credentials: Credentials) -> anyhow::Result<Self> {
        Ok(Self {
            all: Vec::new(),
            server,
            credentials,
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
            events: vec![EpollEvent::empty(); EVENTS],
            buffer: vec![0; 2_048],
            sent_again: 0,
        })
    }

    /// Opens sockets until there are so many clients, each at an address of its own, so that a
    /// server's limits per source address are not in the way.
    ///
    /// # Errors
    /// When a socket cannot be opened.
    pub fn open(&mut self, count: usize, peers: &[SocketAddr]) -> anyhow::Result<()> {
        for number in self.all.len()..count {
            let channel = FIRST_CHANNEL + u16::try_from(number % 0x1000)?;
            let peer = peers[number % peers.len()];
            let client = Client::new(channel, peer, self.credentials.issue());
            let socket = self.socket(number)?;
            self.all.push(Line {
                begun: false,
                socket,
                client,
                request: Vec::new(),
                step: 0,
                sendings: 0,
                sent_at: Instant::now(),
            });
        }
        Ok(())
    }

    fn socket(&self, number: usize) -> anyhow::Result<UdpSocket> {
        // With GRO, so that a run of packets costs the server's kernel no cutting.
        let options = Options { buffer: Some(BUFFER), gro: true, ..Options::default() };
        let opened = datagram::open(source(number)?, options).context("a client's socket")?;
        opened.socket.connect(self.server)?;
        let event = EpollEvent::new(EpollFlags::EPOLLIN, number as u64);
        self.epoll.add(&opened.socket, event)?;
        Ok(opened.socket)
    }

    /// Readies a client for a script. Who begins from nothing again does so from another port:
    /// coturn keeps a session for a second after its end.
    fn ready(&mut self, number: usize, script: &[Ask]) -> anyhow::Result<&mut Line> {
        let again = self.all.get(number).context("a client that is there")?.begun
            && matches!(script.first(), Some(Ask::Challenge));
        let socket = if again { Some(self.socket(number)?) } else { None };
        let line = &mut self.all[number];
        if let Some(socket) = socket {
            line.socket = socket;
        }
        line.begun = true;
        line.step = 0;
        Ok(line)
    }

    /// Gives everybody a fresh credential: those without a call are good for a minute only.
    pub fn renew_credentials(&mut self) {
        for line in &mut self.all {
            line.client.renew(self.credentials.issue());
        }
    }

    /// Has clients carry out a script each, so many at a time; how many have done it.
    ///
    /// # Errors
    /// When the server refuses a request or does not answer.
    pub fn carry_out(
        &mut self,
        script: &[Ask],
        numbers: impl Iterator<Item = usize>,
        at_once: usize,
    ) -> anyhow::Result<u64> {
        if script.is_empty() {
            return Ok(0);
        }
        let (mut numbers, mut done) = (numbers, 0);
        let mut busy = VecDeque::with_capacity(at_once);
        let mut looked = Instant::now();
        loop {
            while busy.len() < at_once
                && let Some(number) = numbers.next()
            {
                let line = self.ready(number, script)?;
                line.begin(script).with_context(|| format!("client {number}"))?;
                busy.push_back(number);
            }
            if busy.is_empty() {
                return Ok(done);
            }
            let finished = self.progress(script, 10_u8.into())?;
            if finished > 0 {
                done += finished;
                busy.retain(|number| self.all[*number].step < script.len());
            }
            if looked.elapsed() > AGAIN_AFTER / 4 {
                looked = Instant::now();
                for number in &busy {
                    let again = self.all[*number].send_again_when_due();
                    self.sent_again +=
                        again.with_context(|| format!("client {number}, {script:?}"))?;
                }
            }
        }
    }

    /// Handles what has arrived; how many scripts it completed.
    fn progress(&mut self, script: &[Ask], wait: EpollTimeout) -> anyhow::Result<u64> {
        let mut done = 0;
        let ready = self.epoll.wait(&mut self.events, wait)?;
        for event in &self.events[..ready] {
            let number = usize::try_from(event.data())?;
            let line = &mut self.all[number];
            let finished = line.read(script, &mut self.buffer);
            done += u64::from(finished.with_context(|| format!("client {number}"))?);
        }
        Ok(done)
    }
}

impl Line {
    /// Writes and sends the request of the present step.
    fn begin(&mut self, script: &[Ask]) -> anyhow::Result<()> {
        self.client.write(script[self.step], &mut self.request)?;
        self.sendings = 0;
        self.send()
    }

    fn send(&mut self) -> anyhow::Result<()> {
        self.sendings += 1;
        self.sent_at = Instant::now();
        match self.socket.send(&self.request) {
            Ok(_) => Ok(()),
            // Sent again in time.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error).context("the server takes no requests"),
        }
    }

    /// 1 when it was time.
    fn send_again_when_due(&mut self) -> anyhow::Result<u64> {
        if self.sent_at.elapsed() < AGAIN_AFTER {
            return Ok(0);
        }
        ensure!(self.sendings < SENDINGS, "the server does not answer");
        self.send()?;
        Ok(1)
    }

    /// Reads one answer and goes on; whether that was the last one of the script.
    fn read(&mut self, script: &[Ask], buffer: &mut [u8]) -> anyhow::Result<bool> {
        let length = match self.socket.recv(buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error).context("the server's answer"),
        };
        // A copy of the last answer of a script that is over.
        let Some(ask) = script.get(self.step) else { return Ok(false) };
        match self.client.read(*ask, &buffer[..length])? {
            Answer::Old => return Ok(false),
            Answer::Again => {}
            Answer::Done(_) => self.step += 1,
        }
        if self.step == script.len() {
            return Ok(true);
        }
        self.begin(script)?;
        Ok(false)
    }
}

/// The loopback address of a client; everybody has another.
fn source(number: usize) -> anyhow::Result<SocketAddr> {
    let (third, fourth) = (u8::try_from(number / 250)?, u8::try_from(number % 250 + 1)?);
    Ok(SocketAddr::new(Ipv4Addr::new(127, 16, third, fourth).into(), 0))
}

/// Waits until a server at this address answers a STUN Binding request.
///
/// # Errors
/// When it does not in time.
pub fn wait_for(server: SocketAddr, patience: Duration) -> anyhow::Result<()> {
    use turn::stun::{Class, Message, Method, TransactionId, Writer};
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(Duration::from_millis(50)))?;
    let (mut request, mut answer) = (Vec::new(), [0; 512]);
    Writer::new(&mut request, Class::Request, Method::Binding, TransactionId([1; 12])).finish();
    let start = Instant::now();
    while start.elapsed() < patience {
        // Until the server listens, the kernel refuses.
        if socket.send(&request).is_err() {
            continue;
        }
        match socket.recv(&mut answer) {
            Ok(length) if Message::parse(&answer[..length]).is_ok() => return Ok(()),
            Ok(_) => bail!("{server} speaks another language"),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(_) => {}
        }
    }
    bail!("no STUN server answers at {server}")
}

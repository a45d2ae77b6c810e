//! The loop of one thread: what is ready, whose it is, what is sent.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use datagram::Receiver;
use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollEvent, EpollTimeout};

use super::counters::ShardCounters;
use super::hall::Hall;
use super::mailbox::{Command, Inbox, Relayed, Traffic};
use super::outlets::Outlets;
use super::transport::{Arrival, Protocol};

/// Events taken at once.
const EVENTS: usize = 64;

/// Messages (datagrams or runs of them) of one system call.
const MESSAGES: usize = 32;

/// Batches taken from one socket before the others have their turn.
const ROUNDS: usize = 4;

/// Messages of streams and of the relay taken before sockets have their turn.
const STREAM_MESSAGES: usize = 256;

/// Commands taken before sockets have their turn: each offer costs milliseconds.
const COMMANDS: usize = 8;

/// The longest wait.
const LONGEST_WAIT_MS: i32 = 60_000;

/// The wait while reports find no room in their queue.
const REPORTS_WAIT_MS: i32 = 5;

/// The bell's token; sockets have their index.
pub(super) const BELL: u64 = u64::MAX;

/// One thread's part of the SFU. It owns its sockets and its rooms.
#[derive(Debug)]
pub(super) struct Shard {
    hall: Hall,
    outlets: Outlets,
    inbox: Inbox,
    epoll: Epoll,
    receiver: Receiver,
    /// Sockets that had more than their turn.
    ready: Vec<usize>,
    commands_wait: bool,
    /// Datagrams that the relay handed over.
    from_relay: u64,
}

/// Whether the thread goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Stop,
}

impl Shard {
    pub(super) fn new(hall: Hall, outlets: Outlets, inbox: Inbox, epoll: Epoll) -> Self {
        Self {
            hall,
            outlets,
            inbox,
            epoll,
            receiver: Receiver::new(MESSAGES),
            ready: Vec::new(),
            commands_wait: false,
            from_relay: 0,
        }
    }

    /// Runs until it is told to stop. Everything is closed then.
    pub(super) fn run(mut self) {
        let mut events = [EpollEvent::empty(); EVENTS];
        loop {
            let count = match self.epoll.wait(&mut events, self.wait()) {
                Ok(count) => count,
                Err(Errno::EINTR) => 0,
                Err(error) => {
                    tracing::error!(%error, "a shard of the SFU cannot wait for its sockets");
                    return;
                }
            };
            for event in &events[..count] {
                match event.data() {
                    BELL => {
                        self.inbox.heard();
                        self.commands_wait = true;
                    }
                    socket => self.ready.extend(usize::try_from(socket)),
                }
            }
            match catch_unwind(AssertUnwindSafe(|| self.turn())) {
                Ok(Flow::On) => {}
                Ok(Flow::Stop) => return,
                Err(_) => self.recover(),
            }
        }
    }

    /// A fault that no connection's guard caught is one of a room's rules.
    fn recover(&mut self) {
        self.hall.fail(Instant::now());
        // What was ready may still be: nobody tells of it again.
        self.ready = (0..self.outlets.sockets.len()).collect();
        self.commands_wait = true;
    }

    /// Gives everybody who is ready a turn, then sends.
    fn turn(&mut self) -> Flow {
        // Those who had more than their turn line up again, behind the others.
        let ready = self.ready.len();
        for index in 0..ready {
            self.take_from(self.ready[index]);
        }
        self.ready.drain(..ready);
        if self.commands_wait && self.take_commands() == Flow::Stop {
            return Flow::Stop;
        }
        let now = Instant::now();
        if self.hall.next().is_some_and(|due| due <= now) {
            self.hall.due(now, &mut self.outlets);
        }
        self.hall.settle(now, &mut self.outlets);
        self.outlets.flush(now);
        Flow::On
    }

    fn take_from(&mut self, socket: usize) {
        for _ in 0..ROUNDS {
            let Ok(received) = self.receiver.receive(self.outlets.sockets[socket].socket()) else {
                return;
            };
            let drained = received.drained();
            let now = Instant::now();
            let destination = self.outlets.told(socket);
            for (source, bytes) in received {
                let arrival = Arrival { protocol: Protocol::Udp, source, destination, bytes };
                self.hall.datagram(now, arrival, Some(socket), &mut self.outlets);
            }
            // What a batch brought leaves with one call.
            self.hall.settle(now, &mut self.outlets);
            self.outlets.flush(now);
            if drained {
                return;
            }
        }
        self.ready.push(socket);
    }

    fn take_commands(&mut self) -> Flow {
        for _ in 0..COMMANDS {
            let Ok(command) = self.inbox.orders.try_recv() else { break };
            match command {
                Command::Order(call, order) => {
                    let now = Instant::now();
                    self.hall.obey(now, call, order);
                    // In the order of the orders: what one says is told before the next.
                    self.hall.settle(now, &mut self.outlets);
                }
                Command::Count(answer) => {
                    // Whoever asked may have stopped waiting.
                    let _ = answer.try_send(self.count());
                }
                #[cfg(test)]
                Command::Fail(call, user, which) => self.hall.let_fail(call, user, which),
                Command::Stop => return Flow::Stop,
            }
        }
        for _ in 0..STREAM_MESSAGES {
            let Ok(traffic) = self.inbox.traffic.try_recv() else {
                self.commands_wait = !self.inbox.orders.is_empty();
                return Flow::On;
            };
            self.take_traffic(traffic);
        }
        Flow::On
    }

    fn take_traffic(&mut self, traffic: Traffic) {
        match traffic {
            Traffic::Opened(client, told, handle) => {
                self.outlets.stream_opened(client, told, handle);
            }
            Traffic::Message(client, message) => self.take_message(client, &message),
            Traffic::Closed(client) => self.outlets.stream_closed(client),
            Traffic::Relayed(datagram) => self.take_relayed(&datagram),
        }
    }

    /// As from a socket, but that the relayed address is where it came from.
    fn take_relayed(&mut self, datagram: &Relayed) {
        self.from_relay += 1;
        let Relayed { to, from, payload } = datagram;
        let (protocol, bytes) = (Protocol::Udp, &payload[..]);
        let arrival = Arrival { protocol, source: *from, destination: *to, bytes };
        let socket = self.outlets.socket_at(*to);
        self.hall.datagram(Instant::now(), arrival, socket, &mut self.outlets);
    }

    fn take_message(&mut self, source: SocketAddr, bytes: &[u8]) {
        let Some(destination) = self.outlets.told_to_stream(source) else { return };
        let arrival = Arrival { protocol: Protocol::Tcp, source, destination, bytes };
        // A stream that says what is for nobody is a stranger's.
        if !self.hall.datagram(Instant::now(), arrival, None, &mut self.outlets) {
            self.outlets.close_stream(source);
        }
    }

    fn count(&self) -> ShardCounters {
        let (rooms, peers, peer_panics) = self.hall.sizes();
        let counted = self.hall.counters;
        ShardCounters {
            rooms,
            peers,
            streams: self.outlets.streams(),
            received: counted.received,
            forwarded: counted.forwarded,
            strangers: counted.strangers,
            refused: counted.refused,
            peer_panics,
            room_failures: counted.room_failures,
            lost_reports: self.hall.reports.lost,
            slow_streams: self.outlets.slow_streams,
            from_relay: self.from_relay,
            to_relay: self.outlets.to_relay,
            lost_hand_overs: self.outlets.lost_hand_overs,
            arriving: self.receiver.counters(),
            leaving: self.outlets.counters(),
        }
    }

    fn wait(&self) -> EpollTimeout {
        if self.commands_wait || !self.ready.is_empty() {
            return EpollTimeout::ZERO;
        }
        let longest = if self.hall.reports.wait() { REPORTS_WAIT_MS } else { LONGEST_WAIT_MS };
        let due = [self.hall.next(), self.outlets.until()].into_iter().flatten().min();
        let due = due.map(|due| due.saturating_duration_since(Instant::now()));
        // Rounded up: waking before the deadline would be waking for nothing.
        let millis = due.map(|wait| wait.as_nanos().div_ceil(1_000_000));
        let millis = millis.and_then(|millis| i32::try_from(millis).ok());
        let millis = millis.map_or(longest, |millis| millis.min(longest));
        EpollTimeout::try_from(millis).unwrap_or(EpollTimeout::ZERO)
    }
}

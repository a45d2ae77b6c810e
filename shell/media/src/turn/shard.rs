//! The loop of one thread: what is ready, what the engine says to it, what is sent.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use ::turn::server::{FiveTuple, ListenerId, Now, Server};
use datagram::Receiver;
use nix::errno::Errno;
use nix::sys::epoll::{EpollEvent, EpollTimeout};

use super::clock::Clock;
use super::counters::ShardCounters;
use super::mailbox::{Inbox, Order, Traffic};
use super::outlets::Outlets;

/// Events taken at once.
const EVENTS: usize = 256;

/// Messages (datagrams or runs of them) of one system call.
const CLIENT_MESSAGES: usize = 32;
const RELAY_MESSAGES: usize = 8;

/// Batches taken from one socket before the others have their turn.
const ROUNDS: usize = 4;

/// Commands taken before sockets have their turn.
const COMMANDS: usize = 256;

/// The longest wait, for engines without any deadline.
const LONGEST_WAIT_MS: i32 = 60_000;

/// What an event is about; sockets by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Bell,
    Client(usize),
    Relay(usize),
}

/// One thread's part of the relay. It owns its sockets and its engine; nothing is shared but the
/// book that the engine asks.
#[derive(Debug)]
pub(super) struct Shard {
    server: Server,
    engines: Engines,
    outlets: Outlets,
    inbox: Inbox,
    /// Of each client socket, in order.
    listeners: Vec<ListenerId>,
    clock: Clock,
    from_clients: Receiver,
    from_peers: Receiver,
    /// Sockets that had more than their turn.
    ready_clients: Vec<usize>,
    ready_relays: Vec<usize>,
    commands_wait: bool,
    /// How often it began anew.
    failures: u64,
}

/// Makes an engine that knows all listeners and nothing else.
pub(super) struct Engines(pub(super) Box<dyn Fn() -> Server + Send>);

/// Whether the thread goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Stop,
}

impl Shard {
    pub(super) fn new(
        engines: Engines,
        outlets: Outlets,
        inbox: Inbox,
        listeners: Vec<ListenerId>,
        clock: Clock,
    ) -> Self {
        Self {
            server: (engines.0)(),
            engines,
            failures: 0,
            outlets,
            inbox,
            listeners,
            clock,
            from_clients: Receiver::new(CLIENT_MESSAGES),
            from_peers: Receiver::new(RELAY_MESSAGES),
            ready_clients: Vec::new(),
            ready_relays: Vec::new(),
            commands_wait: false,
        }
    }

    /// Runs until it is told to stop. Everything is closed then.
    pub(super) fn run(mut self) {
        let mut events = [EpollEvent::empty(); EVENTS];
        loop {
            let count = match self.outlets.epoll().wait(&mut events, self.wait()) {
                Ok(count) => count,
                Err(Errno::EINTR) => 0,
                Err(error) => {
                    tracing::error!(%error, "a shard of the relay cannot wait for its sockets");
                    return;
                }
            };
            let now = self.clock.now();
            for event in &events[..count] {
                match Token::of(event.data()) {
                    Token::Bell => {
                        self.inbox.heard();
                        self.commands_wait = true;
                    }
                    Token::Client(index) => self.ready_clients.push(index),
                    Token::Relay(index) => self.ready_relays.push(index),
                }
            }
            match catch_unwind(AssertUnwindSafe(|| self.turn(now))) {
                Ok(Flow::On) => {}
                Ok(Flow::Stop) => return,
                Err(_) => self.begin_anew(),
            }
        }
    }

    /// After a fault nothing of the state is trusted: every allocation of this shard is gone, and
    /// clients make new ones. The sockets of clients, and other shards, go on.
    fn begin_anew(&mut self) {
        self.failures += 1;
        tracing::error!(failures = self.failures, "a shard of the relay failed and begins anew");
        self.outlets.clear();
        self.server = (self.engines.0)();
        self.ready_relays.clear();
        // What was ready may still be: nobody tells of it again.
        self.ready_clients = (0..self.listeners.len()).collect();
        self.commands_wait = true;
    }

    /// Gives everybody who is ready a turn, then sends.
    fn turn(&mut self, now: Now) -> Flow {
        // Those who had more than their turn line up again, behind the others.
        let clients = self.ready_clients.len();
        for index in 0..clients {
            self.take_from_client(now, self.ready_clients[index]);
        }
        self.ready_clients.drain(..clients);
        let relays = self.ready_relays.len();
        for index in 0..relays {
            self.take_from_relay(now, self.ready_relays[index]);
        }
        self.ready_relays.drain(..relays);
        if self.commands_wait && self.take_commands(now) == Flow::Stop {
            return Flow::Stop;
        }
        if self.server.poll_timeout().is_some_and(|due| due <= now.instant) {
            self.server.handle_timeout(now);
            obey(&mut self.server, &mut self.outlets);
        }
        self.outlets.flush();
        Flow::On
    }

    fn take_from_client(&mut self, now: Now, client: usize) {
        let listener = self.listeners[client];
        for _ in 0..ROUNDS {
            let socket = self.outlets.clients[client].socket();
            let Ok(received) = self.from_clients.receive(socket) else { return };
            let drained = received.drained();
            for (source, packet) in received {
                let tuple = FiveTuple { listener, client: source };
                handle(&mut self.server, &mut self.outlets, now, tuple, packet);
            }
            if drained {
                return;
            }
        }
        self.ready_clients.push(client);
    }

    fn take_from_relay(&mut self, now: Now, relay: usize) {
        for _ in 0..ROUNDS {
            // Closed since the event was told.
            let Some((id, socket)) = self.outlets.relays.at(relay) else { return };
            let Ok(received) = self.from_peers.receive(socket) else { return };
            let drained = received.drained();
            for (peer, payload) in received {
                let step = self.server.handle_peer(now, id, peer, payload);
                self.outlets.carry(step);
            }
            if drained {
                return;
            }
        }
        self.ready_relays.push(relay);
    }

    fn take_commands(&mut self, now: Now) -> Flow {
        while let Ok(order) = self.inbox.orders.try_recv() {
            if self.obey_order(now, order) == Flow::Stop {
                return Flow::Stop;
            }
        }
        for _ in 0..COMMANDS {
            let Ok(traffic) = self.inbox.traffic.try_recv() else {
                self.commands_wait = false;
                return Flow::On;
            };
            self.take_traffic(now, traffic);
        }
        Flow::On
    }

    fn obey_order(&mut self, now: Now, order: Order) -> Flow {
        match order {
            Order::Revoke(user, call) => self.server.revoke(now, user, Some(call)),
            Order::Release(allocation) => self.server.release(now, allocation),
            Order::Count(answer) => {
                // Whoever asked may have stopped waiting.
                let _ = answer.try_send(self.count());
            }
            #[cfg(test)]
            Order::Fail => panic!("a test wants it"),
            Order::Stop => return Flow::Stop,
        }
        obey(&mut self.server, &mut self.outlets);
        Flow::On
    }

    fn take_traffic(&mut self, now: Now, traffic: Traffic) {
        match traffic {
            Traffic::Opened(tuple, stream) => {
                self.outlets.streams.insert(tuple, stream);
            }
            Traffic::Message(tuple, message) => {
                handle(&mut self.server, &mut self.outlets, now, tuple, &message);
            }
            Traffic::Closed(tuple) => {
                self.outlets.streams.remove(&tuple);
                self.server.client_gone(now, tuple);
                obey(&mut self.server, &mut self.outlets);
            }
            Traffic::HandOver(packet) => {
                let step =
                    self.server.handle_hand_over(now, packet.to, packet.from, &packet.payload);
                self.outlets.carry(step);
            }
        }
    }

    fn count(&self) -> ShardCounters {
        ShardCounters {
            turn: *self.server.counters(),
            from_clients: self.from_clients.counters(),
            from_peers: self.from_peers.counters(),
            to_clients: self.outlets.to_clients.counters(),
            to_peers: self.outlets.to_peers.counters(),
            streams: self.outlets.streams.len(),
            slow_streams: self.outlets.lost.slow_streams,
            lost_hand_overs: self.outlets.lost.hand_overs,
            unopened_relays: self.outlets.lost.relays,
            failures: self.failures,
        }
    }

    fn wait(&self) -> EpollTimeout {
        if self.commands_wait || !self.ready_clients.is_empty() || !self.ready_relays.is_empty() {
            return EpollTimeout::ZERO;
        }
        let due =
            self.server.poll_timeout().map(|due| due.saturating_duration_since(Instant::now()));
        // Rounded up: waking before the deadline would be waking for nothing.
        let millis = due.map(|wait| wait.as_nanos().div_ceil(1_000_000));
        let millis = millis.and_then(|millis| i32::try_from(millis).ok());
        let millis = millis.map_or(LONGEST_WAIT_MS, |millis| millis.min(LONGEST_WAIT_MS));
        EpollTimeout::try_from(millis).unwrap_or(EpollTimeout::ZERO)
    }
}

/// Gives the engine what a client sent, and does what it says.
fn handle(server: &mut Server, outlets: &mut Outlets, now: Now, tuple: FiveTuple, packet: &[u8]) {
    let step = server.handle_client(now, tuple, packet);
    if let Some(request) = outlets.carry(step) {
        let opened = outlets.open(&request, tuple);
        let answer = server.relays_opened(now, request, opened);
        outlets.carry(answer);
    }
    obey(server, outlets);
}

fn obey(server: &mut Server, outlets: &mut Outlets) {
    while let Some(output) = server.poll_output() {
        outlets.obey(output);
    }
}

impl fmt::Debug for Engines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engines")
    }
}

impl Token {
    const CLIENT: u64 = 1;
    const RELAY: u64 = 2;

    /// As the kernel keeps it.
    pub(super) const fn number(self) -> u64 {
        match self {
            Self::Bell => 0,
            Self::Client(index) => (index as u64) << 2 | Self::CLIENT,
            Self::Relay(index) => (index as u64) << 2 | Self::RELAY,
        }
    }

    fn of(number: u64) -> Self {
        let index = usize::try_from(number >> 2).unwrap_or(usize::MAX);
        match number & 3 {
            Self::CLIENT => Self::Client(index),
            Self::RELAY => Self::Relay(index),
            _ => Self::Bell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_kernel() {
        for token in [Token::Bell, Token::Client(0), Token::Client(7), Token::Relay(131_071)] {
            assert_eq!(Token::of(token.number()), token);
        }
    }
}

//! A server in a small world: clients, peers, calls and time.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use turn::server::{
    AllocationId, FiveTuple, ListenerId, Now, OpenRequest, Opened, Output, Server, Settings, Step,
    Transport,
};
use turn::stun::Family;
use turn::{PeerRules, TurnCredential, TurnSecrets};
use vocab::{CallId, Redacted, UnixMillis, UserId, Uuid};

use super::Bytes;
use super::books::{Books, Given};
use super::registry::SmallRegistry;

pub(super) const REALM: &str = "fuzz.example";
const RELAY_V4: &str = "9.1.1.1";
const RELAY_V6: &str = "2a00::1";
const TTL: Duration = Duration::from_secs(600);
/// Any moment serves; only differences count.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

const CLIENTS: [&str; 4] = ["8.0.0.1:5000", "8.0.0.2:5000", "8.0.0.2:5001", "[2a01::1]:5000"];
const PEERS: [&str; 12] = [
    "7.0.0.1:40000",
    "7.0.0.1:40001",
    "7.0.0.2:40000",
    "[2a02::1]:40000",
    "[2a02::2]:40000",
    "7.0.0.1:80",
    "127.0.0.1:40000",
    "10.0.0.1:40000",
    "[::ffff:10.0.0.1]:40000",
    "[2002:a00:1::1]:40000",
    "9.1.1.1:22222",
    "9.1.1.1:40099",
];

pub(super) struct World {
    server: Server,
    books: Books,
    secrets: TurnSecrets,
    next_port: u16,
    next_transaction: u64,
}

impl World {
    pub(super) fn new(options: u8) -> Self {
        let own = [RELAY_V4, RELAY_V6, "127.0.0.1"].map(ip).to_vec();
        let rules = PeerRules::new(own, vec![], vec![]);
        let secrets = TurnSecrets::new(Redacted::new("a-secret-of-thirty-two-characters".into()));
        let mut settings = Settings::new(REALM, secrets.clone(), rules.clone());
        settings.relay_v4 = RELAY_V4.parse().ok();
        settings.relay_v6 = (options & 1 == 0).then(|| RELAY_V6.parse().ok()).flatten();
        settings.bandwidth = (options & 2 == 0).then_some(10_000);
        settings.password_algorithms = options & 4 != 0;
        settings.max_permissions = 3;
        settings.max_channels = 3;
        settings.credential_ttl = TTL;
        let registry = Arc::new(SmallRegistry::new(*START));
        for user in 0..2 {
            registry.get().live.insert((user_id(user), call_id(0)));
        }
        registry.get().relayed.insert(address("9.1.1.1:40099"), 1);
        let shared = Arc::clone(&registry);
        let mut server = Server::new(0, Arc::new(settings), shared, [7; 32], at(Duration::ZERO));
        for transport in [Transport::Udp, Transport::Tcp] {
            server.add_listener(transport);
        }
        let books = Books::new(rules, registry);
        Self { server, books, secrets, next_port: 50_000, next_transaction: 1 }
    }

    pub(super) fn tuple(&self, bytes: &mut Bytes<'_>) -> FiveTuple {
        let choice = bytes.one();
        let client = address(CLIENTS[usize::from(choice & 3)]);
        FiveTuple { listener: ListenerId(u16::from(choice & 4 != 0)), client }
    }

    /// A peer of the table, or a live relayed address.
    pub(super) fn peer(&self, bytes: &mut Bytes<'_>) -> SocketAddr {
        let choice = bytes.index(PEERS.len() + 4);
        let relayed = || self.books.relays.values().nth(choice - PEERS.len()).map(|(_, at)| *at);
        PEERS.get(choice).map(|text| address(text)).or_else(relayed).unwrap_or(address(PEERS[0]))
    }

    pub(super) fn nonce_of(&self, tuple: &FiveTuple) -> Vec<u8> {
        self.books.nonces.get(tuple).cloned().unwrap_or_default()
    }

    /// The one before, as a client that sends again, or a new one.
    pub(super) fn transaction(&mut self, again: bool) -> [u8; 12] {
        self.next_transaction += u64::from(!again);
        let mut id = [0; 12];
        id[4..].copy_from_slice(&self.next_transaction.to_be_bytes());
        id
    }

    /// Of one of four users, for one of two calls or none, sometimes an old one.
    pub(super) fn credential(&self, bytes: &mut Bytes<'_>) -> TurnCredential {
        let choice = bytes.one();
        let call = [Some(call_id(0)), Some(call_id(0)), Some(call_id(1)), None];
        let call = call[usize::from(choice >> 2 & 3)];
        let age = if choice & 0xE0 == 0xE0 { TTL * 2 } else { Duration::ZERO };
        let issued =
            at(self.books.now).unix.as_millis() - i64::try_from(age.as_millis()).unwrap_or(0);
        self.secrets.issue(UnixMillis::from_millis(issued), TTL, user_id(choice & 3), call)
    }

    pub(super) fn client(&mut self, tuple: FiveTuple, packet: &[u8]) {
        let given = Given { payload: packet, tuple: Some(tuple), peer: None };
        let step = self.server.handle_client(at(self.books.now), tuple, packet);
        if let Some(request) = self.books.check(&given, step) {
            self.open(&given, tuple, request);
        }
    }

    /// Opens what is asked for, but each seventh socket.
    fn open(&mut self, given: &Given<'_>, tuple: FiveTuple, request: OpenRequest) {
        let mut opened = Opened::default();
        let wanted: Vec<_> = request.relays().collect();
        assert!(!wanted.is_empty());
        for (family, relay) in wanted {
            self.next_port += if request.even_port { 2 - self.next_port % 2 } else { 1 };
            if self.next_port.is_multiple_of(7) {
                continue;
            }
            let (ip, port) = match family {
                Family::V4 => (ip(RELAY_V4), &mut opened.v4),
                Family::V6 => (ip(RELAY_V6), &mut opened.v6),
            };
            *port = Some(self.next_port);
            self.books.opened(relay, tuple, SocketAddr::new(ip, self.next_port));
        }
        let step = self.server.relays_opened(at(self.books.now), request, opened);
        assert!(matches!(step, Step::Answer { .. }), "an Allocate is answered");
        assert!(self.books.check(given, step).is_none());
    }

    pub(super) fn peer_sends(&mut self, bytes: &mut Bytes<'_>, peer: SocketAddr, length: usize) {
        let relay = self.books.relays.keys().nth(bytes.index(self.books.relays.len())).copied();
        let Some(relay) = relay else { return };
        let payload = vec![0xA5; length];
        let step = self.server.handle_peer(at(self.books.now), relay, peer, &payload);
        assert!(
            self.books
                .check(&Given { payload: &payload, tuple: None, peer: Some(peer) }, step)
                .is_none()
        );
    }

    pub(super) fn handed_over(&mut self, to: SocketAddr, from: SocketAddr, length: usize) {
        let payload = vec![0x3C; length];
        let step = self.server.handle_hand_over(at(self.books.now), to, from, &payload);
        assert!(
            self.books
                .check(&Given { payload: &payload, tuple: None, peer: Some(from) }, step)
                .is_none()
        );
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.books.now += time;
    }

    pub(super) fn client_gone(&mut self, tuple: FiveTuple) {
        self.server.client_gone(at(self.books.now), tuple);
        self.settle();
        assert!(self.books.relays.values().all(|(of, _)| *of != tuple), "its allocation is gone");
    }

    pub(super) fn hang_up(&mut self, bytes: &mut Bytes<'_>) {
        let choice = bytes.one();
        let (user, call) = (user_id(choice & 3), call_id(choice >> 2 & 1));
        self.books.registry.get().live.remove(&(user, call));
        let call = (choice & 8 == 0).then_some(call);
        self.server.revoke(at(self.books.now), user, call);
    }

    pub(super) fn call_again(&mut self, bytes: &mut Bytes<'_>) {
        let choice = bytes.one();
        let member = (user_id(choice & 3), call_id(choice >> 2 & 1));
        self.books.registry.get().live.insert(member);
    }

    pub(super) fn release(&mut self, bytes: &mut Bytes<'_>) {
        let allocation = AllocationId::from_parts(bytes.one().into(), bytes.one().into());
        self.server.release(at(self.books.now), allocation);
    }

    /// Does what is due and compares the books.
    pub(super) fn settle(&mut self) {
        let now = at(self.books.now);
        if self.server.poll_timeout().is_some_and(|due| due <= now.instant) {
            self.server.handle_timeout(now);
        }
        let due = self.server.poll_timeout();
        assert!(due.is_none_or(|due| due > now.instant), "a deadline that was met comes again");
        while let Some(output) = self.server.poll_output() {
            match output {
                Output::CloseRelay(relay) => self.books.closed(relay),
                Output::CloseClient(tuple) => assert_eq!(tuple.listener.0, 1, "only streams"),
                Output::Evict(holder) => panic!("{holder:?} was never admitted"),
            }
        }
        self.books.compare(self.server.counters());
    }

    /// Nobody does anything any more: everything ends.
    pub(super) fn end(&mut self) {
        for _ in 0..1_000 {
            let Some(due) = self.server.poll_timeout() else { break };
            self.books.now = due - *START;
            self.settle();
        }
        assert_eq!(self.server.poll_timeout(), None);
        assert!(self.books.relays.is_empty(), "sockets are left");
        assert_eq!(self.books.registry.get().quotas.held(), 0);
    }
}

fn at(since: Duration) -> Now {
    let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Now { instant: *START + since, unix: UnixMillis::from_millis(1_735_686_000_000 + millis) }
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address of the table")
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address of the table")
}

fn user_id(number: u8) -> UserId {
    UserId::from_uuid(Uuid::from_u128(u128::from(number) + 1))
}

fn call_id(number: u8) -> CallId {
    CallId::from_uuid(Uuid::from_u128(u128::from(number) + 100))
}

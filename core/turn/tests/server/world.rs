//! Servers, a registry and a clock that stands still, for tests of the TURN server.

use std::collections::{HashMap, HashSet};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use turn::server::{
    Admitted, Counters, FiveTuple, Holder, ListenerId, Now, OpenRequest, Opened, Output,
    QuotaError, Quotas, Registry, RelayId, Server, Settings, Step, Transport,
};
use turn::{CredentialClaims, PeerRules, TurnCredential, TurnSecrets};
use vocab::{CallId, Redacted, UnixMillis, UserId, Uuid};

use super::client::{Client, Reply};

pub(super) const RELAY_V4: Ipv4Addr = Ipv4Addr::new(18, 0, 0, 1);
pub(super) const RELAY_V6: Ipv6Addr = Ipv6Addr::new(0x2a00, 0, 0, 0, 0, 0, 0, 1);
pub(super) const REALM: &str = "calls.example";
pub(super) const UDP: ListenerId = ListenerId(0);
pub(super) const TCP: ListenerId = ListenerId(1);
pub(super) const TTL: Duration = Duration::from_secs(86_400);

#[expect(clippy::disallowed_types, reason = "the registry is shared, as in the shell")]
type Shared<T> = std::sync::Mutex<T>;

/// What the shards share, with everything in plain tables.
#[derive(Debug)]
pub(super) struct Book {
    inner: Shared<Inner>,
}

#[derive(Debug)]
struct Inner {
    quotas: Quotas,
    in_calls: HashSet<(UserId, CallId)>,
    relayed: HashMap<SocketAddr, u8>,
}

impl Book {
    fn with<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        look(&mut self.inner.lock().unwrap())
    }

    pub(super) fn join(&self, user: UserId, call: CallId) {
        self.with(|inner| inner.in_calls.insert((user, call)));
    }

    pub(super) fn leave(&self, user: UserId, call: CallId) {
        self.with(|inner| inner.in_calls.remove(&(user, call)));
    }

    pub(super) fn held(&self) -> usize {
        self.with(|inner| inner.quotas.held())
    }

    pub(super) fn held_by(&self, user: UserId) -> usize {
        self.with(|inner| inner.quotas.held_by(user))
    }

    pub(super) fn set_relayed(&self, address: SocketAddr, shard: u8) {
        self.with(|inner| inner.relayed.insert(address, shard));
    }
}

impl Registry for Book {
    fn may_allocate(&self, claims: &CredentialClaims) -> bool {
        self.with(|inner| match claims.call {
            Some(call) => inner.in_calls.contains(&(claims.user, call)),
            None => {
                let mut live = inner.in_calls.iter();
                live.any(|(user, _)| *user == claims.user)
            }
        })
    }

    fn admit(&self, now: Instant, user: UserId, holder: Holder) -> Result<Admitted, QuotaError> {
        self.with(|inner| inner.quotas.admit(now, user, holder))
    }

    fn release(&self, user: UserId, holder: Holder) {
        self.with(|inner| inner.quotas.release(user, holder));
    }

    fn relayed(&self, address: SocketAddr) -> Option<u8> {
        self.with(|inner| inner.relayed.get(&address).copied())
    }
}

/// What came out of a server, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Got {
    Nothing,
    ToClient { tuple: FiveTuple, bytes: Vec<u8> },
    ToPeer { relay: RelayId, peer: SocketAddr, payload: Vec<u8> },
    HandOver { shard: u8, to: SocketAddr, from: SocketAddr, payload: Vec<u8> },
    ToMedia { to: SocketAddr, from: SocketAddr, payload: Vec<u8> },
    Answer { tuple: FiveTuple, message: Vec<u8> },
}

/// All shards, their shell and a clock.
pub(super) struct World {
    pub(super) settings: Arc<Settings>,
    pub(super) servers: Vec<Server>,
    pub(super) book: Arc<Book>,
    pub(super) now: Now,
    /// Sockets that are open: by shard and name, the address.
    pub(super) relays: HashMap<(u8, RelayId), SocketAddr>,
    pub(super) closed_clients: Vec<FiveTuple>,
    /// What the next OpenRequest gets.
    pub(super) can_open: (bool, bool),
    /// The last OpenRequest wanted even ports.
    pub(super) wanted_even: bool,
    next_port: u16,
}

#[expect(clippy::disallowed_methods, reason = "an Instant can only be had from the clock; once")]
fn any_instant() -> Instant {
    Instant::now()
}

/// The secret of all servers.
pub(super) fn secrets() -> TurnSecrets {
    TurnSecrets::new(Redacted::new("a-secret-of-more-than-32-characters".to_owned()))
}

/// Settings of the tests: both families, no bandwidth limit.
pub(super) fn settings() -> Settings {
    let rules = PeerRules::new(vec![RELAY_V4.into(), RELAY_V6.into()], Vec::new(), Vec::new());
    let mut settings = Settings::new(REALM, secrets(), rules);
    settings.relay_v4 = Some(RELAY_V4);
    settings.relay_v6 = Some(RELAY_V6);
    settings.credential_ttl = TTL;
    settings.bandwidth = None;
    settings
}

/// A user by number.
pub(super) fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(0x0190_a0b0_0000_7000_8000_0000_0000_0000 | number))
}

/// A call by number.
pub(super) fn call(number: u128) -> CallId {
    CallId::from_uuid(Uuid::from_u128(0x0190_a0b0_0000_7000_9000_0000_0000_0000 | number))
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(settings(), 1)
    }

    pub(super) fn with(settings: Settings, shards: u8) -> Self {
        Self::with_quotas(settings, shards, Quotas::PER_USER, Quotas::TOTAL)
    }

    pub(super) fn with_quotas(
        settings: Settings,
        shards: u8,
        per_user: usize,
        total: usize,
    ) -> Self {
        let now = Now { instant: any_instant(), unix: UnixMillis::from_millis(1_735_686_000_000) };
        let quotas = Quotas::new(now.instant, per_user, total);
        let inner = Inner { quotas, in_calls: HashSet::new(), relayed: HashMap::new() };
        let book = Arc::new(Book { inner: inner.into() });
        let settings = Arc::new(settings);
        let servers = (0..shards).map(|shard| {
            let registry = Arc::clone(&book) as Arc<dyn Registry>;
            let mut server = Server::new(shard, Arc::clone(&settings), registry, [7; 32], now);
            assert_eq!(server.add_listener(Transport::Udp), UDP);
            assert_eq!(server.add_listener(Transport::Tcp), TCP);
            server
        });
        Self {
            servers: servers.collect(),
            settings,
            book,
            now,
            relays: HashMap::new(),
            closed_clients: Vec::new(),
            can_open: (true, true),
            wanted_even: false,
            next_port: 50_000,
        }
    }

    /// Time passes, and deadlines are met as they come.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now.instant + time;
        while let Some((at, shard)) = self.next_deadline().filter(|(at, _)| *at <= end) {
            self.now.unix = self.now.unix + at.saturating_duration_since(self.now.instant);
            self.now.instant = at.max(self.now.instant);
            self.servers[shard].handle_timeout(self.now);
            self.drain(shard);
        }
        self.now.unix = self.now.unix + end.saturating_duration_since(self.now.instant);
        self.now.instant = end;
    }

    /// Time passes and nobody calls `handle_timeout`.
    pub(super) fn pass_unnoticed(&mut self, time: Duration) {
        self.now.unix = self.now.unix + time;
        self.now.instant += time;
    }

    fn next_deadline(&self) -> Option<(Instant, usize)> {
        let deadlines = self.servers.iter().zip(0..);
        deadlines.filter_map(|(server, shard)| Some((server.poll_timeout()?, shard))).min()
    }

    /// A credential of a user, issued now.
    pub(super) fn credential(&self, user: UserId, call: Option<CallId>) -> TurnCredential {
        self.settings.secrets.issue(self.now.unix, self.settings.credential_ttl, user, call)
    }

    /// A client of a user who is in a live call, over UDP on shard 0.
    pub(super) fn client(&self, number: u16) -> Client {
        let user = user(number.into());
        self.book.join(user, call(1));
        let credential = self.credential(user, Some(call(1)));
        let address = SocketAddr::from(([192, 0, 2, 1], 10_000 + number));
        Client::new(FiveTuple { listener: UDP, client: address }, &credential)
    }

    /// A client whose allocation is made.
    pub(super) fn allocated(&mut self, number: u16) -> Client {
        let mut client = self.client(number);
        let reply = self.allocate(&mut client);
        assert!(reply.is_success(), "{reply:?}");
        client
    }

    /// The whole exchange of Allocate: challenge, then request.
    pub(super) fn allocate(&mut self, client: &mut Client) -> Reply {
        self.allocate_with(client, |_| {})
    }

    pub(super) fn allocate_with(
        &mut self,
        client: &mut Client,
        more: impl Fn(&mut turn::stun::Writer<'_>),
    ) -> Reply {
        let challenge = client.ask_unsigned(self, turn::stun::Method::Allocate);
        client.take_challenge(&challenge);
        client.allocate(self, more)
    }

    /// A packet of a client, to its shard.
    pub(super) fn client_sends(&mut self, client: &Client, packet: &[u8]) -> Got {
        self.shard_receives(usize::from(client.shard), client.tuple, packet)
    }

    pub(super) fn shard_receives(&mut self, shard: usize, tuple: FiveTuple, packet: &[u8]) -> Got {
        let now = self.now;
        let (got, open) = own(self.servers[shard].handle_client(now, tuple, packet));
        let got = match open {
            None => got,
            Some(request) => self.open(shard, request),
        };
        self.drain(shard);
        got
    }

    fn open(&mut self, shard: usize, request: OpenRequest) -> Got {
        self.wanted_even = request.even_port;
        let mut opened = Opened::default();
        let number = u8::try_from(shard).unwrap();
        for (family, relay) in request.relays().collect::<Vec<_>>() {
            let port = self.next_port;
            self.next_port += 2;
            let (ip, can, place) = match family {
                turn::server::Family::V4 => (RELAY_V4.into(), self.can_open.0, &mut opened.v4),
                turn::server::Family::V6 => (RELAY_V6.into(), self.can_open.1, &mut opened.v6),
            };
            if can {
                let address = SocketAddr::new(ip, port);
                *place = Some(port);
                self.relays.insert((number, relay), address);
                self.book.set_relayed(address, number);
            }
        }
        let now = self.now;
        own(self.servers[shard].relays_opened(now, request, opened)).0
    }

    /// Does what a shell does between packets.
    fn drain(&mut self, shard: usize) {
        let number = u8::try_from(shard).unwrap();
        while let Some(output) = self.servers[shard].poll_output() {
            match output {
                Output::CloseRelay(relay) => {
                    let address = self.relays.remove(&(number, relay)).expect("an open relay");
                    self.book.with(|inner| inner.relayed.remove(&address));
                }
                Output::CloseClient(tuple) => self.closed_clients.push(tuple),
                Output::Evict(holder) => {
                    let now = self.now;
                    let other = usize::from(holder.shard);
                    self.servers[other].release(now, holder.allocation);
                    self.drain(other);
                }
            }
        }
    }

    /// A datagram of a peer to a relayed address, from outside.
    pub(super) fn peer_sends(&mut self, peer: SocketAddr, to: SocketAddr, payload: &[u8]) -> Got {
        let open = self.relays.iter().find(|(_, address)| **address == to);
        let Some((&(shard, relay), _)) = open else { return Got::Nothing };
        let now = self.now;
        own(self.servers[usize::from(shard)].handle_peer(now, relay, peer, payload)).0
    }

    /// What one shard gives to another one, delivered.
    pub(super) fn deliver(&mut self, got: &Got) -> Got {
        let Got::HandOver { shard, to, from, payload } = got else {
            panic!("nothing to hand over: {got:?}");
        };
        let now = self.now;
        own(self.servers[usize::from(*shard)].handle_hand_over(now, *to, *from, payload)).0
    }

    /// What our media server sends to a relayed address, given to the shard that has it.
    pub(super) fn media_sends(&mut self, from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Got {
        let Some(shard) = self.book.relayed(to) else { return Got::Nothing };
        let now = self.now;
        own(self.servers[usize::from(shard)].handle_hand_over(now, to, from, payload)).0
    }

    pub(super) fn revoke(&mut self, user: UserId, call: Option<CallId>) {
        let now = self.now;
        for shard in 0..self.servers.len() {
            self.servers[shard].revoke(now, user, call);
            self.drain(shard);
        }
    }

    /// A stream is closed by its client.
    pub(super) fn hang_up(&mut self, client: &Client) {
        let now = self.now;
        let shard = usize::from(client.shard);
        self.servers[shard].client_gone(now, client.tuple);
        self.drain(shard);
    }

    pub(super) fn counters(&self) -> &Counters {
        self.servers[0].counters()
    }

    /// Allocations that live, over all shards, checked against the book and the sockets.
    pub(super) fn live(&self) -> usize {
        let live: u64 = self.servers.iter().map(|server| server.counters().live()).sum();
        let live = usize::try_from(live).unwrap();
        assert_eq!(live, self.book.held(), "the book of quotas agrees");
        assert!(self.relays.len() >= live, "each has a socket");
        live
    }
}

fn own(step: Step<'_>) -> (Got, Option<OpenRequest>) {
    let got = match step {
        Step::Nothing => Got::Nothing,
        Step::ToClient { tuple, header, payload, padding } => {
            let mut bytes = header.as_slice().to_vec();
            bytes.extend_from_slice(payload);
            bytes.resize(bytes.len() + usize::from(padding), 0);
            Got::ToClient { tuple, bytes }
        }
        Step::ToPeer { relay, peer, payload } => {
            Got::ToPeer { relay, peer, payload: payload.to_vec() }
        }
        Step::HandOver { shard, to, from, payload } => {
            Got::HandOver { shard, to, from, payload: payload.to_vec() }
        }
        Step::ToMedia { to, from, payload } => Got::ToMedia { to, from, payload: payload.to_vec() },
        Step::Answer { tuple, message } => Got::Answer { tuple, message: message.to_vec() },
        Step::Open(request) => return (Got::Nothing, Some(request)),
    };
    (got, None)
}

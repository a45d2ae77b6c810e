//! The TURN server (RFC 8656, RFC 8489) without its sockets: one [`Server`] per shard.
//!
//! | module | what |
//! |---|---|
//! | `identity` | five-tuples, names of allocations and relayed addresses, the two clocks |
//! | `settings` | what an operator decides |
//! | `step` | what the shell is told to do |
//! | `registry`, `quota` | what all shards share: rights, quotas, live relayed addresses |
//! | `auth`, `answer` | who sent a request, and how it is answered |
//! | `requests` | Binding, Allocate, Refresh, CreatePermission, ChannelBind |
//! | `relaying` | Send, Data, ChannelData, hand-over in memory |
//! | `allocation`, `tables` | the state, and how it is found |
//! | `bandwidth`, `upkeep`, `counters` | limits, deadlines and revoking, numbers |
//!
//! Invariants: nothing is kept for a sender without a valid MESSAGE-INTEGRITY, but in one table of
//! fixed size; relaying a packet allocates nothing and takes the same time with any number of
//! allocations; nothing is sent to a peer that the rules deny.

mod allocation;
mod answer;
mod auth;
mod bandwidth;
mod counters;
mod identity;
mod quota;
mod registry;
mod relaying;
mod requests;
mod settings;
mod step;
mod tables;
mod upkeep;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

pub use counters::{Counters, Dropped, Traffic};
pub use identity::{AllocationId, FiveTuple, ListenerId, Now, RelayId, Transport};
pub use quota::Quotas;
pub use registry::{Admitted, Holder, QuotaError, Registry};
pub use settings::Settings;
pub use step::{Header, OpenRequest, Opened, Output, Step};

pub use crate::stun::Family;

use answer::{Outcome, Request};
use identity::Moment;
use relaying::Transactions;
use tables::Tables;

use crate::challenge::Challenges;
use crate::nonce::Nonces;
use crate::stun::{Message, is_channel_data};

/// One shard of a TURN server: owns its allocations, tells the shell what to send.
///
/// Order of calls: handle one packet, do its [`Step`], drain
/// [`poll_output`](Self::poll_output); call [`handle_timeout`](Self::handle_timeout) when
/// [`poll_timeout`](Self::poll_timeout) is due.
#[derive(Debug)]
pub struct Server {
    shard: u8,
    settings: Arc<Settings>,
    registry: Arc<dyn Registry>,
    start: Instant,
    listeners: Vec<Transport>,
    tables: Tables,
    nonces: Nonces,
    challenges: Challenges,
    transactions: Transactions,
    outputs: VecDeque<Output>,
    answer: Vec<u8>,
    counters: Counters,
}

impl Server {
    /// A shard without listeners.
    ///
    /// `start` is the same for all shards and for [`Quotas`]; `seed` is random, secret, and the
    /// same for all shards between which a client may move.
    #[must_use]
    pub fn new(
        shard: u8,
        settings: Arc<Settings>,
        registry: Arc<dyn Registry>,
        seed: [u8; 32],
        start: Now,
    ) -> Self {
        let nonces = Nonces::new(seed, settings.password_algorithms);
        Self {
            shard,
            settings,
            registry,
            start: start.instant,
            listeners: Vec::new(),
            tables: Tables::default(),
            nonces,
            challenges: Challenges::new(seed, start.instant),
            transactions: Transactions::new(seed),
            outputs: VecDeque::new(),
            answer: Vec::with_capacity(512),
            counters: Counters::default(),
        }
    }

    /// Makes a listener known; the first is `ListenerId(0)`.
    ///
    /// # Panics
    /// With more than 65,536 listeners.
    pub fn add_listener(&mut self, transport: Transport) -> ListenerId {
        let id = u16::try_from(self.listeners.len()).expect("at most 65,536 listeners");
        self.listeners.push(transport);
        ListenerId(id)
    }

    /// One datagram of a client, or one message of its stream.
    pub fn handle_client<'a>(
        &'a mut self,
        now: Now,
        tuple: FiveTuple,
        packet: &'a [u8],
    ) -> Step<'a> {
        let moment = self.moment(now);
        if packet.first().is_some_and(|first| is_channel_data(*first)) {
            return self.channel_data(moment, tuple, packet);
        }
        let Ok(message) = Message::parse(packet) else {
            self.counters.dropped.malformed += 1;
            return Step::Nothing;
        };
        let listener = self.listeners.get(usize::from(tuple.listener.0));
        let stream = listener.is_some_and(|transport| transport.is_stream());
        let outcome = self.message(&Request { now, moment, tuple, stream, message });
        match outcome {
            Outcome::Answered => Step::Answer { tuple, message: &self.answer },
            Outcome::Step(step) => step,
        }
    }

    /// One datagram that came to a relayed address.
    pub fn handle_peer<'a>(
        &'a mut self,
        now: Now,
        relay: RelayId,
        peer: SocketAddr,
        payload: &'a [u8],
    ) -> Step<'a> {
        let moment = self.moment(now);
        self.relay_in(moment, relay.allocation(), relay.family(), peer, payload)
    }

    /// What another shard, or our own media server, hands over: `to` is a relayed address of this shard, `from`
    /// the address that its client is to see as the peer.
    pub fn handle_hand_over<'a>(
        &'a mut self,
        now: Now,
        to: SocketAddr,
        from: SocketAddr,
        payload: &'a [u8],
    ) -> Step<'a> {
        let moment = self.moment(now);
        self.hand_over(moment, to, from, payload)
    }

    /// The sockets of an [`OpenRequest`] are open, or could not be opened; the next packet of the
    /// same client comes after this.
    pub fn relays_opened<'a>(
        &'a mut self,
        now: Now,
        request: OpenRequest,
        opened: Opened,
    ) -> Step<'a> {
        let moment = self.moment(now);
        let tuple = request.pending.tuple;
        self.allocate_opened(moment, request, opened);
        Step::Answer { tuple, message: &self.answer }
    }

    /// The next thing to do apart from packets.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// What this shard counted since its start.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    fn moment(&self, now: Now) -> Moment {
        Moment::at(now.instant, self.start)
    }
}

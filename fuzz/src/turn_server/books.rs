//! What the shell keeps of a story, and its objections.
//!
//! What must hold, whatever the story:
//! - nothing goes to a peer that the rules deny;
//! - nothing goes to a peer without a permission or a channel, and nothing of a peer to a client
//!   without a permission, granted within its lifetime;
//! - payloads are those that came in, and messages to clients can be read;
//! - answers repeat the transaction, and unsigned ones over UDP are at most twice the request;
//! - quotas hold, and books and sockets agree.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use turn::PeerRules;
use turn::server::{Counters, FiveTuple, OpenRequest, RelayId, Step};
use turn::stun::{ChannelData, Class, Message, Method, attr, is_channel_data};

use super::registry::SmallRegistry;

/// RFC 8656 §9 and §12.
const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);

/// One packet that the server was given.
pub(super) struct Given<'a> {
    pub(super) payload: &'a [u8],
    /// The client that sent it.
    pub(super) tuple: Option<FiveTuple>,
    /// The peer that sent it.
    pub(super) peer: Option<SocketAddr>,
}

pub(super) struct Books {
    pub(super) registry: Arc<SmallRegistry>,
    pub(super) now: Duration,
    /// Open relay sockets: whose, and the relayed address.
    pub(super) relays: BTreeMap<RelayId, (FiveTuple, SocketAddr)>,
    pub(super) nonces: HashMap<FiveTuple, Vec<u8>>,
    rules: PeerRules,
    /// Until when a client may exchange data with an address.
    permitted: HashMap<(FiveTuple, IpAddr), Duration>,
    /// Until when a client has a channel to a peer.
    bound: HashMap<(FiveTuple, SocketAddr), Duration>,
}

impl Books {
    pub(super) fn new(rules: PeerRules, registry: Arc<SmallRegistry>) -> Self {
        Self {
            registry,
            now: Duration::ZERO,
            relays: BTreeMap::new(),
            nonces: HashMap::new(),
            rules,
            permitted: HashMap::new(),
            bound: HashMap::new(),
        }
    }

    pub(super) fn opened(&mut self, relay: RelayId, tuple: FiveTuple, local: SocketAddr) {
        let before = self.relays.insert(relay, (tuple, local));
        assert!(before.is_none(), "the name of a live relay is given out again");
        self.registry.get().relayed.insert(local, 0);
    }

    pub(super) fn closed(&mut self, relay: RelayId) {
        let (tuple, local) = self.relays.remove(&relay).expect("only open sockets are closed");
        self.registry.get().relayed.remove(&local);
        if self.relays.values().all(|(other, _)| *other != tuple) {
            self.permitted.retain(|(of, _), _| *of != tuple);
            self.bound.retain(|(of, _), _| *of != tuple);
        }
    }

    pub(super) fn compare(&self, counters: &Counters) {
        let owners: BTreeSet<_> =
            self.relays.values().map(|(of, _)| (of.listener, of.client)).collect();
        assert_eq!(owners.len(), self.registry.get().quotas.held(), "quotas and sockets");
        let live = counters.allocated - counters.deallocated;
        assert_eq!(owners.len() as u64, live, "counters and sockets");
    }

    /// Objects to a wrong step; gives back a wish for sockets.
    pub(super) fn check(&mut self, given: &Given<'_>, step: Step<'_>) -> Option<OpenRequest> {
        match step {
            Step::Nothing => {}
            Step::ToClient { tuple, header, payload, padding } => {
                assert_part(given.payload, payload);
                self.assert_to_client(given, tuple, header.as_slice(), payload, padding);
            }
            Step::ToPeer { relay, peer, payload } => {
                assert_part(given.payload, payload);
                let (tuple, local) = self.relays.get(&relay).expect("from an open socket");
                assert_eq!(Some(*tuple), given.tuple, "through the sender's own socket");
                assert_eq!(local.is_ipv4(), peer.is_ipv4());
                assert_eq!(self.rules.check(peer), Ok(()), "{peer} is denied");
                self.assert_may_send(given, *tuple, peer);
            }
            Step::HandOver { shard, to, from, payload } => {
                assert_part(given.payload, payload);
                assert_eq!(self.registry.get().relayed.get(&to), Some(&shard));
                let sender = self.relays.values().find(|(_, local)| *local == from);
                let (tuple, _) = sender.expect("from a relayed address");
                assert_eq!(Some(*tuple), given.tuple);
                self.assert_may_send(given, *tuple, to);
            }
            Step::ToMedia { to, .. } => panic!("{to}: there is no media server in this story"),
            Step::Answer { tuple, message } => {
                assert_eq!(Some(tuple), given.tuple);
                self.answered(given.payload, tuple, message);
            }
            Step::Open(request) => {
                assert!(given.tuple.is_some(), "only clients allocate");
                return Some(request);
            }
        }
        None
    }

    /// Send needs a permission (RFC 8656 §11.4), ChannelData the channel alone (§12.6).
    fn assert_may_send(&self, given: &Given<'_>, tuple: FiveTuple, peer: SocketAddr) {
        if given.payload.first().is_some_and(|first| is_channel_data(*first)) {
            let until = self.bound.get(&(tuple, peer));
            assert!(until.is_some_and(|until| *until > self.now), "{peer} without a channel");
        } else {
            self.assert_permitted(tuple, peer.ip());
        }
    }

    fn assert_permitted(&self, tuple: FiveTuple, ip: IpAddr) {
        let until = self.permitted.get(&(tuple, ip));
        assert!(until.is_some_and(|until| *until > self.now), "{ip} without a permission");
    }

    fn assert_to_client(
        &self,
        given: &Given<'_>,
        tuple: FiveTuple,
        header: &[u8],
        payload: &[u8],
        padding: u8,
    ) {
        assert!(self.relays.values().any(|(of, _)| *of == tuple), "it has an allocation");
        if let Some(peer) = given.peer {
            self.assert_permitted(tuple, peer.ip());
        }
        let mut whole = [header, payload].concat();
        if is_channel_data(header[0]) {
            let read = ChannelData::parse_stream(&whole).expect("channel data can be read");
            assert_eq!(read.data, payload);
            let padded = tuple.listener.0 == 1;
            assert!(!padded || (whole.len() + usize::from(padding)).is_multiple_of(4));
            assert!(padded || padding == 0);
        } else {
            whole.resize(whole.len() + usize::from(padding), 0);
            let message = Message::parse(&whole).expect("an indication can be read");
            assert_eq!((message.class(), message.method()), (Class::Indication, Method::Data));
            assert_eq!(message.data(), Some(payload));
            let peer = message.xor_address(attr::XOR_PEER_ADDRESS);
            let peer = peer.expect("it says from whom").expect("and this can be read");
            assert!(given.peer.is_none_or(|sender| sender == peer));
        }
    }

    fn answered(&mut self, request: &[u8], tuple: FiveTuple, answer: &[u8]) {
        let asked = Message::parse(request).expect("only what can be read is answered");
        let read = Message::parse(answer).expect("answers can be read");
        assert_eq!(asked.class(), Class::Request);
        assert_eq!((read.method(), read.transaction()), (asked.method(), asked.transaction()));
        if read.integrity().is_none() && tuple.listener.0 == 0 {
            let headers = if tuple.client.is_ipv4() { 28 } else { 48 };
            let (asked, read) = (request.len() + headers, answer.len() + headers);
            assert!(read <= 2 * asked, "{read} bytes for {asked}");
        }
        if let Some(nonce) = read.nonce() {
            self.nonces.insert(tuple, nonce.to_vec());
        }
        let grants = matches!(asked.method(), Method::CreatePermission | Method::ChannelBind);
        if read.class() == Class::Success && grants {
            for peer in asked.xor_peer_addresses() {
                let peer = peer.expect("what was granted can be read");
                self.permitted.insert((tuple, peer.ip()), self.now + PERMISSION);
                if asked.method() == Method::ChannelBind {
                    self.bound.insert((tuple, peer), self.now + CHANNEL);
                    break;
                }
            }
        }
    }
}

fn assert_part(whole: &[u8], part: &[u8]) {
    let (whole, part) = (whole.as_ptr_range(), part.as_ptr_range());
    assert!(whole.start <= part.start && part.end <= whole.end, "a payload from elsewhere");
}

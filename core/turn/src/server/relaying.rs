//! Relaying: Send, ChannelData and what peers send. Per packet nothing is allocated, and the
//! number of allocations does not matter.

use std::net::SocketAddr;

use sha2::{Digest, Sha256};

use super::Server;
use super::identity::{AllocationId, FiveTuple, Moment};
use super::requests::KNOWN;
use super::step::{Header, Step};
use crate::stun::{ChannelData, Family, Message, TransactionId, attr, data_indication_head};

/// What the rules say about a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A live relayed address of ours, on that shard: handed over in memory.
    Own(u8),
    /// Our own media server: handed over in memory.
    Media,
    /// May be sent to.
    Allowed,
    /// May not.
    Denied,
}

impl Server {
    /// The rules for Send, ChannelBind and CreatePermission alike: a live relayed address of ours
    /// first, then our own media server, then the peer rules. What else is at the address of our
    /// relays is denied.
    pub(super) fn judge(&self, peer: SocketAddr) -> Verdict {
        if let Some(shard) = self.registry.relayed(peer) {
            return Verdict::Own(shard);
        }
        if self.settings.media.contains(&peer) {
            return Verdict::Media;
        }
        let ours = self.settings.relay_ip(Family::of(peer.ip())) == Some(peer.ip());
        if ours || self.settings.peer_rules.check(peer).is_err() {
            return Verdict::Denied;
        }
        Verdict::Allowed
    }

    /// ChannelData from a client (RFC 8656 §12.6).
    pub(super) fn channel_data<'p>(
        &mut self,
        now: Moment,
        tuple: FiveTuple,
        packet: &'p [u8],
    ) -> Step<'p> {
        let Ok(channel_data) = ChannelData::parse_datagram(packet) else {
            self.counters.dropped.malformed += 1;
            return Step::Nothing;
        };
        let Some(id) = self.tables.of_tuple(&tuple) else {
            self.counters.dropped.no_allocation += 1;
            return Step::Nothing;
        };
        let channel = self.tables.get(id).and_then(|found| found.channel(channel_data.number, now));
        let Some(channel) = channel else {
            self.counters.dropped.no_channel += 1;
            return Step::Nothing;
        };
        // The rules judged the peer when the channel was bound, unless it was a relayed address.
        let verdict = match (self.registry.relayed(channel.peer), channel.verdict) {
            (Some(shard), _) => Verdict::Own(shard),
            (None, Verdict::Own(_)) => Verdict::Denied,
            (None, bound) => bound,
        };
        self.relay_out(now, id, channel.peer, verdict, channel_data.data)
    }

    /// A Send indication from a client (RFC 8656 §11.2).
    pub(super) fn send<'p>(
        &mut self,
        now: Moment,
        tuple: FiveTuple,
        message: &Message<'p>,
    ) -> Step<'p> {
        if message.unknown_required(KNOWN).next().is_some() {
            // DONT-FRAGMENT among them: a socket option per packet is not offered.
            self.counters.dropped.unknown_attribute += 1;
            return Step::Nothing;
        }
        let (Some(Ok(peer)), Some(payload)) =
            (message.xor_address(attr::XOR_PEER_ADDRESS), message.data())
        else {
            self.counters.dropped.malformed += 1;
            return Step::Nothing;
        };
        let Some(id) = self.tables.of_tuple(&tuple) else {
            self.counters.dropped.no_allocation += 1;
            return Step::Nothing;
        };
        if !self.tables.get(id).is_some_and(|allocation| allocation.permits(peer.ip(), now)) {
            self.counters.dropped.no_permission += 1;
            return Step::Nothing;
        }
        let verdict = self.judge(peer);
        self.relay_out(now, id, peer, verdict, payload)
    }

    fn relay_out<'p>(
        &mut self,
        now: Moment,
        id: AllocationId,
        peer: SocketAddr,
        verdict: Verdict,
        payload: &'p [u8],
    ) -> Step<'p> {
        let family = Family::of(peer.ip());
        let rate = self.settings.bandwidth;
        let Some(allocation) = self.tables.get_mut(id) else { return Step::Nothing };
        let Some(relay) = allocation.relay(family, now) else {
            self.counters.dropped.no_allocation += 1;
            return Step::Nothing;
        };
        if verdict == Verdict::Denied {
            self.counters.dropped.denied_peer += 1;
            return Step::Nothing;
        }
        if rate.is_some_and(|rate| !allocation.from_client.take(payload.len(), rate, now)) {
            self.counters.dropped.bandwidth += 1;
            return Step::Nothing;
        }
        allocation.touch(now);
        self.counters.to_peers.add(payload.len());
        if verdict == Verdict::Allowed {
            return Step::ToPeer { relay: id.relay(family), peer, payload };
        }
        self.counters.handed_over.add(payload.len());
        let Some(from) = self.settings.relay_address(family, relay.port) else {
            return Step::Nothing;
        };
        match verdict {
            Verdict::Own(shard) if shard == self.shard => self.hand_over(now, peer, from, payload),
            Verdict::Own(shard) => Step::HandOver { shard, to: peer, from, payload },
            Verdict::Media => Step::ToMedia { to: peer, from, payload },
            Verdict::Allowed | Verdict::Denied => Step::Nothing,
        }
    }

    /// From another relayed address of ours, or from our media server, to a relayed address of this
    /// shard. It goes to the client of that address or nowhere, so nothing goes round in circles.
    pub(super) fn hand_over<'p>(
        &mut self,
        now: Moment,
        to: SocketAddr,
        from: SocketAddr,
        payload: &'p [u8],
    ) -> Step<'p> {
        let family = Family::of(to.ip());
        let ours = self.settings.relay_ip(family) == Some(to.ip());
        let receiver = self.tables.of_relay(family, to.port()).filter(|_| ours);
        let Some(id) = receiver else {
            self.counters.dropped.no_allocation += 1;
            return Step::Nothing;
        };
        self.relay_in(now, id, family, from, payload)
    }

    /// What a peer sent to a relayed address (RFC 8656 §11.3, §12.7).
    pub(super) fn relay_in<'p>(
        &mut self,
        now: Moment,
        id: AllocationId,
        family: Family,
        peer: SocketAddr,
        payload: &'p [u8],
    ) -> Step<'p> {
        let rate = self.settings.bandwidth;
        let dropped = &mut self.counters.dropped;
        let Some(allocation) =
            self.tables.get_mut(id).filter(|found| found.relay(family, now).is_some())
        else {
            dropped.no_allocation += 1;
            return Step::Nothing;
        };
        if !allocation.permits(peer.ip(), now) {
            dropped.no_permission += 1;
            return Step::Nothing;
        }
        let Ok(length) = u16::try_from(payload.len()) else {
            dropped.too_long += 1;
            return Step::Nothing;
        };
        let padded = ChannelData::padding(length);
        let (header, padding) = match allocation.channel_to(peer, now) {
            Some(number) => {
                let padding = if allocation.stream { padded } else { 0 };
                (Header::of(&ChannelData::header(number, length)), padding)
            }
            None => {
                let transaction = self.transactions.next();
                let head = data_indication_head(transaction, peer, payload.len());
                (head.and_then(|head| Header::of(head.as_bytes())), padded)
            }
        };
        let Some(header) = header else {
            dropped.too_long += 1;
            return Step::Nothing;
        };
        if rate.is_some_and(|rate| !allocation.to_client.take(payload.len(), rate, now)) {
            dropped.bandwidth += 1;
            return Step::Nothing;
        }
        allocation.touch(now);
        self.counters.to_clients.add(payload.len());
        Step::ToClient { tuple: allocation.tuple, header, payload, padding }
    }
}

/// Transaction ids of Data indications, which nobody answers: different is enough.
#[derive(Debug)]
pub(super) struct Transactions {
    salt: [u8; 4],
    count: u64,
}

impl Transactions {
    /// Derived one way: the ids are public, what else the seed is used for is not.
    pub(super) fn new(seed: [u8; 32]) -> Self {
        let digest: [u8; 32] =
            Sha256::new().chain_update(b"transactions").chain_update(seed).finalize().into();
        let [a, b, c, d, rest @ ..] = digest;
        let count = rest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        Self { salt: [a, b, c, d], count }
    }

    fn next(&mut self) -> TransactionId {
        self.count = self.count.wrapping_add(1);
        let mut id = [0; 12];
        id[..4].copy_from_slice(&self.salt);
        id[4..].copy_from_slice(&self.count.to_be_bytes());
        TransactionId(id)
    }
}

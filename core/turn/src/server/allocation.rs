//! One allocation: its relayed addresses, permissions and channels (RFC 8656 §3.2, §9, §12).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bandwidth::Bucket;
use super::identity::{FAMILIES, FiveTuple, Moment, place};
use super::relaying::Verdict;
use crate::CredentialClaims;
use crate::stun::{Family, Key, TransactionId};

/// Bounds of the two tables: `Settings::max_permissions` and `Settings::max_channels`. Entries
/// whose time is over count as absent everywhere and are swept when a new one is put in.
#[derive(Debug)]
pub(super) struct Allocation {
    pub(super) tuple: FiveTuple,
    pub(super) stream: bool,
    /// Of the Allocate request, to know a retransmission.
    pub(super) transaction: TransactionId,
    pub(super) username: Box<str>,
    pub(super) key: Key,
    pub(super) claims: CredentialClaims,
    relays: [Option<Relayed>; 2],
    permissions: Vec<Permission>,
    channels: Vec<Channel>,
    pub(super) from_client: Bucket,
    pub(super) to_client: Bucket,
    activity: Arc<AtomicU64>,
    /// When to ask again whether the claims give a right to relay.
    pub(super) look_again: Option<Moment>,
    /// The earliest entry in the heap of deadlines that stands for this allocation.
    pub(super) queued: Moment,
}

/// A relayed address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Relayed {
    pub(super) port: u16,
    pub(super) expires: Moment,
}

#[derive(Debug, Clone, Copy)]
struct Permission {
    ip: IpAddr,
    expires: Moment,
}

/// A channel binding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    pub(super) peer: SocketAddr,
    expires: Moment,
    number: u16,
    /// What the rules said when it was bound. A peer that was a relayed address of ours then was
    /// not judged by the peer rules; it may be sent to only while it is one.
    pub(super) verdict: Verdict,
}

/// Why a channel is not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BindError {
    /// The number has another peer, or the peer another number.
    Conflict,
    /// No room for one more channel or permission.
    Full,
}

/// No room for the new permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

/// What an allocation is made of.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) tuple: FiveTuple,
    pub(super) stream: bool,
    pub(super) transaction: TransactionId,
    pub(super) username: Box<str>,
    pub(super) key: Key,
    pub(super) claims: CredentialClaims,
    pub(super) relays: [Option<Relayed>; 2],
    pub(super) bucket: Bucket,
    pub(super) activity: Arc<AtomicU64>,
    pub(super) look_again: Option<Moment>,
}

impl Allocation {
    pub(super) fn new(made: Made) -> Self {
        let Made { tuple, stream, transaction, username, key, claims, .. } = made;
        let mut allocation = Self {
            tuple,
            stream,
            transaction,
            username,
            key,
            claims,
            relays: made.relays,
            permissions: Vec::new(),
            channels: Vec::new(),
            from_client: made.bucket,
            to_client: made.bucket,
            activity: made.activity,
            look_again: made.look_again,
            queued: Moment(u64::MAX),
        };
        allocation.queued = allocation.deadline();
        allocation
    }

    /// The relayed address of a family while it lives.
    pub(super) fn relay(&self, family: Family, now: Moment) -> Option<Relayed> {
        self.relays[place(family)].filter(|relay| relay.expires > now)
    }

    /// The relayed addresses that were not taken back yet.
    pub(super) fn relays(&self) -> impl Iterator<Item = (Family, Relayed)> {
        FAMILIES.into_iter().filter_map(|family| Some((family, self.relays[place(family)]?)))
    }

    pub(super) fn set_expiry(&mut self, family: Family, expires: Moment) {
        if let Some(relay) = &mut self.relays[place(family)] {
            relay.expires = expires;
        }
    }

    /// Takes the relayed address of a family away, and what it made possible.
    pub(super) fn take_relay(&mut self, family: Family) -> Option<Relayed> {
        let taken = self.relays[place(family)].take()?;
        self.permissions.retain(|permission| Family::of(permission.ip) != family);
        self.channels.retain(|channel| Family::of(channel.peer.ip()) != family);
        Some(taken)
    }

    /// When something is to be done about this allocation.
    pub(super) fn deadline(&self) -> Moment {
        let expiries = self.relays.iter().flatten().map(|relay| relay.expires);
        expiries.chain(self.look_again).min().unwrap_or(Moment(0))
    }

    /// Something was relayed.
    pub(super) fn touch(&self, now: Moment) {
        self.activity.store(now.0, Ordering::Relaxed);
    }

    pub(super) fn permits(&self, ip: IpAddr, now: Moment) -> bool {
        self.permissions.iter().any(|permission| permission.ip == ip && permission.expires > now)
    }

    /// Installs or refreshes permissions, all or none.
    pub(super) fn permit(
        &mut self,
        ips: &[IpAddr],
        expires: Moment,
        now: Moment,
        most: usize,
    ) -> Result<(), Full> {
        self.permissions.retain(|permission| permission.expires > now);
        let before = self.permissions.len();
        for ip in ips {
            if self.permissions.iter().all(|permission| permission.ip != *ip) {
                if self.permissions.len() >= most {
                    self.permissions.truncate(before);
                    return Err(Full);
                }
                self.permissions.push(Permission { ip: *ip, expires });
            }
        }
        for permission in &mut self.permissions {
            if ips.contains(&permission.ip) {
                permission.expires = expires;
            }
        }
        Ok(())
    }

    /// The binding of a number while it lives.
    pub(super) fn channel(&self, number: u16, now: Moment) -> Option<Channel> {
        self.channels
            .iter()
            .find(|channel| channel.number == number)
            .copied()
            .filter(|channel| channel.expires > now)
    }

    /// The number of a peer while it is bound.
    pub(super) fn channel_to(&self, peer: SocketAddr, now: Moment) -> Option<u16> {
        let live = |channel: &&Channel| channel.peer == peer && channel.expires > now;
        self.channels.iter().find(live).map(|channel| channel.number)
    }

    /// Whether a number may be bound to a peer now; finds room for it.
    pub(super) fn check_bind(
        &mut self,
        number: u16,
        peer: SocketAddr,
        now: Moment,
        most: usize,
    ) -> Result<(), BindError> {
        self.channels.retain(|channel| channel.expires > now);
        let mut known = false;
        for channel in &self.channels {
            match (channel.number == number, channel.peer == peer) {
                (true, true) => known = true,
                (false, false) => {}
                (true, false) | (false, true) => return Err(BindError::Conflict),
            }
        }
        let room = known || self.channels.len() < most;
        room.then_some(()).ok_or(BindError::Full)
    }

    /// Binds or refreshes after [`check_bind`](Self::check_bind).
    pub(super) fn bind(
        &mut self,
        number: u16,
        peer: SocketAddr,
        expires: Moment,
        verdict: Verdict,
    ) {
        self.channels.retain(|channel| channel.number != number);
        self.channels.push(Channel { peer, expires, number, verdict });
    }
}

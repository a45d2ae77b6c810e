//! The rooms of a shard: orders and datagrams in, reports and datagrams out.
//!
//! | module | what |
//! |---|---|
//! | `orders` | what calls want |
//! | `negotiation` | descriptions in and out |
//! | `media` | what connections tell, and what rooms want done |
//! | `reports` | word to the calls |

mod media;
mod negotiation;
mod orders;
mod reports;

use std::collections::HashMap;
use std::time::Instant;

use vocab::CallId;

use super::hosted::Hosted;
use super::outlets::Outlets;
use super::peers::{Failed, Leg, PeerKey, Peers};
use super::pending::{Pending, Sends};
use super::routes::Routes;
use super::settings::SfuSettings;
use super::timers::{Due, Timers};
use super::transport::{Arrival, Happened, Taken};
use super::with_str0m::{Library, name_in_check};
pub(super) use reports::Reports;

/// Longer datagrams are none of a browser's.
const LONGEST_DATAGRAM: usize = 2_000;

/// Addresses in the life of a connection. The library keeps something of each, so somebody who
/// never stops changing them is cut off, and may begin anew.
const MOST_ADDRESSES: usize = 1_000;

/// Everything of a shard but its sockets.
#[derive(Debug)]
pub(super) struct Hall {
    settings: SfuSettings,
    library: Library,
    rooms: HashMap<CallId, Hosted>,
    peers: Peers,
    routes: Routes,
    timers: Timers,
    pub(super) reports: Reports,
    pending: Pending,
    /// Connections that failed and are closed at the end of the turn.
    failed: Vec<PeerKey>,
    /// Used again and again.
    happened: Vec<Happened>,
    /// The room that is being asked: should it fail, it is closed.
    asked: Option<CallId>,
    pub(super) counters: HallCounters,
}

/// What a hall counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct HallCounters {
    /// Packets of media that came in.
    pub(super) received: u64,
    /// Packets of media that were written to a subscriber.
    pub(super) forwarded: u64,
    /// Datagrams for nobody here.
    pub(super) strangers: u64,
    /// Descriptions that were not used.
    pub(super) refused: u64,
    /// Rooms that failed and were closed.
    pub(super) room_failures: u64,
}

impl Hall {
    pub(super) fn new(
        settings: SfuSettings,
        library: Library,
        routes: Routes,
        reports: Reports,
    ) -> Self {
        Self {
            settings,
            library,
            rooms: HashMap::new(),
            peers: Peers::default(),
            routes,
            timers: Timers::default(),
            reports,
            pending: Pending::default(),
            failed: Vec::new(),
            happened: Vec::new(),
            asked: None,
            counters: HallCounters::default(),
        }
    }

    /// Rooms, connections, and faults of connections.
    pub(super) fn sizes(&self) -> (usize, usize, u64) {
        (self.rooms.len(), self.peers.len(), self.peers.panics)
    }

    /// A datagram from a client; whether it was for somebody here.
    pub(super) fn datagram(
        &mut self,
        now: Instant,
        arrival: Arrival<'_>,
        socket: Option<usize>,
        outlets: &mut Outlets,
    ) -> bool {
        if arrival.bytes.len() > LONGEST_DATAGRAM {
            self.counters.strangers += 1;
            return false;
        }
        let remote = (arrival.protocol, arrival.source);
        let known = self.routes.by_address(remote);
        if let Some(key) = known
            && self.give(now, key, arrival, socket, outlets)
        {
            return true;
        }
        // A first check, or one of another connection from an address that was somebody's.
        let named = name_in_check(arrival.bytes).and_then(|name| self.routes.by_name(&name));
        if let Some(key) = named
            && Some(key) != known
            && self.give(now, key, arrival, socket, outlets)
        {
            if let Some(peer) = self.peers.get(key) {
                self.routes.heard(key, &mut peer.ways, remote);
                if peer.ways.changes > MOST_ADDRESSES {
                    self.failed.push(key);
                }
            }
            return true;
        }
        self.counters.strangers += 1;
        false
    }

    /// Gives a datagram to a connection; whether it was its own.
    fn give(
        &mut self,
        now: Instant,
        key: PeerKey,
        arrival: Arrival<'_>,
        socket: Option<usize>,
        outlets: &mut Outlets,
    ) -> bool {
        let taken = self.peers.guarded(key, |peer| peer.leg.connection().take(now, arrival));
        match taken {
            None | Some(Ok(Taken::NotMine)) => return false,
            Some(Err(Failed)) => {
                self.failed.push(key);
                return true;
            }
            Some(Ok(Taken::Mine)) => {}
        }
        let Some(peer) = self.peers.get(key) else { return true };
        peer.heard = now;
        peer.socket = socket.unwrap_or(peer.socket);
        let (silent, call, user) = (std::mem::take(&mut peer.silent), peer.call, peer.user);
        let sends = matches!(peer.leg, Leg::Publisher(_));
        if silent {
            self.assess(call, user);
        }
        if sends {
            // A packet must be fetched before the next datagram.
            self.drive(now, key, outlets);
        } else {
            self.touch(key);
        }
        true
    }

    /// Drives a connection at the end of the turn.
    fn touch(&mut self, key: PeerKey) {
        if let Some(peer) = self.peers.get(key) {
            self.pending.now(key, &mut peer.sends);
        }
    }

    /// Lets a connection send and tell, and sets its next deadline.
    fn drive(&mut self, now: Instant, key: PeerKey, outlets: &mut Outlets) {
        let mut happened = std::mem::take(&mut self.happened);
        let driven = self.peers.guarded(key, |peer| {
            peer.sends = Sends::Nothing;
            outlets.socket = peer.socket;
            peer.due = peer.leg.connection().drive(now, outlets, &mut happened)?;
            Ok(())
        });
        match driven {
            Some(Ok(())) => self.arm(key),
            Some(Err(Failed)) => self.failed.push(key),
            None => {}
        }
        for event in happened.drain(..) {
            self.happened(now, key, event, outlets);
        }
        self.happened = happened;
    }

    /// Sets the next deadline of a connection: the library's, or that of its silence.
    fn arm(&mut self, key: PeerKey) {
        let Some(peer) = self.peers.get(key) else { return };
        let patience = if peer.silent { self.settings.patience } else { self.settings.silence };
        let at = peer.due.min(peer.heard + patience);
        self.timers.arm(&mut peer.armed, at, Due::Peer(key));
    }

    /// When something is due.
    pub(super) fn next(&self) -> Option<Instant> {
        [self.timers.next(), self.pending.until()].into_iter().flatten().min()
    }

    /// Everything that is due.
    pub(super) fn due(&mut self, now: Instant, outlets: &mut Outlets) {
        while let Some((at, due)) = self.timers.pop(now) {
            match due {
                Due::Peer(key) => self.peer_due(now, at, key, outlets),
                Due::Room(call) => self.room_due(now, at, call),
            }
        }
    }

    fn peer_due(&mut self, now: Instant, at: Instant, key: PeerKey, outlets: &mut Outlets) {
        let (silence, patience) = (self.settings.silence, self.settings.patience);
        let Some(peer) = self.peers.get(key) else { return };
        if peer.armed == Some(at) {
            peer.armed = None;
        }
        let (call, user) = (peer.call, peer.user);
        let unheard = now.saturating_duration_since(peer.heard);
        if unheard >= silence && !peer.silent {
            peer.silent = true;
            self.assess(call, user);
        } else if unheard >= patience {
            // Both: a client that comes back so late begins anew.
            self.close_both(now, call, user);
            return;
        }
        if self.peers.get(key).is_some_and(|peer| peer.due <= now) {
            self.drive(now, key, outlets);
        } else {
            self.arm(key);
        }
    }

    fn room_due(&mut self, now: Instant, at: Instant, call: CallId) {
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        if hosted.armed == Some(at) {
            hosted.armed = None;
        }
        self.asked = Some(call);
        if hosted.room.poll_timeout().is_some_and(|due| due <= now) {
            hosted.room.handle_timeout(now);
        }
        self.carry_out(now, call);
    }

    /// The end of a turn: all that was written is sent, what failed is closed.
    pub(super) fn settle(&mut self, now: Instant, outlets: &mut Outlets) {
        // Driving may touch others: a key frame wanted by one is asked of another.
        while let Some(key) = self.pending.take(now) {
            if self.peers.get(key).is_some_and(|peer| peer.sends != Sends::Nothing) {
                self.drive(now, key, outlets);
            }
        }
        while let Some(key) = self.failed.pop() {
            self.close(now, key);
        }
        self.asked = None;
        self.reports.flush();
    }

    /// After a fault outside of all connections: the room that was asked is closed, and nothing
    /// else. A fault elsewhere is none that can be lived with, so everything is.
    pub(super) fn fail(&mut self, now: Instant) {
        self.counters.room_failures += 1;
        match self.asked.take() {
            Some(call) => self.abandon(now, call),
            None => {
                let mut all: Vec<CallId> = self.rooms.keys().copied().collect();
                all.sort_unstable();
                all.into_iter().for_each(|call| self.abandon(now, call));
            }
        }
    }
}

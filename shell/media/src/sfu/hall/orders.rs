//! What calls want.

use std::time::{Duration, Instant};

use ::sfu::{MediaPeer, Order, Report, Rights};
use vocab::{CallId, UserId};

use super::Hall;
use crate::sfu::hosted::{Hosted, Participant};
use crate::sfu::peers::PeerKey;

impl Hall {
    pub(in crate::sfu) fn obey(&mut self, now: Instant, call: CallId, order: Order) {
        self.asked = Some(call);
        match order {
            Order::Admit { user, seat, rights } => self.admit(now, call, user, seat, rights),
            Order::Dismiss { user } => self.dismiss(now, call, user),
            Order::Describe { user, peer, negotiation, description } => {
                self.describe(now, call, user, peer, negotiation, description);
            }
            Order::Subscribe { user, wanted } => {
                if let Some(hosted) = self.rooms.get_mut(&call) {
                    hosted.room.subscribe(now, user, wanted);
                }
            }
            Order::Await { user } => self.offer_first(now, call, user),
            Order::Restart { user, peer: MediaPeer::Subscriber } => {
                self.offer_again(now, call, user);
            }
            // A publisher restarts by its own offer.
            Order::Restart { peer: MediaPeer::Publisher, .. } => {}
            Order::Close => self.close_room(call),
        }
        self.carry_out(now, call);
        self.asked = None;
    }

    fn admit(&mut self, now: Instant, call: CallId, user: UserId, seat: u32, rights: Rights) {
        let settings = &self.settings.room;
        let hosted = self.rooms.entry(call).or_insert_with(|| Hosted::new(settings.clone()));
        let before = hosted.participants.get(&user).map(|participant| participant.seat);
        if before.is_some_and(|before| before > seat) {
            return;
        }
        let member = hosted.room.admit(now, user, rights);
        let participant =
            hosted.participants.entry(user).or_insert_with(|| Participant::new(seat, member));
        if participant.seat < seat {
            // Another device, or another stay: what the former one had is closed.
            participant.ready = false;
            participant.seat = seat;
            self.close_both(now, call, user);
        }
    }

    fn dismiss(&mut self, now: Instant, call: CallId, user: UserId) {
        if let Some(hosted) = self.rooms.get_mut(&call) {
            hosted.room.dismiss(now, user);
            let gone = hosted.participants.remove(&user);
            if let Some(gone) = gone {
                hosted.lead(gone.member, None);
                [gone.publisher, gone.subscriber].into_iter().flatten().for_each(|key| {
                    self.forget(key);
                });
            }
        }
    }

    /// The call is over, or back in the mesh.
    pub(super) fn close_room(&mut self, call: CallId) {
        let Some(hosted) = self.rooms.remove(&call) else { return };
        for participant in hosted.participants.into_values() {
            let legs = [participant.publisher, participant.subscriber];
            legs.into_iter().flatten().for_each(|key| self.forget(key));
        }
    }

    /// Closes a room that failed and begins it anew with nobody connected: its participants are
    /// lost, and come back by new connections.
    pub(super) fn abandon(&mut self, now: Instant, call: CallId) {
        let Some(hosted) = self.rooms.remove(&call) else { return };
        tracing::error!(%call, "a room failed and begins anew");
        let mut anew = Hosted::new(self.settings.room.clone());
        let mut participants: Vec<_> = hosted.participants.into_iter().collect();
        participants.sort_unstable_by_key(|(user, _)| *user);
        for (user, participant) in participants {
            let legs = [participant.publisher, participant.subscriber];
            legs.into_iter().flatten().for_each(|key| self.forget(key));
            if participant.ready {
                let (seat, silent_for) = (participant.seat, Duration::ZERO);
                self.reports.tell(call, Report::Lost { user, seat, silent_for });
            }
            // Nobody is heard until the call says again what they may send.
            let member = anew.room.admit(now, user, Rights::default());
            anew.participants.insert(user, Participant::new(participant.seat, member));
        }
        self.rooms.insert(call, anew);
    }

    /// Closes a connection and tells its room.
    pub(super) fn close(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers.get(key) else { return };
        let (call, user, which) = (peer.call, peer.user, peer.leg.which());
        self.forget(key);
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        let Some(participant) = hosted.participants.get_mut(&user) else { return };
        self.asked = Some(call);
        match which {
            MediaPeer::Publisher => {
                participant.publisher = None;
                hosted.room.set_sources(now, user, Vec::new());
            }
            MediaPeer::Subscriber => {
                participant.subscriber = None;
                let member = participant.member;
                hosted.room.set_slots(now, user, Vec::new());
                hosted.lead(member, None);
            }
        }
        self.assess(call, user);
        self.carry_out(now, call);
    }

    /// Closes both connections of a participant, who stays admitted.
    pub(super) fn close_both(&mut self, now: Instant, call: CallId, user: UserId) {
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        let Some(participant) = hosted.participants.get_mut(&user) else { return };
        let legs = [participant.publisher.take(), participant.subscriber.take()];
        participant.session = None;
        // Numbers go on, so that an answer to an older offer is known as such.
        participant.offers.open = None;
        participant.offers.waiting = None;
        participant.offers.early = None;
        participant.offers.video = 0;
        participant.offers.wanted_video = 0;
        let member = participant.member;
        hosted.lead(member, None);
        self.asked = Some(call);
        hosted.room.clear_transports(now, user);
        legs.into_iter().flatten().for_each(|key| self.forget(key));
        self.assess(call, user);
        self.carry_out(now, call);
    }

    /// Drops a connection and what leads to it.
    fn forget(&mut self, key: PeerKey) {
        if let Some(mut peer) = self.peers.remove(key) {
            self.routes.remove(key, &mut peer.ways);
        }
    }

    /// Reports a participant ready or lost when that has changed.
    pub(super) fn assess(&mut self, call: CallId, user: UserId) {
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        let Some(participant) = hosted.participants.get_mut(&user) else { return };
        let peers = &mut self.peers;
        let mut silent_for = Duration::ZERO;
        let mut up = |which| {
            let peer = participant.connection(which).and_then(|key| peers.get(key));
            if peer.as_ref().is_some_and(|peer| peer.silent) {
                silent_for = self.settings.silence;
            }
            peer.is_some_and(|peer| peer.connected && !peer.silent)
        };
        let ready = up(MediaPeer::Publisher) && up(MediaPeer::Subscriber);
        if ready != participant.ready {
            participant.ready = ready;
            let seat = participant.seat;
            let report = if ready {
                Report::Ready { user, seat }
            } else {
                Report::Lost { user, seat, silent_for }
            };
            self.reports.tell(call, report);
        }
    }

    /// Lets a connection fail with its next use.
    #[cfg(test)]
    pub(in crate::sfu) fn let_fail(&mut self, call: CallId, user: UserId, which: MediaPeer) {
        let participant = self.rooms.get(&call).and_then(|hosted| hosted.participants.get(&user));
        let key = participant.and_then(|participant| participant.connection(which));
        if let Some(peer) = key.and_then(|key| self.peers.get(key)) {
            peer.fails = true;
        }
    }
}

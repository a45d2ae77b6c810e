//! Descriptions in and out.

use std::time::Instant;

use ::sfu::gate::{Expected, Sdp};
use ::sfu::{Description, MediaPeer, Report};
use vocab::{CallId, UserId};

use super::Hall;
use crate::sfu::ahead::Ahead;
use crate::sfu::outlets::Outlets;
use crate::sfu::peers::{Failed, Leg, Peer, PeerKey};
use crate::sfu::pending::Sends;
use crate::sfu::routes::Ways;
use crate::sfu::transport::Plan;

/// Why a description is not used, in words for a developer.
type Why = String;

impl Hall {
    pub(super) fn describe(
        &mut self,
        now: Instant,
        call: CallId,
        user: UserId,
        peer: MediaPeer,
        negotiation: u32,
        description: Description,
    ) {
        let outcome = match (peer, description) {
            (MediaPeer::Publisher, Description::Offer(text)) => {
                self.publisher_offers(now, call, user, negotiation, &text)
            }
            (MediaPeer::Subscriber, Description::Answer(text)) => {
                self.subscriber_answers(now, call, user, negotiation, &text)
            }
            (MediaPeer::Publisher, Description::Answer(_)) => {
                Err("a publisher offers and the server answers".into())
            }
            (MediaPeer::Subscriber, Description::Offer(_)) => {
                Err("the server offers to a subscriber, which answers".into())
            }
        };
        if let Err(why) = outcome {
            self.counters.refused += 1;
            self.reports.tell(call, Report::Refused { user, peer, negotiation, why });
        }
    }

    fn publisher_offers(
        &mut self,
        now: Instant,
        call: CallId,
        user: UserId,
        negotiation: u32,
        text: &str,
    ) -> Result<(), Why> {
        let offer = Sdp::read(text, Expected::Offer).map_err(|error| error.to_string())?;
        let participant = self.rooms.get(&call).and_then(|hosted| hosted.participants.get(&user));
        let participant = participant.ok_or("nobody of that name is in this call's room")?;
        let key = if participant.session == Some(offer.session) {
            participant.publisher.ok_or("this connection is gone: begin anew with a new session")?
        } else {
            if participant.session.is_some() {
                self.close_both(now, call, user);
            }
            let leg = Leg::Publisher(Box::new(self.library.publisher(now)));
            let key = self.connect(now, call, user, leg);
            if let Some(participant) = self.participant(call, user) {
                participant.session = Some(offer.session);
                participant.publisher = Some(key);
            }
            key
        };
        let accepted = self.peers.guarded(key, |peer| match &mut peer.leg {
            Leg::Publisher(connection) => Ok(connection.accept_offer(now, offer)),
            Leg::Subscriber(_) => unreachable!("a participant's publisher is one"),
        });
        let (answer, sources) = match accepted {
            Some(Ok(accepted)) => accepted.map_err(|unusable| unusable.to_string())?,
            Some(Err(Failed)) | None => {
                self.failed.push(key);
                return Err("the server cannot use this description".into());
            }
        };
        self.rename(key);
        self.touch(key);
        let description = Description::Answer(answer);
        let peer = MediaPeer::Publisher;
        self.reports.tell(call, Report::Described { user, peer, negotiation, description });
        if let Some(hosted) = self.rooms.get_mut(&call) {
            hosted.room.set_sources(now, user, sources);
        }
        if self.participant(call, user).is_some_and(|participant| participant.subscriber.is_none())
        {
            self.first_offer(now, call, user);
        }
        Ok(())
    }

    /// Offers to a client that has not offered yet. What it was offered before went to a page that
    /// is gone. With an offer of its own both connections begin; until then those of before live.
    pub(super) fn offer_first(&mut self, now: Instant, call: CallId, user: UserId) {
        if self.participant(call, user).is_some_and(|participant| participant.session.is_none()) {
            self.close_both(now, call, user);
            self.first_offer(now, call, user);
        }
    }

    fn first_offer(&mut self, now: Instant, call: CallId, user: UserId) {
        let leg = Leg::Subscriber(Box::new(self.library.subscriber(now)));
        let key = self.connect(now, call, user, leg);
        if let Some(participant) = self.participant(call, user) {
            participant.subscriber = Some(key);
        }
        let Self { settings, .. } = &*self;
        let (audio, video) = (settings.audio_slots, settings.video_slots);
        self.offer(call, user, Plan { audio, video, restart: false });
    }

    /// Offers with new ICE credentials, and with what an open offer had in it.
    pub(super) fn offer_again(&mut self, _now: Instant, call: CallId, user: UserId) {
        let Some(participant) = self.participant(call, user) else { return };
        let open = participant.offers.open.unwrap_or(Plan { audio: 0, video: 0, restart: true });
        // Before the first answer there is nothing to begin anew.
        let restart = participant.offers.video > 0 || participant.offers.open.is_none();
        self.offer(call, user, Plan { restart, ..open });
    }

    /// Offers as many sections for pictures as the room wants, once the last offer is answered.
    pub(super) fn grow(&mut self, call: CallId, user: UserId, video: usize) {
        let most = self.settings.max_video_slots;
        let Some(participant) = self.participant(call, user) else { return };
        let offers = &mut participant.offers;
        offers.wanted_video = video.min(most);
        let more = offers.wanted_video.saturating_sub(offers.video);
        if more > 0 && offers.open.is_none() && participant.subscriber.is_some() {
            self.offer(call, user, Plan { audio: 0, video: more, restart: false });
        }
    }

    fn offer(&mut self, call: CallId, user: UserId, plan: Plan) {
        let Some(participant) = self.participant(call, user) else { return };
        let Some(key) = participant.subscriber else { return };
        let offered = self.peers.guarded(key, |peer| match &mut peer.leg {
            Leg::Subscriber(connection) => Ok(connection.offer(plan)),
            Leg::Publisher(_) => unreachable!("a participant's subscriber is one"),
        });
        match offered {
            Some(Ok(Ok(offer))) => {
                self.rename(key);
                self.touch(key);
                let Some(participant) = self.participant(call, user) else { return };
                participant.offers.number += 1;
                participant.offers.open = Some(plan);
                let negotiation = participant.offers.number;
                let (peer, description) = (MediaPeer::Subscriber, Description::Offer(offer));
                self.reports.tell(call, Report::Described { user, peer, negotiation, description });
            }
            Some(Ok(Err(error))) => tracing::debug!(%user, %error, "nothing was offered"),
            Some(Err(Failed)) | None => self.failed.push(key),
        }
    }

    fn subscriber_answers(
        &mut self,
        now: Instant,
        call: CallId,
        user: UserId,
        negotiation: u32,
        text: &str,
    ) -> Result<(), Why> {
        let answer = Sdp::read(text, Expected::Answer).map_err(|error| error.to_string())?;
        let participant =
            self.participant(call, user).ok_or("nobody of that name is in this call's room")?;
        let key = participant.subscriber.ok_or("there is no offer that this could answer")?;
        let plan = match participant.offers.open {
            // An answer to an offer that another has replaced.
            _ if participant.offers.number != negotiation => return Ok(()),
            None => return Err("this offer is answered already".into()),
            Some(plan) => plan,
        };
        let accepted = self.peers.guarded(key, |peer| match &mut peer.leg {
            Leg::Subscriber(connection) => Ok(connection.accept_answer(now, answer)),
            Leg::Publisher(_) => unreachable!("a participant's subscriber is one"),
        });
        let slots = match accepted {
            Some(Ok(accepted)) => accepted.map_err(|unusable| unusable.to_string())?,
            Some(Err(Failed)) | None => {
                self.failed.push(key);
                return Err("the server cannot use this description".into());
            }
        };
        self.rename(key);
        self.touch(key);
        if let Some(participant) = self.participant(call, user) {
            let offers = &mut participant.offers;
            offers.open = None;
            offers.video += plan.video;
            offers.waiting = Some(slots);
            let wanted = offers.wanted_video;
            self.slots_known(now, call, user);
            self.grow(call, user, wanted);
        }
        Ok(())
    }

    /// Tells the room of the slots. While the connection is being made pictures are written for it
    /// already.
    pub(super) fn slots_known(&mut self, now: Instant, call: CallId, user: UserId) {
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        let Some(participant) = hosted.participants.get_mut(&user) else { return };
        let Some(key) = participant.subscriber else { return };
        let Some(peer) = self.peers.get(key) else { return };
        let connected = peer.connected;
        if let Some(slots) = participant.offers.waiting.take() {
            let member = participant.member;
            participant.offers.early = (!connected).then(|| slots.clone());
            hosted.lead(member, Some(key));
            hosted.room.set_slots(now, user, slots);
        }
    }

    /// The connection of a subscriber is up: what was kept for it goes out, or everything begins
    /// anew when that is too old.
    pub(super) fn send_kept(
        &mut self,
        now: Instant,
        (call, user, key): (CallId, UserId, PeerKey),
        outlets: &mut Outlets,
    ) {
        let Some(peer) = self.peers.get(key) else { return };
        let kept = std::mem::take(&mut peer.ahead).take(now);
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        let Some(participant) = hosted.participants.get_mut(&user) else { return };
        if participant.subscriber != Some(key) {
            return;
        }
        let early = participant.offers.early.take();
        let Some(kept) = kept else {
            if let Some(slots) = early {
                hosted.room.set_slots(now, user, Vec::new());
                hosted.room.set_slots(now, user, slots);
            }
            return;
        };
        if kept.is_empty() {
            return;
        }
        let written = self.peers.guarded(key, |peer| {
            outlets.socket = peer.socket;
            if let Leg::Subscriber(connection) = &mut peer.leg {
                for (slot, packet, rewritten) in &kept {
                    connection.write(now, *slot, packet, rewritten, outlets);
                }
            }
            Ok(())
        });
        match written {
            Some(Ok(())) => self.touch(key),
            Some(Err(Failed)) => self.failed.push(key),
            None => {}
        }
    }

    fn connect(&mut self, now: Instant, call: CallId, user: UserId, leg: Leg) -> PeerKey {
        let key = self.peers.insert(Peer {
            call,
            user,
            leg,
            ways: Ways::default(),
            socket: 0,
            heard: now,
            connected: false,
            ahead: Ahead::default(),
            silent: false,
            broken: false,
            sends: Sends::Nothing,
            due: now,
            armed: None,
            #[cfg(test)]
            fails: false,
        });
        self.rename(key);
        key
    }

    /// Checks with the names that the connection has now are its own.
    fn rename(&mut self, key: PeerKey) {
        let names = self.peers.guarded(key, |peer| Ok(peer.leg.connection().names()));
        if let (Some(Ok(names)), Some(peer)) = (names, self.peers.get(key)) {
            self.routes.named(key, &mut peer.ways, names);
        }
    }
}

//! What the room of a call says: to the device it concerns, or into the call.

use call::Input;
use sfu::{ActiveLayers, Description, MediaPeer, Report, SlotView, SourceKind};
use vocab::UserId;
use wire::event::{
    AnswerDescription, AnswerSignal, AnswerWord, ErrorEvent, OfferDescription, OfferSignal,
    OfferWord, Sdp, SignalTarget,
};
use wire::{Code, Failure, Wire};

use crate::call_task::CallTask;
use crate::registry::Frame;
use crate::room_words::{self, peer_body};

impl CallTask {
    /// Takes in one report. What is said of somebody who was not let in, or about a seat that
    /// they had before, is late and counts for nothing.
    pub(crate) async fn take_report(&mut self, report: Report) {
        match report {
            Report::Described { user, peer, negotiation, description } => {
                self.pass_description(user, peer, negotiation, description);
            }
            Report::Refused { user, peer, negotiation, why } => {
                self.tell_refused(user, peer, negotiation, &why);
            }
            Report::Ready { user, seat } if self.sits(user, seat) => {
                if let Some(speakers) = &self.room.speakers {
                    // They speak on, so that nothing new would be said of it.
                    self.write_to_seat(user, speakers);
                }
                self.observe_media(user, Input::MediaReady { user, seat }).await;
            }
            Report::Lost { user, seat, silent_for } if self.sits(user, seat) => {
                self.observe_media(user, Input::MediaLost { user, seat, silent_for }).await;
            }
            Report::Ready { user, .. } | Report::Lost { user, .. } => {
                tracing::debug!(call = %self.call.state().id, %user, "a report about a former seat");
            }
            Report::Slots { user, rev, slots } => self.tell_slots(user, rev, slots),
            Report::Speakers(users) => self.tell_speakers(users),
            Report::Layers { user, layers } => self.tell_layers(user, &layers),
        }
    }

    fn sits(&self, user: UserId, seat: u32) -> bool {
        self.room.admitted(user).is_some_and(|one| one.seat == seat)
    }

    /// A description goes to the device that has the seat. One that finds it away waits; a newer
    /// one of the same connection takes its place.
    fn pass_description(
        &mut self,
        user: UserId,
        peer: MediaPeer,
        negotiation: u32,
        description: Description,
    ) {
        let call_id = Wire(self.call.state().id);
        let (from_user_id, from_device_id) = (SignalTarget::Sfu, None);
        let (negotiation_id, transport) = (Some(negotiation), Some(peer_body(peer)));
        let frame = match description {
            Description::Offer(text) => Sdp::new(text).ok().and_then(|sdp| {
                let offer = OfferDescription { kind: OfferWord::Offer, sdp };
                let heard = OfferSignal {
                    call_id,
                    from_user_id,
                    from_device_id,
                    offer,
                    negotiation_id,
                    transport,
                };
                Frame::new("call:offer", &heard)
            }),
            Description::Answer(text) => Sdp::new(text).ok().and_then(|sdp| {
                let answer = AnswerDescription { kind: AnswerWord::Answer, sdp };
                let heard = AnswerSignal {
                    call_id,
                    from_user_id,
                    from_device_id,
                    answer,
                    negotiation_id,
                    transport,
                };
                Frame::new("call:answer", &heard)
            }),
        };
        let Some(frame) = frame else {
            tracing::error!(call = %self.call.state().id, "the media server described nothing usable");
            return;
        };
        let waits = (self.write_to_seat(user, &frame) == 0).then_some(frame);
        if let Some(one) = self.room.admitted_mut(user) {
            one.told.missed[peer as usize] = waits;
        }
    }

    /// What the gate let through and the media server could not use.
    fn tell_refused(&self, user: UserId, peer: MediaPeer, negotiation: u32, why: &str) {
        let call = self.call.state().id;
        tracing::info!(%call, negotiation, "a session description was refused: {why}");
        let event = match peer {
            MediaPeer::Publisher => "call:offer",
            MediaPeer::Subscriber => "call:answer",
        };
        let failure = Failure::new(Code::InvalidDescription, why).with_call_id(call);
        let told = ErrorEvent { event: event.to_owned(), error: failure.into() };
        if let Some(frame) = Frame::new("call:error", &told) {
            self.write_to_seat(user, &frame);
        }
    }

    fn tell_slots(&mut self, user: UserId, rev: u64, slots: Vec<SlotView>) {
        let event = room_words::slots(self.call.state().id, rev, slots);
        let Some(frame) = Frame::new("call:slots", &event) else { return };
        self.write_to_seat(user, &frame);
        if let Some(one) = self.room.admitted_mut(user) {
            one.told.slots = Some(frame);
        }
    }

    fn tell_layers(&mut self, user: UserId, layers: &ActiveLayers) {
        let place = match layers.source {
            SourceKind::Camera => 0,
            SourceKind::Screen => 1,
            // Sound has no layers.
            SourceKind::Microphone | SourceKind::ScreenAudio => return,
        };
        let event = room_words::layers(self.call.state().id, layers);
        let Some(frame) = Frame::new("call:layers", &event) else { return };
        self.write_to_seat(user, &frame);
        if let Some(one) = self.room.admitted_mut(user) {
            one.told.layers[place] = Some(frame);
        }
    }

    fn tell_speakers(&mut self, mut users: Vec<UserId>) {
        users.retain(|user| self.room.admitted(*user).is_some());
        let event = room_words::speakers(self.call.state().id, &users);
        let Some(frame) = Frame::new("call:speakers", &event) else { return };
        let registry = self.board.registry();
        for (user, device) in self.room.everybody() {
            registry.send_to(user, device, &frame);
        }
        self.room.speakers = Some(frame);
    }
}

//! What devices tell the server's own media: descriptions, what they want to see, what broke.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use call::{Refusal, route_to_media};
use sfu::gate::{self, Expected};
use sfu::{Description, MediaPeer, Order, SourceKind, Wanted};
use tokio::time::Instant;
use vocab::{DeviceId, UserId};
use wire::event::{Sdp, SentSignal, SubscribeEvent};
use wire::{Code, Failure};

use crate::MediaServer;
use crate::call_task::CallTask;
use crate::message::{Message, Relayed, Wish};
use crate::room_words;
use crate::switchboard::{Actor, Switchboard};

/// A subscriber connection is begun, and begun anew, at most this often: a browser tells of one loss
/// twice, as `disconnected` and as `failed`, and each costs the media server a millisecond.
const BEGUN_EVERY: Duration = Duration::from_secs(2);

impl Switchboard {
    /// Takes in what a device wants to see; it replaces what it wanted before.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `not_this_device`, `topology_mesh`.
    pub async fn subscribe(&self, actor: &Actor, event: SubscribeEvent) -> Result<(), Failure> {
        let wanted = event.slots.iter().map(|slot| Wanted {
            user: slot.user_id.0,
            source: room_words::source(slot.source),
            width: slot.width,
            height: slot.height,
            pinned: slot.pinned.unwrap_or(false),
        });
        let wish = Wish::Subscribe(wanted.collect());
        self.wish(actor, event.call_id.0, wish).await
    }

    /// Asks something of the media server in the name of a device.
    pub(crate) async fn wish(
        &self,
        actor: &Actor,
        call: vocab::CallId,
        wish: Wish,
    ) -> Result<(), Failure> {
        let (user, device) = (actor.user, self.speaking_device(actor)?);
        let asked = |reply| {
            let (device, wish) = (device.clone(), wish.clone());
            Message::Wish { user, device, wish, reply }
        };
        self.ask(call, asked).await
    }
}

/// Whether what was done then may be done again; if so, it is done now.
fn is_due(last: &mut Option<Instant>) -> bool {
    let now = Instant::now();
    let due = last.is_none_or(|at| now - at >= BEGUN_EVERY);
    if due {
        *last = Some(now);
    }
    due
}

impl CallTask {
    /// Carries out what a device wants of the media server.
    pub(crate) async fn fulfil(
        &mut self,
        user: UserId,
        device: &DeviceId,
        wish: Wish,
    ) -> Result<(), Failure> {
        self.bind_by_signal(user, device).await?;
        let server = self.media_of(user, device)?;
        let call = self.call.state().id;
        match wish {
            Wish::Subscribe(wanted) => {
                let wanted = self.known_among(user, wanted);
                server.order(call, Order::Subscribe { user, wanted });
            }
            Wish::Await => {
                let one = self.room.admitted_mut(user).ok_or(Refusal::NotJoined)?;
                if is_due(&mut one.awaited_at) {
                    server.order(call, Order::Await { user });
                }
            }
            Wish::Restart(peer) => {
                let one = self.room.admitted_mut(user).ok_or(Refusal::NotJoined)?;
                if is_due(&mut one.restarted_at) {
                    server.order(call, Order::Restart { user, peer });
                }
            }
        }
        Ok(())
    }

    /// Hands a description to the media server. Candidates of the client are of no use to it: it
    /// waits for the client's checks (RFC 8445 §2.5, ICE-lite).
    pub(crate) fn negotiate(
        &self,
        user: UserId,
        device: &DeviceId,
        sent: &SentSignal,
    ) -> Result<Relayed, Failure> {
        let server = self.media_of(user, device)?;
        let (peer, negotiation, description) = match sent {
            SentSignal::Offer(sent) => {
                let peer = expected(sent.transport, MediaPeer::Publisher, "offers")?;
                let text = passed(&sent.offer.sdp, Expected::Offer)?;
                (peer, sent.negotiation_id, Description::Offer(text))
            }
            SentSignal::Answer(sent) => {
                let peer = expected(sent.transport, MediaPeer::Subscriber, "answers")?;
                let text = passed(&sent.answer.sdp, Expected::Answer)?;
                (peer, sent.negotiation_id, Description::Answer(text))
            }
            SentSignal::Candidate(_) => return Ok(Relayed::Delivered),
        };
        let missing = || Failure::field("negotiationId", "is needed with target \"sfu\"");
        let negotiation = negotiation.ok_or_else(missing)?;
        let call = self.call.state().id;
        server.order(call, Order::Describe { user, peer, negotiation, description });
        Ok(Relayed::Delivered)
    }

    /// The media server, for the device that has a participant's seat.
    fn media_of(&self, user: UserId, device: &DeviceId) -> Result<Arc<dyn MediaServer>, Failure> {
        route_to_media(self.call.state(), user, device)?;
        self.media_server().ok_or_else(|| Code::TopologyMesh.into())
    }

    /// What is wanted of people in this call, each picture once. Sounds of microphones come by
    /// themselves.
    fn known_among(&self, user: UserId, mut wanted: Vec<Wanted>) -> Vec<Wanted> {
        let state = self.call.state();
        let mut seen = BTreeSet::new();
        wanted.retain(|one| {
            one.user != user
                && one.source != SourceKind::Microphone
                && state.participant(one.user).is_some()
                && seen.insert((one.user, one.source))
        });
        wanted
    }
}

/// The connection that a description is about; each is offered by one side alone.
fn expected(
    named: Option<wire::event::MediaPeer>,
    due: MediaPeer,
    what: &str,
) -> Result<MediaPeer, Failure> {
    let due_word = match due {
        MediaPeer::Publisher => "publisher",
        MediaPeer::Subscriber => "subscriber",
    };
    match named {
        Some(named) if room_words::peer(named) == due => Ok(due),
        Some(_) => {
            Err(Failure::field("transport", format!("a client {what} as the {due_word} only")))
        }
        None => Err(Failure::field("transport", "is needed with target \"sfu\"")),
    }
}

/// The text of a description that the gate lets through.
fn passed(sdp: &Sdp, expected: Expected) -> Result<String, Failure> {
    match gate::check(sdp.as_str(), expected) {
        Ok(_) => Ok(sdp.as_str().to_owned()),
        Err(error) => Err(Failure::new(Code::InvalidDescription, error.to_string())),
    }
}

//! Offers, answers and candidates between participants, and whether their media arrives.

use std::collections::BTreeMap;
use std::time::Duration;

use call::{HeldSignals, Input, ParticipantStatus, Route, Signal, SignalKind, route};
use tokio::time::Instant;
use vocab::{DeviceId, UserId};
use wire::event::{
    MediaPeer, SentSignal, SignalResponse, SignalTarget, TransportLeg, TransportState,
    TransportStateEvent,
};
use wire::{Code, Failure};

use crate::call_task::CallTask;
use crate::message::{Message, Relayed, Wish};
use crate::registry::Frame;
use crate::switchboard::{Actor, Switchboard};

/// What waits for callees of one call, and for devices that are reconnecting.
pub(crate) type Held = HeldSignals<Frame>;

/// Candidates come in bursts; they are written down this long after the first of a burst.
const COUNTED_EVERY: Duration = Duration::from_secs(3);

/// The candidates of one call that are not written down yet.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    candidates: BTreeMap<(UserId, store::CandidateKind, store::CandidateProtocol), u32>,
    pub(crate) due: Option<Instant>,
}

impl Switchboard {
    /// Passes an offer, answer or candidate on to its target, or holds it until the target
    /// has accepted.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `not_this_device`,
    /// `target_not_in_call`, `target_gone`, `topology_sfu`, `topology_mesh`, `invalid`,
    /// `invalid_description`, `rate_limited`.
    pub async fn signal(&self, actor: &Actor, sent: SentSignal) -> Result<SignalResponse, Failure> {
        let device = self.speaking_device(actor)?;
        let asked = |reply| {
            let (from, device, sent) = (actor.user, device.clone(), Box::new(sent.clone()));
            Message::Signal { from, device, sent, reply }
        };
        let relayed = self.ask(sent.call(), asked).await?;
        Ok(SignalResponse { held: relayed == Relayed::Held })
    }

    /// Takes in how a device's media connection is doing.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_this_device`.
    pub async fn transport_state(
        &self,
        actor: &Actor,
        event: TransportStateEvent,
    ) -> Result<(), Failure> {
        let (user, device) = (actor.user, self.speaking_device(actor)?);
        let call = event.call_id.0;
        let failed = event.state == TransportState::Failed;
        if event.leg == Some(TransportLeg::Sfu) {
            let wish = match (event.state, event.transport) {
                // A publisher offers, and offers anew, by itself.
                (_, Some(MediaPeer::Publisher)) => return Ok(()),
                (TransportState::Connecting, Some(MediaPeer::Subscriber)) => Wish::Await,
                (TransportState::Disconnected | TransportState::Failed, _) => {
                    Wish::Restart(sfu::MediaPeer::Subscriber)
                }
                // The room sees by itself whether a connection is up.
                (TransportState::Connecting | TransportState::Connected, _) => return Ok(()),
            };
            return self.wish(actor, call, wish).await;
        }
        if event.leg == Some(TransportLeg::Direct) && event.state == TransportState::Connected {
            let input = Input::DirectReady { user, device: device.clone() };
            self.command(call, Some(user), input).await?;
        }
        let input = Input::ReportTransport { user, device, failed };
        self.command(call, Some(user), input).await?;
        Ok(())
    }

    pub(crate) fn speaking_device(&self, actor: &Actor) -> Result<DeviceId, Failure> {
        let device = actor.device.clone().or_else(|| self.registry().only_device(actor.user));
        device.ok_or_else(|| Failure::of(Code::NotThisDevice))
    }
}

impl CallTask {
    /// Decides where a signal goes and sends it there. A target whose device is just
    /// reconnecting gets it when it is back.
    pub(crate) async fn relay(
        &mut self,
        from: UserId,
        device: DeviceId,
        sent: SentSignal,
    ) -> Result<Relayed, Failure> {
        self.bind_by_signal(from, &device).await?;
        let state = self.call.state();
        let (target, target_device) = sent.target();
        let SignalTarget::User(target) = target else {
            return self.negotiate(from, &device, &sent);
        };
        let way = route(state, from, &device, target, target_device)?;
        let (kind, name) = (sent.kind(), sent.name());
        if let SentSignal::Candidate(candidate) = &sent {
            self.note_candidate(from, candidate);
        }
        let Some(frame) = Frame::new(name, &sent.heard_from(from, &device)) else {
            return Err(Failure::of(Code::Internal));
        };
        let registry = self.board.registry();
        let reached = match &way {
            Route::Device(seat) => registry.send_to(target, seat, &frame),
            Route::AnyDevice => registry.send(target, &frame),
            Route::Hold => 0,
        };
        if reached > 0 {
            return Ok(Relayed::Delivered);
        }
        self.hold(target, Signal { from, from_device: device, kind, payload: frame })
    }

    fn hold(&mut self, target: UserId, signal: Signal<Frame>) -> Result<Relayed, Failure> {
        let is_candidate = signal.kind == SignalKind::Candidate;
        if self.held.hold(target, signal) {
            return Ok(Relayed::Held);
        }
        debug_assert!(is_candidate, "only candidates are counted");
        Err(Failure::new(Code::RateLimited, "Too many candidates wait for this participant."))
    }

    /// The first device of a participant that signals takes an unbound seat.
    pub(crate) async fn bind_by_signal(
        &mut self,
        user: UserId,
        device: &DeviceId,
    ) -> Result<(), Failure> {
        let unbound =
            self.call.state().participant(user).is_some_and(|me| {
                me.status == ParticipantStatus::Joined && me.seat.device.is_none()
            });
        if unbound {
            self.input(Input::Signalled { user, device: device.clone() }).await?;
        }
        Ok(())
    }

    /// Delivers what waited for a participant who has joined.
    pub(crate) fn release(&mut self, user: UserId) {
        let state = self.call.state();
        let Some(me) = state.participant(user) else { return };
        if me.status != ParticipantStatus::Joined {
            return;
        }
        let seat = me.seat.device.clone();
        for signal in self.held.release(user) {
            let registry = self.board.registry();
            let reached = match &seat {
                Some(seat) => registry.send_to(user, seat, &signal.payload),
                None => registry.send(user, &signal.payload),
            };
            if reached == 0 {
                // Still away: it goes on waiting.
                self.held.hold(user, signal);
            }
        }
    }

    /// Counts a candidate's type and protocol; its address is never kept.
    fn note_candidate(&mut self, user: UserId, sent: &wire::event::SentCandidate) {
        let Some((kind, protocol)) = sent.candidate.as_ref().and_then(described) else { return };
        *self.counted.candidates.entry((user, kind, protocol)).or_default() += 1;
        self.counted.due.get_or_insert_with(|| Instant::now() + COUNTED_EVERY);
    }

    /// Writes down the candidates counted since the last time.
    pub(crate) async fn write_candidates(&mut self) {
        self.counted.due = None;
        let call = self.call.state().id;
        for ((user, kind, protocol), count) in std::mem::take(&mut self.counted.candidates) {
            let noted = self.board.store().note_candidates(call, user, kind, protocol, count).await;
            if let Err(error) = noted {
                tracing::debug!(%call, %error, "candidates were not counted");
            }
        }
    }
}

/// The type and the protocol of a candidate, in the store's words.
fn described(
    candidate: &wire::event::IceCandidate,
) -> Option<(store::CandidateKind, store::CandidateProtocol)> {
    use store::{CandidateKind as Kind, CandidateProtocol as Protocol};
    let described = candidate.candidate.kind()?;
    let kinds = [Kind::Host, Kind::ServerReflexive, Kind::PeerReflexive, Kind::Relay];
    let kind = kinds.into_iter().find(|kind| kind.as_str() == described.kind)?;
    let protocols = [Protocol::Udp, Protocol::Tcp];
    let protocol = protocols.into_iter().find(|one| one.as_str() == described.protocol)?;
    Some((kind, protocol))
}

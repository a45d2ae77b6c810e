//! Where an offer, an answer or a candidate may go, and what waits for the accept.
//!
//! Before the accept no session description and no candidate reaches a callee: they are
//! held here and delivered to the accepting device after the accept.

use std::collections::VecDeque;

use vocab::{DeviceId, UserId};

use crate::state::{ParticipantStatus, Topology};
use crate::{CallState, Participant, Refusal};

/// The most candidates held for one pair; a browser gathers far fewer. More would let a
/// caller fill the server's memory during a ring.
pub const HELD_CANDIDATES: usize = 64;

/// Which of the three signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    /// A session description offer (RFC 3264).
    Offer,
    /// A session description answer.
    Answer,
    /// An ICE candidate (RFC 8838).
    Candidate,
}

/// Where a signal goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To this device of the target.
    Device(DeviceId),
    /// To every device of the target that is online: they joined, but no device has
    /// signalled yet.
    AnyDevice,
    /// Nowhere yet: the target has not accepted.
    Hold,
}

/// Decides where a signal of a participant goes. The sender's seat is checked by
/// [`crate::Input::Signalled`] first.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::CallEnded`], [`Refusal::NotJoined`] and
/// [`Refusal::NotThisDevice`] about the sender; [`Refusal::TargetNotInCall`] and
/// [`Refusal::TargetGone`] about the target; [`Refusal::TopologySfu`] when media goes
/// through the server.
pub fn route(
    state: &CallState,
    from: UserId,
    from_device: &DeviceId,
    target: UserId,
    target_device: Option<&DeviceId>,
) -> Result<Route, Refusal> {
    sender(state, from, from_device)?;
    let receiver =
        state.participant(target).filter(|_| target != from).ok_or(Refusal::TargetNotInCall)?;
    if state.topology == Topology::Sfu {
        return Err(Refusal::TopologySfu);
    }
    match receiver.status {
        ParticipantStatus::Invited | ParticipantStatus::Ringing => Ok(Route::Hold),
        ParticipantStatus::Left | ParticipantStatus::Rejected | ParticipantStatus::Missed => {
            Err(Refusal::TargetGone)
        }
        ParticipantStatus::Joined => match (&receiver.seat.device, target_device) {
            (Some(seat), Some(wanted)) if seat != wanted => Err(Refusal::TargetGone),
            (Some(seat), _) => Ok(Route::Device(seat.clone())),
            (None, _) => Ok(Route::AnyDevice),
        },
    }
}

/// Decides whether a signal of a participant may go to the server's media.
///
/// # Errors
/// As [`route`] about the sender; [`Refusal::TopologyMesh`] when media goes between the
/// participants and the server has no part in it.
pub fn route_to_media(
    state: &CallState,
    from: UserId,
    from_device: &DeviceId,
) -> Result<(), Refusal> {
    sender(state, from, from_device)?;
    if state.topology == Topology::Mesh { Err(Refusal::TopologyMesh) } else { Ok(()) }
}

fn sender<'a>(
    state: &'a CallState,
    from: UserId,
    from_device: &DeviceId,
) -> Result<&'a Participant, Refusal> {
    let sender = state
        .participant(from)
        .filter(|one| one.ring.mode != crate::RingMode::Withheld)
        .ok_or(Refusal::NotFound)?;
    if state.status.is_terminal() {
        return Err(Refusal::CallEnded);
    }
    if sender.status != ParticipantStatus::Joined {
        return Err(Refusal::NotJoined);
    }
    if !sender.sits_on(from_device) {
        return Err(Refusal::NotThisDevice);
    }
    Ok(sender)
}

/// A signal that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal<P> {
    /// Who sent it.
    pub from: UserId,
    /// With which device.
    pub from_device: DeviceId,
    /// Which of the three.
    pub kind: SignalKind,
    /// Its payload, which this crate never looks into.
    pub payload: P,
}

/// What waits for callees: per pair the last offer and up to [`HELD_CANDIDATES`]
/// candidates, in the order they came.
#[derive(Debug)]
pub struct HeldSignals<P> {
    waiting: Vec<(UserId, VecDeque<Signal<P>>)>,
}

impl<P> Default for HeldSignals<P> {
    fn default() -> Self {
        Self { waiting: Vec::new() }
    }
}

impl<P> HeldSignals<P> {
    /// Keeps a signal for a callee. A new offer replaces the sender's former one together
    /// with the candidates that belonged to it. False when the sender's candidates are at
    /// their limit and this one was dropped.
    pub fn hold(&mut self, target: UserId, signal: Signal<P>) -> bool {
        let index = self.waiting.iter().position(|(user, _)| *user == target);
        let index = index.unwrap_or_else(|| {
            self.waiting.push((target, VecDeque::new()));
            self.waiting.len() - 1
        });
        let queue = &mut self.waiting[index].1;
        match signal.kind {
            SignalKind::Offer => queue.retain(|held| held.from != signal.from),
            SignalKind::Answer => {
                queue.retain(|held| held.from != signal.from || held.kind != SignalKind::Answer)
            }
            SignalKind::Candidate => {
                let held = queue
                    .iter()
                    .filter(|held| held.from == signal.from && held.kind == SignalKind::Candidate)
                    .count();
                if held >= HELD_CANDIDATES {
                    return false;
                }
            }
        }
        queue.push_back(signal);
        true
    }

    /// Takes out everything that waits for a callee, in order.
    pub fn release(&mut self, target: UserId) -> VecDeque<Signal<P>> {
        match self.waiting.iter().position(|(user, _)| *user == target) {
            Some(index) => self.waiting.swap_remove(index).1,
            None => VecDeque::new(),
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Uuid;

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    fn signal(from: u128, kind: SignalKind, payload: u32) -> Signal<u32> {
        let from_device = "tab".parse().expect("a valid name");
        Signal { from: user(from), from_device, kind, payload }
    }

    #[test]
    fn held_signals_come_out_in_order_and_only_once() {
        let mut held = HeldSignals::default();
        assert!(held.hold(user(2), signal(1, SignalKind::Offer, 0)));
        for number in 1..=60 {
            assert!(held.hold(user(2), signal(1, SignalKind::Candidate, number)));
        }
        let out: Vec<u32> = held.release(user(2)).iter().map(|one| one.payload).collect();
        assert_eq!(out, (0..=60).collect::<Vec<_>>());
        assert!(held.release(user(2)).is_empty());
    }

    #[test]
    fn a_new_offer_replaces_the_former_one_and_its_candidates() {
        let mut held = HeldSignals::default();
        held.hold(user(2), signal(1, SignalKind::Offer, 0));
        held.hold(user(2), signal(1, SignalKind::Candidate, 1));
        held.hold(user(2), signal(3, SignalKind::Candidate, 7));
        held.hold(user(2), signal(1, SignalKind::Offer, 2));
        let out: Vec<u32> = held.release(user(2)).iter().map(|one| one.payload).collect();
        assert_eq!(out, [7, 2]);
    }

    #[test]
    fn an_answer_replaces_only_an_earlier_answer() {
        let mut held = HeldSignals::default();
        held.hold(user(2), signal(1, SignalKind::Offer, 0));
        held.hold(user(2), signal(1, SignalKind::Answer, 1));
        held.hold(user(2), signal(1, SignalKind::Answer, 2));
        let out: Vec<u32> = held.release(user(2)).iter().map(|one| one.payload).collect();
        assert_eq!(out, [0, 2]);
    }

    #[test]
    fn the_sixty_fifth_candidate_of_a_pair_is_dropped() {
        let mut held = HeldSignals::default();
        for number in 0..64 {
            assert!(held.hold(user(2), signal(1, SignalKind::Candidate, number)));
        }
        assert!(!held.hold(user(2), signal(1, SignalKind::Candidate, 64)));
        assert!(held.hold(user(2), signal(3, SignalKind::Candidate, 0)), "another sender");
    }
}

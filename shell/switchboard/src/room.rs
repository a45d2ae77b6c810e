//! The room of a call at the media server: who is let in, and what it was last heard to say.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use call::{CallState, Capability, Input, Participant, Policy, Topology, effective};
use sfu::{Order, Rights};
use tokio::time::Instant;
use vocab::{DeviceId, UserId};

use crate::MediaServer;
use crate::call_task::CallTask;
use crate::registry::Frame;

/// How soon what the room saw is written down again when the database was away.
const RETRY: Duration = Duration::from_secs(1);

/// What one call told the media server, and what was heard of it. Lives with the call's task.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Whether the media server may have a room of this call.
    open: bool,
    admitted: BTreeMap<UserId, Admitted>,
    /// The frame of `call:speakers` that was sent last.
    pub(crate) speakers: Option<Frame>,
    /// What the room saw of somebody, and the database was not there to take.
    unwritten: BTreeMap<UserId, Input>,
    /// When that is tried again.
    pub(crate) retry_at: Option<Instant>,
}

/// Somebody who was let in.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) seat: u32,
    pub(crate) device: DeviceId,
    rights: Rights,
    /// What their device is told again when it comes back.
    pub(crate) told: Told,
    /// When their device last asked for the first offer, and it was passed on.
    pub(crate) awaited_at: Option<Instant>,
    /// When their subscriber connection was last begun anew.
    pub(crate) restarted_at: Option<Instant>,
}

/// What a device was last told of its own connections: state, so that the last word says all.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) slots: Option<Frame>,
    /// `call:layers` of the camera and of the screen.
    pub(crate) layers: [Option<Frame>; 2],
    /// Descriptions that found the device away, the last one of each connection: publisher,
    /// subscriber.
    pub(crate) missed: [Option<Frame>; 2],
}

impl Room {
    /// Somebody who was let in.
    pub(crate) fn admitted(&self, user: UserId) -> Option<&Admitted> {
        self.admitted.get(&user)
    }

    pub(crate) fn admitted_mut(&mut self, user: UserId) -> Option<&mut Admitted> {
        self.admitted.get_mut(&user)
    }

    /// Everybody who was let in, with their device.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = (UserId, &DeviceId)> {
        self.admitted.iter().map(|(user, one)| (*user, &one.device))
    }

    /// The orders that bring the room to where the call is now.
    fn orders(&mut self, state: &CallState, policy: &Policy) -> Vec<Order> {
        if state.status.is_terminal() || state.topology == Topology::Mesh {
            let was_open = std::mem::take(self).open;
            return was_open.then_some(Order::Close).into_iter().collect();
        }
        let mut orders = Vec::new();
        let here = |user: UserId| state.joined().find(|one| one.user == user);
        self.admitted.retain(|user, known| {
            let stays =
                here(*user).is_some_and(|one| one.seat.device.as_ref() == Some(&known.device));
            if !stays {
                orders.push(Order::Dismiss { user: *user });
            }
            stays
        });
        for one in state.joined() {
            orders.extend(self.admit(one, policy));
        }
        self.open |= !orders.is_empty();
        orders
    }

    /// Lets somebody in, or says what changed of them. Without a device there is nobody to let in.
    fn admit(&mut self, one: &Participant, policy: &Policy) -> Option<Order> {
        let device = one.seat.device.as_ref()?;
        let (seat, rights) = (one.seat.number, rights(one, policy));
        let known = self.admitted.entry(one.user);
        let is_new = matches!(known, std::collections::btree_map::Entry::Vacant(_));
        let known = known.or_insert_with(|| Admitted {
            seat,
            device: device.clone(),
            rights,
            told: Told::default(),
            awaited_at: None,
            restarted_at: None,
        });
        if !is_new && (known.seat, known.rights) == (seat, rights) {
            return None;
        }
        if known.seat != seat {
            // Another stay: its connections are made anew.
            known.told = Told::default();
            known.awaited_at = None;
        }
        (known.seat, known.rights) = (seat, rights);
        Some(Order::Admit { user: one.user, seat, rights })
    }
}

/// What a participant may send now: their right and their own switch together.
fn rights(one: &Participant, policy: &Policy) -> Rights {
    let (may, on) = (effective(one, policy), one.media);
    Rights {
        microphone: may.contains(Capability::Speak) && on.audio_enabled,
        camera: may.contains(Capability::Camera) && on.video_enabled,
        screen: may.contains(Capability::Screen) && on.screen_sharing,
        screen_audio: may.contains(Capability::ScreenAudio) && on.screen_sharing,
    }
}

impl CallTask {
    /// The media server, if there is one.
    pub(crate) fn media_server(&self) -> Option<Arc<dyn MediaServer>> {
        self.board.settings().media.clone()
    }

    /// Brings the room to where the call is now. Called after each change of the call, before
    /// anybody is told of it.
    pub(crate) fn direct_room(&mut self) {
        let Some(server) = self.media_server() else { return };
        let state = self.call.state();
        for order in self.room.orders(state, self.call.policy()) {
            server.order(state.id, order);
        }
    }

    /// Writes to the device of somebody who was let in; the number of connections reached.
    pub(crate) fn write_to_seat(&self, user: UserId, frame: &Frame) -> usize {
        let device = self.room.admitted(user).map(|one| &one.device);
        device.map_or(0, |device| self.board.registry().send_to(user, device, frame))
    }

    /// Tells a device that came back what the room said last.
    pub(crate) fn remind(&mut self, user: UserId) {
        let registry = self.board.registry();
        let speakers = self.room.speakers.clone();
        let Some(one) = self.room.admitted_mut(user) else { return };
        let Told { slots, layers, missed } = &mut one.told;
        let missed: Vec<Frame> = missed.iter_mut().filter_map(Option::take).collect();
        let state = slots.iter().chain(layers.iter().flatten()).chain(&speakers);
        for frame in missed.iter().chain(state) {
            registry.send_to(user, &one.device, frame);
        }
    }

    /// Takes in what the room saw of somebody. Without a database it is tried again, the last
    /// word about each.
    pub(crate) async fn observe_media(&mut self, user: UserId, input: Input) {
        self.room.unwritten.insert(user, input);
        self.write_observed().await;
    }

    /// Writes down what the room saw and could not be written before.
    pub(crate) async fn write_observed(&mut self) {
        self.room.retry_at = None;
        for (user, input) in std::mem::take(&mut self.room.unwritten) {
            let Err(failure) = self.input(input.clone()).await else { continue };
            let call = self.call.state().id;
            tracing::debug!(%call, code = %failure.code, "word of the room was not taken in");
            if failure.code.is_retryable() {
                self.room.unwritten.entry(user).or_insert(input);
                self.room.retry_at = Some(Instant::now() + RETRY);
            }
        }
    }
}

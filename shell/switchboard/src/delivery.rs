//! Carrying out a call's outputs: state events to everybody, effects to single devices.

use std::collections::HashMap;

use call::{CallState, Effect, Event, Output, RingMode, Stamped, StopReason};
use store::{LoggedEvent, Member, User};
use vocab::{DeviceId, UserId};
use wire::event::UnmuteRequestedEvent;
use wire::{People, Profile, Wire};

use crate::call_task::CallTask;
use crate::registry::Frame;

/// The names of the people of one call. Somebody unknown is shown without a name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profiles(HashMap<UserId, Profile>);

impl Profiles {
    pub(crate) fn knows(&self, user: UserId) -> bool {
        self.0.contains_key(&user)
    }

    pub(crate) fn learn_members(&mut self, members: &[Member]) {
        for member in members {
            let profile = Profile {
                name: member.name.as_str().into(),
                identifier: member.identifier.as_str().into(),
            };
            self.0.insert(member.user, profile);
        }
    }

    pub(crate) fn learn(&mut self, users: Vec<User>) {
        for user in users {
            let profile = Profile { name: user.name.into(), identifier: user.identifier.into() };
            self.0.insert(user.id, profile);
        }
    }
}

impl People for Profiles {
    fn profile(&self, user: UserId) -> Profile {
        self.0
            .get(&user)
            .cloned()
            .unwrap_or_else(|| Profile { name: "".into(), identifier: "".into() })
    }
}

/// The state events among outputs, as the log keeps them.
pub(crate) fn logged(
    outputs: &[Output],
    state: &CallState,
    profiles: &Profiles,
) -> Vec<LoggedEvent> {
    let mut events = Vec::new();
    for output in outputs {
        if let Output::Event(stamped) = output {
            let (name, payload) = wire::event::event_payload(stamped, state, profiles);
            let name = name.to_owned();
            events.push(LoggedEvent { seq: stamped.seq, name, at: stamped.at, payload });
        }
    }
    events
}

impl CallTask {
    /// Writes outputs to devices in their order. Returns whom a ring has reached.
    pub(crate) fn deliver(&mut self, outputs: Vec<Output>) -> Vec<UserId> {
        let mut rung = Vec::new();
        for output in outputs {
            match output {
                Output::Event(stamped) => self.broadcast(&stamped),
                Output::Effect(effect) => {
                    if let Some(user) = self.carry_out_effect(effect) {
                        rung.push(user);
                    }
                }
            }
        }
        rung
    }

    fn broadcast(&self, stamped: &Stamped) {
        let state = self.call.state();
        let registry = self.board.registry();
        if stamped.event == Event::Initiated {
            // Those who ring get `call:incoming`, which tells the same.
            let quiet = state.participants.iter().filter(|one| one.ring.mode == RingMode::Silent);
            let snapshot = self.snapshot(false);
            if let Some(frame) = Frame::new("call:state", &snapshot) {
                for one in quiet {
                    registry.send(one.user, &frame);
                }
            }
            return;
        }
        let (name, payload) = wire::event::event_payload(stamped, state, self.profiles.as_ref());
        let Some(frame) = Frame::new(name, &payload) else { return };
        for user in state.audience() {
            registry.send(user, &frame);
        }
        // Who was just removed hears of it, and of nothing after it.
        if let Event::Left { user, reason: call::LeaveReason::Removed } = stamped.event {
            registry.send(user, &frame);
        }
    }

    fn carry_out_effect(&mut self, effect: Effect) -> Option<UserId> {
        match effect {
            Effect::Ring { user, device } => {
                return (self.ring(user, device.as_ref()) > 0).then_some(user);
            }
            Effect::Notify { user, device } => {
                if let Some(frame) = Frame::new("call:state", &self.snapshot(true)) {
                    self.write(user, device.as_ref(), &frame);
                }
            }
            Effect::StopRinging { user, except, reason } => {
                self.stop_ringing(user, except.as_ref(), reason);
            }
            Effect::HandOff { user, device } => {
                let state = self.call.state();
                let stopped = wire::event::ring_stopped(state, user, StopReason::HandedOff);
                if let Some(frame) = Frame::new("call:ring-stopped", &stopped) {
                    self.board.registry().send_to(user, &device, &frame);
                }
            }
            Effect::AskToUnmute { user, by } => {
                let call_id = Wire(self.call.state().id);
                let asked = UnmuteRequestedEvent { call_id, by_user_id: Wire(by) };
                if let Some(frame) = Frame::new("call:unmute-requested", &asked) {
                    let device = self.call.state().participant(user).map(|one| &one.seat.device);
                    self.write(user, device.and_then(Option::as_ref), &frame);
                }
            }
            Effect::ReleaseHeld { user } => self.release(user),
            Effect::DropHeld { user } => drop(self.held.release(user)),
            Effect::Close => self.held.clear(),
        }
        None
    }

    fn snapshot(&self, notify: bool) -> wire::event::StateEvent {
        let extras = wire::body::CallExtras::default();
        wire::event::state_snapshot(self.call.state(), self.profiles.as_ref(), &extras, notify)
    }

    fn ring(&self, user: UserId, device: Option<&DeviceId>) -> usize {
        let now = self.board.clock().now();
        let incoming = wire::event::incoming(self.call.state(), user, now, self.profiles.as_ref());
        Frame::new("call:incoming", &incoming).map_or(0, |frame| self.write(user, device, &frame))
    }

    fn stop_ringing(&self, user: UserId, except: Option<&DeviceId>, reason: StopReason) {
        let stopped = wire::event::ring_stopped(self.call.state(), user, reason);
        if let Some(frame) = Frame::new("call:ring-stopped", &stopped) {
            self.board.registry().send_except(user, except, &frame);
        }
    }

    fn write(&self, user: UserId, device: Option<&DeviceId>, frame: &Frame) -> usize {
        match device {
            Some(device) => self.board.registry().send_to(user, device, frame),
            None => self.board.registry().send(user, frame),
        }
    }
}

//! Bytes become the life of a call: people, devices, commands, lost sockets, restarts.
//!
//! Bytes and not a seed of its own, so that a failing life can be shrunk and fuzzed.

mod acts;

use std::collections::BTreeSet;
use std::time::Duration;

use call::{
    BusyPolicy, CallKind, Capabilities, Capability, Input, Invitee, MediaPatch, NewCall, Policy,
    Reach, Refusal, Reply, RingMode, SfuPolicy, Shape,
};
use vocab::{DeviceId, UnixMillis, UserId};

use crate::{Model, WatchedCall, at, device, direct_call, socket_device, user};

/// How a story begins: who there is, what they have, which rules the call runs by.
pub type Opening = [u8; 12];

/// One step: wait, who, whom, device, action, choice.
pub type Act = [u8; 6];

/// A call, its model, and the devices around it.
#[derive(Debug, Clone)]
pub struct Story {
    /// The call under watch.
    pub watched: WatchedCall,
    /// The same call by the plain rules.
    pub model: Model,
    /// What the newest command was refused with.
    pub refused: Option<Refusal>,
    now: UnixMillis,
    people: u128,
    devices_each: usize,
    unnamed: bool,
    up: BTreeSet<(UserId, DeviceId)>,
    told: Vec<Act>,
    restarted_at: Option<UnixMillis>,
}

impl Story {
    /// Sets the scene and places the call.
    #[must_use]
    pub fn open(opening: Opening) -> Self {
        let [shape, people, devices, kind, reach, busy, rules, mode, ring, online, room, way] =
            opening;
        let direct = shape % 3 == 0;
        let people = if direct { 2 } else { 3 + u128::from(people % 3) };
        let mut story = Self {
            watched: WatchedCall::start(at(0), direct_call(), Policy::default()),
            model: Model::start(at(0), &direct_call(), &Policy::default()),
            refused: None,
            now: at(0),
            people,
            devices_each: 1 + usize::from(devices % 3),
            unnamed: devices & 0x40 != 0,
            up: BTreeSet::new(),
            told: Vec::new(),
            restarted_at: None,
        };
        for person in 0..people {
            for number in 0..story.devices_each {
                if online & (1 << ((person as usize + number) % 8)) == 0 {
                    story.up.insert((user(person), story.device(person, number)));
                }
            }
        }
        // In a larger group the last person is a member nobody called.
        let called = if direct || people == 3 { people } else { people - 1 };
        let invitees = (1..called).map(|number| Invitee {
            user: user(number),
            reach: match (reach >> (2 * (number - 1))) & 3 {
                0 | 1 => Reach::Open,
                2 => Reach::DoNotDisturb,
                _ => Reach::Blocked,
            },
            busy: busy & (1 << number) != 0,
        });
        let own = story.device(0, 0);
        let new = NewCall {
            shape: if direct { Shape::Direct } else { Shape::Group },
            kind: CallKind::ALL[usize::from(kind) % 3],
            live: story.up.contains(&(user(0), own.clone())),
            device: (kind & 0x30 != 0).then_some(own),
            invitees: invitees.collect(),
            mode: [RingMode::Ring, RingMode::Ring, RingMode::Notify, RingMode::Silent]
                [usize::from(mode % 4)],
            ring: Duration::from_secs([45, 45, 5, 60][usize::from(ring % 4)]),
            ..direct_call()
        };
        let new = NewCall { live: story.alive(user(0), new.device.as_ref()), ..new };
        let policy = rules_of(rules, room, way);
        story.watched = WatchedCall::start(at(0), new.clone(), policy.clone());
        story.model = Model::start(at(0), &new, &policy);
        story.compare("the start");
        if way >= 0x80 {
            story.gather();
        }
        story
    }

    /// Lets everybody in who may come, and gives them media through the server: the states
    /// behind that are too far for chance alone.
    fn gather(&mut self) {
        for person in 1..self.people {
            let (user, device) = (user(person), self.device(person, 0));
            self.up.insert((user, device.clone()));
            self.does(self.now, Input::DeviceUp { user, device: device.clone() });
            let media = MediaPatch::default();
            let device = Some(device);
            let (take_over, live, admission) = (false, true, None);
            self.does(self.now, Input::Answer { user, device, take_over, live, media, admission });
        }
        for person in 0..self.people {
            let user = user(person);
            let sits = self.watched.call.state().participant(user);
            let seat = sits.map_or(0, |one| one.seat.number);
            self.does(self.now, Input::MediaReady { user, seat });
        }
    }

    /// Plays one step, checks the invariants and compares with the model.
    pub fn play(&mut self, act: Act) {
        let again = matches!(act[4] % 40, 30 | 31) && !self.told.is_empty();
        let act = if again {
            // A duplicate, or a command that comes late and out of order.
            let back = usize::from(act[5]) % self.told.len().min(8);
            let mut old = self.told[self.told.len() - 1 - back];
            old[0] = act[0];
            old
        } else {
            act
        };
        self.told.push(act);
        self.wait(act[0]);
        let Some(input) = self.input_of(act) else { return };
        // Now and then a command carries a time that has passed already.
        let stale = act[0] == 99 && input != Input::ServerRestarted;
        let now = if stale { self.now - Duration::from_secs(3) } else { self.now };
        self.does(now, input);
    }

    fn does(&mut self, now: UnixMillis, input: Input) {
        let shown = format!("{input:?} at {:?}", self.now);
        let expected = self.model.input(now, &input);
        let got: Result<Reply, Refusal> = self.watched.input(now, input);
        assert_eq!(got, expected, "the model and the call answer differently to {shown}");
        self.refused = got.err();
        self.compare(&shown);
    }

    /// Takes every device away and waits: nothing may be left of the call.
    pub fn fall_silent(&mut self) {
        let up: Vec<(UserId, DeviceId)> = self.up.iter().cloned().collect();
        for (user, device) in up {
            self.down(user, &device);
        }
        // A window of 60 s that a restart opened runs to its end, then the empty call's grace.
        let restarted =
            self.restarted_at.is_some_and(|when| self.now <= when + Duration::from_secs(60));
        let allowed = Duration::from_secs(if restarted { 81 } else { 60 });
        self.run_until(self.now + allowed);
        let state = self.watched.call.state();
        assert!(state.status.is_terminal(), "I13: still {} with nobody there", state.status);
    }

    fn wait(&mut self, byte: u8) {
        let next = self.watched.call.poll_timeout();
        let by = |millis| self.now + Duration::from_millis(millis);
        let target = match byte {
            0..=99 => self.now,
            100..=149 => by(500),
            150..=174 => by(2_000),
            175..=194 => by(5_000),
            195..=204 => by(29_000),
            205..=224 => next.unwrap_or(self.now),
            225..=234 => next.map_or(self.now, |next| next - Duration::from_millis(1)),
            235..=244 => {
                // The timer of the shell is late: the command comes first.
                self.now = next.map_or(self.now, |next| next + Duration::from_millis(700));
                return;
            }
            245..=252 => by(61_000),
            253..=254 => by(601_000),
            255 => by(25 * 3_600_000),
        };
        self.run_until(target.max(self.now));
    }

    fn run_until(&mut self, target: UnixMillis) {
        while let Some(next) = self.watched.call.poll_timeout().filter(|next| *next <= target) {
            self.now = self.now.max(next);
            self.watched.timeout(self.now);
            self.model.timeout(self.now);
            self.compare("a timeout");
        }
        self.now = target;
    }

    fn compare(&self, after: &str) {
        let (got, expected) = (Model::seen(&self.watched.call), self.model.snapshot());
        assert_eq!(got, expected, "the call (left) and the model (right) differ after {after}");
    }

    fn device(&self, person: u128, number: usize) -> DeviceId {
        if self.unnamed && number > 0 {
            socket_device(person, number)
        } else {
            device(person, number)
        }
    }

    fn alive(&self, user: UserId, device: Option<&DeviceId>) -> bool {
        match device {
            Some(device) => self.up.contains(&(user, device.clone())),
            None => self.any_up(user),
        }
    }

    fn any_up(&self, user: UserId) -> bool {
        self.up.iter().any(|(owner, _)| *owner == user)
    }

    fn down(&mut self, user: UserId, device: &DeviceId) {
        self.up.remove(&(user, device.clone()));
        let input =
            Input::DeviceDown { user, device: device.clone(), others_up: self.any_up(user) };
        assert_eq!(self.model.input(self.now, &input), self.watched.input(self.now, input));
        self.compare("a lost device");
    }
}

/// Bytes of a seed: SplitMix64, enough for choosing test steps.
pub fn random_bytes(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed;
    std::iter::from_fn(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(mixed ^ (mixed >> 31))
    })
    .flat_map(u64::to_le_bytes)
}

fn rules_of(byte: u8, room: u8, way: u8) -> Policy {
    let busy = if byte & 1 == 0 { BusyPolicy::Waiting } else { BusyPolicy::Reject };
    let withheld = match byte >> 5 {
        0 => Capabilities::of(&[Capability::Camera, Capability::Speak]),
        1 => Capabilities::of(&[Capability::Join]),
        _ => Capabilities::NONE,
    };
    let max_joined = if room.is_multiple_of(4) { 2 } else { 20 };
    let ring_at_most = usize::from(byte & 2);
    let sfu = [SfuPolicy::Off, SfuPolicy::Auto, SfuPolicy::Auto, SfuPolicy::Only];
    let sfu = sfu[usize::from(way % 4)];
    Policy { busy, withheld, max_joined, ring_at_most, sfu, ..Policy::default() }
}

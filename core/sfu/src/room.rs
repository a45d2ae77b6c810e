//! A room: the media of one call.

mod forwarding;
mod reporting;
mod settling;
mod splitting;

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use vocab::UserId;

use crate::source::{Source, SourceId};
use crate::speakers::Speakers;
use crate::subscriber::Subscriber;
use crate::{
    Measured, Member, Output, Rights, RoomSettings, SlotIndex, SlotSpec, SourceKind, SourceSpec,
    Wanted,
};

/// Between two measures of all streams, each followed by a new split of every subscriber's
/// bandwidth.
const TICK: Duration = Duration::from_millis(500);

/// The media of one call: who gets which sound and which picture. Owned by one shard thread.
///
/// The tables have one entry for each [`Member`].
#[derive(Debug)]
pub struct Room {
    settings: RoomSettings,
    numbers: HashMap<UserId, Member>,
    members: Vec<Option<Admission>>,
    /// By [`place`].
    sources: Vec<[Option<Source>; SourceKind::ALL.len()]>,
    subscribers: Vec<Subscriber>,
    speakers: Speakers,
    stale: Stale,
    deadlines: Deadlines,
    revision: u64,
    outputs: VecDeque<Output>,
}

/// A participant who is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Admission {
    user: UserId,
    rights: Rights,
}

/// What is to be done anew.
#[derive(Debug, Clone, Copy, Default)]
struct Stale {
    /// Sounds are to be assigned to slots.
    sounds: bool,
    /// Pictures are.
    pictures: bool,
    /// Everybody's bandwidth is to be split.
    bandwidth: bool,
    /// Which layers are watched is to be looked at.
    layers: bool,
    /// There may be something to report of slots.
    news: bool,
}

/// When something is due, beside the speakers.
#[derive(Debug, Clone, Copy, Default)]
struct Deadlines {
    tick: Option<Instant>,
    keyframes: Option<Instant>,
    layers: Option<Instant>,
    slots: Option<Instant>,
}

impl Room {
    /// An empty room.
    #[must_use]
    pub fn new(settings: RoomSettings) -> Self {
        let speakers =
            Speakers::new(settings.loudest, settings.speaker_hold, settings.speakers_interval);
        Self {
            settings,
            numbers: HashMap::new(),
            members: Vec::new(),
            sources: Vec::new(),
            subscribers: Vec::new(),
            speakers,
            stale: Stale::default(),
            deadlines: Deadlines::default(),
            revision: 0,
            outputs: VecDeque::new(),
        }
    }

    /// Lets a participant in, or changes what they may send. Their number stays the same until
    /// they are dismissed.
    pub fn admit(&mut self, now: Instant, user: UserId, rights: Rights) -> Member {
        let member = self.member_of(user).unwrap_or_else(|| self.seat(user));
        let admission = Admission { user, rights };
        if self.members[member.index()].replace(admission) == Some(admission) {
            return member;
        }
        for source in self.sources[member.index()].iter_mut().flatten() {
            source.allowed = rights.allow(source.kind);
            if !source.allowed {
                source.rest();
            }
        }
        self.open_or_close(member);
        self.settle_anew(now);
        member
    }

    fn seat(&mut self, user: UserId) -> Member {
        let free = self.members.iter().zip(0..).find(|(member, _)| member.is_none());
        let number = free.map(|(_, number)| number).unwrap_or_else(|| {
            self.members.push(None);
            self.sources.push([const { None }; SourceKind::ALL.len()]);
            self.subscribers.push(Subscriber::default());
            u32::try_from(self.members.len() - 1).unwrap_or(u32::MAX)
        });
        self.numbers.insert(user, Member(number));
        Member(number)
    }

    /// Puts a participant out: from now on nothing of theirs is forwarded, and nothing to them.
    pub fn dismiss(&mut self, now: Instant, user: UserId) {
        let Some(member) = self.numbers.remove(&user) else { return };
        self.drop_transports(member);
        self.subscribers[member.index()] = Subscriber::default();
        self.members[member.index()] = None;
        for slot in self.subscribers.iter_mut().flat_map(|subscriber| &mut subscriber.slots) {
            if slot.shows.is_some_and(|id| id.member == member) {
                slot.assign(None);
            }
        }
        self.settle_anew(now);
    }

    /// The number of a participant who is admitted.
    #[must_use]
    pub fn member_of(&self, user: UserId) -> Option<Member> {
        self.numbers.get(&user).copied()
    }

    /// Who has this number.
    #[must_use]
    pub fn user_of(&self, member: Member) -> Option<UserId> {
        Some(self.members.get(member.index())?.as_ref()?.user)
    }

    /// What a publisher connection carries, said after each of its negotiations. Sources that
    /// are the same as before go on.
    pub fn set_sources(&mut self, now: Instant, user: UserId, sources: Vec<SourceSpec>) {
        let Some(member) = self.member_of(user) else { return };
        let rights = self.members[member.index()].map(|one| one.rights).unwrap_or_default();
        let mut changed = false;
        for kind in SourceKind::ALL {
            let spec = sources.iter().find(|spec| spec.kind == kind);
            let source = &mut self.sources[member.index()][place(kind)];
            let same = match (&*source, spec) {
                (Some(source), Some(spec)) => source.is(spec),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            if !same {
                *source = spec.map(|spec| Source::new(now, spec.clone(), rights.allow(kind)));
                self.detach_all(SourceId { member, kind });
                changed = true;
            }
        }
        if changed {
            self.open_or_close(member);
            self.settle_anew(now);
        }
    }

    /// The sections of a subscriber connection in their order, said after each of its
    /// negotiations. Slots whose `mid` is the same as before go on.
    pub fn set_slots(&mut self, now: Instant, user: UserId, slots: Vec<SlotSpec>) {
        let Some(member) = self.member_of(user) else { return };
        for (slot, id) in self.subscribers[member.index()].set_slots(slots) {
            self.leave_fan_out(id, member, slot_index(slot));
        }
        self.stale.layers = true;
        self.settle_for(now, member);
    }

    /// Both connections of a participant are gone; what they want is kept.
    pub fn clear_transports(&mut self, now: Instant, user: UserId) {
        let Some(member) = self.member_of(user) else { return };
        self.drop_transports(member);
        self.settle_anew(now);
    }

    /// What a participant wants to see, in order of importance. Who never said it is shown
    /// everybody, small.
    pub fn subscribe(&mut self, now: Instant, user: UserId, wanted: Vec<Wanted>) {
        let Some(member) = self.member_of(user) else { return };
        self.subscribers[member.index()].wanted = Some(wanted);
        self.settle_for(now, member);
    }

    /// A subscriber cannot decode what comes on a slot (PLI or FIR).
    pub fn handle_keyframe_request(&mut self, now: Instant, subscriber: Member, slot: SlotIndex) {
        let state = self.subscribers.get(subscriber.index());
        let id = state.and_then(|one| one.slots.get(slot.index())?.attached);
        let Some(id) = id.filter(|id| !id.kind.is_audio()) else { return };
        let Some(source) = self.source(id) else { return };
        let Some(selector) = source.selector(subscriber, slot) else { return };
        let layer = selector.current.unwrap_or(selector.target);
        self.want_keyframe(now, id, layer);
    }

    /// The estimated bandwidth of a subscriber's network, in bit/s. Without any word of it, it is
    /// taken as unlimited.
    pub fn handle_estimate(&mut self, now: Instant, subscriber: Member, bits_per_second: u64) {
        let Some(state) = self.subscribers.get_mut(subscriber.index()) else { return };
        let before = state.estimate.unwrap_or(0);
        // Small changes wait for the next tick.
        if before.abs_diff(bits_per_second) > before / 33 {
            state.estimate = Some(bits_per_second);
            self.split_bandwidth(now, subscriber);
            self.settle(now);
        }
    }

    /// What packets to a subscriber go through.
    pub fn handle_measured(&mut self, now: Instant, subscriber: Member, measured: Measured) {
        let Some(state) = self.subscribers.get_mut(subscriber.index()) else { return };
        let before = (state.way.is_full(), state.way.is_clear());
        state.way.take(now, measured, self.settings.longest_queue);
        if (state.way.is_full(), state.way.is_clear()) != before {
            self.split_bandwidth(now, subscriber);
            self.settle(now);
        }
    }

    /// The next thing to do; `None` when all is done. Empty it after every call of the others.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn source(&mut self, id: SourceId) -> Option<&mut Source> {
        self.sources.get_mut(id.member.index())?[place(id.kind)].as_mut()
    }

    fn drop_transports(&mut self, member: Member) {
        for kind in SourceKind::ALL {
            self.sources[member.index()][place(kind)] = None;
            self.detach_all(SourceId { member, kind });
        }
        for slot in 0..self.subscribers[member.index()].slots.len() {
            if let Some(id) = self.subscribers[member.index()].slots[slot].attached {
                self.leave_fan_out(id, member, slot_index(slot));
            }
        }
        self.subscribers[member.index()].clear();
        self.open_or_close(member);
    }

    /// The fan-out list of this source is gone.
    fn detach_all(&mut self, id: SourceId) {
        for slot in self.subscribers.iter_mut().flat_map(|subscriber| &mut subscriber.slots) {
            if slot.attached == Some(id) {
                slot.attached = None;
            }
        }
    }

    fn leave_fan_out(&mut self, id: SourceId, to: Member, slot: SlotIndex) {
        if let Some(source) = self.source(id) {
            source.fan_out.retain(|selector| (selector.to, selector.slot) != (to, slot));
        }
    }

    fn open_or_close(&mut self, member: Member) {
        let microphone = &self.sources[member.index()][place(SourceKind::Microphone)];
        if microphone.as_ref().is_some_and(|source| source.allowed) {
            self.speakers.open(member);
        } else {
            self.speakers.close(member);
        }
    }
}

/// The place of a source among those of a participant.
const fn place(kind: SourceKind) -> usize {
    match kind {
        SourceKind::Microphone => 0,
        SourceKind::Camera => 1,
        SourceKind::Screen => 2,
        SourceKind::ScreenAudio => 3,
    }
}

fn slot_index(place: usize) -> SlotIndex {
    SlotIndex(u16::try_from(place).unwrap_or(u16::MAX))
}

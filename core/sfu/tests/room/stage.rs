//! A room with participants, and a clock that is turned by hand.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sfu::{
    Codec, CodecSet, Layer, Measured, Member, Output, Paused, Report, Rights, Room, RoomSettings,
    SlotKind, SlotSpec, SlotView, SourceKind, SourceSpec, Wanted,
};
use vocab::{UserId, Uuid};

use super::publisher::{Encoder, Microphone, Outgoing, takes_picture};
use super::wire::{Handling, Sent, Wire};

const STEP: Duration = Duration::from_millis(10);
/// Until an encoder that is turned on has its first picture at the room.
const STARTS_AFTER: Duration = Duration::from_millis(200);
/// From the room to a publisher and back.
const ROUND_TRIP: Duration = Duration::from_millis(60);

pub(crate) const ALL_RIGHTS: Rights =
    Rights { microphone: true, camera: true, screen: true, screen_audio: true };

/// A participant.
#[derive(Debug)]
pub(crate) struct Actor {
    pub(crate) user: UserId,
    pub(crate) member: Member,
    pub(crate) microphone: Option<Microphone>,
    pub(crate) encoders: Vec<Encoder>,
    /// As last reported to them.
    pub(crate) slots: Vec<SlotView>,
    pub(crate) revision: u64,
    pub(crate) desired: Option<u64>,
}

/// The room and everybody.
pub(crate) struct Stage {
    pub(crate) room: Room,
    pub(crate) now: Instant,
    start: Instant,
    pub(crate) actors: BTreeMap<u32, Actor>,
    pub(crate) wire: Wire,
    pub(crate) outputs: Vec<(Instant, Output)>,
}

pub(crate) fn user(number: u32) -> UserId {
    UserId::from_uuid(Uuid::from_u128(u128::from(number)))
}

#[expect(clippy::disallowed_methods, reason = "an Instant can only be had from the clock; once")]
fn any_instant() -> Instant {
    Instant::now()
}

pub(crate) fn codecs() -> CodecSet {
    CodecSet::default().with(Codec::Opus).with(Codec::Vp8)
}

pub(crate) fn pool(audio: usize, video: usize) -> Vec<SlotSpec> {
    let kinds = std::iter::repeat_n(SlotKind::Audio, audio);
    let kinds = kinds.chain(std::iter::repeat_n(SlotKind::Video, video));
    let slot = |(number, kind): (usize, SlotKind)| SlotSpec {
        mid: number.to_string(),
        kind,
        codecs: codecs(),
    };
    kinds.enumerate().map(slot).collect()
}

pub(crate) fn source(kind: SourceKind, rids: &[Layer]) -> SourceSpec {
    SourceSpec { kind, rids: rids.to_vec(), codecs: codecs() }
}

/// A camera shown at this height.
pub(crate) fn camera(number: u32, height: u32) -> Wanted {
    let (source, width) = (SourceKind::Camera, height * 16 / 9);
    Wanted { user: user(number), source, width, height, pinned: false }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(RoomSettings::default())
    }

    pub(crate) fn with(settings: RoomSettings) -> Self {
        let now = any_instant();
        Self {
            room: Room::new(settings),
            now,
            start: now,
            actors: BTreeMap::new(),
            wire: Wire::default(),
            outputs: Vec::new(),
        }
    }

    /// Participants 1 to `count`, each with a microphone and a camera in three layers.
    pub(crate) fn meeting(count: u32) -> Self {
        let mut stage = Self::new();
        (1..=count).for_each(|number| stage.join(number));
        stage
    }

    pub(crate) fn join(&mut self, number: u32) {
        self.admit(number, ALL_RIGHTS);
        let camera = source(SourceKind::Camera, &Layer::ALL);
        let sources = vec![source(SourceKind::Microphone, &[]), camera];
        self.publish(number, sources);
        self.room.set_slots(self.now, user(number), pool(5, 11));
        self.drain();
    }

    pub(crate) fn admit(&mut self, number: u32, rights: Rights) {
        let member = self.room.admit(self.now, user(number), rights);
        self.actors.entry(number).or_insert_with(|| Actor {
            user: user(number),
            member,
            microphone: None,
            encoders: Vec::new(),
            slots: Vec::new(),
            revision: 0,
            desired: None,
        });
        self.drain();
    }

    pub(crate) fn publish(&mut self, number: u32, sources: Vec<SourceSpec>) {
        let now = self.now;
        let actor = self.actors.get_mut(&number).expect("they joined");
        let mut before = std::mem::take(&mut actor.encoders);
        for spec in sources.iter().filter(|spec| !spec.kind.is_audio()) {
            let alone = [Layer::Full];
            let rids = if spec.rids.is_empty() { &alone[..] } else { &spec.rids };
            for rid in rids {
                // What was sent already goes on.
                let mut same =
                    before.extract_if(.., |one| (one.source(), one.layer()) == (spec.kind, *rid));
                let next = same.next();
                actor
                    .encoders
                    .push(next.unwrap_or_else(|| Encoder::new(now, spec.kind, *rid, number)));
            }
        }
        let speaks = sources.iter().any(|spec| spec.kind == SourceKind::Microphone);
        let microphone = actor.microphone.take().filter(|_| speaks);
        actor.microphone = microphone.or_else(|| speaks.then(|| Microphone::new(number)));
        self.room.set_sources(now, user(number), sources);
        self.drain();
    }

    pub(crate) fn leave(&mut self, number: u32) {
        let actor = self.actors.remove(&number).expect("they joined");
        self.room.dismiss(self.now, actor.user);
        self.wire.forget(actor.member);
        self.drain();
    }

    pub(crate) fn subscribe(&mut self, number: u32, wanted: Vec<Wanted>) {
        self.room.subscribe(self.now, user(number), wanted);
        self.drain();
    }

    pub(crate) fn estimate(&mut self, number: u32, bits_per_second: u64) {
        let member = self.member(number);
        self.room.handle_estimate(self.now, member, bits_per_second);
        self.drain();
    }

    /// What packets to somebody go through, as measured.
    pub(crate) fn measured(&mut self, number: u32, round_trip: u64, lost_per_mille: u16) {
        let member = self.member(number);
        let round_trip = Duration::from_millis(round_trip);
        self.room.handle_measured(self.now, member, Measured { round_trip, lost_per_mille });
        self.drain();
    }

    pub(crate) fn loudness(&mut self, number: u32, dbov: i8) {
        let actor = self.actors.get_mut(&number).expect("they joined");
        actor.microphone.as_mut().expect("they have a microphone").loudness = dbov;
    }

    pub(crate) fn encoder(&mut self, number: u32, layer: Layer) -> &mut Encoder {
        let encoders = &mut self.actors.get_mut(&number).expect("they joined").encoders;
        encoders.iter_mut().find(|one| one.layer() == layer).expect("they have this layer")
    }

    pub(crate) fn member(&self, number: u32) -> Member {
        self.actors[&number].member
    }

    /// Lets time pass: everybody sends, what the room asks for happens.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            if self.room.poll_timeout().is_some_and(|due| due <= self.now) {
                self.room.handle_timeout(self.now);
                self.drain();
                let next = self.room.poll_timeout();
                assert!(next.is_none_or(|due| due > self.now), "a timeout that is never over");
            }
            let millis = (self.now - self.start).as_millis();
            let now = self.now;
            let mut outgoing = Vec::new();
            for actor in self.actors.values_mut() {
                let sound = actor.microphone.as_mut().filter(|_| millis.is_multiple_of(20));
                let mut packets: Vec<Outgoing> =
                    sound.map(Microphone::packet).into_iter().collect();
                if takes_picture(millis) {
                    packets.extend(actor.encoders.iter_mut().flat_map(|one| one.picture(now)));
                }
                outgoing.extend(packets.into_iter().map(|packet| (actor.member, packet)));
            }
            outgoing.iter().for_each(|(from, packet)| self.send(*from, packet));
        }
    }

    /// A packet reaches the room.
    pub(crate) fn send(&mut self, from: Member, outgoing: &Outgoing) {
        let mut handling = Handling { wire: &mut self.wire, at: self.now, from, outgoing };
        let (source, layer) = (outgoing.source, outgoing.layer);
        self.room.handle_packet(self.now, from, source, layer, &outgoing.packet(), &mut handling);
        self.drain();
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.room.poll_output() {
            self.obey(&output);
            self.outputs.push((self.now, output));
        }
    }

    /// What a browser does about it.
    fn obey(&mut self, output: &Output) {
        let key_at = self.now + ROUND_TRIP;
        let mut actors = self.actors.values_mut();
        match output {
            Output::RequestKeyframe { user, source, layer } => {
                let Some(actor) = actors.find(|actor| actor.user == *user) else { return };
                for encoder in &mut actor.encoders {
                    if (encoder.source(), encoder.layer()) == (*source, *layer) {
                        encoder.key_at.get_or_insert(key_at);
                    }
                }
            }
            Output::Report(Report::Layers { user, layers }) => {
                let Some(actor) = actors.find(|actor| actor.user == *user) else { return };
                for encoder in &mut actor.encoders {
                    if encoder.source() == layers.source {
                        let on = layers.rids.contains(&encoder.layer().rid());
                        if on && !encoder.on {
                            let from = self.now + STARTS_AFTER;
                            (encoder.from, encoder.key_at) = (Some(from), Some(from));
                        }
                        encoder.on = on;
                    }
                }
            }
            Output::Report(Report::Slots { user, rev, slots }) => {
                let Some(actor) = actors.find(|actor| actor.user == *user) else { return };
                assert!(*rev > actor.revision, "revisions grow");
                actor.revision = *rev;
                actor.slots.clone_from(slots);
            }
            Output::Desired { user, bits_per_second } => {
                let Some(actor) = actors.find(|actor| actor.user == *user) else { return };
                actor.desired = Some(*bits_per_second);
            }
            Output::Report(_) | Output::Grow { .. } => {}
        }
    }

    /// What went to somebody from somebody since a moment.
    pub(crate) fn sent(
        &self,
        (from, source): (u32, SourceKind),
        to: u32,
        since: Instant,
    ) -> Vec<Sent> {
        let ends = (self.member(from), source, self.member(to));
        let of = |one: &&Sent| (one.from, one.source, one.to) == ends && one.at > since;
        self.wire.sent.iter().filter(of).copied().collect()
    }

    /// The layers of somebody's camera that went to somebody since a moment.
    pub(crate) fn layers(&self, from: u32, to: u32, since: Instant) -> Vec<Layer> {
        let sent = self.sent((from, SourceKind::Camera), to, since);
        let mut layers: Vec<Layer> = sent.iter().map(|one| one.layer).collect();
        layers.dedup();
        layers
    }

    /// As reported: why somebody's camera does not come to somebody; `None` without a slot.
    pub(crate) fn paused(&self, from: u32, to: u32) -> Option<Option<Paused>> {
        let shows = Some((user(from), SourceKind::Camera));
        let slot = self.actors[&to].slots.iter().find(|slot| slot.shows == shows);
        slot.map(|slot| slot.paused)
    }

    pub(crate) fn reports<T>(&self, since: Instant, pick: impl Fn(&Output) -> Option<T>) -> Vec<T> {
        let after = self.outputs.iter().filter(|(at, _)| *at >= since);
        after.filter_map(|(_, output)| pick(output)).collect()
    }
}

/// Who was reported as speaking.
pub(crate) fn speakers(output: &Output) -> Option<Vec<UserId>> {
    let Output::Report(Report::Speakers(users)) = output else { return None };
    Some(users.clone())
}

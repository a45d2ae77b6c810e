//! After a change: who gets which slot, at which quality.

use std::time::Instant;

use super::{Room, SourceId, place};
use crate::assignment::{Wish, assign_pictures, assign_sounds};
use crate::subscriber::{Shown, Subscriber};
use crate::{Member, Output, SlotKind, SourceKind};

/// How who never said what they want is shown everybody, in pixels.
const USUAL_CAMERA: (u32, u32) = (320, 180);
const USUAL_SCREEN: (u32, u32) = (1_280, 720);

/// The sounds of a room.
struct Sounds {
    /// Every open microphone.
    microphones: Vec<SourceId>,
    /// Those that are heard where not all can be.
    loudest: Vec<SourceId>,
    /// Those of screens.
    screens: Vec<SourceId>,
}

impl Room {
    /// Everything may have changed.
    pub(super) fn settle_anew(&mut self, now: Instant) {
        self.stale.sounds = true;
        self.stale.pictures = true;
        self.stale.layers = true;
        self.settle(now);
    }

    /// What this participant gets may have changed, and nothing else.
    pub(super) fn settle_for(&mut self, now: Instant, to: Member) {
        let sounds = self.sounds();
        self.assign_sounds(to, &sounds);
        self.assign_pictures(to);
        self.split_bandwidth(now, to);
        self.schedule_tick(now);
        self.settle(now);
    }

    /// Brings all that is stale up to date, and reports what is new.
    pub(super) fn settle(&mut self, now: Instant) {
        if std::mem::take(&mut self.stale.sounds) {
            self.assign_all_sounds();
        }
        if std::mem::take(&mut self.stale.pictures) {
            self.assign_all_pictures();
            self.schedule_tick(now);
        }
        if std::mem::take(&mut self.stale.bandwidth) {
            self.split_all_bandwidth(now);
        }
        self.report(now);
    }

    pub(super) fn seated(&self, number: usize) -> Option<Member> {
        self.members[number].as_ref()?;
        u32::try_from(number).ok().map(Member)
    }

    /// Sources of this kind that are sent.
    fn sent(&self, kind: SourceKind) -> Vec<SourceId> {
        let allowed = self.sources.iter().zip(0..).filter(|(sources, _)| {
            sources[place(kind)].as_ref().is_some_and(|source| source.allowed)
        });
        allowed.map(|(_, number)| SourceId { member: Member(number), kind }).collect()
    }

    fn assign_all_sounds(&mut self) {
        let sounds = self.sounds();
        for number in 0..self.subscribers.len() {
            if let Some(to) = self.seated(number) {
                self.assign_sounds(to, &sounds);
            }
        }
    }

    fn assign_all_pictures(&mut self) {
        self.stale.bandwidth = true;
        for number in 0..self.subscribers.len() {
            if let Some(to) = self.seated(number) {
                self.assign_pictures(to);
            }
        }
    }

    fn sounds(&self) -> Sounds {
        let heard = self.speakers.heard().iter();
        Sounds {
            microphones: self.sent(SourceKind::Microphone),
            loudest: heard
                .map(|member| SourceId { member: *member, kind: SourceKind::Microphone })
                .collect(),
            screens: self.sent(SourceKind::ScreenAudio),
        }
    }

    fn assign_sounds(&mut self, to: Member, sounds: &Sounds) {
        let subscriber = &mut self.subscribers[to.index()];
        let slots = subscriber.slots.iter().filter(|slot| slot.kind == SlotKind::Audio).count();
        let places = slots.min(self.settings.loudest);
        let other = |id: &&SourceId| id.member != to;
        // Where all fit, who is loudest does not matter.
        let all_fit = sounds.microphones.iter().filter(other).nth(places).is_none();
        let heard = if all_fit { &sounds.microphones } else { &sounds.loudest };
        let heard: Vec<SourceId> = heard.iter().filter(other).copied().collect();
        let mut screens: Vec<SourceId> = sounds.screens.iter().filter(other).copied().collect();
        screens.sort_by_key(|id| wanted_place(subscriber, &self.numbers, *id));
        screens.truncate(slots - places);
        assign_sounds(&mut subscriber.slots, places, &heard, &screens);
        subscriber.news = true;
        self.stale.news = true;
        self.attach_sounds(to);
    }

    fn assign_pictures(&mut self, to: Member) {
        let wishes = self.wishes(to);
        let subscriber = &mut self.subscribers[to.index()];
        let needed = assign_pictures(&mut subscriber.slots, wishes);
        subscriber.news = true;
        self.stale.news = true;
        let needed = needed.min(self.settings.max_video_slots);
        let has = subscriber.video_slots();
        let grows = needed > has.max(subscriber.grown_to);
        if grows && has > 0 && subscriber.wanted.is_some() {
            subscriber.grown_to = needed;
            if let Some(user) = self.user_of(to) {
                self.outputs.push_back(Output::Grow { user, video: needed });
            }
        }
    }

    /// What a participant would see, each picture once, nothing of their own.
    fn wishes(&self, to: Member) -> Vec<Wish> {
        let Some(wanted) = &self.subscribers[to.index()].wanted else {
            return self.usual_wishes(to);
        };
        let mut wishes: Vec<Wish> = Vec::with_capacity(wanted.len());
        for (place, one) in wanted.iter().enumerate() {
            let Some(member) = self.member_of(one.user) else { continue };
            let id = SourceId { member, kind: one.source };
            let repeated = wishes.iter().any(|wish| wish.id == id);
            if one.source.is_audio() || member == to || repeated {
                continue;
            }
            let shown = Shown { width: one.width, height: one.height, pinned: one.pinned, place };
            wishes.push(Wish { id, shown, available: self.is_sent(id) });
        }
        wishes
    }

    /// Everybody's pictures, screens first, as many as there are slots.
    fn usual_wishes(&self, to: Member) -> Vec<Wish> {
        let slots = self.subscribers[to.index()].video_slots();
        let others = |kind| self.sent(kind).into_iter().filter(|id| id.member != to);
        let ids = others(SourceKind::Screen).chain(others(SourceKind::Camera)).take(slots);
        let wish = |(place, id): (usize, SourceId)| {
            let screen = id.kind == SourceKind::Screen;
            let (width, height) = if screen { USUAL_SCREEN } else { USUAL_CAMERA };
            let shown = Shown { width, height, pinned: false, place };
            Wish { id, shown, available: true }
        };
        ids.enumerate().map(wish).collect()
    }

    fn is_sent(&self, id: SourceId) -> bool {
        let source = &self.sources[id.member.index()][place(id.kind)];
        source.as_ref().is_some_and(|source| source.allowed)
    }
}

/// Where the sound of a screen comes in the wish; what is not wished for comes last.
fn wanted_place(
    subscriber: &Subscriber,
    numbers: &std::collections::HashMap<vocab::UserId, Member>,
    id: SourceId,
) -> usize {
    let wanted = subscriber.wanted.iter().flatten();
    let mut places =
        wanted.map(|one| one.source == id.kind && numbers.get(&one.user) == Some(&id.member));
    places.position(|it| it).unwrap_or(usize::MAX)
}

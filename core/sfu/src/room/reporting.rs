//! What the room tells, and when it wants to be woken.

use std::time::Instant;

use super::{Room, SourceId, TICK, place};
use crate::subscriber::Slot;
use crate::{ActiveLayers, Layer, Member, Output, Report, SlotView, SourceKind};

impl Room {
    /// When [`Room::handle_timeout`] is due; `None` while nothing is.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let due = &self.deadlines;
        [due.tick, due.keyframes, due.layers, due.slots, self.speakers.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Time has come to the moment of [`Room::poll_timeout`].
    pub fn handle_timeout(&mut self, now: Instant) {
        self.report_speakers(now);
        if self.deadlines.keyframes.is_some_and(|due| due <= now) {
            self.repeat_keyframe_requests(now);
        }
        if self.deadlines.tick.take_if(|due| *due <= now).is_some() {
            self.measure(now);
        }
        self.settle(now);
    }

    /// Takes the measure of every stream; every subscriber's bandwidth is then split anew.
    fn measure(&mut self, now: Instant) {
        for source in self.sources.iter_mut().flatten().flatten() {
            source.measure(now);
        }
        self.stale.bandwidth = true;
        // Layers were switched in the meantime.
        self.stale.layers = true;
        self.schedule_tick(now);
    }

    /// While any picture is assigned, streams are measured.
    pub(super) fn schedule_tick(&mut self, now: Instant) {
        let mut slots = self.subscribers.iter().flat_map(|subscriber| &subscriber.slots);
        let watching = slots.any(|slot| slot.shows.is_some_and(|id| !id.kind.is_audio()));
        self.deadlines.tick = watching.then(|| self.deadlines.tick.unwrap_or(now + TICK));
    }

    pub(super) fn report_speakers(&mut self, now: Instant) {
        let (members, speakers) = (&self.members, &mut self.speakers);
        let Some(speaking) = speakers.poll_report(now) else { return };
        let user = |member: &Member| Some(members.get(member.index())?.as_ref()?.user);
        let report = Report::Speakers(speaking.iter().filter_map(user).collect());
        self.outputs.push_back(Output::Report(report));
    }

    /// Tells what is new or due.
    pub(super) fn report(&mut self, now: Instant) {
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        if std::mem::take(&mut self.stale.layers) || is_due(self.deadlines.layers) {
            self.report_layers(now);
        }
        if std::mem::take(&mut self.stale.news) || is_due(self.deadlines.slots) {
            self.report_slots(now);
        }
    }

    /// Tells publishers which layers anybody watches.
    fn report_layers(&mut self, now: Instant) {
        let off_after = self.settings.unwatched_after;
        let mut due: Option<Instant> = None;
        for (member, sources) in self.members.iter().zip(&mut self.sources) {
            let Some(user) = member.as_ref().map(|member| member.user) else { continue };
            let pictures = sources.iter_mut().flatten().filter(|source| !source.kind.is_audio());
            for source in pictures.filter(|source| source.allowed) {
                if let Some(rids) = source.note_watched(now, off_after) {
                    let layers = ActiveLayers { source: source.kind, rids };
                    self.outputs.push_back(Output::Report(Report::Layers { user, layers }));
                }
                due = earliest(due, source.watched.poll_timeout(off_after));
            }
        }
        self.deadlines.layers = due;
    }

    /// Tells subscribers what comes on their slots, where that is news.
    fn report_slots(&mut self, now: Instant) {
        let interval = self.settings.slots_interval;
        let mut due: Option<Instant> = None;
        for (subscriber, member) in self.subscribers.iter_mut().zip(&self.members) {
            let Some(user) = member.as_ref().map(|member| member.user) else { continue };
            let told = |slot: &Slot| slot.reported == Some((slot.shows, slot.paused));
            if !subscriber.news || subscriber.slots.iter().all(told) {
                subscriber.news = false;
                continue;
            }
            let next = subscriber.reported_at.map(|at| at + interval).filter(|next| *next > now);
            if next.is_some() {
                due = earliest(due, next);
                continue;
            }
            subscriber.news = false;
            subscriber.reported_at = Some(now);
            self.revision += 1;
            let slots = subscriber.slots.iter_mut().map(|slot| view(slot, &self.members)).collect();
            let report = Report::Slots { user, rev: self.revision, slots };
            self.outputs.push_back(Output::Report(report));
        }
        self.deadlines.slots = due;
    }

    /// Asks for a key frame, unless that was done just now.
    pub(super) fn want_keyframe(&mut self, now: Instant, id: SourceId, layer: Layer) {
        let interval = self.settings.keyframe_interval;
        let user = self.user_of(id.member);
        let Some(encoding) = self.source(id).and_then(|source| source.encoding(layer)) else {
            return;
        };
        let ask = encoding.keyframes.want(now, interval);
        let due = encoding.keyframes.poll_timeout(interval);
        self.deadlines.keyframes = earliest(self.deadlines.keyframes, due);
        if let (true, Some(user)) = (ask, user) {
            self.outputs.push_back(Output::RequestKeyframe { user, source: id.kind, layer });
        }
    }

    fn repeat_keyframe_requests(&mut self, now: Instant) {
        let interval = self.settings.keyframe_interval;
        self.deadlines.keyframes = None;
        for (member, sources) in self.members.iter().zip(&mut self.sources) {
            let Some(user) = member.as_ref().map(|member| member.user) else { continue };
            for kind in [SourceKind::Camera, SourceKind::Screen] {
                let Some(source) = &mut sources[place(kind)] else { continue };
                for (layer, encoding) in source.layers_mut() {
                    if encoding.keyframes.handle_timeout(now, interval) {
                        let request = Output::RequestKeyframe { user, source: kind, layer };
                        self.outputs.push_back(request);
                    }
                    let due = encoding.keyframes.poll_timeout(interval);
                    self.deadlines.keyframes = earliest(self.deadlines.keyframes, due);
                }
            }
        }
    }
}

fn view(slot: &mut Slot, members: &[Option<super::Admission>]) -> SlotView {
    slot.reported = Some((slot.shows, slot.paused));
    let shows =
        slot.shows.and_then(|id| Some((members.get(id.member.index())?.as_ref()?.user, id.kind)));
    SlotView { mid: slot.mid.clone(), kind: slot.kind, shows, paused: slot.paused }
}

fn earliest(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

//! A subscriber's bandwidth, split among what comes on their slots.

use std::time::Instant;

use super::{Room, slot_index};
use crate::allocator::{Claim, Rank, Step, allocate};
use crate::layer_selector::LayerSelector;
use crate::source::SourceId;
use crate::subscriber::Shown;
use crate::{Layer, Member, Output, Paused, RoomSettings, SlotKind, SourceKind};

/// A sound takes so much at least, in bit/s: who is silent now may speak in a moment.
const LEAST_SOUND_RATE: u64 = 32_000;

impl Room {
    pub(super) fn split_all_bandwidth(&mut self, now: Instant) {
        for number in 0..self.subscribers.len() {
            if let Some(member) = self.seated(number) {
                self.split_bandwidth(now, member);
            }
        }
    }

    /// Grants every picture of a subscriber its quality, and sees to it that it comes.
    pub(super) fn split_bandwidth(&mut self, now: Instant, to: Member) {
        let before = self.subscribers[to.index()].paused();
        self.grant(now, to);
        let subscriber = &mut self.subscribers[to.index()];
        if subscriber.paused() != before {
            subscriber.news = true;
            self.stale.news = true;
        }
        self.attach_pictures(now, to);
    }

    fn grant(&mut self, now: Instant, to: Member) {
        let mut claims = Vec::new();
        let mut sound = 0;
        for slot in 0..self.subscribers[to.index()].slots.len() {
            let Some(id) = self.subscribers[to.index()].slots[slot].shows else { continue };
            if id.kind.is_audio() {
                let source = self.source(id);
                sound += source.map_or(0, |source| source.sound_rate()).max(LEAST_SOUND_RATE);
            } else {
                claims.extend(self.claim(now, to, slot, id));
            }
        }
        let subscriber = &mut self.subscribers[to.index()];
        let full = subscriber.way.is_full();
        // An estimate falls by mistake as well, most of all where little is sent. What arrives
        // at once fits, whatever is estimated.
        let carried = if subscriber.way.is_clear() {
            claims.iter().map(|claim| claim.steps.rate(claim.held)).sum()
        } else {
            0
        };
        let budget = subscriber.estimate.map_or(u64::MAX / 2, |estimate| {
            let settings = &self.settings;
            let share = settings.estimate_percent.saturating_sub(settings.retransmission_percent);
            (estimate / 100 * share).saturating_sub(sound).max(carried)
        });
        allocate(if full { 0 } else { budget }, &mut claims);
        let desired: u64 = claims.iter().map(|claim| claim.steps.rate(claim.steps.len())).sum();
        for claim in &claims {
            let slot = &mut subscriber.slots[claim.slot];
            slot.granted = claim.steps.at(claim.granted);
            slot.paused = match slot.paused {
                Some(Paused::Sender) => slot.paused,
                _ if claim.granted == 0 => Some(Paused::Bandwidth),
                _ => None,
            };
            if claim.granted < claim.held {
                slot.locked_until = Some(now + self.settings.rise_after);
            }
        }
        let hungry = claims.iter().any(|claim| claim.granted < claim.steps.len());
        if !full {
            self.tell_desired(now, to, desired + sound, hungry);
        }
    }

    /// What a picture wants; `None` while it is not sent or not shown.
    fn claim(&mut self, now: Instant, to: Member, slot: usize, id: SourceId) -> Option<Claim> {
        let speaking = self.speakers.speaking().contains(&id.member);
        let Shown { width, height, pinned, place } = self.subscribers[to.index()].slots[slot].shown;
        let source = self.source(id).filter(|source| source.allowed);
        let sends = source.as_ref().is_some_and(|source| source.sends());
        let hidden = width == 0 || height == 0;
        let steps = source.map(|source| source.steps(now, height)).filter(|_| !hidden);
        let slot_state = &mut self.subscribers[to.index()].slots[slot];
        slot_state.paused = match (sends, hidden) {
            (false, _) => Some(Paused::Sender),
            (true, true) => Some(Paused::Hidden),
            (true, false) => None,
        };
        let Some(steps) = steps.filter(|steps| !steps.is_empty()) else {
            slot_state.granted = None;
            slot_state.locked_until = None;
            return None;
        };
        let held = slot_state.granted.map_or(0, |step| steps.up_to(step));
        let locked = slot_state.locked_until.is_some_and(|until| now < until);
        let rank = Rank {
            not_pinned: !pinned,
            not_screen: id.kind != SourceKind::Screen,
            not_speaking: !speaking,
            smaller: -i64::from(width).saturating_mul(i64::from(height)),
            place,
        };
        let permitted = if locked { held } else { steps.len() };
        Some(Claim { slot, rank, steps, held, permitted, granted: 0 })
    }

    /// `hungry`: not everything goes that would.
    fn tell_desired(&mut self, now: Instant, to: Member, desired: u64, hungry: bool) {
        let RoomSettings { least_probed, most_probed_percent, look_again, .. } = self.settings;
        let subscriber = &mut self.subscribers[to.index()];
        let most = subscriber.estimate.map_or(u64::MAX, |known| known / 100 * most_probed_percent);
        let desired = desired.max(least_probed).min(most);
        if let Some((told, at)) = subscriber.told
            && told.abs_diff(desired) <= told / 10
            && !(hungry && now.saturating_duration_since(at) >= look_again)
        {
            return;
        }
        subscriber.told = Some((desired, now));
        if let Some(user) = self.user_of(to) {
            self.outputs.push_back(Output::Desired { user, bits_per_second: desired });
        }
    }

    pub(super) fn attach_sounds(&mut self, to: Member) {
        for slot in 0..self.subscribers[to.index()].slots.len() {
            let state = &self.subscribers[to.index()].slots[slot];
            if state.kind == SlotKind::Audio {
                self.attach(to, slot, state.shows);
            }
        }
    }

    fn attach_pictures(&mut self, now: Instant, to: Member) {
        for slot in 0..self.subscribers[to.index()].slots.len() {
            let state = &self.subscribers[to.index()].slots[slot];
            if state.kind == SlotKind::Audio {
                continue;
            }
            let (granted, id) = (state.granted, state.shows);
            self.attach(to, slot, id.filter(|_| granted.is_some()));
            let (Some(step), Some(id)) = (granted, id) else { continue };
            if let Some(layer) = self.aim(now, (to, slot), id, step) {
                self.want_keyframe(now, id, layer);
            }
        }
    }

    /// Enters the fan-out list of a source, and leaves the one before.
    fn attach(&mut self, to: Member, slot: usize, id: Option<SourceId>) {
        let before = self.subscribers[to.index()].slots[slot].attached;
        if before == id {
            return;
        }
        self.stale.layers = true;
        let index = slot_index(slot);
        if let Some(before) = before {
            self.leave_fan_out(before, to, index);
        }
        let source = id.and_then(|id| self.source(id));
        let entered = source.is_some();
        if let Some(source) = source {
            source.fan_out.push(LayerSelector::new(to, index));
        }
        self.subscribers[to.index()].slots[slot].attached = id.filter(|_| entered);
    }

    /// Aims at the granted quality. Some: a key frame of this layer is needed for it.
    fn aim(
        &mut self,
        now: Instant,
        (to, slot): (Member, usize),
        id: SourceId,
        step: Step,
    ) -> Option<Layer> {
        let source = self.source(id)?;
        let target = source.reachable(now, step.layer);
        let selector = source.selector(to, slot_index(slot))?;
        let changed = selector.target != target || selector.current.is_none();
        let otherwise = (selector.granted, selector.target) != (step.layer, target);
        selector.granted = step.layer;
        selector.temporal_granted = step.temporal;
        selector.target = target;
        let needs_keyframe = changed && selector.current != Some(target);
        self.stale.layers |= otherwise;
        needs_keyframe.then_some(target)
    }
}

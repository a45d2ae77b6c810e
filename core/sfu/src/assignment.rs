//! Which source comes on which slot.

use crate::SlotKind;
use crate::source::SourceId;
use crate::subscriber::{Shown, Slot};

/// A picture that a participant would see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) id: SourceId,
    pub(crate) shown: Shown,
    /// It is sent.
    pub(crate) available: bool,
}

/// Assigns pictures to the video slots. What keeps its wish keeps its slot; where there are too
/// few, those get one that are pinned or come first. What is hidden or not sent keeps a slot only
/// while nobody else wants it. Returns how many slots would be of use.
pub(crate) fn assign_pictures(slots: &mut [Slot], mut wishes: Vec<Wish>) -> usize {
    let capacity = slots.iter().filter(|slot| slot.kind == SlotKind::Video).count();
    let has_slot = |wish: &Wish| slots.iter().any(|slot| slot.shows == Some(wish.id));
    wishes.retain(|wish| is_seen(wish) || has_slot(wish));
    wishes.sort_by_key(|wish| (!is_seen(wish), !wish.available, !wish.shown.pinned));
    let seen = wishes.iter().filter(|wish| is_seen(wish)).count();
    wishes.truncate(capacity);
    let ids: Vec<SourceId> = wishes.iter().map(|wish| wish.id).collect();
    let video = || |slot: &&mut Slot| slot.kind == SlotKind::Video;
    assign(slots.iter_mut().filter(video()), &ids);
    for slot in slots.iter_mut().filter(video()) {
        let wish = wishes.iter().find(|wish| Some(wish.id) == slot.shows);
        slot.shown = wish.map(|wish| wish.shown).unwrap_or_default();
    }
    seen
}

/// Assigns sounds to the audio slots: microphones to the first `microphone_slots` of them, sounds
/// of screens to the others.
pub(crate) fn assign_sounds(
    slots: &mut [Slot],
    microphone_slots: usize,
    microphones: &[SourceId],
    screens: &[SourceId],
) {
    let mut audio = slots.iter_mut().filter(|slot| slot.kind == SlotKind::Audio);
    let first: Vec<&mut Slot> = audio.by_ref().take(microphone_slots).collect();
    assign(first.into_iter(), microphones);
    assign(audio, screens);
}

fn is_seen(wish: &Wish) -> bool {
    wish.available && wish.shown.width > 0 && wish.shown.height > 0
}

/// Assigns sources to slots: who has one keeps it, the others take what is free, in order.
fn assign<'a>(slots: impl Iterator<Item = &'a mut Slot>, ids: &[SourceId]) {
    let mut slots: Vec<&mut Slot> = slots.collect();
    for slot in &mut slots {
        if slot.shows.is_some_and(|id| !ids.contains(&id)) {
            slot.assign(None);
        }
    }
    for id in ids {
        if slots.iter().any(|slot| slot.shows == Some(*id)) {
            continue;
        }
        if let Some(free) = slots.iter_mut().find(|slot| slot.shows.is_none()) {
            free.assign(Some(*id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CodecSet, Member, SlotSpec, SourceKind};

    fn slots(kind: SlotKind, count: usize) -> Vec<Slot> {
        let spec =
            |number: usize| SlotSpec { mid: number.to_string(), kind, codecs: CodecSet::default() };
        (0..count).map(|number| Slot::new(spec(number))).collect()
    }

    fn camera(number: u32) -> SourceId {
        SourceId { member: Member(number), kind: SourceKind::Camera }
    }

    fn wish(number: u32) -> Wish {
        let shown = Shown { width: 320, height: 180, ..Shown::default() };
        Wish { id: camera(number), shown, available: true }
    }

    fn shown(slots: &[Slot]) -> Vec<Option<u32>> {
        slots.iter().map(|slot| slot.shows.map(|id| id.member.0)).collect()
    }

    #[test]
    fn a_picture_keeps_its_slot_whatever_comes_and_goes() {
        let mut slots = slots(SlotKind::Video, 3);
        assign_pictures(&mut slots, vec![wish(1), wish(2), wish(3)]);
        assert_eq!(shown(&slots), [Some(1), Some(2), Some(3)]);
        assign_pictures(&mut slots, vec![wish(3), wish(1)]);
        assert_eq!(shown(&slots), [Some(1), None, Some(3)]);
        assign_pictures(&mut slots, vec![wish(9), wish(3), wish(1)]);
        assert_eq!(shown(&slots), [Some(1), Some(9), Some(3)]);
    }

    #[test]
    fn with_too_few_slots_the_first_and_the_pinned_get_them() {
        let mut slots = slots(SlotKind::Video, 2);
        let mut pinned = wish(4);
        pinned.shown.pinned = true;
        let needed = assign_pictures(&mut slots, vec![wish(1), wish(2), wish(3), pinned]);
        assert_eq!(needed, 4);
        assert_eq!(shown(&slots), [Some(4), Some(1)]);
    }

    #[test]
    fn what_is_hidden_or_off_keeps_its_slot_until_another_needs_it() {
        let mut slots = slots(SlotKind::Video, 2);
        assign_pictures(&mut slots, vec![wish(1), wish(2)]);
        let off = Wish { available: false, ..wish(1) };
        let hidden = Wish { shown: Shown::default(), ..wish(2) };
        assert_eq!(assign_pictures(&mut slots, vec![off, hidden]), 0);
        assert_eq!(shown(&slots), [Some(1), Some(2)]);
        assign_pictures(&mut slots, vec![off, hidden, wish(3)]);
        assert_eq!(shown(&slots), [Some(3), Some(2)]);
    }

    #[test]
    fn what_is_hidden_or_off_gets_no_slot_of_its_own() {
        let mut slots = slots(SlotKind::Video, 2);
        let off = Wish { available: false, ..wish(1) };
        assign_pictures(&mut slots, vec![off]);
        assert_eq!(shown(&slots), [None, None]);
    }

    #[test]
    fn microphones_and_screens_have_their_own_audio_slots() {
        let mut slots = slots(SlotKind::Audio, 5);
        let microphone = |number| SourceId { kind: SourceKind::Microphone, ..camera(number) };
        let screen = |number| SourceId { kind: SourceKind::ScreenAudio, ..camera(number) };
        let four = [1, 2, 3, 4].map(microphone);
        assign_sounds(&mut slots, 3, &four, &[screen(1)]);
        assert_eq!(shown(&slots), [Some(1), Some(2), Some(3), Some(1), None]);
        assign_sounds(&mut slots, 3, &[microphone(3), microphone(7)], &[screen(8), screen(1)]);
        assert_eq!(shown(&slots), [Some(7), None, Some(3), Some(1), Some(8)]);
    }
}

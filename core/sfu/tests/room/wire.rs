//! What goes out of the room, and what must be true of all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sfu::{Egress, Layer, Member, Rewritten, SlotIndex, SourceKind};

use super::publisher::Outgoing;

/// A packet that went out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) at: Instant,
    pub(crate) from: Member,
    pub(crate) source: SourceKind,
    pub(crate) layer: Layer,
    pub(crate) to: Member,
    pub(crate) slot: SlotIndex,
    pub(crate) bytes: usize,
    /// Its sequence number before the room.
    pub(crate) came_as: u64,
    pub(crate) packet: Rewritten,
    pub(crate) key: bool,
}

/// Everything that went out; every packet is checked as it goes.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    pub(crate) sent: Vec<Sent>,
    slots: BTreeMap<(Member, SlotIndex), SlotState>,
    /// Sequence numbers may have gaps and come late, for what comes in does.
    pub(crate) lossy: bool,
}

#[derive(Debug)]
struct SlotState {
    seen: BTreeSet<u64>,
    newest: Sent,
}

/// The wire while one packet is handled.
pub(crate) struct Handling<'a> {
    pub(crate) wire: &'a mut Wire,
    pub(crate) at: Instant,
    pub(crate) from: Member,
    pub(crate) outgoing: &'a Outgoing,
}

impl Egress for Handling<'_> {
    fn send(&mut self, to: Member, slot: SlotIndex, packet: &Rewritten) {
        let sent = Sent {
            at: self.at,
            from: self.from,
            source: self.outgoing.source,
            layer: self.outgoing.layer,
            to,
            slot,
            bytes: self.outgoing.payload.len(),
            came_as: self.outgoing.seq,
            packet: *packet,
            key: self.outgoing.key,
        };
        self.wire.check(sent);
        self.wire.sent.push(sent);
    }
}

impl Wire {
    /// What is sent to these slots from now on is another connection's.
    pub(crate) fn forget(&mut self, member: Member) {
        self.slots.retain(|(to, _), _| *to != member);
    }

    /// What is sent to slots from this place on is another connection's.
    pub(crate) fn forget_from(&mut self, member: Member, place: usize) {
        self.slots.retain(|(to, slot), _| *to != member || usize::from(slot.0) < place);
    }

    fn check(&mut self, sent: Sent) {
        assert_ne!(sent.from, sent.to, "nobody gets what is their own: {sent:?}");
        assert_eq!(sent.packet.nackable, !sent.source.is_audio());
        let Some(state) = self.slots.get_mut(&(sent.to, sent.slot)) else {
            assert_eq!(sent.packet.seq, 1, "a slot counts from 1: {sent:?}");
            assert!(sent.key, "a slot begins with a key frame: {sent:?}");
            let state = SlotState { seen: BTreeSet::from([1]), newest: sent };
            self.slots.insert((sent.to, sent.slot), state);
            return;
        };
        let newest = state.newest;
        assert!(state.seen.insert(sent.packet.seq), "sent twice: {sent:?}");
        let stream = |one: &Sent| (one.from, one.source, one.layer);
        let switched = stream(&newest) != stream(&sent);
        if switched {
            assert!(sent.key, "a stream begins with a key frame: {newest:?} {sent:?}");
        }
        if switched || !self.lossy {
            assert_eq!(sent.packet.seq, newest.packet.seq + 1, "{newest:?} {sent:?}");
        }
        if sent.packet.seq > newest.packet.seq {
            check_numbers(&newest, &sent, switched);
            state.newest = sent;
        }
    }
}

/// Timestamps and picture numbers never go back; at a switch they go on.
fn check_numbers(newest: &Sent, sent: &Sent, switched: bool) {
    let ahead = sent.packet.timestamp.wrapping_sub(newest.packet.timestamp);
    assert!(ahead < u32::MAX / 2, "time goes back: {newest:?} {sent:?}");
    assert!(!switched || ahead > 0, "two streams at one time: {newest:?} {sent:?}");
    let numbers = |one: &Sent| Some((one.packet.vp8?.picture_id?, one.packet.vp8?.tl0_pic_idx?));
    let (Some((id, tl0)), Some((next_id, next_tl0))) = (numbers(newest), numbers(sent)) else {
        return;
    };
    let ids = next_id.wrapping_sub(id) & 0x7fff;
    let tl0s = next_tl0.wrapping_sub(tl0);
    assert!(ids < 0x4000 && tl0s < 0x80, "pictures go back: {newest:?} {sent:?}");
    if switched {
        assert_eq!((ids, tl0s), (1, 1), "{newest:?} {sent:?}");
    }
}

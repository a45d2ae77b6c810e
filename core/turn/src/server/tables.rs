//! Where allocations live, how they are found, and which is due next.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::allocation::Allocation;
use super::identity::{AllocationId, FiveTuple, Moment};
use crate::stun::Family;

/// All allocations of one shard. Everything is O(1), but for the heap of deadlines: O(log n) per
/// allocation made, refreshed to an earlier end, or due; packets do not touch it.
#[derive(Debug, Default)]
pub(super) struct Tables {
    slots: Vec<Slot>,
    free: Vec<u32>,
    live: usize,
    by_tuple: HashMap<FiveTuple, u32>,
    by_relay: HashMap<(Family, u16), u32>,
    /// Lazy: an entry counts only if its allocation lives and has it as its `queued`.
    due: BinaryHeap<Reverse<(Moment, AllocationId)>>,
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    allocation: Option<Allocation>,
}

impl Tables {
    /// A name for an allocation to come.
    pub(super) fn reserve(&mut self) -> AllocationId {
        if let Some(slot) = self.free.pop() {
            return AllocationId { slot, generation: self.slots[slot as usize].generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^31 allocations");
        self.slots.push(Slot { generation: 0, allocation: None });
        AllocationId { slot, generation: 0 }
    }

    /// The allocation did not come to be.
    pub(super) fn unreserve(&mut self, id: AllocationId) {
        let slot = &mut self.slots[id.slot as usize];
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(id.slot);
    }

    /// Puts an allocation where its name was reserved.
    pub(super) fn insert(&mut self, id: AllocationId, allocation: Allocation) {
        self.by_tuple.insert(allocation.tuple, id.slot);
        for (family, relay) in allocation.relays() {
            self.by_relay.insert((family, relay.port), id.slot);
        }
        self.due.push(Reverse((allocation.queued, id)));
        self.slots[id.slot as usize].allocation = Some(allocation);
        self.live += 1;
    }

    /// Takes an allocation out; its name is never given out again.
    pub(super) fn remove(&mut self, id: AllocationId) -> Option<Allocation> {
        self.get(id)?;
        let allocation = self.slots[id.slot as usize].allocation.take()?;
        self.by_tuple.remove(&allocation.tuple);
        for (family, relay) in allocation.relays() {
            self.by_relay.remove(&(family, relay.port));
        }
        self.live -= 1;
        self.unreserve(id);
        self.sweep();
        Some(allocation)
    }

    /// A relayed address of an allocation that goes on is gone.
    pub(super) fn forget_relay(&mut self, family: Family, port: u16) {
        self.by_relay.remove(&(family, port));
    }

    pub(super) fn get(&self, id: AllocationId) -> Option<&Allocation> {
        let slot = self.slots.get(id.slot as usize)?;
        slot.allocation.as_ref().filter(|_| slot.generation == id.generation)
    }

    pub(super) fn get_mut(&mut self, id: AllocationId) -> Option<&mut Allocation> {
        let slot = self.slots.get_mut(id.slot as usize)?;
        slot.allocation.as_mut().filter(|_| slot.generation == id.generation)
    }

    pub(super) fn of_tuple(&self, tuple: &FiveTuple) -> Option<AllocationId> {
        self.by_tuple.get(tuple).map(|slot| self.id(*slot))
    }

    /// The allocation with a relayed address.
    pub(super) fn of_relay(&self, family: Family, port: u16) -> Option<AllocationId> {
        self.by_relay.get(&(family, port)).map(|slot| self.id(*slot))
    }

    fn id(&self, slot: u32) -> AllocationId {
        AllocationId { slot, generation: self.slots[slot as usize].generation }
    }

    /// All that live, in no order that means anything.
    pub(super) fn ids(&self) -> impl Iterator<Item = AllocationId> {
        let live = self.slots.iter().zip(0..).filter(|(slot, _)| slot.allocation.is_some());
        live.map(|(slot, index)| AllocationId { slot: index, generation: slot.generation })
    }

    /// The deadline of an allocation may have changed.
    pub(super) fn reschedule(&mut self, id: AllocationId) {
        let Some(allocation) = self.get_mut(id) else { return };
        let deadline = allocation.deadline();
        // A later deadline waits for the entry that is there.
        if deadline < allocation.queued {
            allocation.queued = deadline;
            self.due.push(Reverse((deadline, id)));
        }
    }

    /// When [`pop_due`](Self::pop_due) is to be called; may be too early, never too late.
    pub(super) fn next_deadline(&self) -> Option<Moment> {
        self.due.peek().map(|Reverse((deadline, _))| *deadline)
    }

    /// An allocation whose deadline has come. The caller deals with it and calls
    /// [`requeue`](Self::requeue) or [`remove`](Self::remove).
    pub(super) fn pop_due(&mut self, now: Moment) -> Option<AllocationId> {
        while let Some(Reverse((entry, id))) = self.due.peek().copied() {
            if entry > now {
                return None;
            }
            self.due.pop();
            let Some(allocation) = self.get(id) else { continue };
            if allocation.queued != entry {
                continue;
            }
            if allocation.deadline() <= now {
                return Some(id);
            }
            self.requeue(id);
        }
        None
    }

    /// Queues an allocation afresh, whose entry was popped.
    pub(super) fn requeue(&mut self, id: AllocationId) {
        let Some(allocation) = self.get_mut(id) else { return };
        let deadline = allocation.deadline();
        allocation.queued = deadline;
        self.due.push(Reverse((deadline, id)));
    }

    /// Keeps the heap at most about twice as long as there are allocations, so that somebody who
    /// makes and deletes them in a loop leaves nothing behind.
    fn sweep(&mut self) {
        if self.due.len() <= 2 * self.live + 64 {
            return;
        }
        let mut entries = std::mem::take(&mut self.due).into_vec();
        entries.retain(|Reverse((entry, id))| {
            self.get(*id).is_some_and(|allocation| allocation.queued == *entry)
        });
        self.due = entries.into();
    }
}

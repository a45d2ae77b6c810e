//! How allocations end: by time, by the hang-up, by a newer one, with their stream.

use std::time::{Duration, Instant};

use vocab::{CallId, UserId};

use super::Server;
use super::identity::{AllocationId, FAMILIES, FiveTuple, Moment, Now};
use super::registry::Holder;
use super::settings::millis;
use super::step::Output;
use crate::stun::Family;

impl Server {
    /// Ends what is over.
    pub fn handle_timeout(&mut self, now: Now) {
        self.expire(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do, or a little earlier.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadline = self.tables.next_deadline()?;
        self.start.checked_add(Duration::from_millis(deadline.0))
    }

    /// A client's stream is closed, and with it its allocation ends.
    pub fn client_gone(&mut self, _now: Now, tuple: FiveTuple) {
        if let Some(id) = self.tables.of_tuple(&tuple) {
            self.end(id);
        }
    }

    /// A user is no longer in a call: ends the user's allocations that are bound to it, and those
    /// bound to none unless the user is in another call (or they are a test before joining).
    /// Without a call: ends whatever the user has no right to any more.
    pub fn revoke(&mut self, now: Now, user: UserId, call: Option<CallId>) {
        let gone = |id: &AllocationId| {
            self.tables.get(*id).is_some_and(|allocation| {
                let claims = &allocation.claims;
                let named = claims.call.is_some() && claims.call == call;
                let looked_at = claims.call.is_none() || call.is_none();
                claims.user == user
                    && (named || (looked_at && self.right_to_relay(claims, now.unix).is_err()))
            })
        };
        let gone: Vec<AllocationId> = self.tables.ids().filter(gone).collect();
        for id in gone {
            self.counters.revoked += 1;
            self.take_away(id);
        }
    }

    /// An allocation made room for another one (`Output::Evict` of another shard).
    pub fn release(&mut self, _now: Now, allocation: AllocationId) {
        if self.tables.get(allocation).is_some() {
            self.counters.evicted += 1;
            self.take_away(allocation);
        }
    }

    /// The book of quotas chose an allocation that must go.
    pub(super) fn evict(&mut self, holder: Holder) {
        if holder.shard != self.shard {
            self.outputs.push_back(Output::Evict(holder));
        } else if self.tables.get(holder.allocation).is_some() {
            self.counters.evicted += 1;
            self.take_away(holder.allocation);
        }
    }

    /// Ends all that is due.
    pub(super) fn expire(&mut self, now: Now) {
        let moment = self.moment(now);
        while let Some(id) = self.tables.pop_due(moment) {
            for family in FAMILIES {
                let over = self.tables.get(id).is_some_and(|allocation| {
                    allocation.relays().any(|(of, relay)| of == family && relay.expires <= moment)
                });
                if over {
                    self.close_relay(id, family);
                    self.counters.expired += u64::from(self.tables.get(id).is_none());
                }
            }
            let Some(allocation) = self.tables.get_mut(id) else { continue };
            let claims = allocation.claims;
            if allocation.look_again.take_if(|at| *at <= moment).is_some() {
                match self.right_to_relay(&claims, now.unix) {
                    Ok(left) => self.look_again_in(id, moment, left),
                    Err(_) => {
                        self.counters.revoked += 1;
                        self.take_away(id);
                    }
                }
            }
            self.tables.requeue(id);
        }
    }

    /// The wall clock was set back, or the two clocks disagree by a little.
    fn look_again_in(&mut self, id: AllocationId, now: Moment, left: Option<Duration>) {
        let wait = left.map(|left| millis(left).clamp(1, 60_000));
        if let Some(allocation) = self.tables.get_mut(id) {
            allocation.look_again = wait.map(|wait| now.after(wait));
        }
    }

    /// Ends one relayed address, and the allocation with its last one.
    pub(super) fn close_relay(&mut self, id: AllocationId, family: Family) {
        let Some(allocation) = self.tables.get_mut(id) else { return };
        let others = allocation.relays().any(|(other, _)| other != family);
        if !others {
            self.end(id);
        } else if let Some(relay) = allocation.take_relay(family) {
            self.tables.forget_relay(family, relay.port);
            self.outputs.push_back(Output::CloseRelay(id.relay(family)));
        }
    }

    /// Ends an allocation whose client still believes in it.
    fn take_away(&mut self, id: AllocationId) {
        let stream = self.tables.get(id).filter(|allocation| allocation.stream);
        if let Some(tuple) = stream.map(|allocation| allocation.tuple) {
            self.outputs.push_back(Output::CloseClient(tuple));
        }
        self.end(id);
    }

    fn end(&mut self, id: AllocationId) {
        let Some(allocation) = self.tables.remove(id) else { return };
        for (family, _) in allocation.relays() {
            self.outputs.push_back(Output::CloseRelay(id.relay(family)));
        }
        let holder = Holder { shard: self.shard, allocation: id };
        self.registry.release(allocation.claims.user, holder);
        self.counters.deallocated += 1;
    }
}

//! Declining, leaving, and every way a call ends.

use std::collections::BTreeSet;

use call::{
    BusyPolicy, CallStatus, Capability, EndReason, Invitee, LeaveReason,
    ParticipantStatus as Status, Reach, Refusal, RejectReason, Reply, Role,
};
use vocab::{UnixMillis, UserId};

use super::{Answered, Lost, Model, Over, Person};

impl Model {
    pub(super) fn reject(&mut self, user: UserId, reason: RejectReason) -> Answered {
        let me = self.visible(user)?;
        if me.status != Status::Rejected {
            self.running()?;
            match me.status {
                Status::Joined if user == self.people[0].user => return Err(Refusal::OwnCall),
                Status::Joined | Status::Left => return Err(Refusal::AlreadyAnswered),
                Status::Missed => return Err(Refusal::NotJoined),
                Status::Invited | Status::Ringing | Status::Rejected => {}
            }
            self.mark_rejected(user, reason);
            self.settle();
        }
        Ok(if self.over.is_some() { Reply::Ended } else { Reply::Done })
    }

    pub(super) fn mark_rejected(&mut self, user: UserId, reason: RejectReason) {
        self.change(user, |one| {
            one.status = Status::Rejected;
            one.rejected = Some(reason);
            one.missed_entry = reason == RejectReason::Busy;
            one.wish = None;
        });
    }

    pub(super) fn reject_if_busy(&mut self, one: &Invitee) {
        let busy = one.busy && one.reach != Reach::Blocked;
        if busy && self.policy.busy == BusyPolicy::Reject {
            self.mark_rejected(one.user, RejectReason::Busy);
        }
    }

    pub(super) fn end_or_leave(&mut self, user: UserId, end: bool) -> Answered {
        let me = self.visible(user)?;
        if self.over.is_some() {
            return Ok(Reply::Ended);
        }
        let inside = me.status == Status::Joined;
        if me.status.is_pending() {
            return self.reject(user, RejectReason::Declined);
        }
        if !inside && me.status != Status::Left {
            return Err(Refusal::NotJoined);
        }
        if inside && self.unanswered() {
            self.finish(CallStatus::Missed, EndReason::Cancelled, Some(user));
        } else if inside && self.direct {
            self.finish(CallStatus::Ended, EndReason::EndedByUser, Some(user));
        } else if end && self.may(&me, Capability::EndForAll) {
            self.finish(CallStatus::Ended, EndReason::EndedByHost, Some(user));
        } else {
            if inside {
                self.depart(user, LeaveReason::Left);
            }
            return Ok(Reply::Left);
        }
        Ok(Reply::Ended)
    }

    pub(super) fn depart(&mut self, user: UserId, why: LeaveReason) {
        let inside = self.inside().any(|one| one.user == user);
        self.change(user, |one| stand_up(one, why));
        let heir = self.inside().min_by_key(|one| one.sits_since).map(|one| one.user);
        if let Some(heir) = heir.filter(|_| self.host == user) {
            self.crown(heir);
        }
        self.recount();
        if inside {
            self.regroup();
        }
    }

    pub(super) fn crown(&mut self, heir: UserId) {
        let former = self.host;
        self.change(former, |one| one.role = Role::Member);
        self.change(heir, |one| one.role = Role::Host);
        self.host = heir;
    }

    /// The clocks of a call with nobody or with one person in it.
    pub(super) fn recount(&mut self) {
        let active = self.started.is_some() && self.over.is_none();
        let inside = self.inside().count();
        let called = self.people.iter().any(|one| one.status.is_pending());
        let keep =
            |since: Option<UnixMillis>, yes| if yes { since.or(Some(self.now)) } else { None };
        self.empty_since = keep(self.empty_since, active && inside == 0);
        self.alone_since = keep(self.alone_since, active && inside == 1 && !called);
    }

    /// Ends a call nobody can answer any more; who only waits for others does not count.
    pub(super) fn settle(&mut self) {
        let waits = |one: &&Person| one.status.is_pending() && one.wish.is_some();
        let callees: Vec<&Person> = self.people[1..].iter().filter(|one| !waits(one)).collect();
        if !self.unanswered() || callees.iter().any(|one| one.status.is_pending()) {
            return;
        }
        let how: BTreeSet<Option<RejectReason>> = callees
            .iter()
            .map(|one| {
                one.rejected
                    .filter(|why| one.status == Status::Rejected || *why == RejectReason::Busy)
            })
            .collect();
        if how.contains(&None) {
            self.finish(CallStatus::Missed, EndReason::Timeout, None);
        } else if how.contains(&Some(RejectReason::Declined)) {
            let all = callees.iter().all(|one| one.status == Status::Rejected);
            let (status, why) = if all {
                (CallStatus::Rejected, EndReason::Rejected)
            } else {
                (CallStatus::Missed, EndReason::Timeout)
            };
            self.finish(status, why, None);
        } else {
            self.finish(CallStatus::Rejected, EndReason::Busy, None);
        }
    }

    pub(super) fn finish(&mut self, status: CallStatus, why: EndReason, by: Option<UserId>) {
        for one in &mut self.people {
            if one.status.is_pending() {
                one.status = Status::Missed;
                one.missed_entry = why != EndReason::Replaced && !one.blocked;
            } else if one.status == Status::Joined {
                let left = by == Some(one.user);
                stand_up(one, if left { LeaveReason::Left } else { LeaveReason::CallEnded });
            }
        }
        self.status = status;
        self.over = Some(Over { when: self.now, why, by });
        (self.way_until, self.starved_until) = (None, None);
    }

    pub(super) fn replace(&mut self, user: UserId) -> Answered {
        let me = self.visible(user)?;
        self.running()?;
        if me.status != Status::Joined {
            return Err(Refusal::NotJoined);
        }
        if self.unanswered() {
            self.finish(CallStatus::Missed, EndReason::Replaced, Some(user));
        } else if self.direct {
            self.finish(CallStatus::Ended, EndReason::Replaced, Some(user));
        } else {
            self.depart(user, LeaveReason::Replaced);
            return Ok(Reply::Left);
        }
        Ok(Reply::Ended)
    }

    pub(super) fn terminate(&mut self, why: EndReason) -> Reply {
        let fault = matches!(why, EndReason::Capacity | EndReason::InternalError);
        if self.over.is_none() {
            let status = match (self.unanswered(), fault) {
                (false, _) => CallStatus::Ended,
                (true, true) => CallStatus::Failed,
                (true, false) => CallStatus::Missed,
            };
            // Whoever was being called finds a missed call, whatever the word for it.
            self.finish(status, EndReason::Timeout, None);
            self.over = Some(Over { when: self.now, why, by: None });
        }
        Reply::Ended
    }
}

fn stand_up(one: &mut Person, why: LeaveReason) {
    one.status = Status::Left;
    one.left = Some(why);
    one.lost = Lost::No;
    one.wish = None;
    one.media.screen_sharing = false;
    (one.served, one.linked, one.from_before) = (false, false, false);
    one.hand = None;
}

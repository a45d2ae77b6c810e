//! Hanging up: cancelling, ending and leaving, and what the others are left with.

use vocab::UserId;

use crate::input::Reply;
use crate::machine::Call;
use crate::state::{CallStatus, ParticipantStatus, Shape};
use crate::{
    Capability, Effect, EndReason, Event, LeaveReason, MissReason, Refusal, RejectReason,
    StopReason,
};

impl Call {
    /// `end`: the caller before the accept cancels, a callee declines; afterwards a direct
    /// call ends, a group call ends for all only by whom may do that.
    pub(crate) fn end(&mut self, user: UserId) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        if self.state.status.is_terminal() {
            return Ok(Reply::Ended);
        }
        match me.status {
            ParticipantStatus::Invited | ParticipantStatus::Ringing => {
                self.reject(user, RejectReason::Declined)
            }
            ParticipantStatus::Joined if self.state.status.is_unanswered() => {
                Ok(self.withdraw(user))
            }
            ParticipantStatus::Joined if self.state.shape == Shape::Direct => {
                self.finish_active(EndReason::EndedByUser, Some(user));
                Ok(Reply::Ended)
            }
            ParticipantStatus::Joined | ParticipantStatus::Left => {
                if self.authorize(user, Capability::EndForAll).is_ok() {
                    self.finish_active(EndReason::EndedByHost, Some(user));
                    Ok(Reply::Ended)
                } else {
                    self.leave(user)
                }
            }
            ParticipantStatus::Rejected | ParticipantStatus::Missed => Err(Refusal::NotJoined),
        }
    }

    /// `leave`: a direct call cannot go on with one person, a group call can.
    pub(crate) fn leave(&mut self, user: UserId) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        if self.state.status.is_terminal() {
            return Ok(Reply::Ended);
        }
        match me.status {
            ParticipantStatus::Joined if self.state.status.is_unanswered() => {
                Ok(self.withdraw(user))
            }
            ParticipantStatus::Joined if self.state.shape == Shape::Direct => {
                self.finish_active(EndReason::EndedByUser, Some(user));
                Ok(Reply::Ended)
            }
            ParticipantStatus::Joined => {
                self.depart(user, LeaveReason::Left);
                Ok(Reply::Left)
            }
            ParticipantStatus::Left => Ok(Reply::Left),
            ParticipantStatus::Invited | ParticipantStatus::Ringing => {
                self.reject(user, RejectReason::Declined)
            }
            ParticipantStatus::Rejected | ParticipantStatus::Missed => Err(Refusal::NotJoined),
        }
    }

    /// The caller gives up before an answer.
    fn withdraw(&mut self, user: UserId) -> Reply {
        self.emit(Event::Cancelled { by: user });
        self.finish(CallStatus::Missed, EndReason::Cancelled, Some(user), MissReason::Cancelled);
        Reply::Ended
    }

    /// Takes a joined participant out of a call that goes on.
    pub(crate) fn depart(&mut self, user: UserId, reason: LeaveReason) {
        let now = self.now;
        let Some(me) = self.state.participant(user) else { return };
        let was_in = me.status == ParticipantStatus::Joined;
        let unbound = was_in && me.seat.device.is_none();
        self.edit(user, |me| me.stand_up(now, reason));
        self.emit(Event::Left { user, reason });
        self.effect(Effect::DropHeld { user });
        if unbound {
            // No device of theirs was chosen: all of them still show the call.
            self.effect(Effect::StopRinging { user, except: None, reason: StopReason::Ended });
        }
        // The grace of an empty call begins with the last who was in it, and only once.
        if was_in && self.state.joined().next().is_none() {
            self.state.times.empty_until = Some(now + self.policy.empty_grace);
        } else if was_in && self.state.host == user {
            self.pass_on_host(user);
        }
        self.watch_loneliness();
        if was_in {
            self.watch_topology();
        }
    }

    /// Starts or stops the clock of a call with one person and nobody to wait for.
    pub(crate) fn watch_loneliness(&mut self) {
        let alone = self.state.status == CallStatus::Active
            && self.state.joined().count() == 1
            && self.state.pending().next().is_none();
        let until = self.now + self.policy.alone;
        let slot = &mut self.state.times.alone_until;
        *slot = if alone { slot.or(Some(until)) } else { None };
    }

    /// The peer of a call whose caller lost their device sees it end, and no missed entry.
    pub(crate) fn replace(&mut self, user: UserId) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        self.still_running()?;
        if me.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined);
        }
        let unanswered = self.state.status.is_unanswered();
        if self.state.shape == Shape::Group && !unanswered {
            self.depart(user, LeaveReason::Replaced);
            return Ok(Reply::Left);
        }
        let status = if unanswered { CallStatus::Missed } else { CallStatus::Ended };
        self.finish(status, EndReason::Replaced, Some(user), MissReason::Replaced);
        Ok(Reply::Ended)
    }

    /// Removes somebody: by right of a participant, or because they lost their membership.
    pub(crate) fn remove(&mut self, by: Option<UserId>, user: UserId) -> Result<Reply, Refusal> {
        if let Some(by) = by {
            self.known(by)?;
            self.still_running()?;
            self.authorize(by, Capability::Remove)?;
            if self.state.participant(user).is_some_and(|one| one.user == self.state.host) {
                return Err(Refusal::Forbidden(Capability::Remove));
            }
        }
        let Some(one) = self.state.participant(user) else {
            return Err(Refusal::TargetNotInCall);
        };
        if self.state.status.is_terminal() {
            return Ok(Reply::Ended);
        }
        let (joined, pending) = (one.status == ParticipantStatus::Joined, one.status.is_pending());
        let alone_in_direct = self.state.shape == Shape::Direct;
        if joined && (alone_in_direct || self.state.status.is_unanswered()) {
            self.depart(user, LeaveReason::Removed);
            let status = if self.state.status.is_unanswered() {
                CallStatus::Missed
            } else {
                CallStatus::Ended
            };
            let reason = EndReason::EndedByUser;
            self.finish(status, reason, by, MissReason::Cancelled);
            return Ok(Reply::Ended);
        }
        if joined || pending {
            self.depart(user, LeaveReason::Removed);
        } else {
            let was_out = one.status == ParticipantStatus::Left;
            let reason = LeaveReason::Removed;
            self.edit(user, |one| {
                one.status = ParticipantStatus::Left;
                one.left_reason = Some(reason);
                one.ring.joins_on_activation = None;
            });
            if !was_out {
                self.emit(Event::Left { user, reason });
            }
        }
        let reason = StopReason::Removed;
        self.effect(Effect::StopRinging { user, except: None, reason });
        self.settle();
        Ok(if self.state.status.is_terminal() { Reply::Ended } else { Reply::Done })
    }
}

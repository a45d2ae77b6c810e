//! What people send, whom they call, and what they may do to others.

use call::{
    CallStatus, Capability, EndReason, Invitee, LeaveReason, MediaPatch,
    ParticipantStatus as Status, Reach, Refusal, Reply, Role,
};
use vocab::UserId;

use super::{Answered, Model};

impl Model {
    pub(super) fn change_media(&mut self, user: UserId, patch: MediaPatch) -> Answered {
        let me = self.visible(user)?;
        self.running()?;
        if me.status != Status::Joined {
            return Err(Refusal::NotJoined);
        }
        for (on, right) in [
            (patch.audio_enabled, Capability::Speak),
            (patch.video_enabled, Capability::Camera),
            (patch.screen_sharing, Capability::Screen),
        ] {
            if on == Some(true) {
                self.need(&me, right)?;
            }
        }
        self.change(user, |one| one.media = one.media.patched(patch));
        Ok(Reply::Done)
    }

    pub(super) fn invite(&mut self, by: UserId, invitees: &[Invitee]) -> Answered {
        let me = self.visible(by)?;
        self.running()?;
        self.need(&me, Capability::Invite)?;
        if me.status != Status::Joined {
            return Err(Refusal::NotJoined);
        }
        for invitee in invitees {
            let mut called = self.somebody(invitee.user, Role::Member);
            called.blocked = invitee.reach == Reach::Blocked;
            let index = self.people.iter().position(|one| one.user == invitee.user);
            if let Some(index) = index {
                let known = &mut self.people[index];
                if known.blocked
                    || matches!(known.status, Status::Invited | Status::Ringing | Status::Joined)
                {
                    continue;
                }
                (called.role, called.media, called.seat) = (known.role, known.media, known.seat);
                *known = called;
            } else {
                self.people.push(called);
            }
            self.reject_if_busy(invitee);
        }
        Ok(Reply::Done)
    }

    pub(super) fn remove(&mut self, by: Option<UserId>, user: UserId) -> Answered {
        if let Some(by) = by {
            let me = self.visible(by)?;
            self.running()?;
            self.need(&me, Capability::Remove)?;
            if user == self.host {
                return Err(Refusal::Forbidden(Capability::Remove));
            }
        }
        let target = self.person(user).cloned().ok_or(Refusal::TargetNotInCall)?;
        if self.over.is_some() {
            return Ok(Reply::Ended);
        }
        let unanswered = self.unanswered();
        let inside = target.status == Status::Joined;
        if inside || target.status.is_pending() {
            self.depart(user, LeaveReason::Removed);
        } else {
            self.change(user, |one| {
                (one.status, one.left) = (Status::Left, Some(LeaveReason::Removed));
            });
        }
        if inside && (self.direct || unanswered) {
            let status = if unanswered { CallStatus::Missed } else { CallStatus::Ended };
            self.finish(status, EndReason::EndedByUser, by);
        }
        self.settle();
        Ok(if self.over.is_some() { Reply::Ended } else { Reply::Done })
    }

    pub(super) fn set_role(&mut self, by: UserId, user: UserId, role: Role) -> Answered {
        let me = self.visible(by)?;
        self.running()?;
        self.need(&me, Capability::Admit)?;
        let target = self.person(user).cloned().ok_or(Refusal::TargetNotInCall)?;
        let ranked = |role| matches!(role, Role::Host | Role::CoHost);
        let rank = ranked(role) || ranked(target.role);
        if target.role == Role::Host || (rank && by != self.host) {
            return Err(Refusal::Forbidden(Capability::Admit));
        }
        if role == Role::Host {
            if target.status != Status::Joined {
                return Err(Refusal::TargetGone);
            }
            self.crown(user);
            self.curb(by);
        } else if role != target.role {
            self.change(user, |one| one.role = role);
            self.curb(user);
        }
        Ok(Reply::Done)
    }

    pub(super) fn curb(&mut self, user: UserId) {
        let Some(one) = self.person(user).filter(|one| one.status == Status::Joined) else {
            return;
        };
        let media = self.filtered(one, one.media);
        let hand = one.hand.filter(|_| self.may(one, Capability::RaiseHand));
        self.change(user, |one| (one.media, one.hand) = (media, hand));
    }

    pub(super) fn mute(&mut self, by: UserId, user: UserId) -> Answered {
        let me = self.visible(by)?;
        self.running()?;
        self.need(&me, Capability::MuteOthers)?;
        let target = self.person(user).ok_or(Refusal::TargetNotInCall)?;
        if target.status != Status::Joined {
            return Err(Refusal::TargetGone);
        }
        self.change(user, |one| one.media.audio_enabled = false);
        Ok(Reply::Done)
    }
}

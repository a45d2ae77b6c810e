//! Raised hands, reactions, requests to speak.

use call::{Capability, ParticipantStatus as Status, Refusal, Reply};
use vocab::UserId;

use super::{Answered, Model, Person};

impl Model {
    pub(super) fn raise_hand(&mut self, by: UserId, user: UserId, raised: bool) -> Answered {
        let me = if by == user { self.present(by)? } else { self.commanded(by, user)? };
        if raised && by != user {
            return Err(Refusal::Forbidden(Capability::RaiseHand));
        }
        if raised {
            self.need(&me, Capability::RaiseHand)?;
        }
        let now = self.now;
        self.change(user, |one| {
            one.hand = if raised { one.hand.or(Some(now)) } else { None };
        });
        Ok(Reply::Done)
    }

    pub(super) fn react(&self, user: UserId) -> Answered {
        let me = self.present(user)?;
        self.need(&me, Capability::React)?;
        Ok(Reply::Done)
    }

    pub(super) fn ask_to_unmute(&self, by: UserId, user: UserId) -> Answered {
        self.commanded(by, user)?;
        Ok(Reply::Done)
    }

    fn present(&self, user: UserId) -> Result<Person, Refusal> {
        let me = self.visible(user)?;
        self.running()?;
        if me.status == Status::Joined { Ok(me) } else { Err(Refusal::NotJoined) }
    }

    fn commanded(&self, by: UserId, user: UserId) -> Result<Person, Refusal> {
        let me = self.visible(by)?;
        self.running()?;
        self.need(&me, Capability::MuteOthers)?;
        let target = self.person(user).ok_or(Refusal::TargetNotInCall)?;
        if target.status == Status::Joined { Ok(me) } else { Err(Refusal::TargetGone) }
    }
}

//! Raised hands, reactions, and asking somebody to speak.

use vocab::UserId;

use crate::input::Reply;
use crate::machine::Call;
use crate::rights::may;
use crate::state::{Participant, ParticipantStatus};
use crate::{Capability, Effect, Event, Refusal};

impl Call {
    /// Raises the own hand, or lowers the own or somebody else's. A hand that is up keeps its
    /// place among the others when it is raised again.
    pub(crate) fn raise_hand(
        &mut self,
        by: UserId,
        user: UserId,
        raised: bool,
    ) -> Result<Reply, Refusal> {
        if by == user {
            let me = self.known(by)?;
            self.still_running()?;
            if me.status != ParticipantStatus::Joined {
                return Err(Refusal::NotJoined);
            }
        } else {
            self.addressed(by, user)?;
        }
        if raised {
            // Nobody raises another one's hand.
            self.authorize(by, Capability::RaiseHand)?;
            if by != user {
                return Err(Refusal::Forbidden(Capability::RaiseHand));
            }
        }
        self.move_hand(user, raised);
        Ok(Reply::Done)
    }

    /// Whether somebody may show a reaction.
    pub(crate) fn react(&self, user: UserId) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        self.still_running()?;
        if me.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined);
        }
        self.authorize(user, Capability::React)?;
        Ok(Reply::Done)
    }

    /// Asks somebody to switch their microphone on; doing it is theirs alone.
    pub(crate) fn ask_to_unmute(&mut self, by: UserId, user: UserId) -> Result<Reply, Refusal> {
        let muted = !self.addressed(by, user)?.media.audio_enabled;
        if muted {
            self.effect(Effect::AskToUnmute { user, by });
        }
        Ok(Reply::Done)
    }

    /// Somebody in the call whom a host or co-host addresses.
    pub(crate) fn addressed(&self, by: UserId, user: UserId) -> Result<&Participant, Refusal> {
        self.known(by)?;
        self.still_running()?;
        self.authorize(by, Capability::MuteOthers)?;
        let target = self.state.participant(user).ok_or(Refusal::TargetNotInCall)?;
        match target.status {
            ParticipantStatus::Joined => Ok(target),
            ParticipantStatus::Invited
            | ParticipantStatus::Ringing
            | ParticipantStatus::Left
            | ParticipantStatus::Rejected
            | ParticipantStatus::Missed => Err(Refusal::TargetGone),
        }
    }

    /// Lowers the hand of somebody whose role changed, if they may no longer raise it.
    pub(crate) fn lower_hand_without_right(&mut self, user: UserId) {
        if !may(&self.state, &self.policy, user, Capability::RaiseHand) {
            self.move_hand(user, false);
        }
    }

    fn move_hand(&mut self, user: UserId, raised: bool) {
        let Some(one) = self.state.participant(user) else { return };
        if one.hand_raised_at.is_some() == raised {
            return;
        }
        let raised_at = raised.then_some(self.now);
        self.edit(user, |one| one.hand_raised_at = raised_at);
        self.emit(Event::HandChanged { user, raised_at });
    }
}

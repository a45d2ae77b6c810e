//! Declining a ring. In a group it concerns one person, in a direct call it ends the call.

use vocab::UserId;

use crate::input::Reply;
use crate::machine::Call;
use crate::state::ParticipantStatus;
use crate::{Effect, Event, Refusal, RejectReason, StopReason};

impl Call {
    pub(crate) fn reject(&mut self, user: UserId, reason: RejectReason) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        if me.status == ParticipantStatus::Rejected {
            return Ok(self.reply_after_decline());
        }
        self.still_running()?;
        match me.status {
            ParticipantStatus::Joined if user == self.state.initiated_by => Err(Refusal::OwnCall),
            ParticipantStatus::Joined | ParticipantStatus::Left => Err(Refusal::AlreadyAnswered),
            ParticipantStatus::Missed => Err(Refusal::NotJoined),
            ParticipantStatus::Invited
            | ParticipantStatus::Ringing
            | ParticipantStatus::Rejected => {
                self.mark_rejected(user, reason);
                let reason = StopReason::Declined;
                self.effect(Effect::StopRinging { user, except: None, reason });
                self.settle();
                Ok(self.reply_after_decline())
            }
        }
    }

    /// Writes down a rejection.
    pub(crate) fn mark_rejected(&mut self, user: UserId, reason: RejectReason) {
        self.edit(user, |me| {
            me.status = ParticipantStatus::Rejected;
            me.reject_reason = Some(reason);
            me.missed_entry = reason == RejectReason::Busy;
            me.ring.joins_on_activation = None;
        });
        self.emit(Event::Rejected { user, reason });
        self.effect(Effect::DropHeld { user });
        self.watch_loneliness();
    }

    fn reply_after_decline(&self) -> Reply {
        if self.state.status.is_terminal() { Reply::Ended } else { Reply::Done }
    }
}

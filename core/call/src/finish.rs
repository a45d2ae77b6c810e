//! The end of a call, whatever brought it about.

use vocab::UserId;

use crate::input::Reply;
use crate::machine::Call;
use crate::state::CallStatus;
use crate::{Effect, EndReason, Event, LeaveReason, MissReason};

impl Call {
    /// Ends an active call.
    pub(crate) fn finish_active(&mut self, reason: EndReason, ended_by: Option<UserId>) {
        self.finish(CallStatus::Ended, reason, ended_by, MissReason::CallEnded);
    }

    /// The one way into a terminal state: nobody stays joined or pending, one `Ended` is
    /// emitted, everything held in memory is dropped.
    pub(crate) fn finish(
        &mut self,
        status: CallStatus,
        reason: EndReason,
        ended_by: Option<UserId>,
        missed: MissReason,
    ) {
        let now = self.now;
        let pending: Vec<UserId> = self.state.pending().map(|one| one.user).collect();
        self.miss(&pending, missed);
        let joined: Vec<UserId> = self.state.joined().map(|one| one.user).collect();
        for user in joined {
            let why =
                if ended_by == Some(user) { LeaveReason::Left } else { LeaveReason::CallEnded };
            self.edit(user, |one| one.stand_up(now, why));
        }
        for one in &mut self.state.participants {
            one.ring.joins_on_activation = None;
        }
        self.state.status = status;
        self.state.end_reason = Some(reason);
        self.state.ended_by = ended_by;
        self.state.times.ended_at = Some(now);
        self.state.times.empty_until = None;
        self.state.times.alone_until = None;
        self.state.times.topology_until = None;
        self.state.times.without_media_until = None;
        let duration_secs = self.state.duration_secs().unwrap_or(0);
        self.emit(Event::Ended { status, reason, ended_by, duration_secs });
        self.effect(Effect::Close);
    }

    /// The server, or the host product, ends the call.
    pub(crate) fn terminate(&mut self, reason: EndReason) -> Reply {
        if self.state.status == CallStatus::Active {
            self.finish_active(reason, None);
        } else if !self.state.status.is_terminal() {
            let at_fault = matches!(reason, EndReason::Capacity | EndReason::InternalError);
            let status = if at_fault { CallStatus::Failed } else { CallStatus::Missed };
            self.finish(status, reason, None, MissReason::Cancelled);
        }
        Reply::Ended
    }
}

//! What each input and the passing of time do to the naive call.

use call::{
    CallStatus, Capability, EndReason, Input, LeaveReason, MediaState, ParticipantStatus as Status,
    Refusal, Role, SfuPolicy,
};
use vocab::{UnixMillis, UserId};

use super::joining::Accept;
use super::{Answered, Lost, Model, Person};

impl Model {
    /// What the rules say to an input.
    ///
    /// # Errors
    /// The refusal that is due.
    pub fn input(&mut self, now: UnixMillis, input: &Input) -> Answered {
        self.now = self.now.max(now);
        let answered = match input {
            Input::Answer { user, device, take_over, live, media, admission } => {
                self.answer(&Accept {
                    user: *user,
                    device: device.as_ref(),
                    live: *live,
                    take_over: *take_over,
                    media: *media,
                    admission: *admission,
                })
            }
            Input::JoinOnActivation { user, device } => self.join_on_activation(*user, device),
            Input::Reject { user, reason } => self.reject(*user, *reason),
            Input::End { user } => self.end_or_leave(*user, true),
            Input::Leave { user } => self.end_or_leave(*user, false),
            Input::ChangeMedia { user, patch } => self.change_media(*user, *patch),
            Input::RingDelivered { user } => Ok(self.ring_delivered(*user)),
            Input::DeviceUp { user, device } => Ok(self.device_up(*user, device)),
            Input::DeviceDown { user, device, others_up } => {
                Ok(self.device_down(*user, device, *others_up))
            }
            Input::Resume { user, device, seat } => self.resume(*user, device, *seat),
            Input::Signalled { user, device } => self.signalled(*user, device),
            Input::ReportTransport { user, device, failed } => {
                self.report_transport(*user, device, *failed)
            }
            Input::Invite { by, invitees } => self.invite(*by, invitees),
            Input::Remove { by, user } => self.remove(*by, *user),
            Input::SetRole { by, user, role } => self.set_role(*by, *user, *role),
            Input::Mute { by, user } => self.mute(*by, *user),
            Input::RaiseHand { by, user, raised } => self.raise_hand(*by, *user, *raised),
            Input::React { user } => self.react(*user),
            Input::AskToUnmute { by, user } => self.ask_to_unmute(*by, *user),
            Input::MediaReady { user, seat } => Ok(self.served(*user, *seat, None)),
            Input::MediaLost { user, seat, silent_for } => {
                Ok(self.served(*user, *seat, Some(*silent_for)))
            }
            Input::DirectReady { user, device } => self.linked(*user, device),
            Input::Replace { user } => self.replace(*user),
            Input::ServerRestarted => Ok(self.restart()),
            Input::Terminate { reason } => Ok(self.terminate(*reason)),
        };
        self.recount();
        answered
    }

    /// What the rules say to the passing of time.
    pub fn timeout(&mut self, now: UnixMillis) {
        self.now = self.now.max(now);
        let now = self.now;
        for one in self.people.iter_mut().filter(|one| one.status == Status::Joined) {
            let (shown_after, window) = (self.policy.shown_after, self.policy.resume_window);
            if let Lost::Since(when) | Lost::Mute(when) = one.lost
                && when + shown_after <= now
            {
                let until = when + window;
                let socket = one.lost.socket();
                one.lost = if socket { Lost::ShownUntil(until) } else { Lost::MuteShown(until) };
            }
        }
        let gone = |one: &&Person| matches!(one.lost, Lost::ShownUntil(until) if until <= now);
        let lost: Vec<UserId> = self.inside().filter(gone).map(|one| one.user).collect();
        if !lost.is_empty() && self.over.is_none() {
            let restart = self.nobody_back && self.inside().count() == lost.len();
            let why = if restart { EndReason::ServerRestart } else { EndReason::ConnectionLost };
            if self.unanswered() {
                self.finish(CallStatus::Missed, why, None);
            } else {
                lost.iter().for_each(|user| self.depart(*user, LeaveReason::ConnectionLost));
                if self.direct || restart {
                    self.finish(CallStatus::Ended, why, None);
                }
            }
        }
        for one in &mut self.people {
            if one.status.is_pending() && one.rings_until <= now {
                one.status = Status::Missed;
                one.missed_entry = !one.blocked;
            }
        }
        self.settle();
        self.recount();
        self.step();
        self.recount();
        self.end_overdue();
    }

    fn end_overdue(&mut self) {
        let due = |since: Option<UnixMillis>, after| since.is_some_and(|at| at + after <= self.now);
        let longest = self.started.unwrap_or(self.born);
        if self.over.is_some() {
        } else if self.starved_until.is_some_and(|at| at <= self.now) {
            self.finish(CallStatus::Failed, EndReason::ConnectionFailed, None);
        } else if due(self.empty_since, self.policy.empty_grace) {
            self.finish(CallStatus::Ended, EndReason::LastLeft, None);
        } else if due(self.alone_since, self.policy.alone) {
            self.finish(CallStatus::Ended, EndReason::AloneTimeout, None);
        } else if due(Some(longest), self.policy.max_duration) {
            let status = if self.unanswered() { CallStatus::Missed } else { CallStatus::Ended };
            self.finish(status, EndReason::MaxDuration, None);
        }
    }

    pub(super) fn unanswered(&self) -> bool {
        self.over.is_none() && self.started.is_none()
    }

    pub(super) fn inside(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|one| one.status == Status::Joined)
    }

    pub(super) fn person(&self, user: UserId) -> Option<&Person> {
        self.people.iter().find(|one| one.user == user)
    }

    pub(super) fn change(&mut self, user: UserId, how: impl FnOnce(&mut Person)) {
        if let Some(one) = self.people.iter_mut().find(|one| one.user == user) {
            how(one);
        }
    }

    pub(super) fn visible(&self, user: UserId) -> Result<Person, Refusal> {
        self.person(user).filter(|one| !one.blocked).cloned().ok_or(Refusal::NotFound)
    }

    pub(super) fn running(&self) -> Result<(), Refusal> {
        if self.over.is_some() { Err(Refusal::CallEnded) } else { Ok(()) }
    }

    pub(super) fn may(&self, one: &Person, right: Capability) -> bool {
        let ranked = matches!(one.role, Role::Host | Role::CoHost);
        one.left != Some(LeaveReason::Removed)
            && one.role.defaults().contains(right)
            && (ranked || !self.policy.withheld.contains(right))
    }

    pub(super) fn need(&self, one: &Person, right: Capability) -> Result<(), Refusal> {
        if self.may(one, right) { Ok(()) } else { Err(Refusal::Forbidden(right)) }
    }

    pub(super) fn room(&self) -> Result<(), Refusal> {
        let mesh_only = self.policy.sfu == SfuPolicy::Off;
        let most = if mesh_only { self.policy.mesh_limit } else { usize::MAX };
        let most = most.min(self.policy.max_joined);
        if self.inside().count() < most { Ok(()) } else { Err(Refusal::Full) }
    }

    pub(super) fn filtered(&self, one: &Person, wanted: MediaState) -> MediaState {
        MediaState {
            audio_enabled: wanted.audio_enabled && self.may(one, Capability::Speak),
            video_enabled: wanted.video_enabled && self.may(one, Capability::Camera),
            screen_sharing: wanted.screen_sharing && self.may(one, Capability::Screen),
        }
    }
}

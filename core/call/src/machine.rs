//! The machine that runs one call: dispatch, clocks, the queue of outputs.
//!
//! Drive it with [`Call::handle_input`] and [`Call::handle_timeout`], drain
//! [`Call::poll_output`] after each, and come back at [`Call::poll_timeout`]. To make a
//! change only when the database took it, work on a clone and keep it after the commit.

use std::collections::VecDeque;

use vocab::{UnixMillis, UserId};

use crate::input::{Input, Reply};
use crate::rights::may;
use crate::state::{CallState, Link, Participant, ParticipantStatus};
use crate::{Capability, Effect, Event, Policy, Refusal, Stamped};

/// What the machine wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// To be logged with the state and sent to every device of the audience.
    Event(Stamped),
    /// To be done at single devices.
    Effect(Effect),
}

/// One call. Owned by one task; outputs wait in order until they are polled.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) state: CallState,
    pub(crate) policy: Policy,
    pub(crate) now: UnixMillis,
    /// Set from a restart of the server until the first participant is back.
    pub(crate) since_restart: bool,
    outputs: VecDeque<Output>,
}

impl Call {
    /// Takes up a stored call.
    #[must_use]
    pub fn from_state(state: CallState, policy: Policy) -> Self {
        let now = state.times.created_at;
        Self { state, policy, now, since_restart: false, outputs: VecDeque::new() }
    }

    /// What is to be stored.
    #[must_use]
    pub const fn state(&self) -> &CallState {
        &self.state
    }

    /// The numbers it runs by.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Carries out a command or takes in an observation.
    ///
    /// # Errors
    /// A [`Refusal`]; the state is unchanged and no output is queued.
    pub fn handle_input(&mut self, now: UnixMillis, input: Input) -> Result<Reply, Refusal> {
        self.now = self.now.max(now);
        match input {
            Input::Answer { user, device, take_over, live, media, admission } => {
                let request =
                    crate::answer::Request { user, device, take_over, live, media, admission };
                self.answer(request)
            }
            Input::JoinOnActivation { user, device } => self.join_on_activation(user, device),
            Input::Reject { user, reason } => self.reject(user, reason),
            Input::End { user } => self.end(user),
            Input::Leave { user } => self.leave(user),
            Input::ChangeMedia { user, patch } => self.change_media(user, patch),
            Input::RingDelivered { user } => Ok(self.ring_delivered(user)),
            Input::DeviceUp { user, device } => Ok(self.device_up(user, &device)),
            Input::DeviceDown { user, device, others_up } => {
                Ok(self.device_down(user, &device, others_up))
            }
            Input::Resume { user, device, seat } => self.resume(user, device, seat),
            Input::Signalled { user, device } => self.signalled(user, device),
            Input::ReportTransport { user, device, failed } => {
                self.report_transport(user, &device, failed)
            }
            Input::Invite { by, invitees } => self.invite(by, &invitees),
            Input::Remove { by, user } => self.remove(by, user),
            Input::SetRole { by, user, role } => self.set_role(by, user, role),
            Input::Mute { by, user } => self.mute(by, user),
            Input::AskToUnmute { by, user } => self.ask_to_unmute(by, user),
            Input::RaiseHand { by, user, raised } => self.raise_hand(by, user, raised),
            Input::React { user } => self.react(user),
            Input::MediaReady { user, seat } => Ok(self.media_heard(user, seat, None)),
            Input::MediaLost { user, seat, silent_for } => {
                Ok(self.media_heard(user, seat, Some(silent_for)))
            }
            Input::DirectReady { user, device } => self.direct_ready(user, &device),
            Input::Replace { user } => self.replace(user),
            Input::ServerRestarted => Ok(self.server_restarted()),
            Input::Terminate { reason } => Ok(self.terminate(reason)),
        }
    }

    /// The next moment something is due; `None` when the call is over.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<UnixMillis> {
        if self.state.status.is_terminal() {
            return None;
        }
        let times = &self.state.times;
        let people = self.state.participants.iter().filter_map(|one| self.due(one));
        let whole_call = [
            times.empty_until,
            times.alone_until,
            times.topology_until,
            times.without_media_until,
            Some(self.longest_until()),
        ];
        people.chain(whole_call.into_iter().flatten()).min()
    }

    /// When something is due for one participant.
    fn due(&self, participant: &Participant) -> Option<UnixMillis> {
        match participant.status {
            ParticipantStatus::Invited | ParticipantStatus::Ringing => participant.ring.expires_at,
            ParticipantStatus::Joined => match participant.seat.link {
                Link::Up | Link::Silent { .. } => None,
                Link::Dropped { since } | Link::Unheard { since } => {
                    Some(since + self.policy.shown_after)
                }
                Link::Reconnecting { until } => Some(until),
            },
            ParticipantStatus::Left | ParticipantStatus::Rejected | ParticipantStatus::Missed => {
                None
            }
        }
    }

    pub(crate) fn longest_until(&self) -> UnixMillis {
        let times = &self.state.times;
        times.started_at.unwrap_or(times.created_at) + self.policy.max_duration
    }

    /// The next output, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(crate) fn emit(&mut self, event: Event) {
        if let Event::Joined { media, .. } | Event::MediaChanged { media, .. } = &event {
            self.state.used.note(*media);
        }
        self.state.seq += 1;
        let stamped = Stamped { seq: self.state.seq, at: self.now, event };
        self.outputs.push_back(Output::Event(stamped));
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        if let Effect::StopRinging { user, .. } = &effect
            && self.known(*user).is_err()
        {
            // Their devices never showed the call: to them it does not exist.
            return;
        }
        self.outputs.push_back(Output::Effect(effect));
    }

    /// Changes one participant, who is known to exist.
    pub(crate) fn edit(&mut self, user: UserId, change: impl FnOnce(&mut Participant)) {
        if let Some(participant) = self.state.participant_mut(user) {
            change(participant);
        }
    }

    /// The participant, to whom the call exists.
    pub(crate) fn known(&self, user: UserId) -> Result<&Participant, Refusal> {
        self.state
            .participant(user)
            .filter(|one| one.ring.mode != crate::RingMode::Withheld)
            .ok_or(Refusal::NotFound)
    }

    pub(crate) fn still_running(&self) -> Result<(), Refusal> {
        if self.state.status.is_terminal() { Err(Refusal::CallEnded) } else { Ok(()) }
    }

    /// Whether a user may do something in this call; the one question behind every action.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for somebody without a part in the call,
    /// [`Refusal::Forbidden`] without the right.
    pub fn authorize(&self, user: UserId, capability: Capability) -> Result<(), Refusal> {
        self.known(user)?;
        if may(&self.state, &self.policy, user, capability) {
            Ok(())
        } else {
            Err(Refusal::Forbidden(capability))
        }
    }
}

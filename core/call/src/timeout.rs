//! What is due when time has passed.

use vocab::{UnixMillis, UserId};

use crate::machine::Call;
use crate::state::{CallStatus, Link, ParticipantStatus, Shape};
use crate::{Effect, EndReason, Event, LeaveReason, MissReason, StopReason};

impl Call {
    /// Carries out everything that is due at `now`. Harmless when nothing is.
    pub fn handle_timeout(&mut self, now: UnixMillis) {
        self.now = self.now.max(now);
        if self.state.status.is_terminal() {
            return;
        }
        self.show_lost();
        self.give_up_lost();
        if !self.state.status.is_terminal() {
            self.expire_rings();
        }
        if !self.state.status.is_terminal() {
            self.step_topology();
        }
        if !self.state.status.is_terminal() {
            self.end_if_overdue();
        }
    }

    /// Shows sockets, and media, that stayed away for longer than a page reload.
    fn show_lost(&mut self) {
        let window = self.policy.resume_window;
        let shown_after = self.policy.shown_after;
        let shown = |link: Link| match link {
            Link::Dropped { since } if since + shown_after <= self.now => {
                Some(Link::Reconnecting { until: since + window })
            }
            Link::Unheard { since } if since + shown_after <= self.now => {
                Some(Link::Silent { until: since + window })
            }
            Link::Up
            | Link::Dropped { .. }
            | Link::Reconnecting { .. }
            | Link::Unheard { .. }
            | Link::Silent { .. } => None,
        };
        let due: Vec<(UserId, Link)> = self
            .state
            .joined()
            .filter_map(|one| shown(one.seat.link).map(|link| (one.user, link)))
            .collect();
        for (user, link) in due {
            self.edit(user, |one| one.seat.link = link);
            if let Some(until) = link.shown_until() {
                self.emit(Event::Reconnecting { user, until });
            }
        }
    }

    /// Gives up those who did not come back in time.
    fn give_up_lost(&mut self) {
        let lost: Vec<UserId> = self
            .state
            .joined()
            .filter(
                |one| matches!(one.seat.link, Link::Reconnecting { until } if until <= self.now),
            )
            .map(|one| one.user)
            .collect();
        if lost.is_empty() {
            return;
        }
        let nobody_left = self.state.joined().count() == lost.len();
        let after_restart = self.since_restart && nobody_left;
        let reason =
            if after_restart { EndReason::ServerRestart } else { EndReason::ConnectionLost };
        if self.state.status.is_unanswered() {
            // Only the caller is in it: nobody is left to talk to.
            self.finish(CallStatus::Missed, reason, None, MissReason::Cancelled);
            return;
        }
        for user in &lost {
            self.depart(*user, LeaveReason::ConnectionLost);
        }
        if self.state.shape == Shape::Direct || after_restart {
            self.finish_active(reason, None);
        }
    }

    /// Stops rings that ran out.
    fn expire_rings(&mut self) {
        let expired: Vec<UserId> = self
            .state
            .pending()
            .filter(|one| one.ring.expires_at.is_none_or(|until| until <= self.now))
            .map(|one| one.user)
            .collect();
        if expired.is_empty() {
            return;
        }
        self.miss(&expired, MissReason::Timeout);
        self.settle();
        self.watch_loneliness();
    }

    /// Marks people as having missed the call and silences their devices.
    pub(crate) fn miss(&mut self, users: &[UserId], reason: MissReason) {
        if users.is_empty() {
            return;
        }
        let stop = match reason {
            MissReason::Timeout => StopReason::Timeout,
            MissReason::Cancelled => StopReason::Cancelled,
            MissReason::CallEnded => StopReason::Ended,
            MissReason::Replaced => StopReason::Replaced,
        };
        for user in users {
            self.edit(*user, |one| {
                one.status = ParticipantStatus::Missed;
                one.ring.joins_on_activation = None;
                one.missed_entry = reason != MissReason::Replaced && one.hears_of_it();
            });
        }
        self.emit(Event::Missed { users: users.to_vec(), reason });
        for user in users {
            self.effect(Effect::StopRinging { user: *user, except: None, reason: stop });
            self.effect(Effect::DropHeld { user: *user });
        }
    }

    fn end_if_overdue(&mut self) {
        let times = self.state.times;
        let due = |at: Option<UnixMillis>| at.is_some_and(|at| at <= self.now);
        if due(times.without_media_until) {
            let (status, reason) = (CallStatus::Failed, EndReason::ConnectionFailed);
            self.finish(status, reason, None, MissReason::CallEnded);
        } else if due(times.empty_until) {
            self.finish_active(EndReason::LastLeft, None);
        } else if due(times.alone_until) {
            self.finish_active(EndReason::AloneTimeout, None);
        } else if self.longest_until() <= self.now {
            if self.state.status == CallStatus::Active {
                self.finish_active(EndReason::MaxDuration, None);
            } else {
                let reason = EndReason::MaxDuration;
                self.finish(CallStatus::Missed, reason, None, MissReason::Timeout);
            }
        }
    }
}

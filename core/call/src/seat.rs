//! The one media device of a participant: lost, found again, moved to another tab.

use vocab::{DeviceId, UnixMillis, UserId};

use crate::input::Reply;
use crate::machine::Call;
use crate::state::{CallStatus, Link, Participant, ParticipantStatus, RingMode, Topology};
use crate::{Capability, Effect, EndReason, Event, LeaveReason, MissReason, Refusal, StopReason};

impl Participant {
    /// Leaves the call; the time spent is added up.
    pub(crate) fn stand_up(&mut self, now: UnixMillis, reason: LeaveReason) {
        self.earlier_stays = self.time_in_call(now);
        self.status = ParticipantStatus::Left;
        self.left_at = Some(now);
        self.left_reason = Some(reason);
        self.seat.since = None;
        self.seat.link = Link::Up;
        self.seat.media_ready = false;
        self.seat.direct_ready = false;
        self.seat.in_mesh = false;
        self.media.screen_sharing = false;
        self.hand_raised_at = None;
        self.ring.joins_on_activation = None;
    }
}

impl Call {
    /// A device came online: it rings if it should, and a lost seat is found again.
    pub(crate) fn device_up(&mut self, user: UserId, device: &DeviceId) -> Reply {
        let Some(one) = self.state.participant(user) else { return Reply::Done };
        if self.state.status.is_terminal() {
            return Reply::Done;
        }
        let target = Some(device.clone());
        match (one.status, one.ring.mode) {
            (ParticipantStatus::Invited | ParticipantStatus::Ringing, RingMode::Ring) => {
                let left = one.ring.expires_at.map(|until| until.saturating_since(self.now));
                if left.is_some_and(|left| left >= self.policy.least_ring) {
                    self.effect(Effect::Ring { user, device: target });
                }
            }
            (ParticipantStatus::Invited | ParticipantStatus::Ringing, RingMode::Notify) => {
                self.effect(Effect::Notify { user, device: target });
            }
            (ParticipantStatus::Joined, _) => self.seat_found(user, device),
            _ => {}
        }
        Reply::Done
    }

    /// The seat's own device is back, or, for clients that name no device, a new socket of
    /// the same user stands in for the lost one.
    fn seat_found(&mut self, user: UserId, device: &DeviceId) {
        let Some(one) = self.state.participant(user) else { return };
        let lost = one.seat.link.is_lost();
        match &one.seat.device {
            None if lost => self.reconnect(user),
            Some(own) if own == device => self.reconnect(user),
            Some(own) if lost && own.is_unnamed() && device.is_unnamed() => {
                let device = device.clone();
                self.edit(user, |one| one.seat.device = Some(device));
                self.reconnect(user);
            }
            _ => {}
        }
    }

    fn reconnect(&mut self, user: UserId) {
        let Some(one) = self.state.participant(user) else { return };
        let (link, device) = (one.seat.link, one.seat.device.clone());
        self.since_restart = false;
        if !link.is_lost() {
            return;
        }
        self.edit(user, |one| one.seat.link = Link::Up);
        if link.shown_until().is_some() {
            self.emit(Event::Reconnected { user, device });
        }
    }

    /// The last socket of a device closed.
    pub(crate) fn device_down(
        &mut self,
        user: UserId,
        device: &DeviceId,
        others_up: bool,
    ) -> Reply {
        self.edit(user, |one| {
            // Who waited for the call with this device waits no longer.
            one.ring.joins_on_activation.take_if(|waiting| waiting == device);
        });
        let Some(one) = self.state.participant(user) else { return Reply::Done };
        let lost = match &one.seat.device {
            Some(own) => own == device,
            None => !others_up,
        };
        let joined = one.status == ParticipantStatus::Joined;
        if joined && lost && !self.state.status.is_terminal() {
            self.lose(user);
        }
        Reply::Done
    }

    /// The seat's socket is gone. Who is shown as reconnecting already stays so, and from now on
    /// for as long as anybody without a socket.
    fn lose(&mut self, user: UserId) {
        let Some(one) = self.state.participant(user) else { return };
        match one.seat.link {
            Link::Up | Link::Unheard { .. } => {
                let since = self.now;
                self.edit(user, |one| one.seat.link = Link::Dropped { since });
            }
            Link::Silent { .. } => {
                let until = self.now + self.policy.resume_window;
                self.edit(user, |one| one.seat.link = Link::Reconnecting { until });
                self.emit(Event::Reconnecting { user, until });
            }
            Link::Dropped { .. } | Link::Reconnecting { .. } => {}
        }
    }

    /// A page that was reloaded, or a duplicated tab, takes the seat: the newest one has it.
    pub(crate) fn resume(
        &mut self,
        user: UserId,
        device: DeviceId,
        seat: u32,
    ) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        if me.left_reason == Some(LeaveReason::Removed) {
            return Err(Refusal::Removed);
        }
        self.still_running()?;
        if me.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined);
        }
        if me.seat.number != seat {
            return Err(Refusal::SeatGone);
        }
        self.authorize(user, Capability::Join)?;
        self.move_seat(user, device, true);
        Ok(Reply::Done)
    }

    /// Moves the seat to another device; a former one is told. A device that is not `live`
    /// counts as lost from now on.
    pub(crate) fn move_seat(&mut self, user: UserId, device: DeviceId, live: bool) {
        let now = self.now;
        let Some(one) = self.state.participant(user) else { return };
        let unbound = one.seat.device.is_none();
        let former = one.seat.device.clone().filter(|former| *former != device);
        let shown = one.seat.link.shown_until().is_some();
        self.edit(user, |one| {
            one.seat.device = Some(device.clone());
            one.seat.link = if live { Link::Up } else { Link::Dropped { since: now } };
            one.seat.transport_failed = false;
            one.seat.direct_ready &= former.is_none();
            one.seat.media_ready &= former.is_none();
        });
        self.watch_media();
        self.since_restart &= !live;
        if unbound {
            let (except, reason) = (Some(device.clone()), StopReason::AnsweredElsewhere);
            self.effect(Effect::StopRinging { user, except, reason });
        }
        if let Some(former) = former.clone() {
            self.effect(Effect::HandOff { user, device: former });
        }
        if shown || former.is_some() {
            self.emit(Event::Reconnected { user, device: Some(device) });
        }
    }

    /// Binds an unbound seat to the first device that signals, and silences the others.
    pub(crate) fn bind(&mut self, user: UserId, device: DeviceId, live: bool) {
        let Some(one) = self.state.participant(user) else { return };
        if one.status != ParticipantStatus::Joined || one.seat.device.is_some() {
            return;
        }
        let bound = Some(device);
        self.edit(user, |one| one.seat.device.clone_from(&bound));
        if live {
            self.reconnect(user);
        } else {
            self.lose(user);
        }
        let reason = StopReason::AnsweredElsewhere;
        self.effect(Effect::StopRinging { user, except: bound, reason });
    }

    /// An offer, answer or candidate came from this device.
    pub(crate) fn signalled(&mut self, user: UserId, device: DeviceId) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        self.still_running()?;
        if me.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined);
        }
        if !me.sits_on(&device) {
            return Err(Refusal::NotThisDevice);
        }
        self.bind(user, device, true);
        Ok(Reply::Done)
    }

    /// When every joined device has reported that its media connection failed, the call has.
    pub(crate) fn report_transport(
        &mut self,
        user: UserId,
        device: &DeviceId,
        failed: bool,
    ) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        self.still_running()?;
        if !me.sits_on(device) {
            return Err(Refusal::NotThisDevice);
        }
        self.edit(user, |me| {
            me.seat.transport_failed = failed;
            me.seat.direct_ready &= !failed;
        });
        // On the way through the server it has a clock of its own: see `watch_media`.
        let all_failed = self.state.topology == Topology::Mesh
            && self.state.joined().count() >= 2
            && self.state.joined().all(|one| one.seat.transport_failed);
        if self.state.status == CallStatus::Active && all_failed {
            self.finish(
                CallStatus::Failed,
                EndReason::ConnectionFailed,
                None,
                MissReason::CallEnded,
            );
            return Ok(Reply::Ended);
        }
        Ok(Reply::Done)
    }

    /// Everybody's socket is gone at once; they have longer to come back.
    pub(crate) fn server_restarted(&mut self) -> Reply {
        if self.state.status.is_terminal() {
            return Reply::Done;
        }
        self.since_restart = true;
        for one in &mut self.state.participants {
            one.ring.joins_on_activation = None;
        }
        let until = self.now + self.policy.restart_window;
        let joined: Vec<UserId> = self.state.joined().map(|one| one.user).collect();
        for user in joined {
            self.edit(user, |one| one.seat.link = Link::Reconnecting { until });
            self.emit(Event::Reconnecting { user, until });
        }
        self.topology_restarted();
        Reply::Done
    }
}

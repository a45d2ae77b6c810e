//! Between the participants or through the server, and the way from one to the other.
//!
//! The new way is made before the old one is given up: a call *upgrades* until everybody has
//! media through the server, and *downgrades* until the two who are left have a direct link. A
//! step that does not come about in its time is taken back, and whoever talked goes on talking.

use std::time::Duration;

use vocab::{DeviceId, UserId};

use crate::input::Reply;
use crate::machine::Call;
use crate::state::{CallStatus, Link, Participant, ParticipantStatus, Topology};
use crate::{Effect, Event, LeaveReason, Refusal, SfuPolicy};

/// This many people talk directly.
pub(crate) const DIRECT: usize = 2;

impl Call {
    /// Before somebody sits down: whether there is place for them between the others. It is
    /// said before they join, so that nobody begins a direct link with them.
    pub(crate) fn make_way(&mut self) {
        let crowded = self.state.joined().count() >= DIRECT;
        match (self.policy.sfu, self.state.topology) {
            (SfuPolicy::Only, Topology::Mesh) => self.turn_to(Topology::Sfu),
            (SfuPolicy::Auto, Topology::Mesh) if crowded => self.turn_to(Topology::Upgrading),
            (_, Topology::Downgrading) if crowded => self.turn_to(Topology::Sfu),
            _ => {}
        }
    }

    /// Delivers what waited for somebody who is in now, if direct links are made with them.
    pub(crate) fn let_held_go(&mut self, user: UserId) {
        let direct = self.state.topology == Topology::Mesh;
        self.effect(if direct { Effect::ReleaseHeld { user } } else { Effect::DropHeld { user } });
    }

    /// After somebody came or went.
    pub(crate) fn watch_topology(&mut self) {
        if self.state.status != CallStatus::Active {
            return;
        }
        match self.state.topology {
            Topology::Mesh => {}
            Topology::Upgrading => self.settle_upgrade(),
            Topology::Sfu => {
                let step = self.step_of(Topology::Sfu);
                self.state.times.topology_until = step.map(|step| self.now + step);
            }
            Topology::Downgrading if self.state.joined().count() < DIRECT => {
                self.turn_to(Topology::Mesh);
            }
            Topology::Downgrading => {}
        }
        self.watch_media();
    }

    /// Starts or stops the clock of a call through the server in which nobody has media.
    pub(crate) fn watch_media(&mut self) {
        let starved = self.state.status == CallStatus::Active
            && self.state.topology == Topology::Sfu
            && self.state.joined().count() >= DIRECT
            && !self.state.joined().any(|one| one.seat.media_ready);
        let until = self.now + self.policy.without_media;
        let slot = &mut self.state.times.without_media_until;
        *slot = if starved { slot.or(Some(until)) } else { None };
    }

    /// The server has media of a participant, or has not heard any for so long.
    pub(crate) fn media_heard(
        &mut self,
        user: UserId,
        seat: u32,
        silent_for: Option<Duration>,
    ) -> Reply {
        let sits = self
            .state
            .participant(user)
            .is_some_and(|one| one.status == ParticipantStatus::Joined && one.seat.number == seat);
        if !sits || self.state.topology == Topology::Mesh {
            return Reply::Done;
        }
        self.edit(user, |one| one.seat.media_ready = silent_for.is_none());
        match silent_for {
            None => self.heard_again(user),
            Some(long) if self.state.topology == Topology::Sfu => self.unheard(user, long),
            Some(_) => {}
        }
        self.watch_media();
        if self.state.topology == Topology::Upgrading {
            self.settle_upgrade();
        }
        Reply::Done
    }

    /// Somebody who can be reached is not heard any more, and was not for so long already.
    fn unheard(&mut self, user: UserId, long: Duration) {
        let since = self.now - long;
        self.edit(user, |one| {
            if one.seat.link == Link::Up {
                one.seat.link = Link::Unheard { since };
            }
        });
    }

    /// Media of somebody is there again, or goes another way.
    fn heard_again(&mut self, user: UserId) {
        let Some(one) = self.state.participant(user) else { return };
        let (link, device) = (one.seat.link, one.seat.device.clone());
        match link {
            Link::Unheard { .. } => self.edit(user, |one| one.seat.link = Link::Up),
            Link::Silent { .. } => {
                self.edit(user, |one| one.seat.link = Link::Up);
                self.emit(Event::Reconnected { user, device });
            }
            Link::Up | Link::Dropped { .. } | Link::Reconnecting { .. } => {}
        }
    }

    /// A device has its direct link.
    pub(crate) fn direct_ready(
        &mut self,
        user: UserId,
        device: &DeviceId,
    ) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        self.still_running()?;
        if !me.sits_on(device) {
            return Err(Refusal::NotThisDevice);
        }
        self.edit(user, |me| {
            me.seat.direct_ready = true;
            me.seat.transport_failed = false;
        });
        let both = self.state.joined().all(|one| one.seat.direct_ready);
        if both && self.state.topology == Topology::Downgrading {
            self.turn_to(Topology::Mesh);
        }
        Ok(Reply::Done)
    }

    /// Carries out the topology's step when its time has come.
    pub(crate) fn step_topology(&mut self) {
        if self.state.times.topology_until.is_none_or(|until| until > self.now) {
            return;
        }
        match self.state.topology {
            Topology::Mesh => self.state.times.topology_until = None,
            Topology::Upgrading => self.give_up_upgrade(),
            Topology::Sfu if self.state.joined().count() == DIRECT => {
                self.turn_to(Topology::Downgrading);
            }
            Topology::Sfu => self.turn_to(Topology::Mesh),
            Topology::Downgrading => {
                self.turn_to(Topology::Sfu);
                self.state.times.topology_until = Some(self.now + self.policy.downgrade_retry);
            }
        }
    }

    /// After a restart of the server everybody connects to it anew, and has longer for it.
    /// Direct links have lived on.
    pub(crate) fn topology_restarted(&mut self) {
        for one in &mut self.state.participants {
            one.seat.media_ready = false;
            one.seat.direct_ready = false;
        }
        let active = self.state.status == CallStatus::Active;
        match (self.policy.sfu, self.state.topology) {
            (SfuPolicy::Off, Topology::Upgrading | Topology::Sfu | Topology::Downgrading) => {
                self.turn_to(Topology::Mesh);
            }
            (SfuPolicy::Only, Topology::Mesh | Topology::Upgrading | Topology::Downgrading)
                if active =>
            {
                self.turn_to(Topology::Sfu);
            }
            _ => {}
        }
        let back = self.now + self.policy.restart_window;
        let step = self.step_of(self.state.topology).filter(|_| active);
        self.state.times.topology_until = step.map(|step| back + step);
        self.state.times.without_media_until = None;
        self.watch_media();
        if let Some(until) = &mut self.state.times.without_media_until {
            *until = back + self.policy.without_media;
        }
    }

    /// An upgrade that nobody waits for any more is over, one way or the other.
    fn settle_upgrade(&mut self) {
        if self.state.joined().all(|one| one.seat.in_mesh) {
            self.turn_to(Topology::Mesh);
        } else if self.state.joined().all(|one| one.seat.media_ready) {
            self.turn_to(Topology::Sfu);
        }
    }

    /// The time for an upgrade is over: whoever could not come leaves, and when it was one of
    /// those who had talked directly, they go on so without the others.
    fn give_up_upgrade(&mut self) {
        let within = self.policy.upgrade_within;
        let overdue = |one: &&Participant| {
            let came = one.seat.since.unwrap_or(self.now);
            !one.seat.media_ready && came + within <= self.now
        };
        let moved = self.state.joined().all(|one| !one.seat.in_mesh || one.seat.media_ready);
        let newcomers = self.state.joined().filter(|one| !one.seat.in_mesh);
        let leaving: Vec<UserId> =
            newcomers.filter(|one| !moved || overdue(one)).map(|one| one.user).collect();
        for user in leaving {
            self.depart(user, LeaveReason::ConnectionFailed);
        }
        if self.state.topology != Topology::Upgrading {
            return;
        }
        // Somebody has come only now.
        let waiting = self.state.joined().filter(|one| !one.seat.media_ready);
        let next = waiting.filter_map(|one| one.seat.since).min();
        if self.state.joined().any(|one| !one.seat.in_mesh && one.seat.media_ready) {
            self.turn_to(Topology::Sfu);
        } else {
            self.state.times.topology_until = next.map(|since| since + within);
        }
    }

    fn turn_to(&mut self, topology: Topology) {
        self.state.topology = topology;
        self.state.times.topology_until = self.step_of(topology).map(|step| self.now + step);
        for one in &mut self.state.participants {
            let seat = &mut one.seat;
            match topology {
                Topology::Mesh => (seat.media_ready, seat.in_mesh) = (false, false),
                Topology::Upgrading => {
                    seat.media_ready = false;
                    seat.in_mesh = one.status == ParticipantStatus::Joined;
                }
                Topology::Sfu => (seat.transport_failed, seat.in_mesh) = (false, false),
                Topology::Downgrading => seat.direct_ready = false,
            }
        }
        self.emit(Event::TopologyChanged { topology });
        if topology == Topology::Mesh {
            let joined: Vec<UserId> = self.state.joined().map(|one| one.user).collect();
            joined.into_iter().for_each(|user| self.heard_again(user));
        }
        self.watch_media();
    }

    /// How long a topology lasts by itself.
    fn step_of(&self, topology: Topology) -> Option<Duration> {
        let few = self.policy.sfu == SfuPolicy::Auto && self.state.joined().count() <= DIRECT;
        match topology {
            Topology::Mesh => None,
            Topology::Upgrading => Some(self.policy.upgrade_within),
            Topology::Sfu => few.then_some(self.policy.downgrade_after),
            Topology::Downgrading => Some(self.policy.downgrade_within),
        }
    }
}

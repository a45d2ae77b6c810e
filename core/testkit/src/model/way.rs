//! The way that media takes: directly, or through the server.

use std::time::Duration;

use call::{LeaveReason, ParticipantStatus as Status, Refusal, Reply, SfuPolicy, Topology};
use vocab::{DeviceId, UserId};

use super::{Answered, Lost, Model, Person};

impl Model {
    /// Somebody is about to sit down.
    pub(super) fn make_room(&mut self) {
        let third = self.inside().count() > 1;
        if self.policy.sfu == SfuPolicy::Only && self.way == Topology::Mesh {
            self.go(Topology::Sfu);
        }
        if self.policy.sfu == SfuPolicy::Auto && third {
            match self.way {
                Topology::Mesh => self.go(Topology::Upgrading),
                Topology::Downgrading => self.go(Topology::Sfu),
                Topology::Upgrading | Topology::Sfu => {}
            }
        }
    }

    /// Somebody came or went.
    pub(super) fn regroup(&mut self) {
        if self.started.is_none() || self.over.is_some() {
            return;
        }
        match self.way {
            Topology::Upgrading => self.judge(),
            Topology::Sfu => self.way_until = self.lasts().map(|long| self.now + long),
            Topology::Downgrading if self.inside().count() != 2 => self.go(Topology::Mesh),
            Topology::Mesh | Topology::Downgrading => {}
        }
        self.starve();
    }

    pub(super) fn starve(&mut self) {
        let served = self.inside().filter(|one| one.served).count();
        let active = self.started.is_some() && self.over.is_none();
        let several = self.inside().count() > 1;
        if active && self.way == Topology::Sfu && several && served == 0 {
            self.starved_until = self.starved_until.or(Some(self.now + self.policy.without_media));
        } else {
            self.starved_until = None;
        }
    }

    pub(super) fn served(&mut self, user: UserId, seat: u32, silent: Option<Duration>) -> Reply {
        if self.way != Topology::Mesh && self.over.is_none() {
            let (now, sfu) = (self.now, self.way == Topology::Sfu);
            self.change(user, |one| {
                if one.status == Status::Joined && one.seat == seat {
                    one.served = silent.is_none();
                    match (silent, one.lost) {
                        (None, lost) if !lost.socket() => one.lost = Lost::No,
                        (Some(long), Lost::No) if sfu => one.lost = Lost::Mute(now - long),
                        _ => {}
                    }
                }
            });
            self.starve();
            if self.way == Topology::Upgrading {
                self.judge();
            }
        }
        Reply::Done
    }

    pub(super) fn linked(&mut self, user: UserId, device: &DeviceId) -> Answered {
        let me = self.visible(user)?;
        self.running()?;
        let foreign = me.device.as_ref().is_some_and(|own| own != device);
        if me.status != Status::Joined || foreign {
            return Err(Refusal::NotThisDevice);
        }
        self.change(user, |one| (one.linked, one.transport_failed) = (true, false));
        if self.way == Topology::Downgrading && self.inside().all(|one| one.linked) {
            self.go(Topology::Mesh);
        }
        Ok(Reply::Done)
    }

    /// What is due by itself.
    pub(super) fn step(&mut self) {
        if self.over.is_some() || self.way_until.is_none_or(|until| until > self.now) {
            return;
        }
        match (self.way, self.inside().count()) {
            (Topology::Mesh, _) => {}
            (Topology::Upgrading, _) => self.give_up(),
            (Topology::Sfu, 2) => self.go(Topology::Downgrading),
            (Topology::Sfu, _) => self.go(Topology::Mesh),
            (Topology::Downgrading, _) => {
                self.go(Topology::Sfu);
                self.way_until = Some(self.now + self.policy.downgrade_retry);
            }
        }
    }

    pub(super) fn way_restarted(&mut self) {
        for one in &mut self.people {
            (one.served, one.linked) = (false, false);
        }
        let back = self.now + self.policy.restart_window;
        self.way_until = self.lasts().filter(|_| self.started.is_some()).map(|long| back + long);
        self.starved_until = None;
        self.starve();
        if self.starved_until.is_some() {
            self.starved_until = Some(back + self.policy.without_media);
        }
    }

    fn judge(&mut self) {
        if self.inside().filter(|one| !one.from_before).count() == 0 {
            self.go(Topology::Mesh);
        } else if self.inside().filter(|one| !one.served).count() == 0 {
            self.go(Topology::Sfu);
        }
    }

    fn give_up(&mut self) {
        let (now, within) = (self.now, self.policy.upgrade_within);
        let everybody: Vec<Person> = self.inside().cloned().collect();
        let stuck = everybody.iter().any(|one| one.from_before && !one.served);
        for one in everybody.iter().filter(|one| !one.from_before) {
            if stuck || (!one.served && one.sits_since + within <= now) {
                self.depart(one.user, LeaveReason::ConnectionFailed);
            }
        }
        if self.way != Topology::Upgrading {
            return;
        }
        if self.inside().any(|one| one.served && !one.from_before) {
            self.go(Topology::Sfu);
        } else {
            let late = self.inside().filter(|one| !one.served).map(|one| one.sits_since + within);
            self.way_until = late.min();
        }
    }

    fn go(&mut self, way: Topology) {
        self.way = way;
        self.way_until = self.lasts().map(|long| self.now + long);
        for one in &mut self.people {
            match way {
                Topology::Mesh => {
                    (one.served, one.from_before) = (false, false);
                    if !one.lost.socket() {
                        one.lost = Lost::No;
                    }
                }
                Topology::Upgrading => {
                    (one.served, one.from_before) = (false, one.status == Status::Joined);
                }
                Topology::Sfu => (one.transport_failed, one.from_before) = (false, false),
                Topology::Downgrading => one.linked = false,
            }
        }
        self.starve();
    }

    /// How long the present way lasts by itself.
    fn lasts(&self) -> Option<Duration> {
        let few = self.inside().count() < 3 && self.policy.sfu == SfuPolicy::Auto;
        match self.way {
            Topology::Mesh => None,
            Topology::Upgrading => Some(self.policy.upgrade_within),
            Topology::Sfu => few.then_some(self.policy.downgrade_after),
            Topology::Downgrading => Some(self.policy.downgrade_within),
        }
    }
}

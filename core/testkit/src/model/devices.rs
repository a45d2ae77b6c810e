//! Sockets that come and go, and the seat they hold.

use call::{
    CallStatus, Capability, EndReason, LeaveReason, ParticipantStatus as Status, Refusal, Reply,
    Topology,
};
use vocab::{DeviceId, UserId};

use super::{Answered, Lost, Model};

impl Model {
    pub(super) fn ring_delivered(&mut self, user: UserId) -> Reply {
        if self.over.is_none() && self.person(user).is_some_and(|one| one.status == Status::Invited)
        {
            self.change(user, |one| one.status = Status::Ringing);
            if self.status == CallStatus::Initiated {
                self.status = CallStatus::Ringing;
            }
        }
        Reply::Done
    }

    pub(super) fn device_up(&mut self, user: UserId, device: &DeviceId) -> Reply {
        let Some(me) = self.person(user).filter(|one| one.status == Status::Joined) else {
            return Reply::Done;
        };
        let lost = me.lost.socket();
        let back = match &me.device {
            None => lost,
            Some(own) => own == device || (lost && own.is_unnamed() && device.is_unnamed()),
        };
        if back {
            self.nobody_back = false;
            self.change(user, |one| {
                if one.lost.socket() {
                    one.lost = Lost::No;
                }
                one.device = one.device.as_ref().map(|_| device.clone());
            });
        }
        Reply::Done
    }

    pub(super) fn device_down(
        &mut self,
        user: UserId,
        device: &DeviceId,
        others_up: bool,
    ) -> Reply {
        let (now, window) = (self.now, self.policy.resume_window);
        if self.over.is_none() {
            self.change(user, |one| {
                one.wish = one.wish.take().filter(|wish| wish != device);
                let own = one.device.as_ref().map_or(!others_up, |own| own == device);
                if one.status == Status::Joined && own {
                    one.lost = one.lost.unplugged(now, window);
                }
            });
        }
        Reply::Done
    }

    pub(super) fn resume(&mut self, user: UserId, device: &DeviceId, seat: u32) -> Answered {
        let me = self.visible(user)?;
        if me.left == Some(LeaveReason::Removed) {
            return Err(Refusal::Removed);
        }
        self.running()?;
        if me.status != Status::Joined {
            return Err(Refusal::NotJoined);
        }
        if me.seat != seat {
            return Err(Refusal::SeatGone);
        }
        self.need(&me, Capability::Join)?;
        self.place(user, device, true);
        Ok(Reply::Done)
    }

    pub(super) fn place(&mut self, user: UserId, device: &DeviceId, live: bool) {
        let now = self.now;
        self.nobody_back &= !live;
        self.change(user, |one| {
            let moved = one.device.as_ref().is_some_and(|own| own != device);
            if moved {
                (one.served, one.linked) = (false, false);
            }
            one.device = Some(device.clone());
            one.lost = if live { Lost::No } else { Lost::Since(now) };
            one.transport_failed = false;
        });
        self.starve();
    }

    pub(super) fn bind(&mut self, user: UserId, device: &DeviceId, live: bool) {
        let (now, window) = (self.now, self.policy.resume_window);
        self.nobody_back &= !live;
        self.change(user, |one| {
            one.device = Some(device.clone());
            if !live {
                one.lost = one.lost.unplugged(now, window);
            } else if one.lost.socket() {
                one.lost = Lost::No;
            }
        });
    }

    pub(super) fn signalled(&mut self, user: UserId, device: &DeviceId) -> Answered {
        let me = self.visible(user)?;
        self.running()?;
        if me.status != Status::Joined {
            return Err(Refusal::NotJoined);
        }
        match &me.device {
            Some(own) if own != device => return Err(Refusal::NotThisDevice),
            Some(_) => {}
            None => self.bind(user, device, true),
        }
        Ok(Reply::Done)
    }

    pub(super) fn report_transport(
        &mut self,
        user: UserId,
        device: &DeviceId,
        failed: bool,
    ) -> Answered {
        let me = self.visible(user)?;
        self.running()?;
        let foreign = me.device.as_ref().is_some_and(|own| own != device);
        if me.status != Status::Joined || foreign {
            return Err(Refusal::NotThisDevice);
        }
        self.change(user, |one| {
            one.transport_failed = failed;
            one.linked = one.linked && !failed;
        });
        let all = self.way == Topology::Mesh
            && self.inside().count() > 1
            && self.inside().all(|one| one.transport_failed);
        if all && self.started.is_some() {
            self.finish(CallStatus::Failed, EndReason::ConnectionFailed, None);
            return Ok(Reply::Ended);
        }
        Ok(Reply::Done)
    }

    pub(super) fn restart(&mut self) -> Reply {
        if self.over.is_none() {
            self.nobody_back = true;
            let until = self.now + self.policy.restart_window;
            for one in &mut self.people {
                one.transport_failed = false;
                one.wish = None;
                if one.status == Status::Joined {
                    one.lost = Lost::ShownUntil(until);
                }
            }
            self.way_restarted();
        }
        Reply::Done
    }
}

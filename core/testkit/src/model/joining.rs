//! Accepting, joining late, waiting for the first accept.

use call::{
    Admission, CallStatus, Capability, LeaveReason, MediaPatch, ParticipantStatus as Status,
    Refusal, Reply, Role,
};
use vocab::{DeviceId, UserId};

use super::{Answered, Lost, Model, Person};

pub(super) struct Accept<'a> {
    pub(super) user: UserId,
    pub(super) device: Option<&'a DeviceId>,
    pub(super) live: bool,
    pub(super) take_over: bool,
    pub(super) media: MediaPatch,
    pub(super) admission: Option<Admission>,
}

impl Model {
    pub(super) fn answer(&mut self, ask: &Accept<'_>) -> Answered {
        let Some(me) = self.person(ask.user).cloned() else {
            let role = ask.admission.ok_or(Refusal::NotFound)?.role;
            self.running()?;
            if self.unanswered() {
                return Err(Refusal::NotActive);
            }
            self.room()?;
            let newcomer = self.somebody(ask.user, role);
            self.need(&newcomer, Capability::Join)?;
            self.people.push(newcomer);
            self.sit(ask);
            return Ok(Reply::Done);
        };
        if me.blocked && ask.admission.is_none() {
            return Err(Refusal::NotFound);
        }
        self.running()?;
        match me.status {
            Status::Joined => self.answer_again(&me, ask),
            Status::Invited | Status::Ringing => {
                self.room()?;
                self.need(&me, Capability::Join)?;
                let first = self.unanswered();
                if first {
                    self.status = CallStatus::Active;
                    self.started = Some(self.now);
                    self.people[0].sits_since = self.now;
                }
                self.sit(ask);
                if first {
                    self.grant_wishes();
                }
                Ok(Reply::Done)
            }
            Status::Left if me.left == Some(LeaveReason::Removed) => Err(Refusal::Removed),
            Status::Left | Status::Rejected | Status::Missed => {
                if self.unanswered() {
                    return Err(Refusal::NotActive);
                }
                self.need(&me, Capability::Join)?;
                self.room()?;
                self.sit(ask);
                Ok(Reply::Done)
            }
        }
    }

    pub(super) fn answer_again(&mut self, me: &Person, ask: &Accept<'_>) -> Answered {
        match (&me.device, ask.device) {
            (Some(own), Some(device)) if own != device => {
                if !ask.take_over {
                    return Err(Refusal::AnsweredElsewhere);
                }
                self.change(me.user, |one| one.seat += 1);
                self.place(me.user, device, ask.live);
            }
            (None, Some(device)) => self.bind(me.user, device, ask.live),
            _ => {}
        }
        Ok(Reply::Done)
    }

    pub(super) fn sit(&mut self, ask: &Accept<'_>) {
        let Some(me) = self.person(ask.user) else { return };
        let media = self.filtered(me, self.first_media().patched(ask.media));
        let now = self.now;
        self.make_room();
        self.change(ask.user, |one| {
            one.status = Status::Joined;
            one.media = media;
            one.blocked = false;
            one.wish = None;
            one.left = None;
            one.missed_entry = false;
            one.device = ask.device.cloned();
            one.seat += 1;
            one.lost = if ask.live { Lost::No } else { Lost::Since(now) };
            one.sits_since = now;
            one.transport_failed = false;
            (one.served, one.linked, one.from_before) = (false, false, false);
        });
        self.regroup();
        self.nobody_back = false;
        if self.host != ask.user && self.inside().all(|one| one.user != self.host) {
            self.crown(ask.user);
        }
    }

    pub(super) fn join_on_activation(&mut self, user: UserId, device: &DeviceId) -> Answered {
        self.running()?;
        let now_or_never = Accept {
            user,
            device: Some(device),
            live: true,
            take_over: false,
            media: MediaPatch::default(),
            admission: Some(Admission { role: Role::Member }),
        };
        let Some(me) = self.person(user).cloned() else {
            if !self.unanswered() {
                return self.answer(&now_or_never);
            }
            let mut newcomer = self.somebody(user, Role::Member);
            self.need(&newcomer, Capability::Join)?;
            let pending = self.people.iter().filter(|one| one.status.is_pending());
            newcomer.rings_until = pending.map(|one| one.rings_until).max().unwrap_or(self.now);
            newcomer.wish = Some(device.clone());
            self.people.push(newcomer);
            return Ok(Reply::Waiting);
        };
        let called = me.status.is_pending() && me.wish.is_none();
        if !self.unanswered() || called || me.status == Status::Joined {
            return self.answer(&now_or_never);
        }
        if me.left == Some(LeaveReason::Removed) {
            return Err(Refusal::Removed);
        }
        self.need(&me, Capability::Join)?;
        self.change(user, |one| one.wish = Some(device.clone()));
        Ok(Reply::Waiting)
    }

    pub(super) fn grant_wishes(&mut self) {
        for me in self.people.clone() {
            let Some(device) = &me.wish else { continue };
            if me.status == Status::Joined || !self.may(&me, Capability::Join) {
                continue;
            }
            if self.room().is_err() {
                return;
            }
            self.sit(&Accept {
                user: me.user,
                device: Some(device),
                live: true,
                take_over: false,
                media: MediaPatch::default(),
                admission: None,
            });
        }
    }
}

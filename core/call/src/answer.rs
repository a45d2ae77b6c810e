//! Accepting a ring, joining late, and taking the call over to another device.

use vocab::{DeviceId, UserId};

use crate::initiate::blank;
use crate::input::{Admission, Reply};
use crate::machine::Call;
use crate::state::{CallStatus, Link, Participant, ParticipantStatus, RingMode, Seat};
use crate::{Capability, Effect, Event, LeaveReason, MediaPatch, Refusal, StopReason};

/// The fields of `Input::Answer`.
pub(crate) struct Request {
    pub(crate) user: UserId,
    pub(crate) device: Option<DeviceId>,
    pub(crate) take_over: bool,
    pub(crate) live: bool,
    pub(crate) media: MediaPatch,
    pub(crate) admission: Option<Admission>,
}

impl Call {
    /// The row decides: of several devices that answer, the first one wins.
    pub(crate) fn answer(&mut self, request: Request) -> Result<Reply, Refusal> {
        let Some(me) = self.state.participant(request.user) else {
            return self.admit(request);
        };
        if me.ring.mode == RingMode::Withheld && request.admission.is_none() {
            return Err(Refusal::NotFound);
        }
        self.still_running()?;
        match me.status {
            ParticipantStatus::Joined => self.answer_again(request),
            ParticipantStatus::Invited | ParticipantStatus::Ringing => {
                self.has_room()?;
                self.accept(request)
            }
            ParticipantStatus::Left | ParticipantStatus::Rejected | ParticipantStatus::Missed => {
                if me.left_reason == Some(LeaveReason::Removed) {
                    return Err(Refusal::Removed);
                }
                self.join_late(request)
            }
        }
    }

    /// Somebody without a part in the call, whom the shell found to be allowed one.
    fn admit(&mut self, request: Request) -> Result<Reply, Refusal> {
        let admission = request.admission.ok_or(Refusal::NotFound)?;
        self.still_running()?;
        if self.state.status != CallStatus::Active {
            return Err(Refusal::NotActive);
        }
        self.has_room()?;
        let newcomer = blank(request.user, admission.role, self.state.kind);
        self.may_join(&newcomer)?;
        self.state.participants.push(newcomer);
        self.join_late(request)
    }

    fn join_late(&mut self, request: Request) -> Result<Reply, Refusal> {
        if self.state.status != CallStatus::Active {
            return Err(Refusal::NotActive);
        }
        self.authorize_join(request.user)?;
        self.has_room()?;
        self.take_seat(&request);
        Ok(Reply::Done)
    }

    fn accept(&mut self, request: Request) -> Result<Reply, Refusal> {
        self.authorize_join(request.user)?;
        let now = self.now;
        let first = self.state.status.is_unanswered();
        if first {
            self.state.status = CallStatus::Active;
            self.state.times.started_at = Some(self.now);
            // The caller's wait for the answer is no talking time.
            self.edit(self.state.initiated_by, |caller| caller.seat.since = Some(now));
        }
        self.make_way();
        let started_at = self.state.times.started_at.unwrap_or(self.now);
        let (user, device) = (request.user, request.device.clone());
        self.emit(Event::Accepted { user, device: device.clone(), started_at });
        self.take_seat(&request);
        if device.is_some() {
            let reason = StopReason::AnsweredElsewhere;
            self.effect(Effect::StopRinging { user, except: device, reason });
        }
        self.let_held_go(user);
        if first {
            self.join_those_waiting();
        }
        self.watch_loneliness();
        Ok(Reply::Done)
    }

    /// An answer by somebody who is in: the same device gets the same reply, another one
    /// only by taking over.
    fn answer_again(&mut self, request: Request) -> Result<Reply, Refusal> {
        let me = self.known(request.user)?;
        let same = match (&me.seat.device, &request.device) {
            (Some(own), Some(asking)) => own == asking,
            (_, None) | (None, _) => true,
        };
        if same {
            if let Some(device) = request.device {
                self.bind(request.user, device, request.live);
            }
            return Ok(Reply::Done);
        }
        if !request.take_over {
            return Err(Refusal::AnsweredElsewhere);
        }
        self.edit(request.user, |me| me.seat.number += 1);
        if let Some(device) = request.device {
            self.move_seat(request.user, device, request.live);
        }
        Ok(Reply::Done)
    }

    /// Puts a participant into the call.
    fn take_seat(&mut self, request: &Request) {
        let now = self.now;
        let user = request.user;
        let link = if request.live { Link::Up } else { Link::Dropped { since: now } };
        let initial = crate::MediaState::initial(self.state.kind);
        let media = self.allowed_media(user, initial.patched(request.media));
        self.make_way();
        self.edit(user, |me| {
            me.status = ParticipantStatus::Joined;
            me.media = media;
            me.joined_at = me.joined_at.or(Some(now));
            me.left_at = None;
            me.left_reason = None;
            me.missed_entry = false;
            me.ring.joins_on_activation = None;
            if me.ring.mode == RingMode::Withheld {
                me.ring.mode = RingMode::Silent;
            }
            let (device, number) = (request.device.clone(), me.seat.number + 1);
            me.seat = Seat { device, number, link, since: Some(now), ..Seat::empty() };
        });
        self.state.times.empty_until = None;
        self.since_restart = false;
        self.inherit_if_hostless(user);
        let role = self.state.participant(user).map_or(crate::Role::Member, |me| me.role);
        self.emit(Event::Joined { user, device: request.device.clone(), role, media });
        self.watch_loneliness();
        self.watch_topology();
    }

    /// Notes a member who wants in as soon as somebody answers. Somebody who is being called
    /// answers by it, and an active call is joined at once.
    pub(crate) fn join_on_activation(
        &mut self,
        user: UserId,
        device: DeviceId,
    ) -> Result<Reply, Refusal> {
        self.still_running()?;
        let me = self.state.participant(user);
        let joins_now = me.is_some_and(|me| {
            let called = me.status.is_pending() && me.ring.joins_on_activation.is_none();
            called || me.status == ParticipantStatus::Joined
        });
        if joins_now || !self.state.status.is_unanswered() {
            let admission = Some(Admission { role: crate::Role::Member });
            let (device, media) = (Some(device), MediaPatch::default());
            return self.answer(Request {
                user,
                device,
                take_over: false,
                live: true,
                media,
                admission,
            });
        }
        if let Some(me) = me {
            if me.was_removed() {
                return Err(Refusal::Removed);
            }
            self.may_join(me)?;
        } else {
            let mut newcomer = blank(user, crate::Role::Member, self.state.kind);
            self.may_join(&newcomer)?;
            // Who waits for an answer waits no longer than the rings do.
            newcomer.ring.expires_at =
                self.state.pending().filter_map(|one| one.ring.expires_at).max();
            self.state.participants.push(newcomer);
            let (status, role) = (ParticipantStatus::Invited, crate::Role::Member);
            self.emit(Event::ParticipantUpdated { user, status, role });
        }
        self.edit(user, |me| me.ring.joins_on_activation = Some(device));
        Ok(Reply::Waiting)
    }

    fn join_those_waiting(&mut self) {
        let waiting: Vec<(UserId, DeviceId)> = self
            .state
            .participants
            .iter()
            .filter(|one| one.status != ParticipantStatus::Joined && self.may_join(one).is_ok())
            .filter_map(|one| Some((one.user, one.ring.joins_on_activation.clone()?)))
            .collect();
        for (user, device) in waiting {
            if self.has_room().is_err() {
                return;
            }
            let device = Some(device);
            let media = MediaPatch::default();
            let request =
                Request { user, device, take_over: false, live: true, media, admission: None };
            self.take_seat(&request);
            self.let_held_go(user);
        }
    }

    fn authorize_join(&self, user: UserId) -> Result<(), Refusal> {
        self.state.participant(user).map_or(Err(Refusal::NotFound), |me| self.may_join(me))
    }

    fn may_join(&self, me: &Participant) -> Result<(), Refusal> {
        if crate::rights::effective(me, &self.policy).contains(Capability::Join) {
            Ok(())
        } else {
            Err(Refusal::Forbidden(Capability::Join))
        }
    }

    fn has_room(&self) -> Result<(), Refusal> {
        if self.state.joined().count() >= self.policy.joined_at_most() {
            Err(Refusal::Full)
        } else {
            Ok(())
        }
    }

    /// The joined participants other than `user`, the earliest first.
    pub(crate) fn others_joined(&self, user: UserId) -> Vec<Participant> {
        let mut others: Vec<Participant> =
            self.state.joined().filter(|one| one.user != user).cloned().collect();
        others.sort_by_key(|one| one.seat.since);
        others
    }
}

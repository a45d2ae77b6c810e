//! How a call comes to be, and how further people are called into it.

use std::time::Duration;

use vocab::{CallId, ConversationId, DeviceId, UnixMillis, UserId};

use crate::input::Reply;
use crate::machine::Call;
use crate::state::{
    CallKind, CallState, CallStatus, Link, MediaUse, Participant, ParticipantStatus, Ring,
    RingMode, Seat, Shape, Times, Topology,
};
use crate::{
    BusyPolicy, Capabilities, Capability, Effect, EndReason, Event, MediaState, MissReason, Policy,
    Refusal, RejectReason, Role,
};

/// Whether and how somebody may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Rings as asked.
    Open,
    /// Does not ring; finds a missed call afterwards.
    DoNotDisturb,
    /// Has blocked the caller; nothing reaches them.
    Blocked,
}

/// Somebody to be called. The shell has checked their membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitee {
    /// Who.
    pub user: UserId,
    /// Whether they may be reached.
    pub reach: Reach,
    /// Whether they are in another call.
    pub busy: bool,
}

/// Everything a new call needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// The new call's id.
    pub id: CallId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Direct or group.
    pub shape: Shape,
    /// Audio, video or screen.
    pub kind: CallKind,
    /// The caller.
    pub caller: UserId,
    /// The caller's device, when known.
    pub device: Option<DeviceId>,
    /// Whether a socket of the caller's device is open.
    pub live: bool,
    /// Whom to call; not the caller, nobody twice.
    pub invitees: Vec<Invitee>,
    /// How the caller wants them to learn of it.
    pub mode: RingMode,
    /// How long each ring lasts.
    pub ring: Duration,
    /// Opaque JSON text.
    pub metadata: Option<String>,
}

impl Call {
    /// Starts a call: the caller has joined, the invitees ring.
    ///
    /// Poll the outputs before anything else. The call may be over at once, when everybody
    /// is busy and the policy rejects.
    #[must_use]
    pub fn initiate(now: UnixMillis, new: NewCall, policy: Policy) -> Self {
        let mut caller = blank(new.caller, Role::Host, new.kind);
        caller.status = ParticipantStatus::Joined;
        caller.joined_at = Some(now);
        let link = if new.live { Link::Up } else { Link::Dropped { since: now } };
        caller.seat =
            Seat { device: new.device, number: 1, link, since: Some(now), ..Seat::empty() };
        let times = Times {
            created_at: now,
            started_at: None,
            ended_at: None,
            ring: new.ring,
            empty_until: None,
            alone_until: None,
            topology_until: None,
            without_media_until: None,
        };
        let state = CallState {
            id: new.id,
            conversation: new.conversation,
            shape: new.shape,
            kind: new.kind,
            status: CallStatus::Initiated,
            initiated_by: new.caller,
            host: new.caller,
            topology: Topology::Mesh,
            seq: 0,
            times,
            used: MediaUse { video: caller.media.video_enabled, screen: false },
            end_reason: None,
            ended_by: None,
            metadata: new.metadata,
            participants: vec![caller],
        };
        let mut call = Self::from_state(state, policy);
        let fresh: Vec<Participant> = call.call_in(&new.invitees, new.mode);
        call.state.participants.extend(fresh);
        call.emit(Event::Initiated);
        call.announce(&new.invitees);
        call.settle();
        call
    }

    /// Calls further people into a running call.
    pub(crate) fn invite(&mut self, by: UserId, invitees: &[Invitee]) -> Result<Reply, Refusal> {
        self.known(by)?;
        self.still_running()?;
        self.authorize(by, Capability::Invite)?;
        if self.known(by)?.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined);
        }
        let fresh: Vec<Invitee> = invitees
            .iter()
            .filter(|one| {
                self.state.participant(one.user).is_none_or(|known| {
                    !known.status.is_pending()
                        && known.status != ParticipantStatus::Joined
                        && known.ring.mode != RingMode::Withheld
                })
            })
            .copied()
            .collect();
        for mut called in self.call_in(&fresh, RingMode::Ring) {
            if let Some(known) = self.state.participant_mut(called.user) {
                called.role = known.role;
                called.granted = known.granted;
                called.denied = known.denied;
                called.media = known.media;
                called.joined_at = known.joined_at;
                called.earlier_stays = known.earlier_stays;
                called.seat = Seat { device: None, ..known.seat.clone() };
                *known = called;
            } else {
                self.state.participants.push(called);
            }
        }
        for invitee in &fresh {
            let Some(one) = self.state.participant(invitee.user) else { continue };
            let (user, status, role) = (one.user, ParticipantStatus::Invited, one.role);
            self.emit(Event::ParticipantUpdated { user, status, role });
        }
        self.announce(&fresh);
        self.watch_loneliness();
        Ok(Reply::Done)
    }

    /// Participants for people about to be called: who rings, who is notified, who is not.
    fn call_in(&self, invitees: &[Invitee], mode: RingMode) -> Vec<Participant> {
        let mut left_to_ring = self.policy.ring_at_most;
        let until = self.now + self.state.times.ring;
        let mut called = Vec::with_capacity(invitees.len());
        for invitee in invitees {
            let mut one = blank(invitee.user, Role::Member, self.state.kind);
            one.ring.mode = match (invitee.reach, mode) {
                (Reach::Blocked, _) => RingMode::Withheld,
                (Reach::DoNotDisturb, _) => RingMode::Silent,
                (Reach::Open, RingMode::Ring) if left_to_ring == 0 => RingMode::Notify,
                (Reach::Open, mode) => mode,
            };
            if one.ring.mode == RingMode::Ring {
                left_to_ring -= 1;
            }
            one.ring.expires_at = Some(until);
            one.ring.busy = invitee.busy && one.ring.mode != RingMode::Withheld;
            called.push(one);
        }
        called
    }

    /// Lets the devices of new invitees know, or rejects them as busy.
    fn announce(&mut self, invitees: &[Invitee]) {
        for invitee in invitees {
            let Some(one) = self.state.participant(invitee.user) else { continue };
            let (user, mode, busy) = (one.user, one.ring.mode, one.ring.busy);
            if busy && self.policy.busy == BusyPolicy::Reject {
                self.mark_rejected(user, RejectReason::Busy);
                continue;
            }
            match mode {
                RingMode::Ring => self.effect(Effect::Ring { user, device: None }),
                RingMode::Notify => self.effect(Effect::Notify { user, device: None }),
                RingMode::Silent | RingMode::Withheld => {}
            }
        }
    }

    /// A device of an invitee shows the call.
    pub(crate) fn ring_delivered(&mut self, user: UserId) -> Reply {
        let Some(one) = self.state.participant(user) else { return Reply::Done };
        if one.status == ParticipantStatus::Invited && !self.state.status.is_terminal() {
            let busy = one.ring.busy;
            self.edit(user, |one| one.status = ParticipantStatus::Ringing);
            if self.state.status == CallStatus::Initiated {
                self.state.status = CallStatus::Ringing;
            }
            self.emit(Event::Ringing { user, busy });
        }
        Reply::Done
    }

    /// Ends a call that nobody can answer any more. Does nothing while somebody can.
    pub(crate) fn settle(&mut self) {
        // Who only waits for somebody to answer cannot be waited for.
        let waits =
            |one: &Participant| one.status.is_pending() && one.ring.joins_on_activation.is_some();
        if !self.state.status.is_unanswered() || self.state.pending().any(|one| !waits(one)) {
            return;
        }
        let callees = || self.state.participants.iter().skip(1).filter(|one| !waits(one));
        let all = |wanted: fn(&Participant) -> bool| callees().all(wanted);
        if all(|one| one.reject_reason == Some(RejectReason::Busy)) {
            self.finish(CallStatus::Rejected, EndReason::Busy, None, MissReason::CallEnded);
        } else if all(|one| one.status == ParticipantStatus::Rejected) {
            self.finish(CallStatus::Rejected, EndReason::Rejected, None, MissReason::CallEnded);
        } else {
            self.finish(CallStatus::Missed, EndReason::Timeout, None, MissReason::Timeout);
        }
    }
}

/// A participant who has not been called yet.
pub(crate) fn blank(user: UserId, role: Role, kind: CallKind) -> Participant {
    let ring =
        Ring { mode: RingMode::Silent, expires_at: None, busy: false, joins_on_activation: None };
    Participant {
        user,
        role,
        status: ParticipantStatus::Invited,
        media: MediaState::initial(kind),
        ring,
        seat: Seat::empty(),
        joined_at: None,
        left_at: None,
        left_reason: None,
        reject_reason: None,
        hand_raised_at: None,
        earlier_stays: Duration::ZERO,
        missed_entry: false,
        granted: Capabilities::NONE,
        denied: Capabilities::NONE,
    }
}

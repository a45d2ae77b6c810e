//! A naive call: what is known about it, and what of it is compared with the real one.

mod devices;
mod going;
mod hands;
mod joining;
mod rank;
mod rules;
mod way;

use call::{
    Call, CallKind, CallStatus, EndReason, LeaveReason, Link, MediaState, NewCall,
    ParticipantStatus as Status, Policy, Reach, Refusal, RejectReason, Reply, Role, Shape,
    Topology,
};
use vocab::{DeviceId, UnixMillis, UserId};

use std::time::Duration;

/// What an input came to.
type Answered = Result<Reply, Refusal>;

/// The rules of a call once more: one list of people, every deadline worked out anew each
/// time, no events. Lives beside a real call in a test.
#[derive(Debug, Clone)]
pub struct Model {
    now: UnixMillis,
    policy: Policy,
    direct: bool,
    kind: CallKind,
    ring: Duration,
    born: UnixMillis,
    status: CallStatus,
    started: Option<UnixMillis>,
    over: Option<Over>,
    host: UserId,
    people: Vec<Person>,
    empty_since: Option<UnixMillis>,
    alone_since: Option<UnixMillis>,
    nobody_back: bool,
    way: Topology,
    way_until: Option<UnixMillis>,
    starved_until: Option<UnixMillis>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Over {
    when: UnixMillis,
    why: EndReason,
    by: Option<UserId>,
}

/// One person.
#[derive(Debug, Clone)]
struct Person {
    user: UserId,
    role: Role,
    status: Status,
    media: MediaState,
    blocked: bool,
    rings_until: UnixMillis,
    wish: Option<DeviceId>,
    device: Option<DeviceId>,
    seat: u32,
    lost: Lost,
    sits_since: UnixMillis,
    transport_failed: bool,
    served: bool,
    linked: bool,
    from_before: bool,
    hand: Option<UnixMillis>,
    left: Option<LeaveReason>,
    rejected: Option<RejectReason>,
    missed_entry: bool,
}

/// Whether the socket of somebody in the call is lost, or their media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// It is open.
    No,
    /// Since then, shown to nobody.
    Since(UnixMillis),
    /// Shown; given up then.
    ShownUntil(UnixMillis),
    /// Open, but without media through the server since then; shown to nobody.
    Mute(UnixMillis),
    /// The same, shown with this end.
    MuteShown(UnixMillis),
}

impl Lost {
    /// The socket itself is lost.
    const fn socket(self) -> bool {
        matches!(self, Self::Since(_) | Self::ShownUntil(_))
    }

    /// What it is when the socket goes.
    fn unplugged(self, now: UnixMillis, window: Duration) -> Self {
        match self {
            Self::No | Self::Mute(_) => Self::Since(now),
            Self::MuteShown(_) => Self::ShownUntil(now + window),
            Self::Since(_) | Self::ShownUntil(_) => self,
        }
    }
}

/// What of a call and its model must be the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Snapshot {
    status: CallStatus,
    started: Option<UnixMillis>,
    over: Option<Over>,
    host: UserId,
    way: Topology,
    next: Option<UnixMillis>,
    people: Vec<Seen>,
}

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    user: UserId,
    status: Status,
    role: Role,
    media: MediaState,
    hand: Option<UnixMillis>,
    device: Option<DeviceId>,
    seat: u32,
    lost: Lost,
    left: Option<LeaveReason>,
    rejected: Option<RejectReason>,
    missed_entry: bool,
}

impl Model {
    /// The model of a new call.
    #[must_use]
    pub fn start(now: UnixMillis, new: &NewCall, policy: &Policy) -> Self {
        let mut model = Self {
            now,
            policy: policy.clone(),
            direct: new.shape == Shape::Direct,
            kind: new.kind,
            ring: new.ring,
            born: now,
            status: CallStatus::Initiated,
            started: None,
            over: None,
            host: new.caller,
            people: Vec::new(),
            empty_since: None,
            alone_since: None,
            nobody_back: false,
            way: Topology::Mesh,
            way_until: None,
            starved_until: None,
        };
        let mut caller = model.somebody(new.caller, Role::Host);
        caller.status = Status::Joined;
        caller.device.clone_from(&new.device);
        caller.seat = 1;
        caller.lost = if new.live { Lost::No } else { Lost::Since(now) };
        model.people.push(caller);
        for one in &new.invitees {
            let mut person = model.somebody(one.user, Role::Member);
            person.blocked = one.reach == Reach::Blocked;
            model.people.push(person);
        }
        for one in &new.invitees {
            model.reject_if_busy(one);
        }
        model.settle();
        model
    }

    fn somebody(&self, user: UserId, role: Role) -> Person {
        Person {
            user,
            role,
            status: Status::Invited,
            media: self.first_media(),
            blocked: false,
            rings_until: self.now + self.ring,
            wish: None,
            device: None,
            seat: 0,
            lost: Lost::No,
            sits_since: self.now,
            transport_failed: false,
            served: false,
            linked: false,
            from_before: false,
            hand: None,
            left: None,
            rejected: None,
            missed_entry: false,
        }
    }

    fn first_media(&self) -> MediaState {
        MediaState {
            audio_enabled: true,
            video_enabled: self.kind == CallKind::Video,
            screen_sharing: false,
        }
    }

    /// Every deadline there is, the nearest first.
    fn next(&self) -> Option<UnixMillis> {
        if self.over.is_some() {
            return None;
        }
        let mut all = vec![self.started.unwrap_or(self.born) + self.policy.max_duration];
        all.extend(self.way_until);
        all.extend(self.starved_until);
        all.extend(self.empty_since.map(|since| since + self.policy.empty_grace));
        all.extend(self.alone_since.map(|since| since + self.policy.alone));
        for one in &self.people {
            match (one.status, one.lost) {
                (Status::Invited | Status::Ringing, _) => all.push(one.rings_until),
                (Status::Joined, Lost::Since(when) | Lost::Mute(when)) => {
                    all.push(when + self.policy.shown_after);
                }
                (Status::Joined, Lost::ShownUntil(until)) => all.push(until),
                _ => {}
            }
        }
        all.sort();
        all.first().copied()
    }

    /// What the model says.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let seen = |one: &Person| Seen {
            user: one.user,
            status: one.status,
            role: one.role,
            media: one.media,
            hand: one.hand,
            device: one.device.clone().filter(|_| one.status == Status::Joined),
            seat: one.seat,
            lost: one.lost,
            left: one.left,
            rejected: one.rejected,
            missed_entry: one.missed_entry,
        };
        Snapshot {
            status: self.status,
            started: self.started,
            over: self.over.clone(),
            host: self.host,
            way: self.way,
            next: self.next(),
            people: self.people.iter().map(seen).collect(),
        }
    }

    /// What the real call says.
    ///
    /// # Panics
    /// When the call has an end without a reason.
    #[must_use]
    pub fn seen(call: &Call) -> Snapshot {
        let state = call.state();
        let people = state.participants.iter().map(|one| Seen {
            user: one.user,
            status: one.status,
            role: one.role,
            media: one.media,
            hand: one.hand_raised_at,
            device: one.seat.device.clone().filter(|_| one.status == Status::Joined),
            seat: one.seat.number,
            lost: match one.seat.link {
                Link::Up => Lost::No,
                Link::Dropped { since } => Lost::Since(since),
                Link::Reconnecting { until } => Lost::ShownUntil(until),
                Link::Unheard { since } => Lost::Mute(since),
                Link::Silent { until } => Lost::MuteShown(until),
            },
            left: one.left_reason,
            rejected: one.reject_reason,
            missed_entry: one.missed_entry,
        });
        Snapshot {
            status: state.status,
            started: state.times.started_at,
            over: state.times.ended_at.map(|when| Over {
                when,
                why: state.end_reason.expect("what is over has a reason"),
                by: state.ended_by,
            }),
            host: state.host,
            way: state.topology,
            next: call.poll_timeout(),
            people: people.collect(),
        }
    }
}

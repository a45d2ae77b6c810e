//! A call whose every step is checked.

use std::collections::BTreeSet;
use std::time::Duration;

use call::{
    Call, CallKind, CallStatus, CallView, Effect, Event, Input, MediaState, NewCall, Output,
    ParticipantStatus, ParticipantView, Policy, Refusal, Reply, Role, Stamped, Topology,
};
use vocab::{UnixMillis, UserId};

use crate::oracle;

/// A call, everything it has put out, and the client's view folded from its events.
///
/// Grows with the length of the test: the log is kept.
#[derive(Debug, Clone)]
pub struct WatchedCall {
    /// The call.
    pub call: Call,
    /// Every state event so far.
    pub log: Vec<Stamped>,
    /// What the newest step put out.
    pub latest: Vec<Output>,
    /// Whose devices were told to show the call and were not told to stop.
    pub showing: BTreeSet<UserId>,
    /// The fold of the log.
    pub view: CallView,
    /// How often [`Effect::Close`] came.
    pub closed: u32,
    /// When somebody was last called: at the start or by an invitation.
    pub last_called: UnixMillis,
    /// How long each ring lasts.
    pub ring: Duration,
    clock: UnixMillis,
}

impl WatchedCall {
    /// Starts a call.
    ///
    /// # Panics
    /// When an invariant does not hold; so does every other step.
    #[must_use]
    pub fn start(now: UnixMillis, new: NewCall, policy: Policy) -> Self {
        let ring = new.ring;
        let view = view_of_new(&new);
        let call = Call::initiate(now, new, policy);
        let mut watched = Self {
            call,
            log: Vec::new(),
            latest: Vec::new(),
            showing: BTreeSet::new(),
            view,
            closed: 0,
            last_called: now,
            ring,
            clock: now,
        };
        watched.drain();
        oracle::check_state(&watched);
        watched
    }

    /// Gives the call an input.
    ///
    /// # Errors
    /// What the call refuses, after it was checked that the refusal changed nothing.
    pub fn input(&mut self, now: UnixMillis, input: Input) -> Result<Reply, Refusal> {
        if input == Input::ServerRestarted {
            self.call = reloaded(&self.call);
        }
        let before = self.call.state().clone();
        let named = oracle::Named::by(&input);
        self.clock = self.clock.max(now);
        let invites = matches!(input, Input::Invite { .. });
        let shown = format!("{input:?}");
        let answer = self.call.handle_input(now, input);
        self.drain();
        if invites && answer.is_ok() {
            // A clock that stood behind does not shorten the ring.
            self.last_called = self.clock;
        }
        if answer.is_err() {
            assert_eq!(*self.call.state(), before, "refused {shown} changed the state");
            assert!(self.latest.is_empty(), "refused {shown} put out {:?}", self.latest);
        }
        if before.status.is_terminal() {
            assert_eq!(*self.call.state(), before, "I1: {shown} changed a call that is over");
            assert!(self.latest.is_empty(), "I1: {shown} after the end: {:?}", self.latest);
        }
        oracle::check_actors(&named, &self.latest);
        oracle::check_state(self);
        answer
    }

    /// Lets the call do what is due.
    ///
    /// # Panics
    /// When something is still due afterwards.
    pub fn timeout(&mut self, now: UnixMillis) {
        self.clock = self.clock.max(now);
        self.call.handle_timeout(now);
        self.drain();
        if let Some(next) = self.call.poll_timeout() {
            assert!(next > now, "I12: {next:?} is still due after the timeout at {now:?}");
        }
        oracle::check_state(self);
    }

    /// Moves the clock, stopping at every deadline on the way.
    pub fn run_until(&mut self, now: UnixMillis) {
        while let Some(next) = self.call.poll_timeout().filter(|next| *next <= now) {
            self.timeout(next);
        }
    }

    /// The events of the newest step.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.latest.iter().filter_map(|output| match output {
            Output::Event(stamped) => Some(&stamped.event),
            Output::Effect(_) => None,
        })
    }

    /// The effects of the newest step.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.latest.iter().filter_map(|output| match output {
            Output::Event(_) => None,
            Output::Effect(effect) => Some(effect),
        })
    }

    /// Where a person is.
    #[must_use]
    pub fn status_of(&self, user: UserId) -> Option<ParticipantStatus> {
        self.call.state().participant(user).map(|one| one.status)
    }

    fn drain(&mut self) {
        self.latest.clear();
        while let Some(output) = self.call.poll_output() {
            match &output {
                Output::Event(stamped) => {
                    self.view.apply(stamped).expect("I10: the numbers have no gap");
                    self.log.push(stamped.clone());
                }
                Output::Effect(effect) => self.note(effect),
            }
            self.latest.push(output);
        }
    }

    fn note(&mut self, effect: &Effect) {
        match effect {
            Effect::Ring { user, .. } | Effect::Notify { user, .. } => {
                self.showing.insert(*user);
            }
            Effect::StopRinging { user, .. } => {
                self.showing.remove(user);
            }
            Effect::Close => self.closed += 1,
            Effect::HandOff { .. }
            | Effect::AskToUnmute { .. }
            | Effect::ReleaseHeld { .. }
            | Effect::DropHeld { .. } => {}
        }
    }
}

/// The call as a server finds it in its database.
fn reloaded(call: &Call) -> Call {
    let mut state = call.state().clone();
    for one in &mut state.participants {
        // Not stored: a device that says nothing counts as connected.
        one.seat.transport_failed = false;
        one.seat.direct_ready = false;
    }
    Call::from_state(state, call.policy().clone())
}

/// The call as the first event announces it: what every fold starts from.
fn view_of_new(new: &NewCall) -> CallView {
    let media = MediaState {
        audio_enabled: true,
        video_enabled: new.kind == CallKind::Video,
        screen_sharing: false,
    };
    let person = |user, status, role| ParticipantView {
        user,
        status,
        role,
        media,
        reconnecting_until: None,
        hand_raised_at: None,
    };
    let mut participants = vec![person(new.caller, ParticipantStatus::Joined, Role::Host)];
    participants.extend(
        new.invitees.iter().map(|one| person(one.user, ParticipantStatus::Invited, Role::Member)),
    );
    CallView {
        rev: 0,
        kind: new.kind,
        status: CallStatus::Initiated,
        host: new.caller,
        topology: Topology::Mesh,
        started_at: None,
        ended_at: None,
        end_reason: None,
        participants,
    }
}

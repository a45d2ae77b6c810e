//! The invariants that hold after every step, whatever the step was.

use call::{
    CallState, CallStatus, CallView, Effect, Event, Input, Link, Output,
    ParticipantStatus as Status, Policy, RingMode, Role, Route, SfuPolicy, Topology, route,
};
use vocab::UserId;

use crate::WatchedCall;

/// The person behind an input, if any.
pub(crate) struct Named {
    actor: Option<UserId>,
}

impl Named {
    pub(crate) fn by(input: &Input) -> Self {
        let actor = match input {
            Input::Answer { user, .. }
            | Input::JoinOnActivation { user, .. }
            | Input::Reject { user, .. }
            | Input::End { user }
            | Input::Leave { user }
            | Input::ChangeMedia { user, .. }
            | Input::RingDelivered { user }
            | Input::DeviceUp { user, .. }
            | Input::DeviceDown { user, .. }
            | Input::Resume { user, .. }
            | Input::Signalled { user, .. }
            | Input::ReportTransport { user, .. }
            | Input::DirectReady { user, .. }
            | Input::React { user }
            | Input::Replace { user } => Some(*user),
            Input::Invite { by, .. }
            | Input::SetRole { by, .. }
            | Input::Mute { by, .. }
            | Input::RaiseHand { by, .. }
            | Input::AskToUnmute { by, .. } => Some(*by),
            Input::Remove { by, .. } => *by,
            Input::MediaReady { .. }
            | Input::MediaLost { .. }
            | Input::ServerRestarted
            | Input::Terminate { .. } => None,
        };
        Self { actor }
    }
}

/// I8: whoever an event names as its author is who sent the command.
pub(crate) fn check_actors(named: &Named, latest: &[Output]) {
    for output in latest {
        let Output::Event(stamped) = output else { continue };
        let author = match &stamped.event {
            Event::Accepted { user, .. } | Event::Rejected { user, .. } => Some(*user),
            Event::Cancelled { by } => Some(*by),
            Event::Ended { ended_by, .. } => *ended_by,
            Event::Initiated
            | Event::Ringing { .. }
            | Event::Joined { .. }
            | Event::Missed { .. }
            | Event::MediaChanged { .. }
            | Event::ParticipantUpdated { .. }
            | Event::Reconnecting { .. }
            | Event::Reconnected { .. }
            | Event::Left { .. }
            | Event::TopologyChanged { .. }
            | Event::HandChanged { .. }
            | Event::HostChanged { .. } => None,
        };
        // A busy callee is rejected by the policy while somebody else invites them.
        let by_policy =
            matches!(stamped.event, Event::Rejected { reason: call::RejectReason::Busy, .. });
        if author.is_some() && !by_policy {
            assert_eq!(author, named.actor, "I8: {:?}", stamped.event);
        }
    }
}

/// Everything that can be said about a call at any moment.
pub(crate) fn check_state(watched: &WatchedCall) {
    let state = watched.call.state();
    check_life(state);
    check_topology(state, watched.call.policy());
    check_people(watched, state);
    check_log(watched, state);
    check_routes(state);
    if state.status.is_terminal() {
        assert_eq!(watched.call.poll_timeout(), None, "a call that is over waits for something");
    } else {
        assert!(watched.call.poll_timeout().is_some(), "I13: a call without a deadline");
    }
    assert_eq!(watched.closed, u32::from(state.status.is_terminal()), "one Close, at the end");
    assert_eq!(watched.view, CallView::of(state), "I16: the fold differs from the snapshot");
}

fn check_life(state: &CallState) {
    let joined = state.joined().count();
    match state.status {
        CallStatus::Initiated | CallStatus::Ringing => {
            assert!(state.times.started_at.is_none(), "I3: started before an accept");
            assert!(state.pending().next().is_some(), "nobody can answer any more");
            assert_eq!(joined, 1, "the caller alone waits");
        }
        CallStatus::Active => {
            assert!(state.times.started_at.is_some(), "I3: active without a start");
            let grace = state.times.empty_until.is_some();
            assert_eq!(joined == 0, grace, "I3: {joined} joined, grace {grace}");
        }
        CallStatus::Ended => {
            let (started, ended) = (state.times.started_at, state.times.ended_at);
            let (started, ended) = (started.expect("I4: start"), ended.expect("I4: end"));
            assert!(started <= ended, "I4: ended before it started");
            let secs = (ended.as_millis() - started.as_millis()) / 1_000;
            assert_eq!(state.duration_secs().map(i64::from), Some(secs), "I4");
        }
        CallStatus::Missed | CallStatus::Rejected => {
            assert!(state.times.started_at.is_none(), "I3: {} after an accept", state.status);
        }
        CallStatus::Failed => {}
    }
    let over = state.status.is_terminal();
    assert_eq!(over, state.times.ended_at.is_some(), "an end exactly for what is over");
    assert_eq!(over, state.end_reason.is_some(), "a reason exactly for what is over");
}

/// Media takes the way that the policy and the number of people ask for, and every step on the
/// way ends.
fn check_topology(state: &CallState, policy: &Policy) {
    let joined = state.joined().count();
    let until = state.times.topology_until;
    if state.status != CallStatus::Active {
        assert_eq!((until, state.times.without_media_until), (None, None), "{}", state.status);
        return;
    }
    match (policy.sfu, state.topology) {
        (SfuPolicy::Off, topology) => assert_eq!(topology, Topology::Mesh),
        (SfuPolicy::Only, topology) => assert_eq!(topology, Topology::Sfu),
        (SfuPolicy::Auto, Topology::Mesh) => assert!(joined <= 2, "{joined} talk directly"),
        (SfuPolicy::Auto, Topology::Upgrading) => {
            assert!(until.is_some(), "an upgrade without an end");
            let newcomers = state.joined().filter(|one| !one.seat.in_mesh).count();
            assert!(newcomers > 0, "an upgrade for nobody");
            let all = state.joined().all(|one| one.seat.media_ready);
            assert!(!all, "everybody has media through the server already");
        }
        (SfuPolicy::Auto, Topology::Sfu) => {
            assert_eq!(until.is_some(), joined <= 2, "{joined} go through the server");
        }
        (SfuPolicy::Auto, Topology::Downgrading) => {
            assert!(until.is_some(), "a downgrade without an end");
            assert_eq!(joined, 2, "a downgrade");
            let both = state.joined().all(|one| one.seat.direct_ready);
            assert!(!both, "both have their direct link already");
        }
    }
    if state.topology != Topology::Sfu || state.joined().any(|one| one.seat.media_ready) {
        assert_eq!(state.times.without_media_until, None, "there is media");
    } else {
        assert_eq!(state.times.without_media_until.is_some(), joined >= 2, "there is no media");
    }
}

fn check_people(watched: &WatchedCall, state: &CallState) {
    let policy = watched.call.policy();
    assert!(state.joined().count() <= policy.joined_at_most().max(1), "I14: too many joined");
    let hosts = state.participants.iter().filter(|one| one.role == Role::Host);
    let hosts: Vec<UserId> = hosts.map(|one| one.user).collect();
    assert_eq!(hosts, [state.host], "one host");
    for one in &state.participants {
        let user = one.user;
        if state.status.is_terminal() {
            assert!(
                matches!(one.status, Status::Left | Status::Rejected | Status::Missed),
                "I5: {user} is {} in a call that is over",
                one.status
            );
        }
        if one.status.is_pending() {
            let until = one.ring.expires_at.expect("I12: a ring without a deadline");
            assert!(until <= watched.last_called + watched.ring, "I12: {user} rings too long");
        }
        if one.status == Status::Joined {
            assert!(one.seat.since.is_some() && one.joined_at.is_some(), "{user} sits nowhere");
        } else {
            assert_eq!(one.seat.link, Link::Up, "{user} is lost without being in the call");
            assert_eq!(one.hand_raised_at, None, "{user} raises a hand outside the call");
        }
        if one.missed_entry {
            assert!(one.ring.mode != RingMode::Withheld, "{user} must not hear of the call");
        }
        let bound = one.status == Status::Joined && one.seat.device.is_some();
        let away = !one.status.is_pending() && one.status != Status::Joined;
        let by_the_end = state.status.is_terminal() && one.joined_at.is_some();
        if (bound || away) && !by_the_end {
            assert!(!watched.showing.contains(&user), "{user}'s devices still show the call");
        }
        if one.ring.mode == RingMode::Withheld {
            let reached = watched.effects().any(|effect| {
                matches!(effect,
                Effect::StopRinging { user, .. } | Effect::Ring { user, .. } if *user == one.user)
            });
            assert!(!reached, "I7: {user} blocked the caller and hears of the call");
            assert!(!watched.showing.contains(&user), "{user} blocked the caller");
        }
    }
}

fn check_log(watched: &WatchedCall, state: &CallState) {
    assert_eq!(state.seq, watched.log.len() as u64, "I10: every number was put out");
    let [.., before, last] = watched.log.as_slice() else { return };
    assert_eq!(last.seq, before.seq + 1, "I10");
    assert!(last.at >= before.at, "time goes forward");
    let ends = watched.log.iter().rev().take(8);
    let ends = ends.filter(|one| matches!(one.event, Event::Ended { .. })).count();
    assert_eq!(ends, usize::from(state.status.is_terminal()), "one Ended, last");
    if state.status.is_terminal() {
        assert!(matches!(last.event, Event::Ended { .. }), "{:?} after the end", last.event);
    }
}

/// I7: signals go from joined to joined; to somebody who has not accepted they wait.
fn check_routes(state: &CallState) {
    for from in &state.participants {
        let stranger = "a-stranger".parse().expect("a valid name");
        let devices = [from.seat.device.clone().unwrap_or_else(|| crate::device(99, 9)), stranger];
        for device in devices {
            for to in &state.participants {
                let routed = route(state, from.user, &device, to.user, None);
                let Ok(routed) = routed else { continue };
                assert!(state.topology != Topology::Sfu, "media goes through the server");
                assert!(from.user != to.user && !state.status.is_terminal());
                assert_eq!(from.status, Status::Joined, "I7: a signal of somebody outside");
                assert!(from.sits_on(&device), "I7: a signal of a foreign device");
                match routed {
                    Route::Hold => assert!(to.status.is_pending(), "I7: held for nobody"),
                    Route::Device(seat) => {
                        assert_eq!(to.status, Status::Joined, "I7: to somebody outside");
                        assert_eq!(Some(seat), to.seat.device, "I7: to a foreign device");
                    }
                    Route::AnyDevice => {
                        assert_eq!(to.status, Status::Joined, "I7: to somebody outside");
                        assert_eq!(to.seat.device, None, "I7: the seat is bound");
                    }
                }
            }
        }
    }
}

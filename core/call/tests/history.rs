//! What a finished call was to each of its people.

use std::time::Duration;

use call::{
    BusyPolicy, Direction, EndReason, Input, MediaPatch, MissReason, Outcome, Policy, Reach,
    RejectReason, direction, missed_by, outcome, own_duration,
};
use testkit::{WatchedCall, at, device, group_call, user};

fn answer(number: u128) -> Input {
    Input::Answer {
        user: user(number),
        device: Some(device(number, 0)),
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission: None,
    }
}

fn reject(number: u128) -> Input {
    Input::Reject { user: user(number), reason: RejectReason::Declined }
}

fn end(number: u128) -> Input {
    Input::End { user: user(number) }
}

/// Plays commands at times, then runs the clock until the call is over.
fn life(callees: u128, commands: Vec<(i64, Input)>) -> WatchedCall {
    let mut call = WatchedCall::start(at(0), group_call(callees), Policy::default());
    for (when, input) in commands {
        call.run_until(at(when));
        call.input(at(when), input).expect("a command that is accepted");
    }
    call.run_until(at(100_000_000));
    call
}

fn outcomes(call: &WatchedCall) -> Vec<Option<Outcome>> {
    let state = call.call.state();
    state.participants.iter().map(|one| outcome(state, one.user)).collect()
}

/// A name, how many are called, what happens when, and the outcomes, the caller's first.
type Case = (&'static str, u128, Vec<(i64, Input)>, Vec<Outcome>);

#[test]
fn the_outcome_depends_on_who_looks_back() {
    use Outcome as O;
    let fault = |reason| Input::Terminate { reason };
    let cases: Vec<Case> = vec![
        ("answered", 1, vec![(1_000, answer(1)), (2_000, end(0))], vec![O::Answered, O::Answered]),
        ("nobody answers", 2, vec![], vec![O::NoAnswer, O::Missed, O::Missed]),
        (
            "all decline",
            2,
            vec![(1, reject(1)), (2, reject(2))],
            vec![O::Declined, O::Declined, O::Declined],
        ),
        (
            "one declines, one sleeps",
            2,
            vec![(1, reject(1))],
            vec![O::NoAnswer, O::Declined, O::Missed],
        ),
        (
            "cancelled",
            2,
            vec![(1, reject(1)), (2, end(0))],
            vec![O::Cancelled, O::Declined, O::Missed],
        ),
        (
            "called anew",
            1,
            vec![(1, Input::Replace { user: user(0) })],
            vec![O::Cancelled, O::Missed],
        ),
        (
            "declined and joined late",
            2,
            vec![(1, reject(1)), (2, answer(2)), (3, answer(1)), (4, end(0))],
            vec![O::Answered, O::JoinedLate, O::Answered],
        ),
        (
            "missed and joined late",
            2,
            vec![(1, answer(2)), (50_000, answer(1)), (60_000, end(0))],
            vec![O::Answered, O::JoinedLate, O::Answered],
        ),
        (
            "the others' call went on without them",
            2,
            vec![(1, answer(2)), (50_000, end(0))],
            vec![O::Answered, O::Missed, O::Answered],
        ),
        (
            "the server is full",
            1,
            vec![(1, fault(EndReason::Capacity))],
            vec![O::Failed, O::Failed],
        ),
    ];
    for (name, callees, commands, expected) in cases {
        let call = life(callees, commands);
        let expected: Vec<_> = expected.into_iter().map(Some).collect();
        assert_eq!(outcomes(&call), expected, "{name}");
    }
}

#[test]
fn a_busy_callee_missed_it_and_the_caller_reads_busy() {
    let mut new = group_call(1);
    new.invitees[0].busy = true;
    let policy = Policy { busy: BusyPolicy::Reject, ..Policy::default() };
    let call = WatchedCall::start(at(0), new, policy);
    assert_eq!(outcomes(&call), [Some(Outcome::Busy), Some(Outcome::Missed)]);
    let state = call.call.state();
    assert!(state.participants[1].missed_entry);
}

#[test]
fn missed_entries_say_why_and_the_blocked_and_the_called_anew_have_none() {
    let reason = |call: &WatchedCall, number: usize| {
        let state = call.call.state();
        missed_by(state, &state.participants[number])
    };
    let cancelled = life(2, vec![(1, reject(1)), (2, end(0))]);
    assert_eq!(reason(&cancelled, 1), None, "who declined missed nothing");
    assert_eq!(reason(&cancelled, 2), Some(MissReason::Cancelled));
    assert_eq!(reason(&life(1, vec![]), 1), Some(MissReason::Timeout));
    assert_eq!(reason(&life(1, vec![(1, Input::Replace { user: user(0) })]), 1), None);
    let mut new = group_call(1);
    new.invitees[0].reach = Reach::Blocked;
    let mut call = WatchedCall::start(at(0), new, Policy::default());
    call.run_until(at(45_000));
    assert_eq!(reason(&call, 1), None, "who blocked the caller hears nothing");
}

#[test]
fn a_call_that_goes_on_has_an_outcome_only_for_who_is_or_was_in_it() {
    let mut call = WatchedCall::start(at(0), group_call(2), Policy::default());
    assert_eq!(outcomes(&call), [None, None, None]);
    call.input(at(1), answer(1)).expect("an answer");
    assert_eq!(outcomes(&call), [Some(Outcome::Answered), Some(Outcome::Answered), None]);
    assert_eq!(outcome(call.call.state(), user(9)), None, "a stranger");
}

#[test]
fn direction_and_own_duration_are_the_viewers() {
    let commands = vec![
        (10_000, answer(1)),
        (12_000, answer(2)),
        (20_000, Input::Leave { user: user(2) }),
        (30_000, answer(2)),
        (40_000, end(0)),
    ];
    let call = life(2, commands);
    let state = call.call.state();
    let own = |number| own_duration(state, user(number));
    assert_eq!(state.duration_secs(), Some(30));
    assert_eq!([own(0), own(1), own(2)], [30, 30, 18].map(Duration::from_secs));
    assert_eq!(own(9), Duration::ZERO);
    assert_eq!(direction(state, user(0)), Direction::Outgoing);
    assert_eq!(direction(state, user(1)), Direction::Incoming);
}

#[test]
fn ending_twice_tells_the_same_duration() {
    let mut call = life(1, vec![(1_000, answer(1)), (4_200, end(0))]);
    let before = call.call.state().clone();
    call.input(at(200_000_000), end(1)).expect("the end of what is over");
    assert_eq!(*call.call.state(), before);
    assert_eq!(before.duration_secs(), Some(3));
}

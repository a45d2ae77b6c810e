//! Which role may do what, asked of the call itself and not of the table of defaults.

use call::{
    Admission, Call, Capabilities, Capability, Input, MediaPatch, Policy, Refusal, Reply, Role,
};
use testkit::{WatchedCall, at, device, group_call, invitee, user};

/// An active call of the host (0), the actor (1) in a role, and a member (2).
fn with_role(role: Role, policy: Policy) -> WatchedCall {
    let mut call = WatchedCall::start(at(0), group_call(2), policy);
    for number in [1, 2] {
        call.input(at(1), answer(number, None)).expect("an invitee answers");
    }
    if role != Role::Member {
        call.input(at(2), Input::SetRole { by: user(0), user: user(1), role })
            .expect("by the host");
    }
    call
}

fn answer(number: u128, admission: Option<Admission>) -> Input {
    Input::Answer {
        user: user(number),
        device: Some(device(number, 0)),
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission,
    }
}

type Action = (&'static str, fn() -> Input);

fn patch(change: impl FnOnce(&mut MediaPatch)) -> Input {
    let mut patch = MediaPatch::default();
    change(&mut patch);
    Input::ChangeMedia { user: user(1), patch }
}

const ACTIONS: &[Action] = &[
    ("speak", || patch(|media| media.audio_enabled = Some(true))),
    ("camera", || patch(|media| media.video_enabled = Some(true))),
    ("screen", || patch(|media| media.screen_sharing = Some(true))),
    ("all off", || {
        patch(|media| {
            media.audio_enabled = Some(false);
            media.video_enabled = Some(false);
            media.screen_sharing = Some(false);
        })
    }),
    ("invite", || Input::Invite { by: user(1), invitees: vec![invitee(3)] }),
    ("mute", || Input::Mute { by: user(1), user: user(2) }),
    ("remove", || Input::Remove { by: Some(user(1)), user: user(2) }),
    ("make viewer", || Input::SetRole { by: user(1), user: user(2), role: Role::Viewer }),
    ("make co-host", || Input::SetRole { by: user(1), user: user(2), role: Role::CoHost }),
    ("pass on host", || Input::SetRole { by: user(1), user: user(2), role: Role::Host }),
    ("resume", || Input::Resume { user: user(1), device: device(1, 0), seat: 1 }),
];

/// One line per role, one mark per action, in the order of [`ACTIONS`].
const MATRIX: &[(Role, &str)] = &[
    (Role::Host, "yyyyyyyyyyy"),
    (Role::CoHost, "yyyyyyyynny"),
    (Role::Member, "yyyyynnnnny"),
    (Role::Viewer, "nnnynnnnnny"),
    (Role::Guest, "yynynnnnnny"),
    (Role::Recorder, "nnnynnnnnny"),
];

#[test]
fn each_role_may_do_what_the_matrix_says_and_nothing_else() {
    assert_eq!(MATRIX.len(), Role::ALL.len(), "every role has a line");
    for (role, marks) in MATRIX {
        assert_eq!(marks.len(), ACTIONS.len(), "{role} has a mark for every action");
        for ((action, input), mark) in ACTIONS.iter().zip(marks.chars()) {
            let mut call = with_role(*role, Policy::default());
            let answer = call.input(at(10), input());
            let refused = matches!(answer, Err(Refusal::Forbidden(_)));
            assert_eq!(answer.is_ok(), mark == 'y', "{role}: {action}: {answer:?}");
            assert_eq!(refused, mark == 'n', "{role}: {action}: {answer:?}");
        }
    }
}

#[test]
fn hosts_and_co_hosts_end_for_all_everybody_else_leaves() {
    for role in Role::ALL {
        let mut call = with_role(*role, Policy::default());
        let ranked = matches!(role, Role::Host | Role::CoHost);
        let expected = if ranked { Reply::Ended } else { Reply::Left };
        assert_eq!(call.input(at(10), Input::End { user: user(1) }), Ok(expected), "{role}");
    }
}

#[test]
fn everybody_may_leave_and_come_back() {
    for role in Role::ALL {
        let mut call = with_role(*role, Policy::default());
        assert_eq!(call.input(at(10), Input::Leave { user: user(1) }), Ok(Reply::Left), "{role}");
        assert_eq!(call.input(at(11), answer(1, None)), Ok(Reply::Done), "{role}");
    }
}

#[test]
fn nobody_but_the_host_touches_the_host() {
    let mut call = with_role(Role::CoHost, Policy::default());
    for input in [
        Input::Remove { by: Some(user(1)), user: user(0) },
        Input::SetRole { by: user(1), user: user(0), role: Role::Member },
        Input::SetRole { by: user(0), user: user(0), role: Role::Member },
    ] {
        assert!(matches!(call.input(at(10), input), Err(Refusal::Forbidden(_))));
    }
}

#[test]
fn a_policy_takes_every_withheld_right_from_all_but_host_and_co_host() {
    for capability in Capability::ALL {
        let withheld = Capabilities::of(&[*capability]);
        let policy = Policy { withheld, ..Policy::default() };
        let mut state = with_role(Role::Member, Policy::default()).call.state().clone();
        for role in Role::ALL {
            state.participants[1].role = *role;
            let call = Call::from_state(state.clone(), policy.clone());
            let may = call.authorize(user(1), *capability).is_ok();
            let ranked = matches!(role, Role::Host | Role::CoHost);
            assert_eq!(may, ranked, "{role} and {capability}");
        }
    }
}

#[test]
fn personal_changes_come_last_and_a_denial_beats_a_grant() {
    let withheld = Capabilities::of(&[Capability::Camera, Capability::Screen]);
    let policy = Policy { withheld, ..Policy::default() };
    let mut state = with_role(Role::Member, Policy::default()).call.state().clone();
    state.participants[1].granted = Capabilities::of(&[Capability::Camera, Capability::Record]);
    state.participants[1].denied = Capabilities::of(&[Capability::Record, Capability::Speak]);
    let call = Call::from_state(state, policy);
    let may = |capability| call.authorize(user(1), capability).is_ok();
    assert!(may(Capability::Camera), "granted in spite of the policy");
    assert!(!may(Capability::Screen), "withheld by the policy");
    assert!(!may(Capability::Record), "denied in spite of the grant");
    assert!(!may(Capability::Speak), "denied in spite of the role");
}

#[test]
fn to_a_stranger_the_call_does_not_exist() {
    let call = with_role(Role::Member, Policy::default());
    for capability in Capability::ALL {
        assert_eq!(call.call.authorize(user(9), *capability), Err(Refusal::NotFound));
    }
}

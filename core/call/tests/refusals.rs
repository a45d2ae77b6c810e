//! Which command is refused in which situation, and with what.

use call::{
    Admission, Capabilities, Capability, Input, MediaPatch, Policy, Refusal as No, RejectReason,
    Role, Topology, route,
};
use testkit::{WatchedCall, at, device, group_call, invitee, user};

fn answer(number: u128) -> Input {
    with_device(number, 0)
}

fn with_device(number: u128, which: usize) -> Input {
    Input::Answer {
        user: user(number),
        device: Some(device(number, which)),
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission: None,
    }
}

fn admitted(number: u128) -> Input {
    let Input::Answer { user, device, take_over, live, media, .. } = answer(number) else {
        return answer(number);
    };
    let admission = Some(Admission { role: Role::Member });
    Input::Answer { user, device, take_over, live, media, admission }
}

fn reject(number: u128) -> Input {
    Input::Reject { user: user(number), reason: RejectReason::Declined }
}

fn unmute(number: u128) -> Input {
    let patch = MediaPatch { audio_enabled: Some(true), ..MediaPatch::default() };
    Input::ChangeMedia { user: user(number), patch }
}

fn resume(number: u128, seat: u32) -> Input {
    Input::Resume { user: user(number), device: device(number, 1), seat }
}

fn signal(number: u128, which: usize) -> Input {
    Input::Signalled { user: user(number), device: device(number, which) }
}

fn transport(number: u128) -> Input {
    Input::ReportTransport { user: user(number), device: device(number, 1), failed: true }
}

fn remove(by: u128, whom: u128) -> Input {
    Input::Remove { by: Some(user(by)), user: user(whom) }
}

fn role(by: u128, whom: u128, role: Role) -> Input {
    Input::SetRole { by: user(by), user: user(whom), role }
}

/// A group call of 0 with 1 to 4, after these commands.
fn after(commands: Vec<Input>) -> WatchedCall {
    let mut call = WatchedCall::start(at(0), group_call(4), Policy::default());
    for input in commands {
        call.input(at(1_000), input).expect("a command that is accepted");
    }
    call
}

fn assert_refused(situation: &str, call: &WatchedCall, cases: Vec<(Input, No)>) {
    for (input, refusal) in cases {
        // The watched call checks that the refusal changes nothing and says nothing.
        let mut call = call.clone();
        let shown = format!("{situation}: {input:?}");
        assert_eq!(call.input(at(2_000), input), Err(refusal), "{shown}");
    }
}

#[test]
fn while_it_rings() {
    let call = after(vec![reject(3)]);
    let invite = Input::Invite { by: user(1), invitees: vec![invitee(7)] };
    assert_refused(
        "ringing",
        &call,
        vec![
            (reject(0), No::OwnCall),
            (unmute(1), No::NotJoined),
            (resume(1, 0), No::NotJoined),
            (signal(1, 0), No::NotJoined),
            (transport(1), No::NotThisDevice),
            (answer(3), No::NotActive),
            (Input::End { user: user(3) }, No::NotJoined),
            (Input::Leave { user: user(3) }, No::NotJoined),
            (Input::Replace { user: user(1) }, No::NotJoined),
            (admitted(7), No::NotActive),
            (invite, No::NotJoined),
            (role(0, 1, Role::Host), No::TargetGone),
            (role(0, 7, Role::Viewer), No::TargetNotInCall),
            (Input::Mute { by: user(0), user: user(1) }, No::TargetGone),
            (Input::Mute { by: user(0), user: user(7) }, No::TargetNotInCall),
            (remove(0, 7), No::TargetNotInCall),
            (remove(1, 2), No::Forbidden(Capability::Remove)),
        ],
    );
}

#[test]
fn while_it_is_active() {
    let call = after(vec![answer(1), answer(2), reject(3), Input::Leave { user: user(2) }]);
    assert_refused(
        "active",
        &call,
        vec![
            (with_device(1, 1), No::AnsweredElsewhere),
            (reject(1), No::AlreadyAnswered),
            (reject(2), No::AlreadyAnswered),
            (unmute(2), No::NotJoined),
            (resume(2, 1), No::NotJoined),
            (resume(1, 2), No::SeatGone),
            (signal(1, 1), No::NotThisDevice),
            (signal(2, 0), No::NotJoined),
            (transport(1), No::NotThisDevice),
            (Input::Replace { user: user(2) }, No::NotJoined),
            (remove(0, 0), No::Forbidden(Capability::Remove)),
            (role(0, 2, Role::Host), No::TargetGone),
            (Input::Mute { by: user(1), user: user(0) }, No::Forbidden(Capability::MuteOthers)),
        ],
    );
}

#[test]
fn after_the_removal() {
    let mut call = after(vec![answer(1), answer(2)]);
    call.input(at(1_500), Input::Remove { by: None, user: user(2) }).expect("by the server");
    assert_refused(
        "removed",
        &call,
        vec![
            (answer(2), No::Removed),
            (admitted(2), No::Removed),
            (resume(2, 1), No::Removed),
            (Input::JoinOnActivation { user: user(2), device: device(2, 0) }, No::Removed),
            (unmute(2), No::NotJoined),
            (signal(2, 0), No::NotJoined),
        ],
    );
}

#[test]
fn to_a_stranger_there_is_no_call() {
    let call = after(vec![answer(1)]);
    assert_refused("stranger", &call, strangers(9));
    let over = after(vec![answer(1), Input::End { user: user(0) }]);
    assert_refused("stranger, over", &over, strangers(9));
}

fn strangers(number: u128) -> Vec<(Input, No)> {
    [
        answer(number),
        reject(number),
        Input::End { user: user(number) },
        Input::Leave { user: user(number) },
        unmute(number),
        resume(number, 0),
        signal(number, 0),
        transport(number),
        Input::Invite { by: user(number), invitees: vec![invitee(1)] },
        remove(number, 1),
        role(number, 1, Role::Viewer),
        Input::Mute { by: user(number), user: user(1) },
        Input::Replace { user: user(number) },
    ]
    .map(|input| (input, No::NotFound))
    .into()
}

#[test]
fn after_the_end() {
    let call = after(vec![answer(1), reject(3), Input::End { user: user(0) }]);
    let ended = [
        answer(1),
        admitted(9),
        reject(1),
        unmute(1),
        resume(1, 1),
        signal(1, 0),
        transport(1),
        Input::JoinOnActivation { user: user(9), device: device(9, 0) },
        Input::Invite { by: user(0), invitees: vec![invitee(9)] },
        remove(0, 1),
        role(0, 1, Role::Viewer),
        Input::Mute { by: user(0), user: user(1) },
        Input::Replace { user: user(0) },
    ];
    assert_refused("over", &call, ended.map(|input| (input, No::CallEnded)).into());
    for harmless in [
        Input::End { user: user(1) },
        Input::Leave { user: user(1) },
        reject(3),
        Input::Remove { by: None, user: user(1) },
        Input::RingDelivered { user: user(4) },
        Input::ServerRestarted,
    ] {
        assert!(call.clone().input(at(2_000), harmless).is_ok());
    }
}

#[test]
fn when_it_is_full() {
    let policy = Policy { max_joined: 2, ..Policy::default() };
    let mut call = WatchedCall::start(at(0), group_call(3), policy);
    call.input(at(1), answer(1)).expect("there is room for two");
    call.input(at(2), reject(3)).expect("a rejection");
    let waits = Input::JoinOnActivation { user: user(2), device: device(2, 0) };
    let cases = [answer(2), answer(3), admitted(9), waits].map(|input| (input, No::Full));
    assert_refused("full", &call, cases.into());
}

#[test]
fn without_the_right_to_join() {
    let withheld = Capabilities::of(&[Capability::Join]);
    let call = WatchedCall::start(at(0), group_call(2), Policy { withheld, ..Policy::default() });
    let forbidden = No::Forbidden(Capability::Join);
    assert_refused("withheld", &call, vec![(answer(1), forbidden)]);
}

#[test]
fn signals_are_refused_by_who_sends_and_who_receives() {
    let call = after(vec![answer(1), answer(2), reject(3), Input::Leave { user: user(2) }]);
    let state = call.call.state();
    let ask = |from, which, to, wanted: Option<usize>| {
        let wanted = wanted.map(|number| device(to, number));
        route(state, user(from), &device(from, which), user(to), wanted.as_ref()).err()
    };
    assert_eq!(ask(0, 0, 1, None), None);
    assert_eq!(ask(0, 0, 1, Some(0)), None);
    assert_eq!(ask(0, 0, 1, Some(1)), Some(No::TargetGone), "another device of the target");
    assert_eq!(ask(0, 0, 0, None), Some(No::TargetNotInCall), "oneself");
    assert_eq!(ask(0, 0, 9, None), Some(No::TargetNotInCall), "a stranger");
    assert_eq!(ask(0, 0, 2, None), Some(No::TargetGone), "who left");
    assert_eq!(ask(0, 0, 3, None), Some(No::TargetGone), "who declined");
    assert_eq!(ask(0, 0, 4, None), None, "held for who has not accepted");
    assert_eq!(ask(0, 1, 1, None), Some(No::NotThisDevice));
    assert_eq!(ask(4, 0, 0, None), Some(No::NotJoined), "before the accept");
    assert_eq!(ask(9, 0, 0, None), Some(No::NotFound));
    let mut sfu = state.clone();
    sfu.topology = Topology::Sfu;
    let refused = route(&sfu, user(0), &device(0, 0), user(1), None).err();
    assert_eq!(refused, Some(No::TopologySfu));
}

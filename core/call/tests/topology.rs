//! The way between the participants and through the server: what the scenarios of `spec/calls`
//! do not show, because no event tells it.

use std::time::Duration;

use call::{
    Call, CallStatus, Effect, EndReason, Input, MediaPatch, Policy, Refusal, Route, SfuPolicy,
    Topology, route, route_to_media,
};
use testkit::{WatchedCall, at, device, direct_call, group_call, user};

fn policy(sfu: SfuPolicy) -> Policy {
    Policy { sfu, ..Policy::default() }
}

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

fn ready(number: u128) -> Input {
    Input::MediaReady { user: user(number), seat: 1 }
}

fn direct(number: u128) -> Input {
    Input::DirectReady { user: user(number), device: device(number, 0) }
}

fn failed(number: u128) -> Input {
    Input::ReportTransport { user: user(number), device: device(number, 0), failed: true }
}

/// The caller and two callees, who all have joined; the call upgrades.
fn three() -> WatchedCall {
    let mut call = WatchedCall::start(at(0), group_call(2), policy(SfuPolicy::Auto));
    call.input(at(1_000), answer(1)).expect("accepted");
    call.input(at(2_000), answer(2)).expect("accepted");
    call
}

fn through_the_server() -> WatchedCall {
    let mut call = three();
    for number in 0..3 {
        call.input(at(3_000), ready(number)).expect("accepted");
    }
    assert_eq!(topology(&call), Topology::Sfu);
    call
}

fn topology(call: &WatchedCall) -> Topology {
    call.call.state().topology
}

/// Where a signal of the caller to the first callee goes, and whether one to the server goes.
fn ways(call: &WatchedCall) -> (Result<Route, Refusal>, Result<(), Refusal>) {
    let state = call.call.state();
    let own = device(0, 0);
    (route(state, user(0), &own, user(1), None), route_to_media(state, user(0), &own))
}

#[test]
fn signals_go_the_way_that_the_topology_allows() {
    let there = Ok(Route::Device(device(1, 0)));
    let mut call = WatchedCall::start(at(0), group_call(2), policy(SfuPolicy::Auto));
    call.input(at(1_000), answer(1)).unwrap();
    assert_eq!(ways(&call), (there.clone(), Err(Refusal::TopologyMesh)));
    call.input(at(2_000), answer(2)).unwrap();
    assert_eq!(ways(&call), (there.clone(), Ok(())), "upgrading");
    let mut call = through_the_server();
    assert_eq!(ways(&call), (Err(Refusal::TopologySfu), Ok(())));
    call.input(at(4_000), Input::Leave { user: user(2) }).unwrap();
    call.run_until(at(14_000));
    assert_eq!(topology(&call), Topology::Downgrading);
    assert_eq!(ways(&call), (there, Ok(())));
}

#[test]
fn a_signal_to_the_server_needs_the_seat() {
    let mut call = through_the_server();
    let told = |call: &WatchedCall, number, from| {
        route_to_media(call.call.state(), user(number), &device(number, from))
    };
    assert_eq!(told(&call, 1, 1), Err(Refusal::NotThisDevice));
    assert_eq!(told(&call, 9, 0), Err(Refusal::NotFound));
    call.input(at(4_000), Input::Leave { user: user(1) }).unwrap();
    assert_eq!(told(&call, 1, 0), Err(Refusal::NotJoined));
    call.input(at(5_000), Input::End { user: user(0) }).unwrap();
    assert_eq!(told(&call, 0, 0), Err(Refusal::CallEnded));
}

#[test]
fn what_was_held_reaches_nobody_with_whom_no_direct_link_is_made() {
    let mut call = WatchedCall::start(at(0), group_call(2), policy(SfuPolicy::Auto));
    let released = |call: &WatchedCall, number| {
        call.effects().any(|effect| *effect == Effect::ReleaseHeld { user: user(number) })
    };
    let dropped = |call: &WatchedCall, number| {
        call.effects().any(|effect| *effect == Effect::DropHeld { user: user(number) })
    };
    call.input(at(1_000), answer(1)).unwrap();
    assert!(released(&call, 1) && !dropped(&call, 1));
    call.input(at(2_000), answer(2)).unwrap();
    assert!(dropped(&call, 2) && !released(&call, 2));
    let mut call = WatchedCall::start(at(0), direct_call(), policy(SfuPolicy::Only));
    call.input(at(1_000), answer(1)).unwrap();
    assert!(dropped(&call, 1) && !released(&call, 1));
}

#[test]
fn broken_direct_links_end_a_call_only_while_media_goes_over_them() {
    let mut call = through_the_server();
    for number in 0..3 {
        call.input(at(4_000), failed(number)).unwrap();
    }
    assert_eq!(call.call.state().status, CallStatus::Active);

    let mut call = WatchedCall::start(at(0), group_call(2), policy(SfuPolicy::Auto));
    call.input(at(1_000), answer(1)).unwrap();
    call.input(at(2_000), failed(0)).unwrap();
    call.input(at(2_000), failed(1)).unwrap();
    assert_eq!(call.call.state().end_reason, Some(EndReason::ConnectionFailed));
}

#[test]
fn a_link_that_breaks_again_is_not_ready() {
    let mut call = through_the_server();
    call.input(at(4_000), Input::Leave { user: user(2) }).unwrap();
    call.run_until(at(14_000));
    call.input(at(15_000), direct(0)).unwrap();
    call.input(at(16_000), failed(0)).unwrap();
    call.input(at(17_000), direct(1)).unwrap();
    assert_eq!(topology(&call), Topology::Downgrading);
    call.input(at(18_000), direct(0)).unwrap();
    assert_eq!(topology(&call), Topology::Mesh);
    call.input(at(19_000), failed(0)).unwrap();
    assert_eq!(call.call.state().status, CallStatus::Active, "one of two has failed");
}

#[test]
fn a_device_that_is_not_in_the_call_brings_no_downgrade_about() {
    let mut call = through_the_server();
    let other = Input::DirectReady { user: user(1), device: device(1, 1) };
    assert_eq!(call.input(at(4_000), other), Err(Refusal::NotThisDevice));
    let outsider = Input::DirectReady { user: user(9), device: device(9, 0) };
    assert_eq!(call.input(at(4_000), outsider), Err(Refusal::NotFound));
}

#[test]
fn another_device_in_the_seat_has_no_media_yet() {
    let mut call = three();
    call.input(at(3_000), ready(0)).unwrap();
    call.input(at(3_000), ready(1)).unwrap();
    let reloaded = Input::Resume { user: user(1), device: device(1, 0), seat: 1 };
    call.input(at(3_500), reloaded).unwrap();
    let moved = Input::Resume { user: user(0), device: device(0, 1), seat: 1 };
    call.input(at(4_000), moved).unwrap();
    call.input(at(5_000), ready(2)).unwrap();
    assert_eq!(topology(&call), Topology::Upgrading, "the first one has a new device");
    call.input(at(6_000), ready(0)).unwrap();
    assert_eq!(topology(&call), Topology::Sfu);
}

#[test]
fn a_newcomer_who_is_lost_holds_nobody_up_for_long() {
    let mut call = three();
    call.input(at(3_000), ready(0)).unwrap();
    call.input(at(3_000), ready(1)).unwrap();
    let lost = Input::DeviceDown { user: user(2), device: device(2, 0), others_up: false };
    call.input(at(4_000), lost).unwrap();
    call.run_until(at(17_000));
    assert_eq!(topology(&call), Topology::Mesh);
    assert_eq!(call.call.state().joined().count(), 2);
}

#[test]
fn the_clock_without_media_begins_anew_with_the_server() {
    let mut call = through_the_server();
    call.input(at(10_000), Input::ServerRestarted).unwrap();
    for number in 0..3 {
        let up = Input::DeviceUp { user: user(number), device: device(number, 0) };
        call.input(at(11_000), up).unwrap();
    }
    // 60 s to come back, then 30 s without media.
    call.run_until(at(99_999));
    assert_eq!(call.call.state().status, CallStatus::Active);
    call.run_until(at(100_000));
    assert_eq!(call.call.state().status, CallStatus::Failed);
}

#[test]
fn a_server_that_starts_with_another_policy_changes_the_calls_it_finds() {
    let found = |call: &WatchedCall, sfu| {
        let mut call = Call::from_state(call.call.state().clone(), policy(sfu));
        call.handle_input(at(10_000), Input::ServerRestarted).unwrap();
        call.state().topology
    };
    let many = through_the_server();
    assert_eq!(found(&many, SfuPolicy::Off), Topology::Mesh);
    assert_eq!(found(&many, SfuPolicy::Only), Topology::Sfu);
    assert_eq!(found(&three(), SfuPolicy::Off), Topology::Mesh);
    assert_eq!(found(&three(), SfuPolicy::Auto), Topology::Upgrading);
    assert_eq!(found(&three(), SfuPolicy::Only), Topology::Sfu);
    let mut two = WatchedCall::start(at(0), direct_call(), policy(SfuPolicy::Auto));
    assert_eq!(found(&two, SfuPolicy::Only), Topology::Mesh, "nobody has answered yet");
    two.input(at(1_000), answer(1)).unwrap();
    assert_eq!(found(&two, SfuPolicy::Only), Topology::Sfu);
    assert_eq!(found(&two, SfuPolicy::Auto), Topology::Mesh);
}

#[test]
fn the_limits_follow_the_policy() {
    let limits = |sfu, max_joined| {
        let policy = Policy { max_joined, ..policy(sfu) };
        (policy.joined_at_most(), policy.mesh_at_most())
    };
    assert_eq!(limits(SfuPolicy::Off, 20), (4, 4));
    assert_eq!(limits(SfuPolicy::Off, 3), (3, 3));
    assert_eq!(limits(SfuPolicy::Auto, 20), (20, 2));
    assert_eq!(limits(SfuPolicy::Only, 20), (20, 0));
}

#[test]
fn a_larger_call_that_upgrades_has_its_last_word_only_once() {
    let mut call = WatchedCall::start(at(0), group_call(5), policy(SfuPolicy::Auto));
    for number in 1..=5 {
        call.input(at(1_000), answer(number)).unwrap();
    }
    for number in 0..=4 {
        call.input(at(2_000), ready(number)).unwrap();
        assert_eq!(topology(&call), Topology::Upgrading);
    }
    call.run_until(at(16_000) + Duration::from_millis(1));
    assert_eq!(topology(&call), Topology::Sfu, "the one without media has left");
    assert_eq!(call.call.state().joined().count(), 5);
}

//! An allocation dies with the call or the user's part in it; a test before joining is short.

use std::time::Duration;

use turn::server::{Family, FiveTuple};
use vocab::CallId;

use super::client::Client;
use super::world::{Got, TCP, UDP, World, call, settings, user};

const SECOND: Duration = Duration::from_secs(1);

/// A client of user 1 with a credential bound to a call or to none; in no call yet.
fn client(world: &World, port: u16, bound_to: Option<CallId>) -> Client {
    let credential = world.credential(user(1), bound_to);
    let address = ([192, 0, 2, 1], port).into();
    Client::new(FiveTuple { listener: UDP, client: address }, &credential)
}

#[test]
fn after_the_hang_up_the_allocations_of_that_user_in_that_call_are_gone() {
    let mut world = World::with(settings(), 2);
    for bound_to in [1, 2] {
        world.book.join(user(1), call(bound_to));
    }
    let mut first = client(&world, 1_001, Some(call(1)));
    let mut second = client(&world, 1_002, Some(call(2)));
    let mut third = client(&world, 1_003, Some(call(1)));
    third.shard = 1;
    third.tuple.listener = TCP;
    for client in [&mut first, &mut second, &mut third] {
        assert!(world.allocate(client).is_success());
    }
    let mut other_user = world.allocated(2);
    let peer = "8.8.8.8:4000".parse().unwrap();
    first.bind(&mut world, 0x4000, peer);
    world.book.leave(user(1), call(1));
    world.revoke(user(1), Some(call(1)));
    assert_eq!(world.live(), 2);
    assert_eq!(world.closed_clients, [third.tuple]);
    assert_eq!(first.channel(&mut world, 0x4000, b"x"), Got::Nothing);
    assert_eq!(first.refresh(&mut world, 600).code(), 437);
    assert_eq!(first.allocate(&mut world, |_| {}).code(), 403);
    assert!(second.refresh(&mut world, 600).is_success());
    assert!(other_user.refresh(&mut world, 600).is_success());
    assert_eq!(world.servers[0].counters().revoked + world.servers[1].counters().revoked, 2);
}

#[test]
fn without_a_call_a_credential_is_good_for_sixty_seconds() {
    for (age, code) in [(59_999, 0), (60_000, 403)] {
        let mut world = World::new();
        let mut client = client(&world, 1_001, None);
        client.take_challenge_of(&mut world);
        world.pass(Duration::from_millis(age));
        assert_eq!(client.allocate(&mut world, |_| {}).code(), code, "{age} ms");
    }
}

#[test]
fn an_allocation_before_joining_ends_after_those_sixty_seconds() {
    let mut world = World::new();
    let mut client = client(&world, 1_001, None);
    world.pass(50 * SECOND);
    assert!(world.allocate(&mut client).is_success());
    assert!(client.refresh(&mut world, 3_600).is_success());
    world.pass(Duration::from_millis(9_999));
    assert_eq!(world.live(), 1);
    world.pass(Duration::from_millis(1));
    assert_eq!(world.live(), 0);
    assert_eq!(world.counters().revoked, 1);
}

#[test]
fn an_allocation_before_joining_goes_on_when_the_user_has_joined_by_then() {
    let mut world = World::new();
    let mut client = client(&world, 1_001, None);
    assert!(world.allocate(&mut client).is_success());
    world.pass(30 * SECOND);
    world.book.join(user(1), call(5));
    world.pass(569 * SECOND);
    assert_eq!(world.live(), 1);
    client.take_challenge_of(&mut world);
    assert!(client.refresh(&mut world, 600).is_success());
    world.book.leave(user(1), call(5));
    world.revoke(user(1), Some(call(5)));
    assert_eq!(world.live(), 0);
}

#[test]
fn an_unbound_allocation_outlives_one_call_of_two_and_a_test_outlives_an_old_call() {
    let mut world = World::new();
    world.book.join(user(1), call(1));
    world.book.join(user(1), call(2));
    let mut unbound = client(&world, 1_001, None);
    assert!(world.allocate(&mut unbound).is_success());
    world.pass(61 * SECOND);
    let mut testing = client(&world, 1_002, None);
    assert!(world.allocate(&mut testing).is_success());
    world.book.leave(user(1), call(1));
    world.revoke(user(1), Some(call(1)));
    assert_eq!(world.live(), 2, "still in the other call");
    world.book.leave(user(1), call(2));
    world.revoke(user(1), Some(call(2)));
    assert_eq!(world.live(), 1, "the test is allowed without any call");
    assert!(testing.refresh(&mut world, 600).is_success());
    world.pass(60 * SECOND);
    assert_eq!(world.live(), 0);
}

#[test]
fn revoking_without_a_call_ends_whatever_has_no_right_any_more() {
    let mut world = World::new();
    for (port, bound_to) in [(1_001, 1), (1_002, 2)] {
        world.book.join(user(1), call(bound_to));
        let mut client = client(&world, port, Some(call(bound_to)));
        assert!(world.allocate(&mut client).is_success());
    }
    world.book.leave(user(1), call(1));
    world.revoke(user(1), None);
    assert_eq!(world.live(), 1);
}

#[test]
fn an_evicted_or_revoked_relayed_address_takes_nothing_from_its_successor() {
    let mut world = World::new();
    let mut first = world.client(1);
    let relayed = world.allocate(&mut first).relayed(Family::V4).unwrap();
    let old = *world.relays.iter().find(|(_, address)| **address == relayed).unwrap().0;
    world.revoke(user(1), Some(call(1)));
    let mut second = world.client(2);
    world.allocate(&mut second);
    let peer = "8.8.8.8:4000".parse().unwrap();
    second.permit(&mut world, &[peer]);
    let now = world.now;
    // The slot is the same one; what still comes from the old socket is dropped.
    assert_eq!(world.relays.keys().map(|(_, relay)| relay.index()).max(), Some(old.1.index()));
    let step = world.servers[0].handle_peer(now, old.1, peer, b"late");
    assert!(matches!(step, turn::server::Step::Nothing));
    world.servers[0].release(now, turn::server::AllocationId::from_parts(0, 0));
    assert_eq!(world.live(), 1);
}

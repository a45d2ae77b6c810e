//! How many allocations a user and the server may have, and which one makes room.

use std::sync::atomic::Ordering;
use std::time::Duration;

use turn::server::{AllocationId, Family, Holder, QuotaError, Quotas};

use super::client::Client;
use super::world::{Got, TCP, World, call, settings, user};

const SECOND: Duration = Duration::from_secs(1);

/// Another client of user 1.
fn device(world: &World, number: u16) -> Client {
    let mut client = world.client(1);
    client.tuple.client.set_port(20_000 + number);
    client
}

#[test]
fn a_user_has_twelve_allocations_and_the_thirteenth_is_refused() {
    let mut world = World::new();
    for number in 0..12 {
        assert!(world.allocate(&mut device(&world, number)).is_success());
        world.pass(SECOND);
    }
    let reply = world.allocate(&mut device(&world, 12));
    assert_eq!(reply.code(), 486);
    assert!(reply.is_signed());
    assert_eq!(world.live(), 12);
    world.allocated(2);
    assert_eq!(world.book.held_by(user(1)), 12);
    assert_eq!(world.counters().over_user_quota, 1);
}

#[test]
fn an_allocation_that_ends_gives_its_place_back() {
    let mut world = World::with_quotas(settings(), 1, 1, 10);
    let mut first = device(&world, 0);
    assert!(world.allocate(&mut first).is_success());
    assert_eq!(world.allocate(&mut device(&world, 1)).code(), 486);
    assert!(first.refresh(&mut world, 0).is_success());
    world.can_open = (false, false);
    assert_eq!(world.allocate(&mut device(&world, 2)).code(), 508, "no port: no place is kept");
    world.can_open = (true, true);
    assert!(world.allocate(&mut device(&world, 3)).is_success());
    world.pass(600 * SECOND);
    assert_eq!(world.book.held(), 0);
}

#[test]
fn at_the_total_everybody_is_refused_with_508() {
    let mut world = World::with_quotas(settings(), 1, 12, 3);
    for number in 1..=3 {
        world.allocated(number);
    }
    let mut late = world.client(4);
    assert_eq!(world.allocate(&mut late).code(), 508);
    assert_eq!(world.counters().insufficient_capacity, 1);
}

#[test]
fn at_the_quota_the_oldest_allocation_idle_for_thirty_seconds_makes_room() {
    let mut world = World::with_quotas(settings(), 1, 3, 100);
    let peer = "8.8.8.8:4000".parse().unwrap();
    let mut devices: Vec<Client> = (0..3).map(|number| device(&world, number)).collect();
    let mut relayed = Vec::new();
    for client in &mut devices {
        relayed.push(world.allocate(client).relayed(Family::V4).unwrap());
        client.permit(&mut world, &[peer]);
        world.pass(SECOND);
    }
    world.pass(26 * SECOND + Duration::from_millis(999));
    assert_eq!(world.allocate(&mut device(&world, 3)).code(), 486, "29.999 s");
    // The first is busy in one direction, the second in the other.
    assert_ne!(world.peer_sends(peer, relayed[0], b"x"), Got::Nothing);
    assert_ne!(devices[1].send(&mut world, peer, b"x"), Got::Nothing);
    world.pass(2 * SECOND + Duration::from_millis(1));
    assert!(world.allocate(&mut device(&world, 3)).is_success());
    assert_eq!(world.live(), 3);
    assert_eq!(world.counters().evicted, 1);
    assert!(devices[0].refresh(&mut world, 600).is_success());
    assert!(devices[1].refresh(&mut world, 600).is_success());
    assert_eq!(devices[2].refresh(&mut world, 600).code(), 437, "evicted");
    assert!(world.closed_clients.is_empty(), "UDP has nothing to close");
}

#[test]
fn an_idle_allocation_of_another_shard_makes_room_and_its_stream_is_closed() {
    let mut world = World::with_quotas(settings(), 2, 1, 100);
    let mut idle = device(&world, 0);
    idle.shard = 1;
    idle.tuple.listener = TCP;
    assert!(world.allocate(&mut idle).is_success());
    world.pass(30 * SECOND);
    assert!(world.allocate(&mut device(&world, 1)).is_success());
    assert_eq!(world.closed_clients, [idle.tuple]);
    assert_eq!(world.live(), 1);
    assert_eq!(world.servers[1].counters().evicted, 1);
    assert_eq!(world.book.held_by(user(1)), 1);
}

#[test]
fn idle_allocations_of_others_are_left_alone() {
    let mut world = World::with_quotas(settings(), 1, 1, 2);
    world.allocated(2);
    let mut busy = device(&world, 0);
    world.book.join(user(1), call(1));
    world.pass(25 * SECOND);
    assert!(world.allocate(&mut busy).is_success());
    world.pass(10 * SECOND);
    assert_eq!(world.allocate(&mut device(&world, 1)).code(), 486);
    assert_eq!(world.live(), 2);
}

#[test]
fn the_book_tells_apart_user_and_total_and_forgets_nobody_twice() {
    let world = World::new();
    let start = world.now.instant;
    let holder = |slot| Holder { shard: 0, allocation: AllocationId::from_parts(slot, 0) };
    let mut quotas = Quotas::new(start, 2, 3);
    let first = quotas.admit(start, user(1), holder(0)).unwrap();
    quotas.admit(start, user(1), holder(1)).unwrap();
    assert_eq!(quotas.admit(start, user(1), holder(2)).unwrap_err(), QuotaError::User);
    quotas.admit(start, user(2), holder(3)).unwrap();
    assert_eq!(quotas.admit(start, user(3), holder(4)).unwrap_err(), QuotaError::Total);
    let later = start + Quotas::IDLE;
    first.activity.store(1, Ordering::Relaxed);
    let evicts = quotas.admit(later, user(1), holder(5)).unwrap().evicts;
    assert_eq!(evicts, Some(holder(1)), "the first was busy one millisecond too late");
    assert_eq!((quotas.held(), quotas.held_by(user(1))), (3, 2));
    quotas.release(user(1), holder(1));
    quotas.release(user(9), holder(0));
    assert_eq!(quotas.held(), 3);
    for (of, slot) in [(1, 0), (1, 5), (2, 3)] {
        quotas.release(user(of), holder(slot));
    }
    assert_eq!(quotas.held(), 0);
    assert_eq!(quotas.held_by(user(1)), 0);
}

//! Lifetimes and Refresh (RFC 8656 §8.2).

use std::time::Duration;

use turn::server::Family;
use turn::stun::{Method, attr};

use super::world::{Got, TCP, World};

const MILLISECOND: Duration = Duration::from_millis(1);

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn lifetimes_are_at_least_600_seconds_and_at_most_3600() {
    for (asked, granted) in
        [(0, 600), (1, 600), (600, 600), (601, 601), (3_600, 3_600), (9_999, 3_600)]
    {
        let mut world = World::new();
        let mut client = world.client(1);
        let reply = world.allocate_with(&mut client, |writer| {
            writer.lifetime(seconds(asked));
        });
        assert_eq!(reply.lifetime(), granted, "asked for {asked}");
        if asked > 0 {
            assert_eq!(client.refresh(&mut world, asked).lifetime(), granted);
        }
        world.pass(seconds(granted) - MILLISECOND);
        assert_eq!(world.live(), 1);
        world.pass(MILLISECOND);
        assert_eq!(world.live(), 0);
        assert_eq!(world.counters().expired, 1);
        assert!(world.relays.is_empty());
    }
}

#[test]
fn an_allocation_ends_on_time_even_when_no_timer_fires() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let peer = "8.8.8.8:4000".parse().unwrap();
    world.pass_unnoticed(seconds(599));
    assert!(client.bind(&mut world, 0x4000, peer).is_success());
    world.pass_unnoticed(seconds(1));
    assert_eq!(client.channel(&mut world, 0x4000, b"late"), Got::Nothing);
    assert_eq!(client.send(&mut world, peer, b"late"), Got::Nothing);
    assert_eq!(world.counters().dropped.no_allocation, 2);
    client.take_challenge_of(&mut world);
    assert_eq!(client.refresh(&mut world, 600).code(), 437);
    assert!(client.allocate(&mut world, |_| {}).is_success());
}

#[test]
fn when_refreshed_in_time_an_allocation_does_not_expire() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    for _ in 0..20 {
        world.pass(seconds(599));
        client.take_challenge_of(&mut world);
        assert_eq!(client.refresh(&mut world, 600).lifetime(), 600);
    }
    assert_eq!(world.live(), 1);
    world.pass(seconds(600));
    assert_eq!(world.live(), 0);
}

#[test]
fn a_refresh_may_shorten_a_lifetime() {
    let mut world = World::new();
    let mut client = world.client(1);
    world.allocate_with(&mut client, |writer| {
        writer.lifetime(seconds(3_600));
    });
    assert_eq!(client.refresh(&mut world, 700).lifetime(), 700);
    world.pass(seconds(700) - MILLISECOND);
    assert_eq!(world.live(), 1);
    world.pass(MILLISECOND);
    assert_eq!(world.live(), 0);
}

#[test]
fn a_refresh_without_a_lifetime_gives_the_default() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let reply = client.ask(&mut world, Method::Refresh, |_| {});
    assert_eq!(reply.lifetime(), 600);
}

#[test]
fn a_refresh_to_zero_ends_the_allocation_and_frees_the_five_tuple() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    assert_eq!(client.refresh(&mut world, 0).lifetime(), 0);
    assert_eq!(world.live(), 0);
    assert!(world.relays.is_empty());
    assert_eq!(client.refresh(&mut world, 0).code(), 437);
    assert!(client.allocate(&mut world, |_| {}).is_success());
}

#[test]
fn without_an_allocation_everything_but_allocate_is_a_mismatch() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.take_challenge_of(&mut world);
    let peer = "8.8.8.8:4000".parse().unwrap();
    for reply in [
        client.refresh(&mut world, 600),
        client.permit(&mut world, &[peer]),
        client.bind(&mut world, 0x4000, peer),
    ] {
        assert_eq!(reply.code(), 437);
        assert!(reply.is_signed());
    }
}

#[test]
fn one_family_of_a_dual_allocation_is_refreshed_and_ended_on_its_own() {
    let mut world = World::new();
    let mut client = world.client(1);
    let reply = world.allocate_with(&mut client, |writer| {
        writer.family(attr::ADDITIONAL_ADDRESS_FAMILY, Family::V6);
    });
    assert_eq!(reply.relayed_families(), [1, 2]);
    let peers = ["8.8.8.8:4000".parse().unwrap(), "[2a00::8]:4000".parse().unwrap()];
    assert!(client.permit(&mut world, &peers).is_success());
    let refresh = |client: &mut super::client::Client, world: &mut World, family, lifetime| {
        client.ask(world, Method::Refresh, |writer| {
            writer.family(attr::REQUESTED_ADDRESS_FAMILY, family).lifetime(seconds(lifetime));
        })
    };
    assert_eq!(refresh(&mut client, &mut world, Family::V6, 1_200).lifetime(), 1_200);
    world.pass(seconds(600));
    assert_eq!(world.live(), 1, "IPv6 goes on");
    assert_eq!(world.relays.len(), 1);
    client.take_challenge_of(&mut world);
    assert_eq!(client.permit(&mut world, &peers[..1]).code(), 443);
    assert!(client.permit(&mut world, &peers[1..]).is_success());
    assert_eq!(refresh(&mut client, &mut world, Family::V4, 600).code(), 443);
    assert_eq!(refresh(&mut client, &mut world, Family::V6, 0).lifetime(), 0);
    assert_eq!(world.live(), 0);
}

#[test]
fn a_family_that_the_allocation_does_not_have_is_a_mismatch() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    for (value, code) in [(&[2, 0, 0, 0][..], 443), (&[9, 0, 0, 0], 443), (&[1], 400)] {
        let reply = client.ask(&mut world, Method::Refresh, |writer| {
            writer.attribute(attr::REQUESTED_ADDRESS_FAMILY, value);
        });
        assert_eq!(reply.code(), code, "{value:?}");
    }
    assert_eq!(world.live(), 1);
}

#[test]
fn an_allocation_ends_with_its_stream_but_a_stream_not_with_its_allocation() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.tuple.listener = TCP;
    world.allocate(&mut client);
    assert!(client.refresh(&mut world, 0).is_success());
    assert!(world.closed_clients.is_empty());
    assert!(client.allocate(&mut world, |_| {}).is_success());
    world.hang_up(&client);
    assert_eq!(world.live(), 0);
    assert!(world.closed_clients.is_empty());
}

#[test]
fn allocations_made_and_ended_in_a_loop_leave_no_deadlines_behind() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.take_challenge_of(&mut world);
    let cycles = |world: &mut World, client: &mut super::client::Client, count| {
        for _ in 0..count {
            assert!(client.allocate(world, |_| {}).is_success());
            assert!(client.refresh(world, 0).is_success());
        }
    };
    cycles(&mut world, &mut client, 500);
    let counted = allocation_counter::measure(|| cycles(&mut world, &mut client, 4_500));
    assert!(counted.bytes_current < 1_000, "{} bytes", counted.bytes_current);
    world.pass(seconds(3_600));
    assert_eq!(world.servers[0].poll_timeout(), None);
    assert_eq!(world.counters().allocated, 5_000);
}

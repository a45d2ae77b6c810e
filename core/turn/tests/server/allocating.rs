//! Allocate (RFC 8656 §7.2): the order of the checks, families, ports, retransmissions.

use std::time::Duration;

use turn::server::{Family, Settings};
use turn::stun::{Method, Writer, attr};

use super::client::Reply;
use super::world::{RELAY_V4, RELAY_V6, TCP, UDP, World, call, settings, user};

const SECOND: Duration = Duration::from_secs(1);

/// The answer to an Allocate with these attributes, and nothing that was not asked for.
fn allocate(world: &mut World, body: impl Fn(&mut Writer<'_>)) -> Reply {
    let mut client = world.client(1);
    client.take_challenge_of(world);
    world.pass(SECOND);
    let packet = client.signed(Method::Allocate, body);
    client.exchange(world, &packet)
}

fn udp(writer: &mut Writer<'_>) {
    writer.requested_transport(17);
}

#[test]
fn a_success_tells_relayed_and_mapped_address_and_lifetime() {
    let mut world = World::new();
    let mut client = world.client(1);
    let reply = world.allocate(&mut client);
    let relayed = reply.relayed(Family::V4).unwrap();
    assert_eq!(relayed.ip(), RELAY_V4);
    let mapped = reply.message().xor_address(attr::XOR_MAPPED_ADDRESS);
    assert_eq!(mapped, Some(Ok(client.tuple.client)));
    assert_eq!(reply.lifetime(), 600);
    assert!(reply.is_signed());
    assert!(!world.wanted_even);
    assert_eq!(world.live(), 1);
}

#[test]
fn the_requested_transport_is_udp_or_the_request_is_refused() {
    let mut world = World::new();
    assert_eq!(allocate(&mut world, |_| {}).code(), 400);
    let malformed = allocate(&mut world, |writer| {
        writer.attribute(attr::REQUESTED_TRANSPORT, &[17]);
    });
    assert_eq!(malformed.code(), 400);
    let tcp = allocate(&mut world, |writer| {
        writer.requested_transport(6);
    });
    assert_eq!(tcp.code(), 442);
    assert_eq!(world.live(), 0);
}

#[test]
fn dont_fragment_and_unknown_attributes_are_named_in_a_signed_420() {
    let mut world = World::new();
    let reply = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::DONT_FRAGMENT, &[]);
    });
    assert_eq!((reply.code(), reply.unknown()), (420, vec![attr::DONT_FRAGMENT]));
    assert!(reply.is_signed());
    let reply = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(0x7abc, &[1]).attribute(0xc001, &[]).attribute(attr::CONNECTION_ID, &[]);
    });
    assert_eq!((reply.code(), reply.unknown()), (420, vec![0x7abc, attr::CONNECTION_ID]));
    let other_transport_first = allocate(&mut world, |writer| {
        writer.requested_transport(6).attribute(attr::DONT_FRAGMENT, &[]);
    });
    assert_eq!(other_transport_first.code(), 442);
}

#[test]
fn mobility_is_optional_to_understand_and_gives_no_ticket() {
    let mut world = World::new();
    let reply = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::MOBILITY_TICKET, &[]);
    });
    assert!(reply.is_success());
    assert_eq!(reply.message().attribute(attr::MOBILITY_TICKET), None);
}

#[test]
fn ports_may_be_even_and_are_never_reserved() {
    let mut world = World::new();
    let reserve = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::EVEN_PORT, &[0x80]);
    });
    assert_eq!(reserve.code(), 508);
    let token = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::RESERVATION_TOKEN, &[0; 8]);
    });
    assert_eq!(token.code(), 508);
    for (kind, value) in [
        (attr::EVEN_PORT, &[0][..]),
        (attr::REQUESTED_ADDRESS_FAMILY, &[1, 0, 0, 0]),
        (attr::ADDITIONAL_ADDRESS_FAMILY, &[2, 0, 0, 0]),
    ] {
        let both = allocate(&mut world, |writer| {
            udp(writer);
            writer.attribute(attr::RESERVATION_TOKEN, &[0; 8]).attribute(kind, value);
        });
        assert_eq!(both.code(), 400, "{kind:#06x}");
    }
    assert_eq!(world.live(), 0);
    let even = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::EVEN_PORT, &[0]);
    });
    assert!(even.is_success());
    assert!(world.wanted_even);
}

#[test]
fn one_family_is_what_was_asked_for_or_ipv4() {
    for (number, family) in [(1, Family::V4), (2, Family::V6)] {
        let mut world = World::new();
        let reply = allocate(&mut world, |writer| {
            udp(writer);
            writer.attribute(attr::REQUESTED_ADDRESS_FAMILY, &[number, 0, 0, 0]);
        });
        assert_eq!(reply.relayed_families(), [number]);
        let ip = reply.relayed(family).unwrap().ip();
        assert_eq!(ip, if number == 1 { RELAY_V4.into() } else { std::net::IpAddr::V6(RELAY_V6) });
    }
    let mut world = World::new();
    let unknown = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::REQUESTED_ADDRESS_FAMILY, &[3, 0, 0, 0]);
    });
    assert_eq!(unknown.code(), 440);
    let malformed = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::REQUESTED_ADDRESS_FAMILY, &[1]);
    });
    assert_eq!(malformed.code(), 400);
}

#[test]
fn a_family_that_is_not_offered_is_refused() {
    let only_v4 = || World::with(Settings { relay_v6: None, ..settings() }, 1);
    let v6 = allocate(&mut only_v4(), |writer| {
        udp(writer);
        writer.family(attr::REQUESTED_ADDRESS_FAMILY, Family::V6);
    });
    assert_eq!(v6.code(), 440);
    let mut only_v6 = World::with(Settings { relay_v4: None, ..settings() }, 1);
    assert_eq!(allocate(&mut only_v6, udp).code(), 440);
}

fn dual(writer: &mut Writer<'_>) {
    udp(writer);
    writer.family(attr::ADDITIONAL_ADDRESS_FAMILY, Family::V6);
}

#[test]
fn a_dual_allocation_has_an_address_of_each_family() {
    let mut world = World::new();
    let reply = allocate(&mut world, dual);
    assert_eq!(reply.relayed_families(), [1, 2]);
    assert!(reply.address_errors().is_empty());
    assert_eq!(world.relays.len(), 2);
    assert_eq!(world.live(), 1);
}

#[test]
fn a_dual_allocation_of_which_one_family_cannot_be_had_says_which_and_why() {
    let cases = [
        (Settings { relay_v6: None, ..settings() }, (true, true), vec![1], vec![(2, 440)]),
        (Settings { relay_v4: None, ..settings() }, (true, true), vec![2], vec![(1, 440)]),
        (settings(), (true, false), vec![1], vec![(2, 508)]),
        (settings(), (false, true), vec![2], vec![(1, 508)]),
    ];
    for (settings, can_open, families, errors) in cases {
        let mut world = World::with(settings, 1);
        world.can_open = can_open;
        let reply = allocate(&mut world, dual);
        assert_eq!(reply.relayed_families(), families);
        assert_eq!(reply.address_errors(), errors);
        assert_eq!(world.relays.len(), 1);
    }
    let mut neither = World::with(Settings { relay_v4: None, relay_v6: None, ..settings() }, 1);
    assert_eq!(allocate(&mut neither, dual).code(), 440);
}

#[test]
fn combinations_that_contradict_each_other_are_bad_requests() {
    let mut world = World::new();
    let both = allocate(&mut world, |writer| {
        dual(writer);
        writer.family(attr::REQUESTED_ADDRESS_FAMILY, Family::V4);
    });
    assert_eq!(both.code(), 400);
    let additional_v4 = allocate(&mut world, |writer| {
        udp(writer);
        writer.family(attr::ADDITIONAL_ADDRESS_FAMILY, Family::V4);
    });
    assert_eq!(additional_v4.code(), 400);
    let reserved = allocate(&mut world, |writer| {
        dual(writer);
        writer.attribute(attr::EVEN_PORT, &[0x80]);
    });
    assert_eq!(reserved.code(), 400);
    let lifetime = allocate(&mut world, |writer| {
        udp(writer);
        writer.attribute(attr::LIFETIME, &[1]);
    });
    assert_eq!(lifetime.code(), 400);
    assert_eq!(world.live(), 0);
}

#[test]
fn when_no_socket_can_be_opened_nothing_is_left_behind() {
    let mut world = World::new();
    world.can_open = (false, false);
    let reply = allocate(&mut world, udp);
    assert_eq!(reply.code(), 508);
    assert!(reply.is_signed());
    assert_eq!(world.live(), 0);
    world.can_open = (true, true);
    assert!(allocate(&mut world, udp).is_success());
}

#[test]
fn a_retransmitted_request_gets_the_same_answer_and_a_new_one_437() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.take_challenge_of(&mut world);
    for body in [udp as fn(&mut Writer<'_>), dual] {
        let packet = client.signed(Method::Allocate, body);
        let first = client.exchange(&mut world, &packet);
        assert!(first.is_success());
        world.pass_unnoticed(Duration::from_millis(500));
        assert_eq!(client.exchange(&mut world, &packet), first);
        assert_eq!(client.allocate(&mut world, |_| {}).code(), 437);
        assert_eq!(world.live(), 1);
        assert!(client.refresh(&mut world, 0).is_success());
    }
}

#[test]
fn on_a_stream_nothing_is_retransmitted_and_so_a_repeated_request_gets_437() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.tuple.listener = TCP;
    client.take_challenge_of(&mut world);
    let packet = client.signed(Method::Allocate, udp);
    assert!(client.exchange(&mut world, &packet).is_success());
    assert_eq!(client.exchange(&mut world, &packet).code(), 437);
}

#[test]
fn the_same_client_address_on_two_listeners_is_two_five_tuples() {
    let mut world = World::new();
    for listener in [UDP, TCP] {
        let mut client = world.client(1);
        client.tuple.listener = listener;
        assert!(world.allocate(&mut client).is_success());
    }
    assert_eq!(world.live(), 2);
}

#[test]
fn a_bound_credential_needs_its_call_and_its_user_in_it() {
    let mut world = World::new();
    let mut client = world.client(1);
    world.book.leave(user(1), call(1));
    world.book.join(user(1), call(2));
    let reply = world.allocate(&mut client);
    assert_eq!(reply.code(), 403);
    assert!(reply.is_signed());
    world.book.join(user(1), call(1));
    assert!(client.allocate(&mut world, |_| {}).is_success());
}

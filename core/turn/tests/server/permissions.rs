//! CreatePermission and Send (RFC 8656 §9, §10, §11).

use std::net::SocketAddr;
use std::time::Duration;

use turn::server::{Family, Settings};
use turn::stun::{Class, Method, Writer, attr};

use super::client::assert_data_indication;
use super::world::{Got, World, settings};

const MILLISECOND: Duration = Duration::from_millis(1);

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn send_and_data_need_a_permission_for_the_ip_and_not_for_the_port() {
    let mut world = World::new();
    let mut client = world.client(1);
    let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
    let peer = address("8.8.8.8:4000");
    let other_port = address("8.8.8.8:5000");
    let stranger = address("8.8.4.4:4000");
    assert_eq!(client.send(&mut world, peer, b"hello"), Got::Nothing);
    assert_eq!(world.peer_sends(peer, relayed, b"hello"), Got::Nothing);
    assert_eq!(world.counters().dropped.no_permission, 2);
    assert!(client.permit(&mut world, &[peer]).is_success());
    for target in [peer, other_port] {
        let Got::ToPeer { peer: to, payload, relay } = client.send(&mut world, target, b"hello")
        else {
            panic!("not sent");
        };
        assert_eq!((to, &payload[..]), (target, &b"hello"[..]));
        assert_eq!(world.relays[&(0, relay)], relayed);
        let got = world.peer_sends(target, relayed, b"hi");
        assert_data_indication(&got, client.tuple, target, b"hi");
    }
    assert_eq!(client.send(&mut world, stranger, b"hello"), Got::Nothing);
    assert_eq!(world.peer_sends(stranger, relayed, b"hello"), Got::Nothing);
    assert_eq!(world.counters().to_peers.packets, 2);
    assert_eq!(world.counters().to_clients.bytes, 4);
}

#[test]
fn a_permission_lives_300_seconds_and_a_new_request_prolongs_it() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let peer = address("8.8.8.8:4000");
    assert!(client.permit(&mut world, &[peer]).is_success());
    world.pass(Duration::from_secs(300) - MILLISECOND);
    assert_ne!(client.send(&mut world, peer, b"1"), Got::Nothing);
    world.pass(MILLISECOND);
    assert_eq!(client.send(&mut world, peer, b"2"), Got::Nothing);
    assert!(client.permit(&mut world, &[peer]).is_success());
    world.pass(Duration::from_secs(200));
    assert!(client.permit(&mut world, &[peer]).is_success());
    world.pass(Duration::from_millis(99_999));
    assert_ne!(client.send(&mut world, peer, b"3"), Got::Nothing);
}

#[test]
fn sending_does_not_prolong_a_permission() {
    let mut world = World::new();
    let mut client = world.client(1);
    let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
    let peer = address("8.8.8.8:4000");
    client.permit(&mut world, &[peer]);
    for _ in 0..299 {
        world.pass(Duration::from_secs(1));
        assert_ne!(client.send(&mut world, peer, b"x"), Got::Nothing);
        assert_ne!(world.peer_sends(peer, relayed, b"x"), Got::Nothing);
    }
    world.pass(Duration::from_secs(1));
    assert_eq!(client.send(&mut world, peer, b"x"), Got::Nothing);
    assert_eq!(world.peer_sends(peer, relayed, b"x"), Got::Nothing);
}

#[test]
fn one_peer_that_is_denied_or_malformed_spoils_the_whole_request() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let good = address("8.8.8.8:4000");
    for (bad, code) in [("10.0.0.1:4000", 403), ("8.8.4.4:53", 403), ("[2a00::8]:4000", 443)] {
        for peers in [[good, address(bad)], [address(bad), good]] {
            assert_eq!(client.permit(&mut world, &peers).code(), code, "{bad}");
            assert_eq!(client.send(&mut world, good, b"x"), Got::Nothing);
        }
    }
    let malformed = client.ask(&mut world, Method::CreatePermission, |writer| {
        writer.xor_address(attr::XOR_PEER_ADDRESS, good);
        writer.attribute(attr::XOR_PEER_ADDRESS, &[0, 1, 2]);
    });
    assert_eq!(malformed.code(), 400);
    assert_eq!(client.send(&mut world, good, b"x"), Got::Nothing);
    assert_eq!(client.permit(&mut world, &[]).code(), 400);
}

#[test]
fn several_peers_are_permitted_by_one_request() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let peers = [address("8.8.8.8:4000"), address("8.8.4.4:4000"), address("1.1.1.1:4000")];
    assert!(client.permit(&mut world, &peers).is_success());
    for peer in peers {
        assert_ne!(client.send(&mut world, peer, b"x"), Got::Nothing);
    }
}

#[test]
fn a_request_without_a_port_permits_the_address() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    assert!(client.permit(&mut world, &[address("8.8.8.8:0")]).is_success());
    assert_ne!(client.send(&mut world, address("8.8.8.8:4000"), b"x"), Got::Nothing);
    assert_eq!(client.send(&mut world, address("8.8.8.8:53"), b"x"), Got::Nothing);
    assert_eq!(client.send(&mut world, address("8.8.8.8:0"), b"x"), Got::Nothing);
    assert_eq!(world.counters().dropped.denied_peer, 2);
}

#[test]
fn more_peers_than_the_limit_are_insufficient_capacity_and_change_nothing() {
    let mut world = World::with(Settings { max_permissions: 2, ..settings() }, 1);
    let mut client = world.allocated(1);
    let [a, b, c] = ["8.8.8.8:4000", "8.8.4.4:4000", "1.1.1.1:4000"].map(address);
    assert_eq!(client.permit(&mut world, &[a, b, c]).code(), 508);
    assert_eq!(client.send(&mut world, a, b"x"), Got::Nothing);
    assert!(client.permit(&mut world, &[a, b, a]).is_success());
    world.pass(Duration::from_secs(100));
    assert_eq!(client.permit(&mut world, &[a, c]).code(), 508);
    world.pass(Duration::from_secs(200));
    assert_eq!(client.send(&mut world, a, b"x"), Got::Nothing, "nor was it prolonged");
    assert!(client.permit(&mut world, &[b, c]).is_success(), "what is over makes room");
}

#[test]
fn a_send_indication_with_something_odd_is_dropped() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let peer = address("8.8.8.8:4000");
    client.permit(&mut world, &[peer]);
    let mut indication = |world: &mut World, body: &dyn Fn(&mut Writer<'_>)| {
        let mut bytes = Vec::new();
        let transaction = client.transaction();
        let mut writer = Writer::new(&mut bytes, Class::Indication, Method::Send, transaction);
        body(&mut writer);
        writer.finish();
        world.client_sends(&client, &bytes)
    };
    let nothing = [
        indication(&mut world, &|writer| {
            writer.xor_address(attr::XOR_PEER_ADDRESS, peer);
        }),
        indication(&mut world, &|writer| {
            writer.attribute(attr::DATA, b"x");
        }),
        indication(&mut world, &|writer| {
            writer.xor_address(attr::XOR_PEER_ADDRESS, peer).attribute(attr::DATA, b"x");
            writer.attribute(attr::DONT_FRAGMENT, &[]);
        }),
        indication(&mut world, &|writer| {
            writer.xor_address(attr::XOR_PEER_ADDRESS, peer).attribute(attr::DATA, b"x");
            writer.attribute(0x7000, &[]);
        }),
    ];
    assert_eq!(nothing, [const { Got::Nothing }; 4]);
    assert_eq!(world.counters().dropped.unknown_attribute, 2);
    let empty = indication(&mut world, &|writer| {
        writer.xor_address(attr::XOR_PEER_ADDRESS, peer).attribute(attr::DATA, b"");
    });
    assert!(matches!(empty, Got::ToPeer { .. }));
}

#[test]
fn of_two_peers_in_one_send_indication_the_first_counts() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let [good, bad] = ["8.8.8.8:4000", "10.0.0.1:4000"].map(address);
    client.permit(&mut world, &[good]);
    for (first, second, sent) in [(good, bad, true), (bad, good, false)] {
        let mut bytes = Vec::new();
        let transaction = client.transaction();
        let mut writer = Writer::new(&mut bytes, Class::Indication, Method::Send, transaction);
        writer.xor_address(attr::XOR_PEER_ADDRESS, first);
        writer.xor_address(attr::XOR_PEER_ADDRESS, second).attribute(attr::DATA, b"x").finish();
        let got = world.client_sends(&client, &bytes);
        assert_eq!(matches!(got, Got::ToPeer { peer, .. } if peer == good), sent);
    }
}

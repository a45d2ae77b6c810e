//! ChannelBind and ChannelData (RFC 8656 §12).

use std::net::SocketAddr;
use std::time::Duration;

use turn::server::{Family, Settings};
use turn::stun::{Method, attr};

use super::client::{assert_data_indication, channel_data};
use super::world::{Got, TCP, World, settings};

const MILLISECOND: Duration = Duration::from_millis(1);

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn a_channel_carries_both_ways_and_a_bare_permission_does_not() {
    let mut world = World::new();
    let mut client = world.client(1);
    let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
    let peer = address("8.8.8.8:4000");
    assert!(client.bind(&mut world, 0x4000, peer).is_success());
    let Got::ToPeer { peer: to, payload, .. } = client.channel(&mut world, 0x4000, b"out") else {
        panic!("not sent");
    };
    assert_eq!((to, &payload[..]), (peer, &b"out"[..]));
    let got = world.peer_sends(peer, relayed, b"in");
    let expected = Got::ToClient { tuple: client.tuple, bytes: channel_data(0x4000, b"in") };
    assert_eq!(got, expected);
    let other_port = address("8.8.8.8:5000");
    let got = world.peer_sends(other_port, relayed, b"in");
    assert_data_indication(&got, client.tuple, other_port, b"in");
    assert_eq!(client.channel(&mut world, 0x4001, b"out"), Got::Nothing);
    assert_eq!(world.counters().dropped.no_channel, 1);
}

#[test]
fn over_a_stream_what_goes_to_the_client_is_padded_to_four_bytes() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.tuple.listener = TCP;
    let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
    let peer = address("8.8.8.8:4000");
    client.bind(&mut world, 0x4000, peer);
    for length in 0..9 {
        let payload = vec![0xff; length];
        let Got::ToClient { bytes, .. } = world.peer_sends(peer, relayed, &payload) else {
            panic!("not relayed");
        };
        let mut expected = channel_data(0x4000, &payload);
        expected.resize(expected.len().next_multiple_of(4), 0);
        assert_eq!(bytes, expected);
        let other = address("8.8.8.8:4001");
        let got = world.peer_sends(other, relayed, &payload);
        assert_data_indication(&got, client.tuple, other, &payload);
    }
}

#[test]
fn over_udp_what_follows_the_length_is_ignored() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    client.bind(&mut world, 0x4000, address("8.8.8.8:4000"));
    let mut packet = channel_data(0x4000, b"odd");
    packet.push(0);
    let Got::ToPeer { payload, .. } = world.client_sends(&client, &packet) else {
        panic!("not sent");
    };
    assert_eq!(payload, b"odd");
    assert_eq!(world.client_sends(&client, &packet[..6]), Got::Nothing);
}

#[test]
fn a_number_and_a_peer_belong_together() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let [a, b] = ["8.8.8.8:4000", "8.8.8.8:4001"].map(address);
    assert!(client.bind(&mut world, 0x4000, a).is_success());
    assert!(client.bind(&mut world, 0x4000, a).is_success(), "the same again refreshes");
    assert_eq!(client.bind(&mut world, 0x4000, b).code(), 400);
    assert_eq!(client.bind(&mut world, 0x4001, a).code(), 400);
    assert!(client.bind(&mut world, 0x4001, b).is_success());
}

#[test]
fn numbers_are_from_4000_to_7fff() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    for (number, code) in [(0x3fff, 400), (0x4000, 0), (0x7fff, 0), (0x8000, 400), (0xffff, 400)] {
        let peer = SocketAddr::from(([8, 8, 8, 8], number));
        assert_eq!(client.bind(&mut world, number, peer).code(), code, "{number:#06x}");
    }
}

#[test]
fn a_request_without_number_or_peer_is_bad() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let no_number = client.ask(&mut world, Method::ChannelBind, |writer| {
        writer.xor_address(attr::XOR_PEER_ADDRESS, address("8.8.8.8:4000"));
    });
    let no_peer = client.ask(&mut world, Method::ChannelBind, |writer| {
        writer.channel_number(0x4000);
    });
    assert_eq!((no_number.code(), no_peer.code()), (400, 400));
}

#[test]
fn a_denied_peer_and_one_of_another_family_are_refused() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    for (peer, code) in [("10.0.0.1:4000", 403), ("8.8.8.8:53", 403), ("[2a00::8]:4000", 443)] {
        assert_eq!(client.bind(&mut world, 0x4000, address(peer)).code(), code);
    }
    assert_eq!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing);
}

#[test]
fn a_channel_lives_600_seconds_its_permission_300_and_binding_again_prolongs_both() {
    let mut world = World::new();
    let mut client = world.client(1);
    let relayed = world
        .allocate_with(&mut client, |writer| {
            writer.lifetime(Duration::from_secs(3_600));
        })
        .relayed(Family::V4)
        .unwrap();
    let peer = address("8.8.8.8:4000");
    client.bind(&mut world, 0x4000, peer);
    world.pass(Duration::from_secs(300) - MILLISECOND);
    assert_ne!(world.peer_sends(peer, relayed, b"x"), Got::Nothing);
    world.pass(MILLISECOND);
    assert_eq!(world.peer_sends(peer, relayed, b"x"), Got::Nothing);
    assert_ne!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing);
    client.bind(&mut world, 0x4000, peer);
    assert_ne!(world.peer_sends(peer, relayed, b"x"), Got::Nothing);
    world.pass(Duration::from_secs(600) - MILLISECOND);
    assert_ne!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing);
    world.pass(MILLISECOND);
    assert_eq!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing);
    client.take_challenge_of(&mut world);
    assert!(client.permit(&mut world, &[peer]).is_success());
    let got = world.peer_sends(peer, relayed, b"x");
    assert_data_indication(&got, client.tuple, peer, b"x");
    assert!(client.bind(&mut world, 0x4abc, peer).is_success(), "peer and number are free");
}

#[test]
fn more_channels_than_the_limit_are_insufficient_capacity() {
    let mut world = World::with(Settings { max_channels: 1, ..settings() }, 1);
    let mut client = world.allocated(1);
    let [a, b] = ["8.8.8.8:4000", "8.8.4.4:4001"].map(address);
    assert!(client.bind(&mut world, 0x4000, a).is_success());
    assert_eq!(client.bind(&mut world, 0x4001, b).code(), 508);
    assert!(client.bind(&mut world, 0x4000, a).is_success());
    assert_eq!(client.send(&mut world, b, b"x"), Got::Nothing, "nor a permission");
    let mut world = World::with(Settings { max_permissions: 1, ..settings() }, 1);
    let mut client = world.allocated(1);
    assert!(client.bind(&mut world, 0x4000, a).is_success());
    assert_eq!(client.bind(&mut world, 0x4001, b).code(), 508);
    assert_eq!(client.channel(&mut world, 0x4001, b"x"), Got::Nothing);
}

#[test]
fn of_two_peers_in_one_request_the_first_counts() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    let [good, bad] = ["8.8.8.8:4000", "10.0.0.1:4000"].map(address);
    for (first, second, code) in [(bad, good, 403), (good, bad, 0)] {
        let reply = client.ask(&mut world, Method::ChannelBind, |writer| {
            writer.channel_number(0x4000).xor_address(attr::XOR_PEER_ADDRESS, first);
            writer.xor_address(attr::XOR_PEER_ADDRESS, second);
        });
        assert_eq!(reply.code(), code);
    }
    let Got::ToPeer { peer, .. } = client.channel(&mut world, 0x4000, b"x") else {
        panic!("not sent");
    };
    assert_eq!(peer, good);
}

//! From one of our relayed addresses to another one: in memory, by the rules of both.

use std::net::SocketAddr;
use std::time::Duration;

use turn::PeerRules;
use turn::server::{Family, Settings};

use super::client::{Client, assert_data_indication, channel_data};
use super::world::{Got, RELAY_V4, World, settings};

/// Two clients with allocations, and their relayed addresses; the second one on the last shard.
fn two(world: &mut World) -> [(Client, SocketAddr); 2] {
    let last = u8::try_from(world.servers.len() - 1).unwrap();
    [(1, 0), (2, last)].map(|(number, shard)| {
        let mut client = world.client(number);
        client.shard = shard;
        let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
        (client, relayed)
    })
}

#[test]
fn within_a_shard_it_comes_out_at_the_receiver_at_once() {
    let mut world = World::new();
    let [(mut ann, ann_at), (mut bob, bob_at)] = two(&mut world);
    assert!(ann.permit(&mut world, &[bob_at]).is_success());
    assert_eq!(ann.send(&mut world, bob_at, b"hello"), Got::Nothing, "Bob permits nobody yet");
    assert!(bob.permit(&mut world, &[ann_at]).is_success());
    let got = ann.send(&mut world, bob_at, b"hello");
    assert_data_indication(&got, bob.tuple, ann_at, b"hello");
    assert!(bob.bind(&mut world, 0x4001, ann_at).is_success());
    assert!(ann.bind(&mut world, 0x4007, bob_at).is_success());
    let got = ann.channel(&mut world, 0x4007, b"hello");
    let expected = Got::ToClient { tuple: bob.tuple, bytes: channel_data(0x4001, b"hello") };
    assert_eq!(got, expected);
    assert_eq!(world.counters().handed_over.packets, 3);
    assert_eq!(world.counters().to_clients.packets, 2);
}

#[test]
fn between_shards_it_is_handed_over_and_judged_again_at_the_receiver() {
    let mut world = World::with(settings(), 2);
    let [(mut ann, ann_at), (mut bob, bob_at)] = two(&mut world);
    ann.bind(&mut world, 0x4007, bob_at);
    let got = ann.channel(&mut world, 0x4007, b"hello");
    let expected = Got::HandOver { shard: 1, to: bob_at, from: ann_at, payload: b"hello".to_vec() };
    assert_eq!(got, expected);
    assert_eq!(world.deliver(&got), Got::Nothing);
    assert!(bob.bind(&mut world, 0x4001, ann_at).is_success());
    let delivered = world.deliver(&got);
    let expected = Got::ToClient { tuple: bob.tuple, bytes: channel_data(0x4001, b"hello") };
    assert_eq!(delivered, expected);
    bob.refresh(&mut world, 0);
    assert_eq!(world.deliver(&got), Got::Nothing, "too late");
}

#[test]
fn what_else_is_at_our_own_address_is_never_sent_to() {
    // Whether or not the peer rules were told about it.
    let mut world = World::with(Settings { peer_rules: PeerRules::default(), ..settings() }, 1);
    let [(mut ann, _), (_, bob_at)] = two(&mut world);
    assert!(ann.permit(&mut world, &[bob_at]).is_success());
    for port in [1, 22, 1_023, 3_478, 40_000, bob_at.port() - 1, 65_535] {
        let other = SocketAddr::new(RELAY_V4.into(), port);
        assert_eq!(ann.send(&mut world, other, b"x"), Got::Nothing);
        assert_eq!(ann.permit(&mut world, &[other]).code(), 403);
        assert_eq!(ann.bind(&mut world, 0x4000, other).code(), 403);
    }
    assert_eq!(world.counters().dropped.denied_peer, 7);
}

#[test]
fn a_channel_to_a_relayed_address_that_is_gone_sends_nowhere() {
    let mut world = World::new();
    let [(mut ann, _), (mut bob, bob_at)] = two(&mut world);
    assert!(ann.bind(&mut world, 0x4000, bob_at).is_success());
    bob.refresh(&mut world, 0);
    assert_eq!(ann.channel(&mut world, 0x4000, b"x"), Got::Nothing);
    assert_eq!(world.counters().dropped.denied_peer, 1);
    assert_eq!(ann.bind(&mut world, 0x4000, bob_at).code(), 403);
}

#[test]
fn somebody_may_send_to_himself() {
    let mut world = World::new();
    let [(mut ann, ann_at), _] = two(&mut world);
    assert!(ann.bind(&mut world, 0x4000, ann_at).is_success());
    let got = ann.channel(&mut world, 0x4000, b"echo");
    assert_eq!(got, Got::ToClient { tuple: ann.tuple, bytes: channel_data(0x4000, b"echo") });
}

#[test]
fn the_bandwidth_of_both_is_used() {
    let mut world = World::with(Settings { bandwidth: Some(1_000), ..settings() }, 1);
    let [(mut ann, ann_at), (mut bob, bob_at)] = two(&mut world);
    ann.bind(&mut world, 0x4000, bob_at);
    bob.bind(&mut world, 0x4000, ann_at);
    let peer: SocketAddr = "8.8.8.8:4000".parse().unwrap();
    bob.permit(&mut world, &[peer]);
    let half = [0; 500];
    assert_ne!(world.peer_sends(peer, bob_at, &half), Got::Nothing);
    assert_ne!(ann.channel(&mut world, 0x4000, &half), Got::Nothing);
    assert_eq!(ann.channel(&mut world, 0x4000, &half), Got::Nothing, "Bob's is used up");
    assert_eq!(ann.channel(&mut world, 0x4000, &half[1..]), Got::Nothing, "and Ann's as well");
    assert_eq!(world.counters().dropped.bandwidth, 2);
    assert_ne!(bob.channel(&mut world, 0x4000, &half), Got::Nothing, "the other way has its own");
    world.pass(Duration::from_millis(500));
    assert_ne!(ann.channel(&mut world, 0x4000, &half), Got::Nothing);
}

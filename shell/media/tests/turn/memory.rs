//! From one relayed address to another: in memory, within a shard and across shards.

use std::time::Duration;

use crate::client::{Brought, Client};
use crate::fixture::{Fixture, Way};

const CHANNEL: u16 = 0x4000;

/// Two clients that permitted each other and bound channels; their relayed addresses.
fn pair(fixture: &Fixture, ways: [Way; 2]) -> [Client; 2] {
    let [mut ann, mut bob] =
        [(ways[0], 1), (ways[1], 2)].map(|(way, user)| fixture.client(way, user));
    let (of_ann, of_bob) = (ann.allocate(), bob.allocate());
    ann.bind(CHANNEL, of_bob).unwrap();
    bob.bind(CHANNEL + 1, of_ann).unwrap();
    [ann, bob]
}

fn exchange([ann, bob]: &mut [Client; 2], count: u8) {
    for number in 0..count {
        ann.send(CHANNEL, &[number; 50]);
        assert_eq!(bob.take(), Some(Brought::Channel(CHANNEL + 1, vec![number; 50])));
        bob.send(CHANNEL + 1, &[number; 60]);
        assert_eq!(ann.take(), Some(Brought::Channel(CHANNEL, vec![number; 60])));
    }
}

#[test]
fn two_relayed_addresses_of_one_shard_meet_without_a_relay_socket() {
    let fixture = Fixture::start();
    for ways in [[Way::Udp, Way::Udp], [Way::Udp, Way::Tls], [Way::Tcp, Way::Tls]] {
        exchange(&mut pair(&fixture, ways), 20);
    }
    let shard = fixture.shard();
    assert_eq!(shard.turn.handed_over.packets, 3 * 40);
    assert_eq!((shard.to_peers.calls, shard.to_peers.sent, shard.from_peers.messages), (0, 0, 0));
}

#[test]
fn two_relayed_addresses_of_two_shards_meet_without_a_relay_socket() {
    let fixture = Fixture::start_with(|settings| settings.shards = 2);
    // Connections go to the shards in turn.
    let mut pair = pair(&fixture, [Way::Tcp, Way::Tcp]);
    let live: Vec<_> = fixture.counters().shards.iter().map(|shard| shard.turn.live()).collect();
    assert_eq!(live, [1, 1], "each shard has one of them");
    exchange(&mut pair, 20);
    let counters = fixture.counters();
    assert_eq!(counters.sent_to_peers(), 0);
    assert!(counters.shards.iter().all(|shard| shard.from_peers.messages == 0));
    assert!(counters.shards.iter().all(|shard| shard.lost_hand_overs == 0));
}

#[test]
fn a_relayed_address_that_did_not_permit_the_other_hears_nothing() {
    let fixture = Fixture::start();
    let (mut ann, mut bob) = (fixture.client(Way::Udp, 1), fixture.client(Way::Udp, 2));
    ann.allocate();
    let of_bob = bob.allocate();
    ann.bind(CHANNEL, of_bob).unwrap();
    ann.send(CHANNEL, b"hello");
    fixture.await_counters("the packet was dropped", |counters| {
        counters.shards[0].turn.dropped.no_permission == 1
    });
    assert!(bob.is_left_alone());
}

#[test]
fn a_relayed_address_that_is_gone_is_no_way_into_the_machine() {
    // No loopback peers: only live relayed addresses may be reached.
    let fixture = Fixture::start_with(|settings| {
        settings.turn.peer_rules = turn::PeerRules::new(Vec::new(), Vec::new(), Vec::new());
    });
    let [mut ann, mut bob] = pair(&fixture, [Way::Udp, Way::Udp]);
    ann.send(CHANNEL, b"while it lives");
    assert_eq!(bob.take(), Some(Brought::Channel(CHANNEL + 1, b"while it lives".to_vec())));
    bob.refresh(Duration::ZERO).unwrap();
    ann.send(CHANNEL, b"when it is gone");
    fixture.await_counters("the packet was dropped", |counters| {
        counters.shards[0].turn.dropped.denied_peer == 1
    });
    assert_eq!(fixture.shard().to_peers.sent, 0);
}

//! Packets between clients and peers, over every transport.

use turn::stun::Family;

use crate::client::Brought;
use crate::fixture::{EVERY_WAY, Fixture, PUBLIC_V6, Way, bound, peer, received};

const CHANNEL: u16 = 0x4000;

#[test]
fn a_binding_request_tells_the_client_its_address_over_every_transport() {
    let fixture = Fixture::start();
    for way in EVERY_WAY {
        let mut client = fixture.client(way, 1);
        assert_eq!(client.mapped_address(), client.link.local_address(), "{way:?}");
    }
}

#[test]
fn channel_data_of_any_length_reaches_the_peer_and_comes_back() {
    let fixture = Fixture::start();
    for way in EVERY_WAY {
        let (mut client, peer) = (fixture.client(way, 1), peer());
        let relayed = client.allocate();
        client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
        for length in [0, 1, 2, 3, 4, 200, 1_201, 9_000] {
            let payload = vec![u8::try_from(length % 256).unwrap(); length];
            client.send(CHANNEL, &payload);
            assert_eq!(received(&peer), (payload.clone(), relayed), "{way:?} {length}");
            peer.send_to(&payload, relayed).unwrap();
            assert_eq!(client.take(), Some(Brought::Channel(CHANNEL, payload)), "{way:?} {length}");
        }
    }
}

#[test]
fn indications_reach_the_peer_and_come_back_as_indications() {
    let fixture = Fixture::start();
    for way in EVERY_WAY {
        let (mut client, peer) = (fixture.client(way, 1), peer());
        let at = peer.local_addr().unwrap();
        let relayed = client.allocate();
        client.permit(at).unwrap();
        for payload in [&b"one"[..], b"", b"four"] {
            client.send_to(at, payload);
            assert_eq!(received(&peer), (payload.to_vec(), relayed), "{way:?}");
            peer.send_to(payload, relayed).unwrap();
            assert_eq!(client.take(), Some(Brought::From(at, payload.to_vec())), "{way:?}");
        }
    }
}

#[test]
fn a_burst_keeps_its_order_both_ways_and_costs_few_system_calls() {
    let fixture = Fixture::start();
    let (mut client, peer) = (fixture.client(Way::Udp, 1), peer());
    let relayed = client.allocate();
    client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
    const BURST: u8 = 100;
    for number in 0..BURST {
        client.send(CHANNEL, &[number; 100]);
    }
    for number in 0..BURST {
        assert_eq!(received(&peer).0, [number; 100]);
    }
    for number in 0..BURST {
        peer.send_to(&[number; 100], relayed).unwrap();
    }
    for number in 0..BURST {
        assert_eq!(client.take(), Some(Brought::Channel(CHANNEL, vec![number; 100])));
    }
    let shard = fixture.shard();
    assert_eq!(shard.to_peers.sent, u64::from(BURST));
    assert!(shard.to_peers.calls <= u64::from(BURST), "{shard:?}");
}

#[test]
fn packets_of_many_clients_in_one_batch_leave_each_from_its_own_relayed_address() {
    let fixture = Fixture::start();
    let peer = peer();
    let mut clients: Vec<_> = (0..8).map(|number| fixture.client(Way::Udp, number)).collect();
    let relayed: Vec<_> = clients.iter_mut().map(super::client::Client::allocate).collect();
    for client in &mut clients {
        client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
    }
    for turn in 0..20_u8 {
        for client in &mut clients {
            client.send(CHANNEL, &[turn; 33]);
        }
    }
    let mut turns = [0_u8; 8];
    for _ in 0..160 {
        let (payload, from) = received(&peer);
        let index = relayed.iter().position(|address| *address == from).unwrap();
        assert_eq!(payload, [turns[index]; 33], "in order");
        turns[index] += 1;
    }
    assert_eq!(turns, [20; 8]);
}

#[test]
fn an_ipv6_client_relays_to_an_ipv6_peer() {
    let fixture = Fixture::start_with(|settings| {
        settings.udp.push("[::1]:0".parse().unwrap());
        settings.turn.relay_v6 = Some(PUBLIC_V6);
    });
    let link = crate::link::Link::udp("[::1]:0", fixture.addresses().udp[1]);
    let credential = fixture.credential(crate::fixture::user(1), None);
    let mut client = crate::client::Client::new(link, credential);
    let relayed = client.allocate_family(Family::V6).unwrap();
    let relayed = bound(relayed);
    let peer = std::net::UdpSocket::bind("[::1]:0").unwrap();
    client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
    client.send(CHANNEL, b"six");
    assert_eq!(received(&peer), (b"six".to_vec(), relayed));
    peer.send_to(b"back", relayed).unwrap();
    assert_eq!(client.take(), Some(Brought::Channel(CHANNEL, b"back".to_vec())));
}

#[test]
fn a_peer_without_permission_is_not_heard() {
    let fixture = Fixture::start();
    let mut client = fixture.client(Way::Udp, 1);
    let relayed = client.allocate();
    peer().send_to(b"hello", relayed).unwrap();
    fixture.await_counters("the packet was dropped", |counters| {
        counters.shards[0].turn.dropped.no_permission == 1
    });
    assert!(client.is_left_alone());
}

//! Datagrams of strangers, and those of before.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use super::leg::Outgoing;
use super::world::World;

#[test]
fn garbage_is_dropped_and_no_session_is_lost() {
    let mut world = World::start();
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("pictures", |world| world.clients[0].received(false) > 5);
    let server = world.sfu.local_addresses().udp[0];
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let known: Vec<_> = world.clients[0].publisher.sent.iter().take(200).cloned().collect();
    for round in 0..3_000_usize {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut datagram = known[round % known.len()].1.clone();
        let at = usize::try_from(seed >> 33).unwrap() % datagram.len();
        match round % 4 {
            0 => datagram[at] ^= 1 << (seed >> 61),
            1 => datagram.truncate(at),
            2 => datagram.extend_from_slice(&seed.to_be_bytes()),
            _ => datagram = seed.to_be_bytes().repeat(at % 40),
        }
        // Half of it from the address of a participant.
        if round % 2 == 0 {
            stranger.send_to(&datagram, server).unwrap();
        } else {
            world.clients[0].publisher.link.send(server, &datagram);
        }
        if round % 10 == 0 {
            world.step();
        }
    }
    world.until("strangers were seen", |world| world.counters().strangers > 300);
    let before = world.clients[1].received(false);
    world.until("pictures go on", |world| world.clients[1].received(false) > before + 10);
    assert!(world.clients.iter().all(|client| client.lost == 0));
}

#[test]
fn media_from_elsewhere_or_said_twice_is_not_forwarded() {
    let mut world = World::start();
    world.join(2);
    world.clients[0].sending = true;
    world.until("pictures", |world| world.clients[1].received(false) > 10);
    world.clients[0].sending = false;
    world.go_on_for(Duration::from_millis(200));
    let before = world.counters();
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    let media: Vec<_> = world.clients[0]
        .publisher
        .sent
        .iter()
        .filter(|(_, datagram)| datagram[0] >> 6 == 2)
        .cloned()
        .collect();
    assert!(media.len() > 20);
    for (to, datagram) in media {
        world.clients[0].publisher.link.send(to, &datagram);
        stranger.send_to(&datagram, to).unwrap();
    }
    world.until("they were seen", |world| world.counters().strangers >= before.strangers + 20);
    assert_eq!(world.counters().received, before.received);
}

#[test]
fn a_packet_too_long_to_be_sent_on_hurts_nobody() {
    let mut world = World::start();
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("pictures", |world| world.clients[1].received(false) > 5);
    world.clients[0].sending = false;
    let microphone = world.clients[0].sections.unwrap().microphone;
    let long = [0x78; 1_800];
    for seq in 100_000..100_020_u64 {
        let packet = Outgoing { seq, time: 0, payload: &long, red: false };
        world.clients[0].publisher.write(Instant::now(), (microphone, None), packet);
    }
    world.go_on_for(Duration::from_millis(100));
    world.clients[0].sending = true;
    let before = world.clients[1].received(false);
    world.until("pictures go on", |world| world.clients[1].received(false) > before + 10);
    let packets = world.clients[1].subscriber.packets.iter();
    assert!(packets.map(|packet| packet.payload.len()).all(|length| length < 1_500));
    assert!(world.clients.iter().all(|client| client.lost == 0));
    world.counters();
}

#[test]
fn a_page_that_comes_back_from_the_same_ports_is_not_taken_for_the_former() {
    let mut world = World::start();
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("pictures", |world| world.clients[1].received(false) > 5);
    world.clients[0].reload_on_the_same_ports();
    world.until("ready again", |world| world.clients[0].ready == 2);
    let before = world.clients[1].received(false);
    world.until("its pictures come", |world| world.clients[1].received(false) > before + 10);
}

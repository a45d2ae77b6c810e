//! Datagrams of strangers, and those of before.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
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
fn whoever_makes_up_a_source_does_not_silence_the_publisher() {
    let mut world = World::start();
    world.join(2);
    world.clients[0].sending = true;
    world.until("sound", |world| world.clients[1].received(true) > 10);
    let first = first_of_each(&world, false);
    assert_eq!(first.len(), 1, "one microphone");
    // Once the server has reported what it received, packets do not tell their section any more.
    world.until("shorter packets", |world| {
        let last = world.clients[0].publisher.sent.iter().rev();
        let mut last = last.filter(|(_, datagram)| is_media(datagram) && datagram.len() < 200);
        last.next().is_some_and(|(_, datagram)| datagram.len() < first[0].1.len())
    });
    for round in 1..=3 {
        let (to, mut forged) = first[0].clone();
        forged[11] ^= round;
        world.clients[0].publisher.link.send(to, &forged);
        world.go_on_for(Duration::from_millis(100));
        let before = world.clients[1].received(true);
        world.until("sound goes on", |world| world.clients[1].received(true) > before + 10);
    }
    world.counters();
}

#[test]
fn whoever_makes_up_a_source_is_not_asked_for_key_frames_in_place_of_the_publisher() {
    let mut world = World::start();
    world.join(2);
    world.clients[0].sending = true;
    world.until("pictures", |world| world.clients[1].received(false) > 10);
    for round in 1..=6 {
        // Somebody who can send from the publisher's address, and has none of its keys.
        for (to, mut forged) in first_of_each(&world, true) {
            // Each encoding another one: what it was, and the round.
            forged[11] ^= round;
            world.clients[0].publisher.link.send(to, &forged);
        }
        world.go_on_for(Duration::from_millis(100));
        let asked = world.clients[0].publisher.asked;
        // A new viewer can show nothing before a key frame.
        world.join(1);
        world.until("a key frame is asked for", |world| world.clients[0].publisher.asked > asked);
        world.until("the new viewer sees", |world| {
            world.clients.last().is_some_and(|viewer| viewer.received(false) > 5)
        });
    }
    world.counters();
}

/// The first datagram of each source of the first client, which tells its section: of its camera,
/// whose packets are long, or its microphone.
fn first_of_each(world: &World, camera: bool) -> Vec<(SocketAddr, Vec<u8>)> {
    let mut first = BTreeMap::new();
    for (to, datagram) in &world.clients[0].publisher.sent {
        if is_media(datagram) && (datagram.len() > 200) == camera {
            first.entry(datagram[8..12].to_vec()).or_insert((*to, datagram.clone()));
        }
    }
    first.into_values().collect()
}

/// RFC 5761 §4: neither a check, nor a handshake, nor a report.
fn is_media(datagram: &[u8]) -> bool {
    datagram[0] >> 6 == 2 && !(192..224).contains(&datagram[1])
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

//! Descriptions that come in, and those that do not.

use sfu::{Description, MediaPeer, Order};

use super::client::Client;
use super::world::{ALL, World};

#[test]
fn what_the_gate_refuses_is_told_and_changes_nothing() {
    let mut world = World::start();
    world.join(1);
    let (offer, _) = Client::new(5, None, true).publisher.offer();
    let hostile = [
        // The library behind the gate panics on this one.
        offer.replacen("a=rtpmap:111", "a=rtpmap:96 VP8/90000\r\na=rtpmap:111", 1),
        offer.replace("m=audio", "m=application"),
        offer.replace("a=mid:", "a=mad:"),
        offer.replace("v=0", "v=1"),
        "v=0".into(),
        String::new(),
    ];
    for (number, text) in hostile.iter().enumerate() {
        world.clients[0].describe(MediaPeer::Publisher, Description::Offer(text.clone()));
        world.until("refused", |world| world.clients[0].refused.len() == number + 1);
    }
    let why = &world.clients[0].refused[0].2;
    assert!(why.contains("payload type 96 is described here, but not listed"), "{why}");
    let counters = world.counters();
    assert_eq!((counters.peers, counters.refused), (2, hostile.len() as u64));
    assert_eq!(world.clients[0].lost, 0, "the connections of before go on");
}

#[test]
fn who_describes_the_wrong_way_round_is_told_how_it_goes() {
    let mut world = World::start();
    world.join(1);
    let (offer, _) = Client::new(5, None, true).publisher.offer();
    let user = world.clients[0].user;
    for (peer, description) in [
        (MediaPeer::Subscriber, Description::Offer(offer.clone())),
        (MediaPeer::Publisher, Description::Answer(offer)),
    ] {
        world.order(Order::Describe { user, peer, negotiation: 7, description });
    }
    world.until("both refused", |world| world.clients[0].refused.len() == 2);
    assert!(world.clients[0].refused[0].2.contains("the server offers to a subscriber"));
}

#[test]
fn an_answer_to_an_offer_that_was_replaced_is_passed_over() {
    let mut world = World::start();
    world.join(1);
    let user = world.clients[0].user;
    let offer = world.clients[0].offers[0].clone();
    let answer = world.clients[0].subscriber.answer(&offer);
    for negotiation in [0, 1, 99] {
        let (peer, description) = (MediaPeer::Subscriber, Description::Answer(answer.clone()));
        world.order(Order::Describe { user, peer, negotiation, description });
    }
    world.until("the one that is answered already", |world| !world.clients[0].refused.is_empty());
    assert_eq!(world.counters().refused, 1);
    assert_eq!(world.clients[0].refused[0].1, 1);
}

#[test]
fn the_server_is_the_dtls_server_and_media_is_sealed_with_gcm() {
    let mut world = World::start();
    world.join(2);
    world.clients[0].sending = true;
    world.until("sound", |world| world.clients[1].received(true) > 5);
    assert!(world.clients[1].offers[0].contains("a=setup:actpass"));
    // Of a packet of sound, all but header and payload is the tag: 16 bytes with GCM.
    let sound = world.clients[0].publisher.sent.iter().rev().find_map(|(_, datagram)| {
        let payload_type = datagram[1] & 0x7F;
        (datagram[0] >> 6 == 2 && payload_type == 63).then_some(datagram)
    });
    let sound = sound.expect("a packet of redundant sound");
    let words = usize::from(u16::from_be_bytes([sound[14], sound[15]]));
    let header = 12 + 4 + 4 * words;
    assert_eq!(sound.len() - header - 11, 16);
}

#[test]
fn changed_descriptions_never_hurt_the_server() {
    let mut world = World::start();
    world.join(1);
    let (offer, _) = Client::new(5, None, true).publisher.offer();
    let lines: Vec<&str> = offer.lines().collect();
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    const ROUNDS: usize = 120;
    // Somebody who never hears an answer.
    let user = Client::new(6, None, true).user;
    world.order(Order::Admit { user, seat: 1, rights: ALL });
    for round in 0..ROUNDS {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        for _ in 0..=random(3) {
            let (at, from) = (random(changed.len()), random(changed.len()));
            match random(4) {
                0 => drop(changed.remove(at)),
                1 => changed[at] = changed[from].clone(),
                2 => changed.insert(at, changed[from].clone()),
                _ => changed.swap(at, from),
            }
        }
        // Every one is another session, and so another connection.
        let text = changed.join("\r\n") + "\r\n";
        let (peer, negotiation) = (MediaPeer::Publisher, u32::try_from(round).unwrap());
        let description = Description::Offer(text.replacen("o=x ", &format!("o=- {round} "), 1));
        world.order(Order::Describe { user, peer, negotiation, description });
    }
    // Orders are carried out one after the other.
    world.clients[0].describe(MediaPeer::Publisher, Description::Offer("the last".into()));
    world.until("all of them were read", |world| !world.clients[0].refused.is_empty());
    assert_eq!(world.clients[0].lost, 0);
    world.counters();
}

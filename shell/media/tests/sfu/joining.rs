//! Coming and going.

use std::time::{Duration, Instant};

use sfu::{MediaPeer, Order, SlotKind};
use vocab::UserId;

use super::client::Client;
use super::world::{ALL, World};

#[test]
fn two_connections_come_up_and_the_pool_is_told() {
    let mut world = World::start();
    world.join(1);
    let client = &world.clients[0];
    assert_eq!((client.ready, client.lost, client.offers.len()), (1, 0, 1));
    world.until("slots", |world| !world.clients[0].slots.is_empty());
    let slots = &world.clients[0].slots;
    let audio = slots.iter().filter(|slot| slot.kind == SlotKind::Audio).count();
    assert_eq!((audio, slots.len() - audio), (5, 11));
    assert!(slots.iter().all(|slot| slot.shows.is_none()), "nobody else is here");
    let counters = world.counters();
    assert_eq!((counters.rooms, counters.peers), (1, 2));
    world.stop();
}

#[test]
fn a_room_that_closes_leaves_nothing_behind() {
    let mut world = World::start();
    world.join(2);
    world.order(Order::Close);
    world.until("it is gone", |world| {
        let counters = world.counters();
        (counters.rooms, counters.peers) == (0, 0)
    });
}

#[test]
fn a_page_that_is_loaded_again_takes_the_place_of_the_former() {
    let mut world = World::start();
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("sound and pictures", |world| world.clients[1].received(false) > 0);
    world.clients[0].reload();
    world.until("lost and ready again", |world| {
        let client = &world.clients[0];
        client.lost == 1 && client.ready == 2
    });
    assert_eq!(world.counters().peers, 4);
    let before = world.clients[1].received(false);
    world.until("its pictures come again", |world| world.clients[1].received(false) > before + 20);
    world.until("and it sees", |world| world.clients[0].received(false) > 0);
}

#[test]
fn another_device_in_the_seat_closes_what_the_former_had() {
    let mut world = World::start();
    world.join(1);
    let user = world.clients[0].user;
    world.clients[0].seat = 2;
    world.order(Order::Admit { user, seat: 2, rights: ALL });
    world.until("closed", |world| world.counters().peers == 0);
    world.order(Order::Admit { user, seat: 1, rights: ALL });
    world.clients[0].reload();
    world.until("ready in the new seat", |world| world.clients[0].ready == 2);
}

#[test]
fn who_is_dismissed_is_neither_heard_nor_told_anything_from_then_on() {
    let mut world = World::start();
    world.join(3);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("everybody sees everybody", |world| {
        world.clients.iter().all(|client| client.received(false) > 10)
    });
    let gone = world.clients[0].user;
    world.order(Order::Dismiss { user: gone });
    let dismissed = Instant::now();
    world.until("their slots are free", |world| {
        world.clients[1..].iter().all(|client| {
            client.slots.iter().all(|slot| slot.shows.is_none_or(|(user, _)| user != gone))
        })
    });
    assert!(dismissed.elapsed() < Duration::from_secs(1));
    world.go_on_for(Duration::from_millis(200));
    let before = world.clients[0].received(false) + world.clients[0].received(true);
    let forwarded = world.counters().forwarded;
    world.go_on_for(Duration::from_millis(300));
    let after = world.clients[0].received(false) + world.clients[0].received(true);
    assert_eq!(before, after, "nothing comes to who is out");
    assert!(world.counters().forwarded > forwarded, "the others go on");
    assert_eq!(world.counters().peers, 4);
}

#[test]
fn silence_is_reported_and_so_is_coming_back_and_in_the_end_the_connections_are_closed() {
    let mut world = World::start_with(|settings| {
        settings.silence = Duration::from_secs(1);
        settings.patience = Duration::from_secs(6);
    });
    world.join(2);
    // Media both ways, so that neither connection is ever silent for a second.
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("pictures", |world| world.clients[0].received(false) > 5);
    let lost = world.clients[0].lost;
    world.clients[0].asleep = true;
    world.until("lost", |world| world.clients[0].lost > lost);
    assert_eq!(world.counters().peers, 4, "kept for its coming back");
    world.clients[0].asleep = false;
    world.until("back", |world| world.clients[0].is_ready());
    world.clients[0].asleep = true;
    world.until("closed for good", |world| world.counters().peers == 2);
    assert!(!world.clients[0].is_ready());
}

#[test]
fn a_subscriber_that_restarts_gets_new_credentials_and_goes_on() {
    let mut world = World::start();
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("pictures", |world| world.clients[0].received(false) > 5);
    let user = world.clients[0].user;
    world.order(Order::Restart { user, peer: MediaPeer::Subscriber });
    world.until("a second offer", |world| world.clients[0].offers.len() == 2);
    let offers = &world.clients[0].offers;
    let name =
        |offer: &str| offer.lines().find(|line| line.starts_with("a=ice-ufrag")).map(str::to_owned);
    assert_ne!(name(&offers[0]), name(&offers[1]));
    world.go_on_for(Duration::from_millis(500));
    let before = world.clients[0].received(false);
    world.until("pictures go on", |world| world.clients[0].received(false) > before + 20);
    assert_eq!(world.clients[0].lost, 0, "nobody noticed");
}

/// The first sends; the second is let in, and has not begun.
fn one_sends_and_one_enters() -> (World, UserId) {
    let mut world = World::start();
    world.join(1);
    world.clients[0].sending = true;
    let second = world.enter();
    let user = world.clients[second].user;
    (world, user)
}

#[test]
fn who_awaits_the_servers_offer_gets_it_first_and_keeps_that_connection() {
    let (mut world, user) = one_sends_and_one_enters();
    world.order(Order::Await { user });
    world.until("it sees without having offered", |world| world.clients[1].received(false) > 0);
    assert_eq!(world.clients[1].ready, 0, "nothing could come from it");
    world.clients[1].join();
    world.until("ready", |world| world.clients[1].is_ready());
    world.order(Order::Await { user });
    world.go_on_for(Duration::from_millis(200));
    let client = &world.clients[1];
    assert_eq!((client.offers.len(), client.lost), (1, 0), "it is as it was");
    assert_eq!(world.counters().peers, 4);
}

#[test]
fn who_connects_at_once_begins_with_a_key_frame_and_so_does_who_takes_long() {
    for asleep in [false, true] {
        let (mut world, user) = one_sends_and_one_enters();
        world.go_on_for(Duration::from_millis(200));
        world.clients[1].asleep = asleep;
        world.order(Order::Await { user });
        world.until("an offer", |world| !world.clients[1].offers.is_empty());
        let before = Instant::now();
        if asleep {
            // Longer than pictures are kept for it.
            world.go_on_for(Duration::from_millis(700));
            world.clients[1].asleep = false;
        }
        world.until("pictures", |world| world.clients[1].received(false) > 10);
        let packets = world.clients[1].subscriber.packets.iter();
        let pictures = packets.filter(|packet| (64..110).contains(&*packet.header.payload_type));
        let first = pictures.min_by_key(|packet| packet.seq_no).unwrap();
        assert_eq!(first.payload[6] & 1, 0, "a key frame: {:?}", &first.payload[..9]);
        assert!(before.elapsed() < Duration::from_secs(3), "nobody had to ask again");
    }
}

#[test]
fn a_page_that_is_loaded_again_before_it_offered_gets_an_offer_of_its_own() {
    let (mut world, user) = one_sends_and_one_enters();
    world.order(Order::Await { user });
    world.until("it sees", |world| world.clients[1].received(false) > 0);
    world.clients[1].forget();
    world.order(Order::Await { user });
    world.until("it sees again", |world| world.clients[1].received(false) > 0);
    assert_eq!(world.clients[1].offers.len(), 2);
    world.clients[1].join();
    world.until("ready", |world| world.clients[1].is_ready());
    assert_eq!(world.counters().peers, 4);
}

#[test]
fn a_publisher_that_restarts_goes_on_from_another_socket() {
    let mut world = World::start();
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("pictures", |world| world.clients[1].received(false) > 5);
    let offer = world.clients[0].publisher.offer_restart();
    world.clients[0].describe(MediaPeer::Publisher, sfu::Description::Offer(offer));
    world.go_on_for(Duration::from_millis(500));
    let before = world.clients[1].received(false);
    world.until("pictures go on", |world| world.clients[1].received(false) > before + 20);
    assert_eq!(world.clients[0].lost, 0);
    assert!(world.clients[0].refused.is_empty());
}

#[test]
fn a_client_that_nobody_admitted_is_refused() {
    let mut world = World::start();
    world.join(1);
    let mut stranger = Client::new(999, None, true);
    stranger.join();
    world.clients.push(stranger);
    world.until("refused", |world| !world.clients[1].refused.is_empty());
    assert_eq!(world.counters().peers, 2);
}

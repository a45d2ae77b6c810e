//! What is sent comes where it is wanted.

use std::time::Duration;

use sfu::{Order, Rights, SourceKind, Wanted};

use super::client::{Client, FILLS, PLAIN};
use super::world::{ALL, World};

#[test]
fn sound_and_one_layer_of_the_picture_come_without_a_gap() {
    let mut world = World::start();
    world.join(3);
    world.clients[0].sending = true;
    world.until("sound and pictures at both others", |world| {
        world.clients[1..]
            .iter()
            .all(|client| client.received(true) > 50 && client.received(false) > 25)
    });
    assert_eq!(world.clients[0].received(true) + world.clients[0].received(false), 0, "no echo");
    for client in &world.clients[1..] {
        let mut by_stream = std::collections::BTreeMap::<u32, Vec<u64>>::new();
        for packet in &client.subscriber.packets {
            by_stream.entry(*packet.header.ssrc).or_default().push(*packet.seq_no);
        }
        assert_eq!(by_stream.len(), 2, "one sound and one picture");
        for sequence in by_stream.values_mut() {
            // What a lost datagram was repeated for comes late.
            sequence.sort_unstable();
            assert!(sequence.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequence:?}");
        }
    }
    assert!(world.speakers.contains(&world.clients[0].user), "the loudest is told");
    world.stop();
}

#[test]
fn a_picture_that_is_shown_large_comes_at_the_full_layer() {
    let mut world = World::start_with(|settings| settings.bandwidth_estimation = false);
    world.join(2);
    world.clients[0].sending = true;
    let user = world.clients[0].user;
    let viewer = world.clients[1].user;
    let want =
        |width, height| Wanted { user, source: SourceKind::Camera, width, height, pinned: false };
    let last = |world: &World| -> Option<u8> {
        let packets = world.clients[1].subscriber.packets.iter().rev();
        let mut pictures = packets.filter(|packet| packet.payload.len() > 100);
        pictures.next().and_then(|packet| packet.payload.last().copied())
    };
    for (width, height, fill) in [(160, 90, FILLS[0]), (1_280, 720, FILLS[2]), (160, 90, FILLS[0])]
    {
        world.order(Order::Subscribe { user: viewer, wanted: vec![want(width, height)] });
        world.until("the layer for that size", |world| last(world) == Some(fill));
    }
}

#[test]
fn a_microphone_that_is_switched_off_is_not_forwarded_whatever_it_sends() {
    let mut world = World::start();
    world.join(2);
    world.clients[0].sending = true;
    world.until("sound", |world| world.clients[1].received(true) > 10);
    let user = world.clients[0].user;
    world.order(Order::Admit { user, seat: 1, rights: Rights { microphone: false, ..ALL } });
    world.go_on_for(Duration::from_millis(200));
    let (sound, pictures) = (world.clients[1].received(true), world.clients[1].received(false));
    world.until("pictures go on", |world| world.clients[1].received(false) > pictures + 10);
    assert_eq!(world.clients[1].received(true), sound);
}

#[test]
fn redundant_sound_is_stripped_for_who_cannot_read_it() {
    let mut world = World::start();
    world.join(2);
    let plain = world.admit(Client::new(900, None, false));
    world.clients[plain].join();
    world.until("ready", |world| world.clients[plain].is_ready());
    world.clients[0].sending = true;
    world.until("sound at both", |world| {
        world.clients[1..].iter().all(|client| client.received(true) > 10)
    });
    let sounds = |client: usize| {
        let packets = world.clients[client].subscriber.packets.iter();
        let short = packets.filter(|packet| packet.payload.len() < 100);
        short.map(|packet| packet.payload.to_vec()).collect::<Vec<_>>()
    };
    assert!(sounds(plain).iter().all(|payload| *payload == PLAIN), "{:?}", sounds(plain)[0]);
    assert!(sounds(1).iter().all(|payload| payload.ends_with(&PLAIN) && payload.len() > 5));
}

#[test]
fn more_pictures_than_slots_bring_one_more_offer() {
    let mut world = World::start_with(|settings| {
        settings.bandwidth_estimation = false;
        settings.video_slots = 1;
    });
    world.join(4);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    let users: Vec<_> = world.clients.iter().map(|client| client.user).collect();
    for user in &users {
        let others = users.iter().filter(|other| *other != user);
        let source = SourceKind::Camera;
        let wanted = others.map(|other| Wanted {
            user: *other,
            source,
            width: 320,
            height: 180,
            pinned: false,
        });
        world.order(Order::Subscribe { user: *user, wanted: wanted.collect() });
    }
    world.until("three pictures each", |world| {
        world.clients.iter().all(|client| {
            let shown = client.slots.iter().filter_map(|slot| slot.shows);
            shown.filter(|(_, source)| *source == SourceKind::Camera).count() == 3
        })
    });
    assert!(world.clients.iter().all(|client| client.offers.len() > 1));
    assert!(world.clients.iter().all(|client| client.lost == 0));
}

#[test]
fn without_bandwidth_estimation_everything_flows_too() {
    let mut world = World::start_with(|settings| settings.bandwidth_estimation = false);
    world.join(2);
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("both ways", |world| {
        world.clients.iter().all(|client| client.received(true) > 20 && client.received(false) > 20)
    });
}

#[test]
fn what_a_subscriber_loses_of_pictures_is_sent_again() {
    let mut world = World::start();
    world.join(2);
    world.clients[1].subscriber.loses_every = 7;
    world.clients[0].sending = true;
    let pictures = |world: &World| {
        let packets = world.clients[1].subscriber.packets.iter();
        let pictures = packets.filter(|packet| packet.payload.len() > 100);
        let mut numbers: Vec<u64> = pictures.map(|packet| *packet.seq_no).collect();
        numbers.sort_unstable();
        numbers
    };
    world.until("fifty pictures without a hole", |world| {
        let numbers = pictures(world);
        let whole = numbers.windows(2).take_while(|pair| pair[1] - pair[0] <= 1).count();
        whole > 50
    });
    let lost = world.clients[1].subscriber.lost_media();
    assert!(lost > 10, "{lost} datagrams were lost");
}

#[test]
fn who_cannot_decode_a_picture_has_a_key_frame_asked_of_its_publisher() {
    let mut world = World::start();
    world.join(2);
    world.clients[0].sending = true;
    world.until("pictures", |world| world.clients[1].received(false) > 20);
    let viewer = &mut world.clients[1].subscriber;
    let picture = viewer.packets.iter().rev().find(|packet| packet.payload.len() > 100);
    let ssrc = picture.unwrap().header.ssrc;
    let mid = viewer.rtc.direct_api().stream_rx(&ssrc).unwrap().mid();
    // The room asks for one of each layer in half a second at most.
    world.go_on_for(Duration::from_millis(600));
    let before = world.clients[0].publisher.asked;
    world.clients[1].subscriber.want_keyframe(mid);
    world.until("it is asked for", |world| world.clients[0].publisher.asked > before);
}

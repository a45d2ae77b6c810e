//! Where rooms are and how they are reached: shards, and IPv6.

use std::net::{Ipv6Addr, SocketAddr};

use sfu::Order;
use vocab::{CallId, UserId, Uuid};

use super::client::Client;
use super::link::Link;
use super::world::{ALL, World};

#[test]
fn calls_are_spread_over_the_shards_and_each_has_a_port_of_its_own() {
    const CALLS: u128 = 40;
    let world = World::start_with(|settings| {
        settings.shards = 2;
        settings.udp = vec![settings.udp[0]; 2];
    });
    let udp = &world.sfu.local_addresses().udp;
    assert_ne!(udp[0].port(), udp[1].port());
    let user = UserId::from_uuid(Uuid::from_u128(100));
    for number in 0..CALLS {
        let call = CallId::from_uuid(Uuid::from_u128(number));
        world.sfu.order(call, Order::Admit { user, seat: 1, rights: ALL });
    }
    let rooms: Vec<_> = world.sfu.counters().shards.iter().map(|shard| shard.rooms).collect();
    assert_eq!(rooms.iter().sum::<usize>(), 40);
    assert!(rooms.iter().all(|rooms| (8..=32).contains(rooms)), "{rooms:?}");
    world.stop();
}

#[test]
fn on_every_shard_people_talk_over_udp_and_over_the_tcp_port_of_all() {
    let mut world = World::start_with(|settings| {
        settings.shards = 2;
        settings.udp = vec![settings.udp[0]; 2];
    });
    let tcp = world.sfu.local_addresses().tcp[0];
    for number in 0.. {
        world.call = CallId::from_uuid(Uuid::from_u128(number));
        world.join(1);
        let client = world.admit(Client::new(500, Some(tcp), true));
        world.clients[client].join();
        world.until("ready", |world| world.clients[client].is_ready());
        world.until_all_talk();
        let shards = world.sfu.counters().shards;
        assert_eq!(shards.iter().map(|shard| shard.streams).max(), Some(2), "on one of them");
        if shards.iter().all(|shard| shard.forwarded > 0) {
            return;
        }
        assert!(number < 20, "one shard gets no call");
        world.order(Order::Close);
        world.clients.clear();
    }
}

#[test]
fn over_ipv6_people_talk_by_datagrams_and_by_tcp() {
    let anywhere = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let mut world = World::start_with(|settings| {
        settings.udp = vec![anywhere];
        settings.tcp = vec![anywhere];
    });
    let tcp = world.sfu.local_addresses().tcp[0];
    let six = || Link::udp_from(anywhere.ip());
    for client in [Client::over([six(), six()], 1, true), Client::new(2, Some(tcp), true)] {
        let client = world.admit(client);
        world.clients[client].join();
    }
    world.until("ready", |world| world.clients.iter().all(Client::is_ready));
    world.until_all_talk();
    assert_eq!(world.counters().streams, 2);
    assert!(world.counters().arriving.messages > 0);
    world.stop();
}

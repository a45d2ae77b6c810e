//! To our own media server and back: in memory, at the addresses that its clients are told alone.

use std::net::SocketAddr;
use std::time::Duration;

use turn::PeerRules;
use turn::server::{Family, Settings};

use super::client::{Client, assert_data_indication, channel_data};
use super::peers::{dual, three_ways};
use super::world::{Got, RELAY_V4, World, settings};

/// Beside the relay, on another machine's public address as behind a NAT, and of IPv6.
const BESIDE: &str = "18.0.0.1:3479";
const MAPPED: &str = "203.0.113.7:3479";
const SIX: &str = "[2001:db8::7]:3479";

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// With media there, though every rule speaks against it.
fn with_media(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = settings();
    let own = vec![RELAY_V4.into(), at(MAPPED).ip(), at(SIX).ip()];
    settings.peer_rules = PeerRules::new(own, vec!["203.0.113.0/24".parse().unwrap()], Vec::new());
    settings.media = [BESIDE, MAPPED, SIX].into_iter().map(at).collect();
    change(&mut settings);
    settings
}

fn allocated(world: &mut World) -> (Client, SocketAddr) {
    let mut client = world.client(1);
    let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
    (client, relayed)
}

#[test]
fn media_is_reached_three_ways_at_its_own_addresses_and_ports_alone() {
    let mut world = World::with(with_media(|_| {}), 1);
    for media in [BESIDE, MAPPED, SIX] {
        assert_eq!(three_ways(&mut world, at(media)), (0, 0, true), "{media}");
        for port in [443, 3_478, 3_480, 40_000] {
            let beside = SocketAddr::new(at(media).ip(), port);
            assert_eq!(three_ways(&mut world, beside), (403, 403, false), "{beside}");
        }
    }
    for disguise in ["[::ffff:203.0.113.7]:3479", "[64:ff9b::203.0.113.7]:3479", "[::1]:3479"] {
        assert_eq!(three_ways(&mut world, at(disguise)), (403, 403, false), "{disguise}");
    }
}

#[test]
fn what_a_client_sends_leaves_in_memory_with_its_relayed_address_as_the_sender() {
    let mut world = World::with(with_media(|_| {}), 1);
    let (mut client, relayed) = allocated(&mut world);
    let media = at(MAPPED);
    assert!(client.permit(&mut world, &[media]).is_success());
    let expected = Got::ToMedia { to: media, from: relayed, payload: b"hello".to_vec() };
    assert_eq!(client.send(&mut world, media, b"hello"), expected);
    assert!(client.bind(&mut world, 0x4000, media).is_success());
    assert_eq!(client.channel(&mut world, 0x4000, b"hello"), expected);
    assert_eq!(world.counters().handed_over.packets, 2);
    assert_eq!(world.counters().to_peers.packets, 2);
}

#[test]
fn what_media_answers_comes_to_the_client_as_if_from_a_peer_and_goes_nowhere_else() {
    let mut world = World::with(with_media(|_| {}), 2);
    let (mut client, relayed) = allocated(&mut world);
    let media = at(MAPPED);
    assert_eq!(world.media_sends(media, relayed, b"early"), Got::Nothing, "without a permission");
    client.permit(&mut world, &[media]);
    let got = world.media_sends(media, relayed, b"hello");
    assert_data_indication(&got, client.tuple, media, b"hello");
    client.bind(&mut world, 0x4000, media);
    let expected = Got::ToClient { tuple: client.tuple, bytes: channel_data(0x4000, b"hello") };
    assert_eq!(world.media_sends(media, relayed, b"hello"), expected);
    let stranger = SocketAddr::new(relayed.ip(), relayed.port() + 1);
    assert_eq!(world.media_sends(media, stranger, b"hello"), Got::Nothing);
    assert_eq!(world.media_sends(media, media, b"hello"), Got::Nothing, "nothing comes round");
}

#[test]
fn permissions_channels_and_allocations_end_for_media_as_for_any_peer() {
    let mut world = World::with(with_media(|_| {}), 1);
    let (mut client, relayed) = allocated(&mut world);
    let media = at(BESIDE);
    client.bind(&mut world, 0x4000, media);
    world.pass(Duration::from_secs(299));
    assert_ne!(world.media_sends(media, relayed, b"x"), Got::Nothing);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.media_sends(media, relayed, b"x"), Got::Nothing, "the permission is over");
    assert_eq!(client.send(&mut world, media, b"x"), Got::Nothing);
    assert_ne!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing, "the channel is not");
    client.permit(&mut world, &[media]);
    client.refresh(&mut world, 0);
    assert_eq!(world.media_sends(media, relayed, b"x"), Got::Nothing, "the allocation is over");
    assert_eq!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing);
}

#[test]
fn the_bandwidth_of_an_allocation_holds_both_ways() {
    let mut world = World::with(with_media(|settings| settings.bandwidth = Some(1_000)), 1);
    let (mut client, relayed) = allocated(&mut world);
    let media = at(BESIDE);
    client.bind(&mut world, 0x4000, media);
    let most = [0; 1_000];
    assert_ne!(client.channel(&mut world, 0x4000, &most), Got::Nothing);
    assert_eq!(client.channel(&mut world, 0x4000, b"x"), Got::Nothing);
    assert_ne!(world.media_sends(media, relayed, &most), Got::Nothing);
    assert_eq!(world.media_sends(media, relayed, b"x"), Got::Nothing);
    assert_eq!(world.counters().dropped.bandwidth, 2);
}

#[test]
fn a_permission_for_the_address_alone_is_for_the_ports_of_media_alone() {
    let mut world = World::with(with_media(|_| {}), 1);
    let mut client = dual(&mut world);
    let media = at(SIX);
    assert!(client.permit(&mut world, &[SocketAddr::new(media.ip(), 0)]).is_success());
    assert_ne!(client.send(&mut world, media, b"x"), Got::Nothing);
    let beside = SocketAddr::new(media.ip(), 3_480);
    assert_eq!(client.send(&mut world, beside, b"x"), Got::Nothing);
    assert_eq!(world.counters().dropped.denied_peer, 1);
}

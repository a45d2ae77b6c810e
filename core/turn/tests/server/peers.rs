//! No special-purpose address is relayed to, by whichever of the three ways it is asked for.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use turn::server::Family;
use turn::stun::attr;

use super::client::Client;
use super::world::{Got, RELAY_V4, RELAY_V6, World};

/// Private, loopback, link-local, metadata, multicast, reserved, documentation, transition and
/// the like, of both families.
const SPECIAL: [&str; 70] = [
    "0.0.0.0",
    "0.1.2.3",
    "0.255.255.255",
    "10.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.0.0.53",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::8.8.8.8",
    "::ffff:0.0.0.0",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:1::1",
    "2001:0:808:808::1",
    "2001:1ff::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe80::1",
    "fe80::a9fe:a9fe",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
];

/// These are relayed to, or the test above proves nothing.
const GLOBAL: [&str; 8] = [
    "9.9.9.9",
    "172.32.0.1",
    "100.128.0.1",
    "11.0.0.1",
    "223.255.255.254",
    "2620:fe::fe",
    "2003::1",
    "2a00:1450::1",
];

pub(super) fn dual(world: &mut World) -> Client {
    let mut client = world.client(1);
    let reply = world.allocate_with(&mut client, |writer| {
        writer.family(attr::ADDITIONAL_ADDRESS_FAMILY, Family::V6);
    });
    assert_eq!(reply.relayed_families(), [1, 2]);
    client
}

/// What CreatePermission and ChannelBind answer, and whether anything is sent.
pub(super) fn three_ways(world: &mut World, peer: SocketAddr) -> (u16, u16, bool) {
    let mut client = dual(world);
    let permitted = client.permit(world, &[peer]).code();
    let bound = client.bind(world, 0x4000, peer).code();
    let sent = client.send(world, peer, b"x") != Got::Nothing;
    let through_channel = client.channel(world, 0x4000, b"x") != Got::Nothing;
    assert!(client.refresh(world, 0).is_success());
    world.pass(Duration::from_secs(1));
    (permitted, bound, sent || through_channel)
}

#[test]
fn special_purpose_addresses_are_denied_three_ways_and_global_ones_are_not() {
    let mut world = World::new();
    let mut allowed = Vec::new();
    for text in SPECIAL {
        let ip: IpAddr = text.parse().unwrap();
        let answers = three_ways(&mut world, SocketAddr::new(ip, 40_000));
        if answers != (403, 403, false) {
            allowed.push((text, answers));
        }
    }
    assert_eq!(allowed, [], "of {}", SPECIAL.len());
    assert_eq!(world.counters().to_peers.packets, 0);
    for text in GLOBAL {
        let ip: IpAddr = text.parse().unwrap();
        let answers = three_ways(&mut world, SocketAddr::new(ip, 40_000));
        assert_eq!(answers, (0, 0, true), "{text}");
    }
}

#[test]
fn without_a_permission_nothing_is_sent_to_a_special_address() {
    let mut world = World::new();
    for text in SPECIAL {
        let mut client = dual(&mut world);
        let peer = SocketAddr::new(text.parse().unwrap(), 40_000);
        assert_eq!(client.send(&mut world, peer, b"x"), Got::Nothing, "{text}");
        client.refresh(&mut world, 0);
        world.pass(Duration::from_secs(1));
    }
    assert_eq!(world.counters().to_peers.packets, 0);
}

#[test]
fn ports_below_1024_and_our_own_addresses_are_denied_three_ways() {
    let mut world = World::new();
    let own = [IpAddr::V4(RELAY_V4), IpAddr::V6(RELAY_V6)];
    let own = own.map(|ip| SocketAddr::new(ip, 40_000));
    let ports = [1, 22, 53, 123, 443, 1_023].map(|port| SocketAddr::from(([9, 9, 9, 9], port)));
    for peer in own.into_iter().chain(ports) {
        assert_eq!(three_ways(&mut world, peer), (403, 403, false), "{peer}");
    }
    let first_allowed = SocketAddr::from(([9, 9, 9, 9], 1_024));
    assert_eq!(three_ways(&mut world, first_allowed), (0, 0, true));
}

#[test]
fn with_a_permission_for_the_address_a_send_to_a_denied_port_goes_nowhere() {
    let mut world = World::new();
    let mut client = dual(&mut world);
    let good: SocketAddr = "9.9.9.9:40000".parse().unwrap();
    assert!(client.permit(&mut world, &[good]).is_success());
    for port in (0..1_024).step_by(31) {
        let denied = SocketAddr::new(good.ip(), port);
        assert_eq!(client.send(&mut world, denied, b"x"), Got::Nothing, "{port}");
    }
    assert_ne!(client.send(&mut world, good, b"x"), Got::Nothing);
}

//! What a forged source address could get out of the server: bytes on the wire, headers counted.

use turn::server::Settings;
use turn::stun::Method;

use super::client::Client;
use super::world::{Got, World, settings};

const V4: (&str, usize) = ("192.0.2.9:4000", 28);
const V6: (&str, usize) = ("[2a00::9]:4000", 48);

/// Bytes on the wire of an answer per thousand of its request.
fn per_mille(world: &mut World, client: &Client, packet: &[u8], headers: usize) -> usize {
    let reply = client.exchange(world, packet);
    (reply.bytes.len() + headers) * 1_000 / (packet.len() + headers)
}

#[test]
fn a_binding_answer_is_at_most_a_quarter_longer_and_over_ipv6_36_percent() {
    for ((address, headers), most) in [(V4, 1_250), (V6, 1_360)] {
        for fingerprint in [false, true] {
            let mut world = World::new();
            let mut client = world.client(1);
            client.tuple.client = address.parse().unwrap();
            client.fingerprint = fingerprint;
            let packet = client.unsigned(Method::Binding, |_| {});
            let factor = per_mille(&mut world, &client, &packet, headers);
            assert!(factor <= most, "{factor}");
        }
    }
}

#[test]
fn no_refusal_of_a_stranger_is_more_than_twice_its_request() {
    let methods =
        [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind];
    let mut codes = Vec::new();
    for realm in ["calls.example", "a-realm-of-exactly-32-characters"] {
        for password_algorithms in [false, true] {
            for (address, headers) in [V4, V6] {
                for method in methods {
                    for transport in [false, true] {
                        let settings =
                            Settings { realm: realm.into(), password_algorithms, ..settings() };
                        let mut world = World::with(settings, 1);
                        let mut client = world.client(1);
                        client.tuple.client = address.parse().unwrap();
                        let packet = client.unsigned(method, |writer| {
                            if transport {
                                writer.requested_transport(17);
                            }
                        });
                        let factor = per_mille(&mut world, &client, &packet, headers);
                        assert!(factor <= 2_000, "{factor} {realm} {method:?}");
                        let plain = realm == "calls.example" && !password_algorithms;
                        codes.push((plain, client.exchange(&mut world, &packet).code()));
                    }
                }
            }
        }
    }
    let of_defaults = codes.iter().filter(|(plain, _)| *plain);
    assert!(of_defaults.clone().all(|(_, code)| *code == 401), "by default all are challenged");
    assert!(codes.iter().all(|(_, code)| [400, 401].contains(code)));
    assert!(codes.iter().any(|(_, code)| *code == 400), "what does not fit becomes a bare 400");
}

#[test]
fn an_allocate_of_a_browser_is_challenged_even_with_the_longest_realm() {
    let realm = "a-realm-of-exactly-32-characters".to_owned();
    assert_eq!(realm.len(), Settings::MAX_REALM);
    let mut world = World::with(Settings { realm, ..settings() }, 1);
    assert_eq!(world.client(1).ask_unsigned(&mut world, Method::Allocate).code(), 401);
}

#[test]
fn a_refusal_of_unknown_attributes_is_not_longer_than_twice_the_request_either() {
    let mut world = World::new();
    for (address, headers) in [V4, V6] {
        for count in 1..200 {
            world.pass(std::time::Duration::from_secs(1));
            let mut client = world.client(1);
            client.tuple.client = address.parse().unwrap();
            let packet = client.unsigned(Method::Binding, |writer| {
                for kind in 0..count {
                    writer.attribute(0x7000 + kind, &[]);
                }
            });
            let factor = per_mille(&mut world, &client, &packet, headers);
            assert!(factor <= 2_000, "{factor} for {count}");
        }
    }
}

#[test]
fn every_kind_of_refusal_draws_from_the_same_ten_a_second() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    world.pass(std::time::Duration::from_secs(599));
    client.refresh(&mut world, 3_600);
    world.pass(std::time::Duration::from_secs(10));
    let stale = client.clone().signed(Method::Refresh, |_| {});
    let unsigned = client.unsigned(Method::Refresh, |_| {});
    let unknown = client.unsigned(Method::Binding, |writer| {
        writer.attribute(0x7000, &[]);
    });
    let mut answered = 0;
    for _ in 0..50 {
        for packet in [&stale, &unsigned, &unknown] {
            answered += usize::from(world.client_sends(&client, packet) != Got::Nothing);
        }
    }
    assert_eq!(answered, 10);
    let good = client.unsigned(Method::Binding, |_| {});
    assert_ne!(world.client_sends(&client, &good), Got::Nothing, "Binding goes on");
}

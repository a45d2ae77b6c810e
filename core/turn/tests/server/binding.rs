//! Binding (RFC 8489 §6.3).

use std::net::SocketAddr;

use turn::server::FiveTuple;
use turn::stun::{Class, Method, Writer, attr};

use super::world::{Got, TCP, UDP, World};

#[test]
fn anybody_learns_the_own_address_and_nothing_is_kept() {
    let mut world = World::new();
    for address in ["192.0.2.9:4000", "[2a00::9]:4000"] {
        let mut client = world.client(1);
        client.tuple = FiveTuple { listener: UDP, client: address.parse().unwrap() };
        let packet = client.unsigned(Method::Binding, |_| {});
        let reply = client.exchange(&mut world, &packet);
        assert!(reply.is_success());
        let mapped: SocketAddr = address.parse().unwrap();
        assert_eq!(reply.message().xor_address(attr::XOR_MAPPED_ADDRESS), Some(Ok(mapped)));
        assert!(!reply.is_signed());
    }
    assert_eq!(world.counters().bindings, 2);
    assert_eq!(world.live(), 0);
    assert_eq!(world.servers[0].poll_timeout(), None);
}

#[test]
fn a_fingerprint_is_answered_with_a_fingerprint_and_none_with_none() {
    let mut world = World::new();
    for fingerprint in [false, true] {
        let mut client = world.client(1);
        client.fingerprint = fingerprint;
        let packet = client.unsigned(Method::Binding, |_| {});
        let reply = client.exchange(&mut world, &packet);
        let tail = &reply.bytes[reply.bytes.len() - 8..];
        assert_eq!(tail.starts_with(&[0x80, 0x28, 0, 4]), fingerprint);
    }
}

#[test]
fn what_must_be_understood_and_is_not_is_named() {
    let mut world = World::new();
    for listener in [UDP, TCP] {
        let mut client = world.client(1);
        client.tuple.listener = listener;
        let packet = client.unsigned(Method::Binding, |writer| {
            writer.attribute(attr::PRIORITY, &[0; 4]).attribute(attr::ICE_CONTROLLED, &[0; 8]);
        });
        let reply = client.exchange(&mut world, &packet);
        assert_eq!(reply.code(), 420);
        assert_eq!(reply.unknown(), [attr::PRIORITY]);
    }
}

#[test]
fn what_is_no_request_of_ours_gets_no_answer() {
    let mut world = World::new();
    let mut client = world.client(1);
    let classes = [Class::Request, Class::Indication, Class::Success, Class::Error];
    let methods = [Method::Binding, Method::Data, Method::Send, Method::Other(0x00A)];
    for class in classes {
        for method in methods {
            if (class, method) == (Class::Request, Method::Binding) {
                continue;
            }
            let mut packet = Vec::new();
            Writer::new(&mut packet, class, method, client.transaction()).finish();
            assert_eq!(world.client_sends(&client, &packet), Got::Nothing, "{class:?} {method:?}");
        }
    }
    for garbage in [&b""[..], b"\x16\x03\x01", &[0; 20], &[0x80; 40], &[0x40], &[0x4F, 0xFF]] {
        assert_eq!(world.client_sends(&client, garbage), Got::Nothing);
    }
}

//! Relayed addresses: how many, from which ports, and that they go.

use std::collections::BTreeSet;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use media::turn::{Relay, RelaySettings, StartError};
use turn::stun::{Family, attr};

use crate::client::{Brought, Client};
use crate::fixture::{Fixture, PUBLIC_V6, Way, bound, is_free, peer, received, user};
use crate::link::Link;

const CHANNEL: u16 = 0x4000;

#[test]
fn a_thousand_allocations_at_once_each_relay_both_ways() {
    let fixture = Fixture::start_with(|settings| settings.shards = 2);
    let peer = peer();
    let mut clients: Vec<Client> = (0..1_000_u32)
        .map(|number| {
            // Many sources: one alone is answered ten challenges a second.
            let [_, _, high, low] = number.to_be_bytes();
            let from = format!("127.1.{high}.{}:0", u16::from(low).clamp(1, 254));
            let link = Link::udp(&from, fixture.address(Way::Udp));
            Client::new(link, fixture.credential(user(u128::from(number) + 1), None))
        })
        .collect();
    let relayed: Vec<SocketAddr> = clients.iter_mut().map(Client::allocate).collect();
    assert_eq!(relayed.iter().collect::<BTreeSet<_>>().len(), 1_000, "no address is given twice");
    assert_eq!(fixture.counters().allocations(), 1_000);
    for (client, from) in clients.iter_mut().zip(&relayed) {
        client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
        client.send(CHANNEL, &from.port().to_be_bytes());
        assert_eq!(received(&peer), (from.port().to_be_bytes().to_vec(), *from));
    }
    // All answers first, so that all relay sockets are ready together.
    for from in &relayed {
        peer.send_to(&from.port().to_be_bytes(), from).unwrap();
    }
    for (client, from) in clients.iter_mut().zip(&relayed) {
        let payload = from.port().to_be_bytes().to_vec();
        assert_eq!(client.take(), Some(Brought::Channel(CHANNEL, payload)));
    }
}

#[test]
fn an_allocation_that_is_given_back_frees_its_port() {
    let fixture = Fixture::start();
    let mut client = fixture.client(Way::Udp, 1);
    let relayed = client.allocate();
    assert!(!is_free(relayed));
    assert_eq!(client.refresh(Duration::ZERO), Ok(Duration::ZERO));
    fixture.await_counters("it is gone", |counters| counters.allocations() == 0);
    assert!(is_free(relayed));
}

#[test]
fn relayed_ports_are_of_the_range_and_a_full_range_is_told() {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let range = free.min(u16::MAX - 3)..=free.min(u16::MAX - 3) + 3;
    let fixture = Fixture::start_with(|settings| {
        settings.ports = range.clone();
        settings.turn.relay_v6 = Some(PUBLIC_V6);
    });
    let mut clients = Vec::new();
    let refused = loop {
        let mut client = fixture.client(Way::Tcp, 1);
        match client.try_allocate() {
            Ok(relayed) => assert!(range.contains(&relayed.port()), "{relayed}"),
            Err(code) => break code,
        }
        clients.push(client);
    };
    assert_eq!(refused, 508);
    assert!(clients.len() <= 4, "four ports");
    // The other family has its own ports.
    let mut other = fixture.client(Way::Tcp, 2);
    assert!(other.allocate_family(Family::V6).unwrap().is_ipv6());
}

#[test]
fn an_even_port_is_even() {
    let fixture = Fixture::start();
    for number in 1..=8 {
        let mut client = fixture.client(Way::Tcp, number);
        let all = client.allocate_with(&|writer| {
            writer.attribute(attr::EVEN_PORT, &[0]);
        });
        assert_eq!(all.unwrap()[0].port() % 2, 0);
    }
}

#[test]
fn a_dual_allocation_has_a_socket_of_each_family() {
    let fixture = Fixture::start_with(|settings| {
        settings.turn.relay_v6 = Some(PUBLIC_V6);
    });
    let mut client = fixture.client(Way::Udp, 1);
    let all = client
        .allocate_with(&|writer| {
            writer.family(attr::ADDITIONAL_ADDRESS_FAMILY, Family::V6);
        })
        .unwrap();
    assert_eq!(all.iter().map(SocketAddr::is_ipv6).collect::<Vec<_>>(), [false, true]);
    for relayed in all.iter().copied().map(bound) {
        assert!(!is_free(relayed));
        let at = if relayed.is_ipv4() { "127.0.0.2:0" } else { "[::1]:0" };
        let peer = UdpSocket::bind(at).unwrap();
        client.permit(peer.local_addr().unwrap()).unwrap();
        client.send_to(peer.local_addr().unwrap(), b"both");
        assert_eq!(received(&peer), (b"both".to_vec(), relayed));
    }
    client.refresh(Duration::ZERO).unwrap();
    fixture.await_counters("it is gone", |counters| counters.allocations() == 0);
    assert!(all.into_iter().map(bound).all(is_free));
}

#[test]
fn quotas_of_a_user_and_of_all_hold_across_shards() {
    let fixture = Fixture::start_with(|settings| {
        settings.shards = 2;
        settings.per_user = 2;
        settings.total = 3;
    });
    let mut clients: Vec<_> =
        [1, 1, 1, 2, 3].map(|number| fixture.client(Way::Tcp, number)).into_iter().collect();
    let mut outcomes = clients.iter_mut().map(|client| client.try_allocate().map(drop));
    assert_eq!(outcomes.next(), Some(Ok(())));
    assert_eq!(outcomes.next(), Some(Ok(())));
    assert_eq!(outcomes.next(), Some(Err(486)), "the user has two");
    assert_eq!(outcomes.next(), Some(Ok(())));
    assert_eq!(outcomes.next(), Some(Err(508)), "the server has three");
}

#[test]
fn shutdown_closes_every_port_and_connection() {
    let fixture = Fixture::start_with(|settings| settings.shards = 2);
    let mut clients: Vec<_> = [Way::Udp, Way::Tcp, Way::Tls]
        .into_iter()
        .zip(1..)
        .map(|(way, user)| fixture.client(way, user))
        .collect();
    let relayed: Vec<_> = clients.iter_mut().map(Client::allocate).collect();
    let addresses = fixture.addresses().clone();
    fixture.shut_down();
    assert!(relayed.into_iter().chain(addresses.udp).all(is_free));
    for address in addresses.tcp.into_iter().chain(addresses.tls) {
        assert!(std::net::TcpStream::connect(address).is_err(), "{address}");
    }
    for client in &mut clients[1..] {
        assert_eq!(client.link.receive(), None, "the connection ended");
    }
    assert!(fixture.counters().shards.is_empty());
}

#[test]
fn settings_that_cannot_work_stop_the_start_with_a_sentence() {
    let start = |change: &dyn Fn(&mut RelaySettings)| {
        let secrets = turn::TurnSecrets::new(vocab::Redacted::new("s".repeat(32)));
        let turn = turn::server::Settings::new("r", secrets, turn::PeerRules::default());
        let mut settings = RelaySettings::new(turn);
        change(&mut settings);
        Relay::start(settings).expect_err("it cannot work")
    };
    let loopback: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let no_certificate = start(&|settings| settings.tls.push(loopback));
    assert!(matches!(no_certificate, StartError::NoCertificate));
    let no_runtime = start(&|settings| settings.tcp.push(loopback));
    assert!(matches!(no_runtime, StartError::NoRuntime));
    let no_shard = start(&|settings| settings.shards = 0);
    assert_eq!(no_shard.to_string(), "the relay has 1 to 64 shards");
    let no_address = start(&|settings| settings.turn.relay_v4 = Some([192, 0, 2, 1].into()));
    assert!(no_address.to_string().contains("no IPv4 relay address is set"), "{no_address}");
    let foreign = start(&|settings| settings.relay_addresses.push([192, 0, 2, 1].into()));
    assert!(foreign.to_string().starts_with("cannot relay from 192.0.2.1: "), "{foreign}");
    let elsewhere = start(&|settings| settings.udp.push(([192, 0, 2, 1], 0).into()));
    assert!(elsewhere.to_string().starts_with("cannot listen on 192.0.2.1:0 (UDP): "));
}

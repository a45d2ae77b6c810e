//! ICE over TCP.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::client::Client;
use super::world::{DEADLINE, World};

#[test]
fn a_client_without_datagrams_joins_over_tcp() {
    let mut world = World::start();
    world.join(1);
    let tcp = world.sfu.local_addresses().tcp[0];
    let client = world.admit(Client::new(500, Some(tcp), true));
    world.clients[client].join();
    world.until("ready", |world| world.clients[client].is_ready());
    world.clients.iter_mut().for_each(|client| client.sending = true);
    world.until("both ways", |world| {
        world.clients.iter().all(|client| client.received(false) > 20 && client.received(true) > 20)
    });
    assert_eq!(world.counters().streams, 2);
    world.stop();
}

#[test]
fn a_stranger_on_tcp_is_closed_without_an_answer() {
    let mut world = World::start();
    world.join(1);
    let tcp = world.sfu.local_addresses().tcp[0];
    for hello in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0], &[0xFF, 0xFF, 1], &[0, 4, 1, 2, 3, 4]] {
        let mut stream = TcpStream::connect(tcp).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(hello).unwrap();
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        assert!(answer.is_empty());
    }
    assert_eq!(world.counters().streams, 0);
}

#[test]
fn one_source_has_only_so_many_streams() {
    let mut world = World::start_with(|settings| settings.streams.per_source = 2);
    world.join(1);
    let tcp = world.sfu.local_addresses().tcp[0];
    let held: Vec<_> = (0..2).map(|_| TcpStream::connect(tcp).unwrap()).collect();
    let closed = |stream: &mut TcpStream| {
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        match stream.read(&mut [0]) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    };
    assert!(closed(&mut TcpStream::connect(tcp).unwrap()), "a third is closed at once");
    drop(held);
}

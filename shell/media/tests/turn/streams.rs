//! TCP and TLS: framing, limits, slow and hostile clients.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use turn::stun::{Class, HEADER_LEN, Message, Method, TransactionId, Writer};

use crate::client::{Brought, channel_data};
use crate::fixture::{DEADLINE, Fixture, Way, is_free, peer, received};
use crate::link::{Link, tcp, tls};

const CHANNEL: u16 = 0x4000;

fn binding(number: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let transaction = TransactionId([number; 12]);
    Writer::new(&mut bytes, Class::Request, Method::Binding, transaction).finish();
    bytes
}

/// Reads one answer to [`binding`].
fn answer(stream: &mut TcpStream) -> TransactionId {
    let mut head = [0; HEADER_LEN];
    stream.read_exact(&mut head).unwrap();
    let mut message = head.to_vec();
    message.resize(HEADER_LEN + usize::from(u16::from_be_bytes([head[2], head[3]])), 0);
    stream.read_exact(&mut message[HEADER_LEN..]).unwrap();
    Message::parse(&message).unwrap().transaction()
}

fn ends(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    match stream.read(&mut [0; 64]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn messages_in_single_bytes_and_messages_in_one_piece_are_the_same() {
    let fixture = Fixture::start();
    let mut stream = tcp(fixture.address(Way::Tcp));
    for byte in binding(1) {
        stream.write_all(&[byte]).unwrap();
    }
    assert_eq!(answer(&mut stream), TransactionId([1; 12]));
    let many: Vec<u8> = (2..40).flat_map(binding).collect();
    stream.write_all(&many).unwrap();
    for number in 2..40 {
        assert_eq!(answer(&mut stream), TransactionId([number; 12]));
    }
}

#[test]
fn garbage_closes_its_own_connection_only() {
    let fixture = Fixture::start();
    let mut other = fixture.client(Way::Tcp, 1);
    let relayed = other.allocate();
    for garbage in [
        &b"POST / HTTP/1.1\r\n\r\n"[..],
        b"GET /",
        &[0xFF; 64],
        &[0, 1, 0, 3, 0x21, 0x12, 0xA4, 0x42],
    ] {
        let mut stream = tcp(fixture.address(Way::Tcp));
        stream.write_all(garbage).unwrap();
        assert!(ends(&mut stream), "{garbage:?}");
    }
    let mut in_tls = tls(tcp(fixture.address(Way::Tls)), fixture.certificate(), &[]);
    in_tls.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
    assert!(!matches!(in_tls.read(&mut [0; 64]), Ok(1..)));
    let mut no_tls = tcp(fixture.address(Way::Tls));
    no_tls.write_all(&binding(1)).unwrap();
    no_tls.shutdown(Shutdown::Write).unwrap();
    let mut alert = Vec::new();
    let _ = no_tls.read_to_end(&mut alert);
    assert!(Message::parse(&alert).is_err(), "nothing is answered outside TLS");
    let peer = peer();
    other.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
    other.send(CHANNEL, b"still here");
    assert_eq!(received(&peer), (b"still here".to_vec(), relayed));
}

#[test]
fn a_client_that_disconnects_leaves_nothing() {
    let fixture = Fixture::start();
    for way in [Way::Tcp, Way::Tls] {
        let mut client = fixture.client(way, 1);
        let relayed = client.allocate();
        assert_eq!(fixture.counters().streams(), 1);
        drop(client);
        fixture.await_counters("all is gone", |counters| {
            counters.allocations() == 0 && counters.streams() == 0
        });
        assert!(is_free(relayed), "{way:?}");
    }
}

#[test]
fn turns_own_protocol_name_is_understood_in_tls_and_others_do_not_matter() {
    let fixture = Fixture::start();
    let server = fixture.address(Way::Tls);
    for (offered, chosen) in [
        (&[][..], None),
        (&[&b"stun.turn"[..]][..], Some(&b"stun.turn"[..])),
        (&[b"h2", b"http/1.1"], None),
    ] {
        let mut stream = tls(tcp(server), fixture.certificate(), offered);
        stream.write_all(&binding(1)).unwrap();
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        assert_eq!(stream.conn.alpn_protocol(), chosen);
    }
}

#[test]
fn silence_ends_a_connection_unless_it_has_an_allocation() {
    let fixture = Fixture::start_with(|settings| {
        settings.streams.idle = Duration::from_millis(300);
        settings.streams.handshake = Duration::from_millis(300);
    });
    let mut with = fixture.client(Way::Tcp, 1);
    with.allocate();
    let start = Instant::now();
    let mut without = tcp(fixture.address(Way::Tcp));
    // Half a message is no message.
    without.write_all(&binding(1)[..7]).unwrap();
    assert!(ends(&mut without));
    let mut no_handshake = tcp(fixture.address(Way::Tls));
    assert!(ends(&mut no_handshake));
    assert!(start.elapsed() >= Duration::from_millis(600), "each had its time");
    assert_eq!(with.refresh(Duration::ZERO), Ok(Duration::ZERO), "this one was let be");
    assert_eq!(with.link.receive(), None, "and has its time too, without its allocation");
}

#[test]
fn connections_of_one_source_are_limited_and_others_get_in() {
    let fixture = Fixture::start_with(|settings| settings.streams.per_source = 2);
    let server = fixture.address(Way::Tcp);
    let mut first = tcp(server);
    let mut second = tcp(server);
    for stream in [&mut first, &mut second] {
        stream.write_all(&binding(1)).unwrap();
        answer(stream);
    }
    assert!(ends(&mut tcp(server)), "a third");
    drop(first);
    // As soon as the first is gone there is a place again.
    let start = Instant::now();
    loop {
        let mut again = tcp(server);
        let sent = again.write_all(&binding(2));
        if sent.is_ok() && again.read(&mut [0; 1]).is_ok_and(|length| length == 1) {
            break;
        }
        assert!(start.elapsed() < DEADLINE);
    }
}

#[test]
fn a_reader_that_stops_loses_packets_and_then_its_connection_and_nobody_else_does() {
    let fixture = Fixture::start_with(|settings| {
        settings.streams.write = Duration::from_millis(500);
        settings.turn.bandwidth = None;
    });
    let (mut slow, mut other) = (fixture.client(Way::Tcp, 1), fixture.client(Way::Tcp, 2));
    let (to_slow, to_other) = (slow.allocate(), other.allocate());
    let peer = peer();
    for client in [&mut slow, &mut other] {
        client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
    }
    let start = Instant::now();
    while !is_free(to_slow) {
        assert!(start.elapsed() < DEADLINE, "a stuck connection ends");
        for _ in 0..32 {
            peer.send_to(&[7; 8_000], to_slow).unwrap();
        }
        peer.send_to(b"on time", to_other).unwrap();
        assert_eq!(other.take(), Some(Brought::Channel(CHANNEL, b"on time".to_vec())));
    }
    assert!(fixture.shard().slow_streams > 0, "packets were dropped, not kept");
}

#[test]
fn channel_data_on_a_stream_is_padded_both_ways() {
    let fixture = Fixture::start();
    let mut client = fixture.client(Way::Tcp, 1);
    let relayed = client.allocate();
    let peer = peer();
    client.bind(CHANNEL, peer.local_addr().unwrap()).unwrap();
    // Two messages in one piece: the second is found only behind the padding of the first.
    let Link::Tcp(_) = &client.link else { panic!("a TCP client") };
    let mut both = channel_data(CHANNEL, b"a");
    both.extend([0; 3]);
    both.extend(channel_data(CHANNEL, b"bcde"));
    client.link.send(&both);
    assert_eq!(received(&peer).0, b"a");
    assert_eq!(received(&peer).0, b"bcde");
    for payload in [&b"x"[..], b"yz"] {
        peer.send_to(payload, relayed).unwrap();
    }
    for payload in [&b"x"[..], b"yz"] {
        assert_eq!(client.take(), Some(Brought::Channel(CHANNEL, payload.to_vec())));
    }
}

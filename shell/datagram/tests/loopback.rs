//! Batches over real sockets of loopback.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use datagram::{Batch, Options, Receiver, Sender, open};

/// How long loopback may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

const EVERY_LOOPBACK: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

fn plain(address: &str) -> UdpSocket {
    open(address.parse().unwrap(), Options::default()).unwrap().socket
}

fn glued(address: &str) -> UdpSocket {
    let options = Options { gro: true, buffer: Some(4 << 20), ..Options::default() };
    open(address.parse().unwrap(), options).unwrap().socket
}

fn address(socket: &UdpSocket) -> SocketAddr {
    socket.local_addr().unwrap()
}

/// Receives until so many datagrams are there.
fn take(receiver: &mut Receiver, socket: &UdpSocket, count: usize) -> Vec<(SocketAddr, Vec<u8>)> {
    let start = Instant::now();
    let mut all = Vec::new();
    while all.len() < count {
        assert!(start.elapsed() < PATIENCE, "{} of {count} datagrams came", all.len());
        match receiver.receive(socket) {
            Ok(received) => all.extend(received.map(|(from, payload)| (from, payload.to_vec()))),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
    all
}

fn numbered(number: usize, length: usize) -> Vec<u8> {
    let mut payload = vec![u8::try_from(number % 251).unwrap(); length];
    let head = number.to_be_bytes();
    let kept = length.min(head.len());
    payload[..kept].copy_from_slice(&head[head.len() - kept..]);
    payload
}

/// Sends datagrams of these lengths and receives them; the calls of sending.
fn round_trip(mut sender: Sender, from: &UdpSocket, to: &UdpSocket, lengths: &[usize]) -> u64 {
    let mut batch = Batch::new();
    let payloads: Vec<_> =
        lengths.iter().enumerate().map(|(number, length)| numbered(number, *length)).collect();
    for payload in &payloads {
        let (head, tail) = payload.split_at(payload.len() / 3);
        batch.push(address(to), &[head, tail]);
    }
    sender.send_all(from, &batch);
    let received = take(&mut Receiver::new(32), to, lengths.len());
    for ((source, got), sent) in received.iter().zip(&payloads) {
        assert_eq!((source, got), (&address(from), sent));
    }
    let counters = sender.counters();
    assert_eq!(counters.sent, lengths.len() as u64);
    assert_eq!((counters.dropped, counters.refused), (0, 0));
    counters.calls
}

#[test]
fn a_burst_of_64_arrives_in_order_in_one_call_with_and_without_gso_and_gro() {
    for loopback in EVERY_LOOPBACK {
        for sender in [Sender::new, Sender::without_gso] {
            for to in [plain, glued] {
                let calls = round_trip(sender(), &plain(loopback), &to(loopback), &[1_000; 64]);
                assert_eq!(calls, 1);
            }
        }
    }
}

#[test]
fn any_mixture_of_lengths_arrives_as_it_was_sent() {
    let lengths =
        [0, 1, 1_200, 1_200, 1_200, 700, 1_200, 1_200, 3, 3, 0, 0, 9_000, 9_000, 8, 65_000];
    for loopback in EVERY_LOOPBACK {
        for to in [plain, glued] {
            round_trip(Sender::new(), &plain(loopback), &to(loopback), &lengths);
        }
    }
}

#[test]
fn a_run_leaves_as_one_message_and_is_received_as_one() {
    let (from, to) = (plain("127.0.0.1:0"), glued("127.0.0.1:0"));
    let mut batch = Batch::new();
    for number in 0..40 {
        batch.push(address(&to), &[&numbered(number, 500)]);
    }
    batch.push(address(&to), &[&numbered(40, 100)]);
    Sender::new().send_all(&from, &batch);
    let mut receiver = Receiver::new(4);
    let received = take(&mut receiver, &to, 41);
    let lengths: Vec<_> = received.iter().map(|(_, payload)| payload.len()).collect();
    assert_eq!(lengths, [vec![500; 40], vec![100]].concat());
    assert_eq!(receiver.counters().messages, 1, "this kernel has GSO and GRO");
}

#[test]
fn runs_are_cut_at_64_datagrams_and_65_000_bytes() {
    let (from, to) = (plain("127.0.0.1:0"), glued("127.0.0.1:0"));
    round_trip(Sender::new(), &from, &to, &[10; 130]);
    round_trip(Sender::new(), &from, &to, &[1_400; 100]);
}

#[test]
fn more_messages_than_fit_one_call_take_more_calls_and_keep_their_order() {
    let (from, to) = (plain("127.0.0.1:0"), glued("127.0.0.1:0"));
    assert_eq!(round_trip(Sender::without_gso(), &from, &to, &[100; 200]), 4);
}

#[test]
fn datagrams_to_many_destinations_reach_each_in_order() {
    let from = plain("127.0.0.1:0");
    let to: Vec<_> = (0..8).map(|_| glued("127.0.0.1:0")).collect();
    let mut batch = Batch::new();
    for number in 0..80 {
        batch.push(address(&to[number % 8]), &[&numbered(number, 300)]);
    }
    // The odd destinations only, as whoever groups by socket does.
    let mut sender = Sender::new();
    sender.send(&from, &batch, (0..80).filter(|number| number % 2 == 1));
    let mut receiver = Receiver::new(8);
    for (index, socket) in to.iter().enumerate().filter(|(index, _)| index % 2 == 1) {
        let received = take(&mut receiver, socket, 10);
        for (turn, (_, payload)) in received.iter().enumerate() {
            assert_eq!(*payload, numbered(index + 8 * turn, 300));
        }
    }
    assert_eq!(sender.counters().sent, 40);
}

#[test]
fn a_refused_destination_keeps_nobody_else_waiting() {
    let (from, to) = (plain("127.0.0.1:0"), plain("127.0.0.1:0"));
    // Broadcast without permission to broadcast (EACCES), and the other family (EAFNOSUPPORT).
    let refused: [SocketAddr; 2] =
        ["255.255.255.255:9".parse().unwrap(), "[2001:db8::1]:9".parse().unwrap()];
    let mut batch = Batch::new();
    let mut sent = Vec::new();
    for number in 0..6 {
        batch.push(refused[number % 2], &[b"refused"]);
        batch.push(address(&to), &[&numbered(number, 50)]);
        sent.push(numbered(number, 50));
    }
    let mut sender = Sender::new();
    sender.send_all(&from, &batch);
    let received = take(&mut Receiver::new(8), &to, 6);
    assert_eq!(received.into_iter().map(|(_, payload)| payload).collect::<Vec<_>>(), sent);
    let counters = sender.counters();
    assert_eq!((counters.sent, counters.refused, counters.dropped), (6, 6, 0));
}

#[test]
fn a_datagram_that_no_packet_can_hold_is_refused_alone() {
    let (from, to) = (plain("127.0.0.1:0"), plain("127.0.0.1:0"));
    let mut batch = Batch::new();
    batch.push(address(&to), &[&vec![0; 65_535]]);
    batch.push(address(&to), &[b"short"]);
    let mut sender = Sender::new();
    sender.send_all(&from, &batch);
    let received = take(&mut Receiver::new(2), &to, 1);
    assert_eq!(received[0].1, b"short");
    assert_eq!(sender.counters().refused, 1);
}

#[test]
fn a_socket_with_nothing_waiting_says_so_and_a_short_batch_says_drained() {
    let (from, to) = (plain("127.0.0.1:0"), plain("127.0.0.1:0"));
    let mut receiver = Receiver::new(2);
    let nothing = receiver.receive(&to).expect_err("nothing was sent");
    assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    for _ in 0..3 {
        from.send_to(b"x", address(&to)).unwrap();
    }
    let first = receiver.receive(&to).unwrap();
    assert!(!first.drained());
    assert_eq!(first.count(), 2);
    let second = receiver.receive(&to).unwrap();
    assert!(second.drained());
    assert_eq!(second.count(), 1);
}

#[test]
fn sockets_on_one_address_share_its_senders_and_each_sticks_to_one() {
    let shared = Options { reuse_port: true, ..Options::default() };
    let first = open("127.0.0.1:0".parse().unwrap(), shared).unwrap().socket;
    let second = open(address(&first), shared).unwrap().socket;
    assert!(open(address(&first), Options::default()).is_err(), "others may not join");
    let senders: Vec<_> = (0..64).map(|_| plain("127.0.0.1:0")).collect();
    for sender in senders.iter().cycle().take(256) {
        sender.send_to(b"x", address(&first)).unwrap();
    }
    let mut seen: BTreeMap<SocketAddr, Vec<usize>> = BTreeMap::new();
    let mut receiver = Receiver::new(8);
    let start = Instant::now();
    while seen.values().map(Vec::len).sum::<usize>() < 256 {
        assert!(start.elapsed() < PATIENCE);
        for (index, socket) in [&first, &second].into_iter().enumerate() {
            if let Ok(received) = receiver.receive(socket) {
                received.for_each(|(from, _)| seen.entry(from).or_default().push(index));
            }
        }
    }
    assert!(seen.values().all(|sockets| sockets.iter().all(|one| *one == sockets[0])));
    let at_first = seen.values().filter(|sockets| sockets[0] == 0).count();
    assert!((1..64).contains(&at_first), "both sockets got some: {at_first} of 64");
}

#[test]
fn buffers_are_as_large_as_the_kernel_allows() {
    let options = Options { buffer: Some(256 << 10), ..Options::default() };
    let opened = open("127.0.0.1:0".parse().unwrap(), options).unwrap();
    let default = open("127.0.0.1:0".parse().unwrap(), Options::default()).unwrap();
    assert!(opened.receive_buffer >= 256 << 10 || opened.receive_buffer >= default.receive_buffer);
    assert!(opened.send_buffer > 0 && !opened.gro);
}

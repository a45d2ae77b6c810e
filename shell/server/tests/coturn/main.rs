//! The coturn file we ship, on the real coturn with credentials of our own making.
//!
//! Ignored in a plain `cargo test`, because it needs a program that is not ours:
//! `cargo xtask test coturn` installs it where it may and runs these.

#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test")]

mod client;
mod coturn;
mod stun;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client::{Client, Family};
use coturn::Coturn;
use turn::{TurnCredential, TurnSecrets};
use vocab::{Redacted, UnixMillis, UserId, Uuid};

const SECRET: &str = "00000000000000000000000000000017";
const SECRET_BEFORE: &str = "the-secret-before-the-rotation";
const TTL: Duration = Duration::from_secs(600);

/// One or more of every special-purpose range: RFC 6890, clouds' metadata, and IPv4 addresses
/// that hide in IPv6 ones.
const SPECIAL: [&str; 38] = [
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:1::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
];

/// Addresses that must stay reachable, or the test above proves nothing.
const GLOBAL: [&str; 4] = ["9.9.9.9", "172.32.0.1", "2620:fe::fe", "2003::1"];

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn coturn_takes_our_file_without_a_complaint() {
    let coturn = Coturn::start(&["--static-auth-secret", SECRET]);
    assert_eq!(coturn.complaints_at_start(), Vec::<String>::new());
}

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn the_complaints_of_a_wrong_option_would_be_seen() {
    let coturn = Coturn::start_with_added_lines("no-loopback-peers\n");
    assert!(!coturn.complaints_at_start().is_empty());
}

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn credentials_of_both_live_secrets_are_accepted_and_no_others() {
    let both = ["--static-auth-secret", SECRET, "--static-auth-secret", SECRET_BEFORE];
    let coturn = Coturn::start(&both);
    let allocate = |credential| Client::new(&coturn, credential).allocate(Family::V4);
    assert_eq!(allocate(issue(SECRET, 1, now())), Ok(()));
    assert_eq!(allocate(issue(SECRET_BEFORE, 2, now())), Ok(()));
    assert_eq!(allocate(issue("another-secret-of-somebody", 3, now())), Err(401));
    assert_eq!(allocate(issue(SECRET, 4, now() - 2 * TTL)), Err(401), "it has expired");
    let mut borrowed = issue(SECRET, 5, now());
    borrowed.username = issue(SECRET, 6, now()).username;
    assert_eq!(allocate(borrowed), Err(401), "it was made for somebody else");
}

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn as_shipped_without_a_secret_nobody_gets_in() {
    let coturn = Coturn::start(&[]);
    for guess in [SECRET, "", "YOUR_TURN_SECRET"] {
        let mut client = Client::new(&coturn, issue(guess, 1, now()));
        assert_eq!(client.allocate(Family::V4), Err(401), "{guess}");
    }
}

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn no_special_purpose_address_is_relayed_to_and_global_ones_are() {
    let coturn = Coturn::start(&["--static-auth-secret", SECRET]);
    let mut clients = Clients::new(&coturn);
    assert_eq!(SPECIAL.iter().collect::<BTreeSet<_>>().len(), SPECIAL.len());
    let mut allowed = Vec::new();
    for text in SPECIAL {
        let peer = address(text, 40_000);
        let Some(client) = clients.of(peer.ip()) else { continue };
        let answers = [client.create_permission(peer), client.bind_channel(peer)];
        if answers != [Err(403), Err(403)] {
            allowed.push(format!("{text}: {answers:?}"));
        }
    }
    assert_eq!(allowed, Vec::<String>::new(), "{} of {}", allowed.len(), SPECIAL.len());
    for text in GLOBAL {
        let peer = address(text, 40_000);
        let Some(client) = clients.of(peer.ip()) else { continue };
        assert_eq!(client.create_permission(peer), Ok(()), "{text}");
        assert_eq!(client.bind_channel(peer), Ok(()), "{text}");
    }
}

/// Send needs a permission first (RFC 8656 §11.2), and has no answer: what arrives tells. Only
/// loopback can be listened on here.
#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn nothing_sent_to_loopback_arrives_until_an_operator_opens_it() {
    let ours = ["--static-auth-secret", SECRET];
    let opened = ["--allow-loopback-peers", "--allowed-peer-ip", "127.0.0.1"];
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_nonblocking(true).unwrap();
    let to = peer.local_addr().unwrap();

    let coturn = Coturn::start(&ours);
    let mut client = Client::new(&coturn, issue(SECRET, 1, now()));
    assert_eq!(client.allocate(Family::V4), Ok(()));
    assert_eq!(client.create_permission(to), Err(403));
    client.send_and_await_order(to, b"closed");
    let silence = peer.recv(&mut [0; 16]).unwrap_err();
    assert_eq!(silence.kind(), ErrorKind::WouldBlock);

    let coturn = Coturn::start(&[&ours[..], &opened[..]].concat());
    let mut client = Client::new(&coturn, issue(SECRET, 1, now()));
    assert_eq!(client.allocate(Family::V4), Ok(()));
    assert_eq!(client.create_permission(to), Ok(()));
    client.send_and_await_order(to, b"open");
    let mut packet = [0; 16];
    let length = peer.recv(&mut packet).unwrap();
    assert_eq!(&packet[..length], b"open");
}

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn tcp_connections_to_peers_are_refused() {
    let coturn = Coturn::start(&["--static-auth-secret", SECRET]);
    let mut client = Client::new(&coturn, issue(SECRET, 1, now()));
    let refusal = client.allocate_tcp().unwrap_err();
    assert!([400, 403, 442].contains(&refusal), "{refusal}");
}

#[test]
#[ignore = "needs coturn: cargo xtask test coturn"]
fn a_user_has_twelve_allocations_whatever_the_expiry_of_the_credential() {
    let coturn = Coturn::start(&["--static-auth-secret", SECRET]);
    let start = now();
    let mut clients = Vec::new();
    for number in 0..12 {
        let at = start + Duration::from_secs(number);
        let mut client = Client::new(&coturn, issue(SECRET, 1, at));
        assert_eq!(client.allocate(Family::V4), Ok(()), "allocation {number}");
        clients.push(client);
    }
    let mut one_more = Client::new(&coturn, issue(SECRET, 1, start));
    assert_eq!(one_more.allocate(Family::V4), Err(486));
    let mut another = Client::new(&coturn, issue(SECRET, 2, start));
    assert_eq!(another.allocate(Family::V4), Ok(()));
}

/// One allocation of each address family, because a peer must be of the allocation's.
struct Clients {
    v4: Client,
    /// `None` on a machine without IPv6, where coturn relays to no IPv6 address at all.
    v6: Option<Client>,
}

impl Clients {
    fn new(coturn: &Coturn) -> Self {
        let mut v4 = Client::new(coturn, issue(SECRET, 4, now()));
        assert_eq!(v4.allocate(Family::V4), Ok(()));
        let mut v6 = Client::new(coturn, issue(SECRET, 6, now()));
        let expected = if coturn.has_ipv6() { Ok(()) } else { Err(440) };
        assert_eq!(v6.allocate(Family::V6), expected);
        Self { v4, v6: coturn.has_ipv6().then_some(v6) }
    }

    fn of(&mut self, peer: IpAddr) -> Option<&mut Client> {
        if peer.is_ipv4() { Some(&mut self.v4) } else { self.v6.as_mut() }
    }
}

/// A credential as the call server makes it.
fn issue(secret: &str, user: u128, now: UnixMillis) -> TurnCredential {
    let secrets = TurnSecrets::new(Redacted::new(secret.into()));
    secrets.issue(now, TTL, UserId::from_uuid(Uuid::from_u128(user)), None)
}

/// coturn compares with the wall clock, so this test must too.
fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixMillis::from_millis(i64::try_from(since.as_millis()).unwrap())
}

fn address(text: &str, port: u16) -> SocketAddr {
    SocketAddr::new(text.parse().unwrap(), port)
}

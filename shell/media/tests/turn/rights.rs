//! Who may relay: users of live calls, and what ends when they are none any more.

use std::time::{Duration, Instant};

use crate::client::{Brought, Client};
use crate::fixture::{EVERY_WAY, Fixture, Way, call, is_free, peer, received, user};

const CHANNEL: u16 = 0x4000;

fn in_call(fixture: &Fixture, way: Way, number: u128, of: u128) -> Client {
    Client::new(fixture.link(way), fixture.credential(user(number), Some(call(of))))
}

#[test]
fn a_credential_for_a_call_is_good_while_the_user_is_in_it() {
    let fixture = Fixture::start();
    let before = in_call(&fixture, Way::Tcp, 1, 9).try_allocate();
    assert_eq!(before, Err(403), "nobody has heard of the call");
    fixture.relay().set_call(call(9), &[user(1)]);
    assert!(in_call(&fixture, Way::Tcp, 1, 9).try_allocate().is_ok());
    assert_eq!(in_call(&fixture, Way::Tcp, 2, 9).try_allocate(), Err(403), "somebody else");
    fixture.relay().set_call(call(9), &[]);
    assert_eq!(in_call(&fixture, Way::Tcp, 1, 9).try_allocate(), Err(403), "it is over");
}

#[test]
fn who_leaves_the_call_loses_the_relayed_address_within_a_second() {
    let fixture = Fixture::start_with(|settings| settings.shards = 2);
    for way in EVERY_WAY {
        fixture.relay().set_call(call(9), &[user(1), user(2)]);
        let peer = peer();
        let at = peer.local_addr().unwrap();
        let (mut ann, mut bob) = (in_call(&fixture, way, 1, 9), in_call(&fixture, way, 2, 9));
        let (of_ann, of_bob) = (ann.allocate(), bob.allocate());
        for client in [&mut ann, &mut bob] {
            client.bind(CHANNEL, at).unwrap();
            client.send(CHANNEL, b"in the call");
            received(&peer);
        }

        fixture.relay().set_call(call(9), &[user(2)]);
        let left = Instant::now();
        while !is_free(of_ann) {
            assert!(left.elapsed() < Duration::from_secs(1), "{way:?}");
        }
        if way == Way::Udp {
            ann.send(CHANNEL, b"out of the call");
            assert!(ann.is_left_alone());
        } else {
            assert_eq!(ann.link.receive(), None, "{way:?}: the connection ended");
        }
        // Whoever stays is not disturbed, and hears and sends on.
        bob.send(CHANNEL, b"still in");
        assert_eq!(received(&peer), (b"still in".to_vec(), of_bob), "{way:?}");
        peer.send_to(b"back", of_bob).unwrap();
        assert_eq!(bob.take(), Some(Brought::Channel(CHANNEL, b"back".to_vec())));

        fixture.relay().set_call(call(9), &[]);
        fixture.await_counters("nothing is left", |counters| counters.allocations() == 0);
        assert!(is_free(of_bob));
    }
}

#[test]
fn the_end_of_one_call_leaves_the_same_users_other_call_alone() {
    let fixture = Fixture::start();
    fixture.relay().set_call(call(8), &[user(1)]);
    fixture.relay().set_call(call(9), &[user(1)]);
    let (mut one, mut other) =
        (in_call(&fixture, Way::Udp, 1, 8), in_call(&fixture, Way::Udp, 1, 9));
    let (first, second) = (one.allocate(), other.allocate());
    fixture.relay().set_call(call(8), &[]);
    fixture.await_counters("one is gone", |counters| counters.allocations() == 1);
    assert!(is_free(first) && !is_free(second));
    assert!(other.refresh(Duration::from_secs(600)).is_ok());
}

#[test]
fn a_credential_without_a_call_is_good_for_a_test_before_joining() {
    let fixture = Fixture::start();
    assert!(fixture.client(Way::Tls, 1).try_allocate().is_ok());
}

#[test]
fn a_credential_of_another_secret_is_refused() {
    let fixture = Fixture::start();
    let other = turn::TurnSecrets::new(vocab::Redacted::new("x".repeat(32)));
    let mut credential = fixture.credential(user(1), None);
    credential.credential =
        other.issue(credential.expires_at, Duration::ZERO, user(1), None).credential;
    let mut client = Client::new(fixture.link(Way::Udp), credential);
    assert_eq!(client.try_allocate(), Err(401));
}

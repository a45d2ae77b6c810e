//! coturn's own client programs against our relay: everything is echoed, nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(dead_code, reason = "the tests of our own client use more of what is shared")]

#[path = "../turn/client.rs"]
mod client;
#[path = "../turn/fixture.rs"]
mod fixture;
#[path = "../turn/link.rs"]
mod link;

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Output, Stdio};

use crate::fixture::{EVERY_WAY, Fixture, Way, call, user};

/// Messages that each client of `turnutils_uclient` sends.
const MESSAGES: u32 = 50;

fn run(program: &str, arguments: &[&str], server: SocketAddr) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(program)
        .args(arguments)
        .args(["-p", &server.port().to_string(), &server.ip().to_string()])
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program} of the package coturn: {error}"));
    let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    (status.success(), said)
}

/// Clients that talk to each other in pairs, at our own relayed addresses. Each run is another
/// user from another address, whom nothing of an earlier run limits.
fn uclient(
    fixture: &Fixture,
    way: Way,
    clients: u32,
    run_number: u8,
    more: &[&str],
) -> (bool, String) {
    let (user, call) = (user(u128::from(run_number)), call(u128::from(run_number)));
    fixture.relay().set_call(call, &[user]);
    let credential = fixture.credential(user, Some(call));
    let (messages, clients) = (MESSAGES.to_string(), clients.to_string());
    let from = Ipv4Addr::new(127, 2, 0, run_number).to_string();
    let mut arguments = vec!["-y", "-c", "-n", &messages, "-m", &clients, "-L", &from];
    arguments.extend(["-u", &credential.username, "-w", credential.credential.expose()]);
    arguments.extend(match way {
        Way::Udp => &[][..],
        Way::Tcp => &["-t"],
        Way::Tls => &["-t", "-S"],
    });
    arguments.extend(more);
    run("turnutils_uclient", &arguments, fixture.address(way))
}

/// The clients' summary says that all came.
fn assert_all_came(said: &str, clients: u32) {
    let sent = number_after(said, "tot_send_msgs=");
    assert_eq!(sent, MESSAGES * clients, "{said}");
    assert_eq!(number_after(said, "tot_recv_msgs="), sent, "{said}");
    assert_eq!(number_after(said, "Total lost packets "), 0, "{said}");
}

/// Out of the box: nobody but our own relayed addresses may be a peer here.
fn fixture(shards: usize) -> Fixture {
    Fixture::start_with(|settings| {
        settings.shards = shards;
        settings.turn.peer_rules = turn::PeerRules::default();
    })
}

#[test]
#[ignore = "needs turnutils: cargo xtask test coturn"]
fn turnutils_stunclient_sees_its_address() {
    let fixture = Fixture::start();
    let (_, said) = run("turnutils_stunclient", &[], fixture.address(Way::Udp));
    assert!(said.contains("UDP reflexive addr: 127.0.0.1:"), "{said}");
}

#[test]
#[ignore = "needs turnutils: cargo xtask test coturn"]
fn turnutils_uclient_loses_nothing_with_indications_over_udp_tcp_and_tls() {
    for shards in [1, 2] {
        let fixture = fixture(shards);
        for (way, number) in EVERY_WAY.into_iter().zip(1..) {
            let (done, said) = uclient(&fixture, way, 4, number, &["-s"]);
            assert!(done, "{way:?}, {shards} shards:\n{said}");
            assert_all_came(&said, 4);
        }
        assert_eq!(fixture.counters().sent_to_peers(), 0, "all of it in memory");
    }
}

#[test]
#[ignore = "needs turnutils: cargo xtask test coturn"]
fn turnutils_uclient_loses_nothing_with_channels_over_udp_tcp_and_tls() {
    for shards in [1, 2] {
        let fixture = fixture(shards);
        for (way, number) in EVERY_WAY.into_iter().zip(1..) {
            let (done, said) = uclient(&fixture, way, 4, number, &[]);
            assert!(done, "{way:?}, {shards} shards:\n{said}");
            assert_all_came(&said, 4);
        }
        assert_eq!(fixture.counters().sent_to_peers(), 0, "all of it in memory");
    }
}

/// The number behind the last of these words.
fn number_after(text: &str, words: &str) -> u32 {
    let (_, rest) = text.rsplit_once(words).unwrap_or_else(|| panic!("no {words:?} in:\n{text}"));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after {words:?} in:\n{text}"))
}

//! The settings of the SFU: what they say alone, and what they follow.

use std::net::IpAddr;

use super::*;

const PUBLIC: [&str; 2] = ["--public-url", "https://calls.example.com"];

fn sfu(args: &[&str]) -> EmbeddedSfu {
    config(args, &[]).sfu.embedded.unwrap()
}

#[test]
fn which_calls_go_through_it_is_one_word() {
    let calls = |word: &str| config(&["--sfu", word], &[]).sfu.embedded.map(|sfu| sfu.calls);
    assert_eq!(calls("off"), None);
    assert_eq!(calls("auto"), Some(SfuCalls::Larger));
    assert_eq!(calls("only"), Some(SfuCalls::All));
    let refused = refusal(&[], &[("AETHEX_SFU", "on")]);
    assert_eq!(refused, "sfu (from AETHEX_SFU) is `on`; it must be one of off, auto, only");
}

#[test]
fn it_listens_beside_the_turn_server_unless_it_is_told_where() {
    let listen = |args: &[&str]| sfu(args).listen.address.to_string();
    assert_eq!(listen(&[]), "127.0.0.1:3479");
    assert_eq!(listen(&["--listen", "0.0.0.0:443", "--self-signed"]), "0.0.0.0:3479");
    assert_eq!(listen(&["--turn-listen", "[::]:3478"]), "[::]:3479");
    assert_eq!(listen(&["--turn-listen", "[::]:3478", "--turn-embedded", "off"]), "[::]:3479");
    assert_eq!(listen(&["--turn-listen", "127.0.0.1:0"]), "127.0.0.1:0");
    let own = ["--turn-listen", "[::]:3478", "--sfu-listen", "192.0.2.1:5000"];
    assert_eq!(listen(&own), "192.0.2.1:5000");
    assert!(sfu(&own).listen.named && !sfu(&[]).listen.named);
}

#[test]
fn others_are_told_the_addresses_of_the_turn_server_unless_it_has_its_own() {
    let turn = ["--turn-public-address", "203.0.113.7"];
    assert_eq!(sfu(&turn).public_addresses, ["203.0.113.7".parse::<IpAddr>().unwrap()]);
    let own = [&turn[..], &["--sfu-public-address", "203.0.113.8,2001:db8::8"]].concat();
    let expected = ["203.0.113.8", "2001:db8::8"].map(|text| text.parse::<IpAddr>().unwrap());
    assert_eq!(sfu(&own).public_addresses, expected);
    let twice = refusal(&["--sfu-public-address", "203.0.113.8,203.0.113.9"], &[]);
    assert!(twice.starts_with("sfu_public_address (from --sfu-public-address)"), "{twice}");
}

#[test]
fn behind_a_proxy_on_loopback_it_is_left_out_and_nobody_can_ask_for_it_alone() {
    let hidden = config(&PUBLIC, &[]).sfu;
    assert!(
        hidden.embedded.is_none() && hidden.left_out.is_some_and(|why| why.contains("sfu_listen"))
    );
    let off = config(&[PUBLIC[0], PUBLIC[1], "--sfu", "off"], &[]).sfu;
    assert!(off.embedded.is_none() && off.left_out.is_none());
    let only = refusal(&[PUBLIC[0], PUBLIC[1], "--sfu", "only"], &[]);
    assert!(only.starts_with("sfu (from --sfu) is `only`, while browsers"), "{only}");

    let reached = [PUBLIC[0], PUBLIC[1], "--sfu-listen", "0.0.0.0:3479"];
    assert!(config(&reached, &[]).sfu.embedded.is_some());
    let with_turn = [PUBLIC[0], PUBLIC[1], "--turn-listen", "0.0.0.0:3478"];
    assert!(config(&with_turn, &[]).sfu.embedded.is_some());
}

#[test]
fn threads_and_estimation_have_defaults() {
    let usual = sfu(&[]);
    assert_eq!((usual.shards, usual.bandwidth_estimation), (0, true));
    let set = sfu(&["--sfu-shards", "2", "--sfu-bandwidth-estimation=false"]);
    assert_eq!((set.shards, set.bandwidth_estimation), (2, false));
}

//! The TURN servers: which one runs, where it listens, and what is refused.

use super::super::turn::TurnTls;
use super::*;

/// Our own server, as these arguments and variables make it.
fn embedded(args: &[&str], env: &[(&str, &str)]) -> EmbeddedTurn {
    config(args, env).turn.embedded.unwrap()
}

fn listens(args: &[&str]) -> (String, bool) {
    let Endpoint { address, named } = embedded(args, &[]).listen;
    (address.to_string(), named)
}

#[test]
fn the_founding_variables_make_a_turn_server() {
    let env = [
        ("TURN_SERVER_HOST", "turn.test"),
        ("TURN_SERVER_PORT", "3479"),
        ("TURN_SECRET", SECRET),
        ("TURN_TTL", "3600"),
        ("AETHEX_TURN_PREVIOUS_SECRET", "the-secret-before-this"),
    ];
    let Turn { external, embedded, ttl, .. } = config(&[], &env).turn;
    let turn = external.unwrap();
    assert_eq!((turn.host.as_str(), turn.port, turn.tls_port), ("turn.test", 3_479, None));
    assert_eq!(ttl, Duration::from_secs(3_600));
    assert!(turn.secrets.previous.is_some());
    assert!(embedded.is_none(), "the external server takes the place of our own");
}

#[test]
fn half_a_turn_server_is_refused() {
    assert!(refusal(&[], &[("TURN_SERVER_HOST", "turn.test")]).contains("turn.secret is not"));
    let off = ("AETHEX_TURN_EMBEDDED", "off");
    assert!(refusal(&[], &[("TURN_SECRET", SECRET), off]).contains("turn.host is not"));
    let previous = ("AETHEX_TURN_PREVIOUS_SECRET", SECRET);
    assert!(refusal(&[], &[previous]).contains("turn.secret is not"));
    for host in ["turn:turn.test", "turn.test:3478", "a b", "[turn.test]", "turn..test"] {
        let sentence = refusal(&[], &[("TURN_SERVER_HOST", host), ("TURN_SECRET", SECRET)]);
        assert!(sentence.starts_with("turn.host"), "{host}: {sentence}");
    }
}

#[test]
fn an_external_server_leaves_our_own_out_unless_both_are_asked_for() {
    let external = [("TURN_SERVER_HOST", "turn.test"), ("TURN_SECRET", SECRET)];
    assert!(config(&[], &external).turn.embedded.is_none());
    let both = config(&["--turn-embedded", "on"], &external).turn;
    assert!(both.external.is_some());
    assert_eq!(both.embedded.unwrap().secrets.unwrap().current.expose(), SECRET);
    let none = config(&["--turn-embedded", "off"], &[]).turn;
    assert!(none.embedded.is_none() && none.external.is_none() && none.left_out.is_none());
}

#[test]
fn our_own_server_listens_where_the_http_listener_does_and_a_named_address_wins() {
    assert_eq!(listens(&[]), ("127.0.0.1:3478".into(), false));
    assert_eq!(listens(&["--listen", "[::1]:80"]), ("[::1]:3478".into(), false));
    assert_eq!(
        listens(&["--listen", "0.0.0.0:80", "--insecure-http"]),
        ("0.0.0.0:3478".into(), false)
    );
    assert_eq!(listens(&["--turn-listen", "[::]:19302"]), ("[::]:19302".into(), true));
}

#[test]
fn behind_a_proxy_our_own_server_needs_an_address_that_browsers_reach() {
    let behind = ["--public-url", "https://calls.example.com"];
    let turn = config(&behind, &[]).turn;
    assert!(turn.embedded.is_none());
    assert!(turn.left_out.unwrap().contains("set turn.listen"));
    let named = config(&behind, &[("AETHEX_TURN_LISTEN", "0.0.0.0:3478")]).turn;
    assert!(named.embedded.is_some() && named.left_out.is_none());
    let local = config(&["--public-url", "http://localhost:8080"], &[]).turn;
    assert!(local.embedded.is_some(), "a browser on this machine reaches loopback");
}

#[test]
fn tls_is_spoken_with_the_certificate_of_the_server_or_one_of_its_own() {
    assert_eq!(embedded(&[], &[]).tls, None);
    let own = ["--turn-tls-cert", "t.pem", "--turn-tls-key", "t.key"];
    let of = |args: &[&str]| {
        let TurnTls { listen, certificate } = embedded(args, &[]).tls.unwrap();
        (listen.address.to_string(), certificate)
    };
    let files = |cert: &str, key: &str| Tls::Files { cert: cert.into(), key: key.into() };
    assert_eq!(of(&own), ("127.0.0.1:5349".into(), files("t.pem", "t.key")));
    assert_eq!(of(&["--self-signed"]), ("127.0.0.1:5349".into(), Tls::SelfSigned));
    let served =
        ["--tls-cert", "c.pem", "--tls-key", "c.key", "--turn-tls-listen", "127.0.0.1:443"];
    assert_eq!(of(&served), ("127.0.0.1:443".into(), files("c.pem", "c.key")));
    let chosen = ["--self-signed", "--turn-listen", "127.0.0.1:0"];
    assert_eq!(of(&chosen).0, "127.0.0.1:0", "both ports are chosen by the system");

    assert!(refusal(&own[..2], &[]).contains("but turn.tls_key is not"));
    let without = refusal(&["--turn-tls-listen", "127.0.0.1:443"], &[]);
    assert!(without.contains("but a certificate (turn.tls_cert) is not"), "{without}");
}

#[test]
fn the_realm_is_the_public_name_cut_to_what_a_refusal_may_hold() {
    let realm = |args: &[&str]| {
        let args: Vec<&str> = ["--turn-listen", "0.0.0.0:0"].iter().chain(args).copied().collect();
        embedded(&args, &[]).realm
    };
    assert_eq!(realm(&[]), "aethex");
    assert_eq!(realm(&["--public-url", "https://calls.example.com:8443"]), "calls.example.com");
    let long = realm(&["--public-url", "https://a-name-of-more-than-thirty-two.example.com"]);
    assert_eq!(long, "a-name-of-more-than-thirty-two.e");
    assert_eq!(realm(&["--turn-realm", "office"]), "office");
    for wrong in ["a realm", "of-more-than-thirty-two-characters", "a\"b"] {
        let sentence = refusal(&["--turn-realm", wrong], &[]);
        assert!(sentence.starts_with("turn.realm (from --turn-realm) is"), "{sentence}");
    }
}

#[test]
fn ports_addresses_networks_and_quotas_are_read_and_mistakes_are_sentences() {
    let given = embedded(
        &["--turn-relay-ports", "20000-20100", "--turn-public-address", "203.0.113.7,2001:db8::7"],
        &[("AETHEX_TURN_ALLOWED_PEERS", "10.0.0.0/8,192.0.2.1"), ("AETHEX_TURN_USER_QUOTA", "3")],
    );
    assert_eq!(given.relay_ports, 20_000..=20_100);
    assert_eq!(given.public_addresses.len(), 2);
    assert_eq!(
        given.allowed_peers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.0/8", "192.0.2.1/32"]
    );
    assert_eq!(
        (given.user_quota, given.total_quota, given.bandwidth, given.shards),
        (3, 1_200, 1_000_000, 0)
    );

    let refused: &[(&str, &str, &str)] = &[
        ("--turn-relay-ports", "20000", "must be a range like 49152-65535"),
        ("--turn-relay-ports", "20100-20000", "must be a range"),
        ("--turn-relay-ports", "20000-20010", "of 16 ports or more"),
        ("--turn-relay-ports", "80-65535", "from 1024 on"),
        ("--turn-public-address", "calls.example.com", "which is not an address"),
        ("--turn-public-address", "0.0.0.0", "which is not an address"),
        ("--turn-public-address", "192.0.2.1,192.0.2.2", "two addresses of one family"),
        ("--turn-denied-peers", "10.0.0.0/33", "contains `10.0.0.0/33`, which is not a network"),
        ("--turn-allowed-peers", "office", "contains `office`, which is not a network"),
        ("--turn-listen", "3478", "must be an address and a port"),
        ("--turn-bandwidth", "999", "a whole number from 1000"),
    ];
    for (flag, value, part) in refused {
        let sentence = refusal(&[flag, value], &[]);
        assert!(sentence.contains(part), "{flag} {value}: {sentence}");
    }
}

#[test]
fn a_mistake_in_a_turn_setting_stops_the_start_also_while_turn_is_off() {
    let refused = refusal(&["--turn-embedded", "off", "--turn-denied-peers", "nonsense"], &[]);
    assert!(refused.starts_with("turn.denied_peers"), "{refused}");
}

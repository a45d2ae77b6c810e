//! Long-term credentials of the REST scheme (RFC 8489 §9.2.4, semantics of `turn-credentials`).

use std::time::Duration;

use turn::TurnSecrets;
use turn::server::Settings;
use turn::stun::{Integrity, Method, PasswordAlgorithm, attr};
use vocab::Redacted;

use super::client::Client;
use super::world::{REALM, TCP, TTL, World, call, secrets, settings, user};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn without_a_credential_every_method_is_challenged() {
    let mut world = World::new();
    let methods =
        [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind];
    for method in methods {
        let reply = world.client(1).ask_unsigned(&mut world, method);
        assert_eq!(reply.code(), 401);
        assert_eq!(reply.message().realm(), Some(Ok(REALM)));
        assert!(reply.message().nonce().is_some());
        assert!(!reply.is_signed());
        assert_eq!(reply.message().attribute(attr::PASSWORD_ALGORITHMS), None);
    }
    assert_eq!(world.counters().unauthenticated, 4);
}

#[test]
fn both_integrity_attributes_are_accepted_and_answered_alike() {
    for integrity in [Integrity::Sha1, Integrity::Sha256] {
        let mut world = World::new();
        let mut client = world.client(1);
        client.integrity = integrity;
        let reply = world.allocate(&mut client);
        assert!(reply.is_success());
        assert_eq!(reply.message().integrity(), Some(integrity));
        assert!(client.refresh(&mut world, 600).is_signed());
    }
}

#[test]
fn a_request_that_lacks_a_part_of_the_credential_is_bad() {
    let mut world = World::new();
    let mut client = world.client(1);
    client.take_challenge_of(&mut world);
    for missing in [attr::USERNAME, attr::REALM, attr::NONCE] {
        let mut packet = Vec::new();
        let transaction = client.transaction();
        let class = turn::stun::Class::Request;
        let mut writer = turn::stun::Writer::new(&mut packet, class, Method::Allocate, transaction);
        writer.requested_transport(17);
        let parts = [
            (attr::USERNAME, client.username.as_bytes()),
            (attr::REALM, REALM.as_bytes()),
            (attr::NONCE, &client.nonce[..]),
        ];
        for (kind, value) in parts.into_iter().filter(|(kind, _)| *kind != missing) {
            writer.attribute(kind, value);
        }
        writer.integrity(&client.key(), Integrity::Sha1).finish();
        let reply = client.exchange(&mut world, &packet);
        assert_eq!(reply.code(), 400, "without {missing:#06x}");
        assert!(!reply.is_signed());
    }
}

#[test]
fn expired_altered_foreign_and_malformed_credentials_are_told_alike() {
    let mut world = World::new();
    let mut good = world.client(1);
    let mut altered_name = good.clone();
    altered_name.username = good.username.replace("000000000001:", "000000000002:");
    assert_ne!(altered_name.username, good.username);
    let mut altered_password = good.clone();
    altered_password.password = good.password.replacen(&good.password[..1], "*", 1);
    let mut later = good.clone();
    later.username = good.username.replacen('1', "2", 1);
    let foreign_secret = TurnSecrets::new(Redacted::new("somebody-else's-secret".repeat(2)));
    let now = world.now.unix;
    let foreign = foreign_secret.issue(now, TTL, user(1), Some(call(1)));
    let foreign = Client::new(good.tuple, &foreign);
    let old = secrets().issue(now - TTL - SECOND, TTL, user(1), Some(call(1)));
    let expired = Client::new(good.tuple, &old);
    let mut malformed = good.clone();
    malformed.username = "alice".into();
    let mut refusals = Vec::new();
    for mut client in [altered_name, altered_password, later, foreign, expired, malformed] {
        world.pass(SECOND);
        let reply = world.allocate(&mut client);
        let attributes: Vec<u16> = reply.message().attributes().map(|(kind, _)| kind).collect();
        refusals.push((reply.code(), attributes, reply.is_signed()));
    }
    let expected = (401, vec![attr::ERROR_CODE, attr::REALM, attr::NONCE], false);
    assert_eq!(refusals, vec![expected; 6]);
    assert_eq!(world.live(), 0);
    assert!(world.allocate(&mut good).is_success());
}

#[test]
fn a_credential_is_accepted_until_its_last_millisecond() {
    for (left, code) in [(Duration::from_millis(1), 0), (Duration::ZERO, 401)] {
        let mut world = World::new();
        let mut client = world.client(1);
        world.now.unix = world.now.unix + TTL - left;
        assert_eq!(world.allocate(&mut client).code(), code);
    }
}

#[test]
fn an_allocation_outlives_the_credential_it_was_made_with() {
    let mut world = World::new();
    let mut client = world.client(1);
    world.now.unix = world.now.unix + TTL - SECOND;
    assert!(world.allocate(&mut client).is_success());
    world.pass(10 * SECOND);
    assert!(client.refresh(&mut world, 600).is_success());
    assert!(client.permit(&mut world, &["8.8.8.8:4000".parse().unwrap()]).is_success());
    assert!(client.refresh(&mut world, 0).is_success());
    assert_eq!(world.allocate(&mut client).code(), 401);
}

#[test]
fn during_a_rotation_both_secrets_are_good_and_each_allocation_keeps_its_own() {
    let old = secrets();
    let new = Redacted::new("the-secret-after-the-rotation-of-it".to_owned());
    let rotating = TurnSecrets { current: new, previous: Some(old.current.clone()) };
    let mut world = World::with(Settings { secrets: rotating, ..settings() }, 1);
    let mut first = world.client(1);
    let second = old.issue(world.now.unix, TTL, user(2), Some(call(1)));
    world.book.join(user(2), call(1));
    let mut second = Client::new(world.client(2).tuple, &second);
    for client in [&mut first, &mut second] {
        assert!(world.allocate(client).is_success());
        assert!(client.refresh(&mut world, 600).is_success());
    }
    assert_ne!(first.password, second.password);
}

#[test]
fn another_username_on_a_live_allocation_is_refused_as_wrong_credentials() {
    let mut world = World::new();
    let mut owner = world.allocated(1);
    let mut other = world.client(2);
    other.tuple = owner.tuple;
    other.nonce.clone_from(&owner.nonce);
    let peer = "8.8.8.8:4000".parse().unwrap();
    assert_eq!(other.refresh(&mut world, 0).code(), 441);
    assert_eq!(other.permit(&mut world, &[peer]).code(), 441);
    assert_eq!(other.bind(&mut world, 0x4000, peer).code(), 441);
    assert!(owner.refresh(&mut world, 600).is_success());
    assert_eq!(world.live(), 1);
}

#[test]
fn a_wrong_password_on_a_live_allocation_is_unauthenticated() {
    let mut world = World::new();
    let mut thief = world.allocated(1);
    thief.password = "guessed".into();
    assert_eq!(thief.refresh(&mut world, 0).code(), 401);
    assert_eq!(world.live(), 1);
}

#[test]
fn a_stale_nonce_is_told_to_who_signs_rightly_and_401_to_others() {
    let mut world = World::new();
    let mut client = world.allocated(1);
    world.pass(500 * SECOND);
    assert!(client.refresh(&mut world, 3_600).is_success());
    world.pass(500 * SECOND);
    let mut thief = client.clone();
    thief.password = "guessed".into();
    assert_eq!(thief.refresh(&mut world, 3_600).code(), 401);
    let stale = client.refresh(&mut world, 3_600);
    assert_eq!(stale.code(), 438);
    client.take_challenge(&stale);
    assert!(client.refresh(&mut world, 3_600).is_success());
    assert_eq!(world.counters().stale_nonces, 1);
}

#[test]
fn a_nonce_is_good_for_the_address_it_was_given_to_only() {
    let mut world = World::new();
    let mut elsewhere = world.allocated(1);
    elsewhere.tuple.client = "192.0.2.77:1234".parse().unwrap();
    assert_eq!(elsewhere.allocate(&mut world, |_| {}).code(), 438);
    assert_eq!(world.live(), 1);
}

#[test]
fn password_algorithms_are_offered_when_switched_on_and_have_to_be_repeated() {
    let mut world = World::with(Settings { password_algorithms: true, ..settings() }, 1);
    let mut client = world.client(1);
    client.tuple.listener = TCP;
    client.integrity = Integrity::Sha256;
    let challenge = client.ask_unsigned(&mut world, Method::Allocate);
    let offered = challenge.message().attribute(attr::PASSWORD_ALGORITHMS);
    assert_eq!(offered, Some(&[0, 2, 0, 0, 0, 1, 0, 0][..]));
    client.take_challenge(&challenge);
    assert!(client.nonce.starts_with(b"obMatJos2"));
    let chosen = [None, Some(PasswordAlgorithm::Md5), Some(PasswordAlgorithm::Sha256)];
    for algorithm in chosen {
        client.algorithm = algorithm;
        assert!(client.allocate(&mut world, |_| {}).is_success(), "{algorithm:?}");
        assert!(client.refresh(&mut world, 0).is_success(), "{algorithm:?}");
    }
    client.algorithm = None;
    let only_one = client.allocate(&mut world, |writer| {
        writer.password_algorithm(PasswordAlgorithm::Sha256);
    });
    assert_eq!(only_one.code(), 400);
    let another_list = client.allocate(&mut world, |writer| {
        writer.password_algorithms(&[PasswordAlgorithm::Md5]);
        writer.password_algorithm(PasswordAlgorithm::Md5);
    });
    assert_eq!(another_list.code(), 400);
}

#[test]
fn over_udp_one_source_gets_ten_challenges_a_second_and_over_tcp_as_many_as_it_asks() {
    let mut world = World::new();
    let mut client = world.client(1);
    let mut challenges = |world: &mut World, listener| {
        client.tuple.listener = listener;
        let ask = |_| {
            let packet = client.unsigned(Method::Allocate, |writer| {
                writer.requested_transport(17);
            });
            world.client_sends(&client, &packet) != super::world::Got::Nothing
        };
        (0..100).map(ask).filter(|answered| *answered).count()
    };
    assert_eq!(challenges(&mut world, super::world::UDP), 10);
    world.pass(SECOND);
    assert_eq!(challenges(&mut world, super::world::UDP), 10);
    assert_eq!(challenges(&mut world, TCP), 100);
    assert_eq!(world.counters().dropped.unanswered, 180);
}

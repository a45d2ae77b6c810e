//! Tests: a shard that fails begins anew, and the program with it stays.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ::turn::server::Settings;
use ::turn::stun::{Class, Integrity, Key, Message, Method, TransactionId, Writer, attr};
use ::turn::{PeerRules, TurnCredential, TurnSecrets};
use vocab::{Redacted, UnixMillis, UserId, Uuid};

use super::relay::Relay;
use super::settings::RelaySettings;

const TTL: Duration = Duration::from_secs(600);

#[test]
fn a_shard_that_fails_begins_anew_with_nothing_of_before() {
    let secrets = TurnSecrets::new(Redacted::new("the-secret-of-a-failing-shard-32".into()));
    let mut turn = Settings::new("calls.example", secrets.clone(), PeerRules::default());
    turn.relay_v4 = Some(Ipv4Addr::LOCALHOST);
    turn.credential_ttl = TTL;
    let mut settings = RelaySettings::new(turn);
    settings.udp = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    settings.relay_addresses = vec![Ipv4Addr::LOCALHOST.into()];
    settings.per_user = 1;
    let relay = Relay::start(settings).unwrap();
    let credential = secrets.issue(wall(), TTL, UserId::from_uuid(Uuid::from_u128(1)), None);
    let server = relay.local_addresses().udp[0];

    let before = allocate(server, &credential).expect("allocated");
    assert_eq!(allocate(server, &credential), Err(486), "one is all a user may have here");
    relay.fail(0);
    // A shard that is busy failing tells nothing for seconds.
    let failed = || relay.counters().shards.first().is_some_and(|shard| shard.failures == 1);
    assert!((0..20).any(|_| failed()));
    let after = allocate(server, &credential).expect("the place in the quota is free again");
    assert_ne!(before, after);
    assert!(UdpSocket::bind(before).is_ok(), "the relay socket is closed");
    let counters = relay.counters();
    assert_eq!((counters.shards[0].failures, counters.allocations()), (1, 1));
}

/// Allocates from a socket of its own: the relayed address, or the error code.
fn allocate(server: SocketAddr, credential: &TurnCredential) -> Result<SocketAddr, u16> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let mut request = Vec::new();
    let transaction = TransactionId([1; 12]);
    Writer::new(&mut request, Class::Request, Method::Allocate, transaction)
        .requested_transport(17)
        .finish();
    let mut buffer = [0; 1_024];
    let challenge = ask(&socket, &request, &mut buffer);
    let realm = challenge.realm().unwrap().unwrap().to_owned();
    let nonce = challenge.nonce().unwrap().to_vec();
    let key = Key::md5(&credential.username, &realm, credential.credential.expose());
    Writer::new(&mut request, Class::Request, Method::Allocate, TransactionId([2; 12]))
        .requested_transport(17)
        .attribute(attr::USERNAME, credential.username.as_bytes())
        .attribute(attr::REALM, realm.as_bytes())
        .attribute(attr::NONCE, &nonce)
        .integrity(&key, Integrity::Sha1)
        .finish();
    let answer = ask(&socket, &request, &mut buffer);
    match answer.xor_address(attr::XOR_RELAYED_ADDRESS) {
        Some(relayed) => Ok(relayed.unwrap()),
        None => Err(answer.error_code().unwrap().unwrap().0),
    }
}

/// Asks again, as UDP clients do: what was under way when the shard failed is lost.
fn ask<'a>(socket: &UdpSocket, request: &[u8], buffer: &'a mut [u8]) -> Message<'a> {
    let length = (0..100).find_map(|_| {
        socket.send(request).unwrap();
        socket.recv(buffer).ok()
    });
    Message::parse(&buffer[..length.expect("an answer")]).unwrap()
}

fn wall() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixMillis::default() + since
}

//! Clients who may only use a relay: it and the SFU of the same process meet in memory.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use media::turn::{Relay, RelayCounters, RelaySettings, ShardCounters, StartError};
use turn::server::Settings;
use turn::{PeerRules, TurnSecrets};
use vocab::{Redacted, UnixMillis, UserId, Uuid};

use super::client::Client;
use super::link::Link;
use super::media_sfu::SfuSettings;
use super::relayed_link::RelayedLink;
use super::world::World;

const TTL: Duration = Duration::from_secs(600);

/// Where clients are told that media is: an address of documentation, so that no packet gets there
/// by a socket.
const TOLD: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7)),
];

/// An SFU with a relay that lets nobody send to anything else, and its clients.
struct Together {
    world: World,
    relay: Relay,
    secrets: TurnSecrets,
}

impl Together {
    fn start(
        at: IpAddr,
        media: impl FnOnce(&mut SfuSettings),
        relaying: impl FnOnce(&mut RelaySettings),
    ) -> Self {
        let anywhere = SocketAddr::new(at, 0);
        let world = World::start_with(|settings| {
            settings.udp = vec![anywhere; settings.shards];
            settings.tcp = Vec::new();
            media(settings);
        });
        let secrets = TurnSecrets::new(Redacted::new("the-secret-of-the-relayed-tests".into()));
        let own = vec![at, TOLD[0], TOLD[1]];
        let rules = PeerRules::new(own, Vec::new(), Vec::new());
        let mut turn = Settings::new("calls.example", secrets.clone(), rules);
        match at {
            IpAddr::V4(at) => turn.relay_v4 = Some(at),
            IpAddr::V6(at) => turn.relay_v6 = Some(at),
        }
        turn.credential_ttl = TTL;
        let mut settings = RelaySettings::new(turn);
        settings.udp = vec![anywhere];
        settings.relay_addresses = vec![at];
        settings.sfu = Some(world.sfu.inlet());
        relaying(&mut settings);
        let relay = Relay::start(settings).unwrap();
        Self { world, relay, secrets }
    }

    /// Another client, both of whose connections go through the relay.
    fn join_relayed(&mut self) {
        let number = 200 + self.world.clients.len() as u128;
        let now = UnixMillis::default() + SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let user = UserId::from_uuid(Uuid::from_u128(number));
        let credential = self.secrets.issue(now, TTL, user, None);
        let server = self.relay.local_addresses().udp[0];
        let link = || Link::By(Box::new(RelayedLink::open(server, &credential)));
        let client = self.world.admit(Client::over([link(), link()], number, true));
        self.world.clients[client].join();
    }

    fn until_ready(&mut self) {
        self.world.until("ready", |world| world.clients.iter().all(Client::is_ready));
    }

    /// What the relay counted; nothing ever left it for a peer.
    fn relayed(&self) -> RelayCounters {
        let counters = self.relay.counters();
        assert_eq!(counters.sent_to_peers(), 0, "from a relay socket");
        for shard in &counters.shards {
            assert_eq!(shard.from_peers.messages, 0, "by a relay socket");
        }
        counters
    }
}

#[test]
fn who_is_relayed_talks_with_those_who_are_not() {
    let mut calls = Together::start(Ipv4Addr::LOCALHOST.into(), |_| {}, |_| {});
    calls.world.join(2);
    calls.join_relayed();
    calls.until_ready();
    calls.world.until_all_talk();
    let media = calls.world.counters();
    assert!(media.from_relay > 20 && media.to_relay > 20, "{media:?}");
    assert!(media.arriving.messages > 0, "the others are not relayed");
    assert!(calls.relayed().shards[0].turn.handed_over.packets >= media.from_relay);
}

#[test]
fn media_behind_a_nat_is_reached_at_the_address_that_clients_are_told() {
    for at in [IpAddr::V4(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()] {
        let told = |settings: &mut SfuSettings| settings.advertised = TOLD.to_vec();
        let mut calls = Together::start(at, told, |_| {});
        (0..2).for_each(|_| calls.join_relayed());
        calls.until_ready();
        calls.world.until_all_talk();
        let media = calls.world.counters();
        assert_eq!((media.arriving.messages, media.leaving.sent), (0, 0), "all in memory");
        assert_eq!((media.strangers, media.lost_hand_overs), (0, 0));
        calls.relayed();
    }
}

#[test]
fn shards_of_the_relay_and_of_media_meet_whoever_is_on_which() {
    let two = |settings: &mut SfuSettings| {
        settings.shards = 2;
        settings.udp = vec![settings.udp[0]; 2];
    };
    let mut calls =
        Together::start(Ipv4Addr::LOCALHOST.into(), two, |settings| settings.shards = 2);
    // The system spreads clients over the shards of the relay by their ports.
    (0..2).for_each(|_| calls.join_relayed());
    while calls.relayed().shards.iter().any(|shard| shard.turn.live() == 0) {
        assert!(calls.world.clients.len() < 20, "one shard of the relay gets nobody");
        calls.join_relayed();
    }
    calls.until_ready();
    calls.world.clients.iter_mut().for_each(|client| client.sending = true);
    let relay = &calls.relay;
    calls.world.until("sound for everybody, by both shards of the relay", |world| {
        let by_all = |shard: &ShardCounters| shard.turn.handed_over.packets > 20;
        world.clients.iter().all(|client| client.received(true) > 10)
            && relay.counters().shards.iter().all(by_all)
    });
    calls.relayed();
}

#[test]
fn who_loses_the_allocation_is_lost_in_the_call_and_the_others_go_on() {
    let mut calls = Together::start(
        Ipv4Addr::LOCALHOST.into(),
        |settings| settings.silence = Duration::from_secs(1),
        |_| {},
    );
    calls.world.join(2);
    calls.join_relayed();
    calls.until_ready();
    calls.world.until_all_talk();
    drop(calls.relay);
    let lost = calls.world.clients[2].lost;
    calls.world.until("lost", |world| world.clients[2].lost > lost);
    let before = calls.world.clients[0].received(false);
    calls.world.until("the others go on", |world| world.clients[0].received(false) > before + 20);
}

#[test]
fn a_second_relay_is_refused_with_a_sentence() {
    let calls = Together::start(Ipv4Addr::LOCALHOST.into(), |_| {}, |_| {});
    let rules = PeerRules::default();
    let mut settings = RelaySettings::new(Settings::new("r", calls.secrets.clone(), rules));
    settings.sfu = Some(calls.world.sfu.inlet());
    let refused = Relay::start(settings).unwrap_err();
    assert!(matches!(refused, StartError::Settings(_)), "{refused}");
}

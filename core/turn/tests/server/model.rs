//! Random requests against a small oracle of permissions, channels and lifetimes.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use turn::server::{Family, Settings};

use super::client::{Client, Reply, assert_data_indication, channel_data};
use super::world::{Got, World, settings};

const MOST: usize = 2;
const NUMBERS: [u16; 4] = [0x4000, 0x4001, 0x7fff, 0x8000];

/// Two global addresses with two ports each, a private one, and a denied port.
fn peer(index: usize) -> SocketAddr {
    const PEERS: [&str; 8] = [
        "8.8.8.8:4000",
        "8.8.8.8:4001",
        "8.8.4.4:4000",
        "8.8.4.4:4001",
        "1.1.1.1:4000",
        "10.0.0.1:4000",
        "8.8.8.8:53",
        "[2a00::8]:4000",
    ];
    PEERS[index].parse().unwrap()
}

#[derive(Debug, Clone)]
enum Action {
    Pass(u64),
    Allocate(u64),
    Refresh(u64),
    Permit(Vec<usize>),
    Bind(usize, usize),
    Send(usize),
    Channel(usize),
    FromPeer(usize),
}

fn action() -> impl Strategy<Value = Action> {
    let lifetimes = prop_oneof![Just(0_u64), Just(600), Just(601), 1_u64..5_000];
    let times = prop_oneof![Just(1_u64), Just(299_999), Just(300_000), 1_u64..700_000];
    prop_oneof![
        2 => times.prop_map(Action::Pass),
        1 => lifetimes.clone().prop_map(Action::Allocate),
        1 => lifetimes.prop_map(Action::Refresh),
        2 => vec(0_usize..8, 1..4).prop_map(Action::Permit),
        3 => (0_usize..4, 0_usize..8).prop_map(|(number, peer)| Action::Bind(number, peer)),
        3 => (0_usize..8).prop_map(Action::Send),
        3 => (0_usize..4).prop_map(Action::Channel),
        3 => (0_usize..8).prop_map(Action::FromPeer),
    ]
}

/// What RFC 8656 says about one client, written as plainly as possible. Times in milliseconds.
#[derive(Debug, Default)]
struct Oracle {
    now: u64,
    until: Option<u64>,
    permissions: HashMap<IpAddr, u64>,
    channels: HashMap<u16, (SocketAddr, u64)>,
}

fn denied(peer: SocketAddr) -> bool {
    peer.ip() == IpAddr::from([10, 0, 0, 1]) || peer.port() < 1_024
}

impl Oracle {
    fn pass(&mut self, millis: u64) {
        self.now += millis;
        let now = self.now;
        if self.until.is_some_and(|until| until <= now) {
            self.end();
        }
        self.permissions.retain(|_, until| *until > now);
        self.channels.retain(|_, (_, until)| *until > now);
    }

    fn end(&mut self) {
        self.until = None;
        self.permissions.clear();
        self.channels.clear();
    }

    fn granted(&self, asked: u64) -> u64 {
        self.now + asked.clamp(600, 3_600) * 1_000
    }

    fn allocate(&mut self, asked: u64) -> u16 {
        if self.until.is_some() {
            return 437;
        }
        self.until = Some(self.granted(asked));
        0
    }

    fn refresh(&mut self, asked: u64) -> u16 {
        match (self.until, asked) {
            (None, _) => return 437,
            (Some(_), 0) => self.end(),
            (Some(_), asked) => self.until = Some(self.granted(asked)),
        }
        0
    }

    fn permit(&mut self, peers: &[SocketAddr]) -> u16 {
        if self.until.is_none() {
            return 437;
        }
        if peers.iter().any(SocketAddr::is_ipv6) {
            return 443;
        }
        if peers.iter().any(|peer| denied(*peer)) {
            return 403;
        }
        let mut after = self.permissions.clone();
        after.extend(peers.iter().map(|peer| (peer.ip(), self.now + 300_000)));
        if after.len() > MOST {
            return 508;
        }
        self.permissions = after;
        0
    }

    fn bind(&mut self, number: u16, peer: SocketAddr) -> u16 {
        if self.until.is_none() {
            return 437;
        }
        let of_number = self.channels.get(&number).map(|(bound, _)| *bound);
        let of_peer = self.channel_of(peer);
        if number > 0x7fff
            || of_number.is_some_and(|bound| bound != peer)
            || of_peer.is_some_and(|bound| bound != number)
        {
            return 400;
        }
        if of_number.is_none() && self.channels.len() >= MOST && !peer.is_ipv6() && !denied(peer) {
            return 508;
        }
        let code = self.permit(&[peer]);
        if code == 0 {
            self.channels.insert(number, (peer, self.now + 600_000));
        }
        code
    }

    fn channel_of(&self, peer: SocketAddr) -> Option<u16> {
        let mut channels = self.channels.iter();
        channels.find(|(_, (bound, _))| *bound == peer).map(|(number, _)| *number)
    }

    fn permits(&self, peer: SocketAddr) -> bool {
        self.permissions.contains_key(&peer.ip())
    }
}

/// The world, its oracle, and the relayed address of the moment.
struct Pair {
    world: World,
    client: Client,
    oracle: Oracle,
    relayed: Option<SocketAddr>,
}

impl Pair {
    fn new() -> Self {
        let settings = Settings { max_permissions: MOST, max_channels: MOST, ..settings() };
        let mut world = World::with(settings, 1);
        let mut client = world.client(1);
        client.take_challenge_of(&mut world);
        Self { world, client, oracle: Oracle::default(), relayed: None }
    }

    /// A request, again with a new nonce when the old one is stale.
    fn ask(&mut self, request: impl Fn(&mut Client, &mut World) -> Reply) -> Reply {
        let reply = request(&mut self.client, &mut self.world);
        if reply.code() != 438 {
            return reply;
        }
        self.client.take_challenge(&reply);
        request(&mut self.client, &mut self.world)
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Pass(millis) => {
                self.world.pass(Duration::from_millis(*millis));
                self.oracle.pass(*millis);
            }
            Action::Allocate(lifetime) => {
                let reply = self.ask(|client, world| {
                    client.allocate(world, |writer| {
                        writer.lifetime(Duration::from_secs(*lifetime));
                    })
                });
                assert_eq!(reply.code(), self.oracle.allocate(*lifetime));
                self.relayed = reply.relayed(Family::V4).or(self.relayed);
            }
            Action::Refresh(lifetime) => {
                let reply = self.ask(|client, world| client.refresh(world, *lifetime));
                assert_eq!(reply.code(), self.oracle.refresh(*lifetime));
            }
            Action::Permit(peers) => {
                let peers: Vec<SocketAddr> = peers.iter().map(|index| peer(*index)).collect();
                let reply = self.ask(|client, world| client.permit(world, &peers));
                assert_eq!(reply.code(), self.oracle.permit(&peers));
            }
            Action::Bind(number, index) => {
                let (number, peer) = (NUMBERS[*number], peer(*index));
                let reply = self.ask(|client, world| client.bind(world, number, peer));
                assert_eq!(reply.code(), self.oracle.bind(number, peer));
            }
            Action::Send(index) => self.send(peer(*index)),
            Action::Channel(number) => self.channel(NUMBERS[*number]),
            Action::FromPeer(index) => self.peer_sends(peer(*index)),
        }
        assert_eq!(self.world.live(), usize::from(self.oracle.until.is_some()));
    }

    fn send(&mut self, peer: SocketAddr) {
        let got = self.client.send(&mut self.world, peer, b"sent");
        let expected = self.oracle.permits(peer) && !denied(peer);
        match &got {
            Got::ToPeer { peer: to, payload, .. } => {
                assert!(expected);
                assert_eq!((*to, &payload[..]), (peer, &b"sent"[..]));
            }
            Got::Nothing => assert!(!expected),
            Got::ToClient { .. }
            | Got::HandOver { .. }
            | Got::ToMedia { .. }
            | Got::Answer { .. } => panic!("not for a peer: {got:?}"),
        }
    }

    fn channel(&mut self, number: u16) {
        let got = self.client.channel(&mut self.world, number, b"channel");
        match (got, self.oracle.channels.get(&number)) {
            (Got::ToPeer { peer, payload, .. }, Some((bound, _))) => {
                assert_eq!((peer, &payload[..]), (*bound, &b"channel"[..]));
            }
            (got, bound) => assert!(got == Got::Nothing && bound.is_none(), "{got:?} {bound:?}"),
        }
    }

    fn peer_sends(&mut self, peer: SocketAddr) {
        let Some(relayed) = self.relayed else { return };
        let got = self.world.peer_sends(peer, relayed, b"back");
        if !self.oracle.permits(peer) {
            assert_eq!(got, Got::Nothing);
        } else if let Some(number) = self.oracle.channel_of(peer) {
            let bytes = channel_data(number, b"back");
            assert_eq!(got, Got::ToClient { tuple: self.client.tuple, bytes });
        } else {
            assert_data_indication(&got, self.client.tuple, peer, b"back");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_server_does_what_the_oracle_says(actions in vec(action(), 1..60)) {
        let mut pair = Pair::new();
        pair.act(&Action::Allocate(3_600));
        for action in &actions {
            pair.act(action);
        }
        pair.act(&Action::Refresh(0));
        assert_eq!(pair.world.live(), 0);
        assert!(pair.world.relays.is_empty());
    }
}

//! What an operator decides about the TURN server; the same for every shard.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::stun::Family;
use crate::{PeerRules, TurnSecrets};

/// Settings of all shards of one server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Sent in challenges and part of the long-term key. At most [`Settings::MAX_REALM`] bytes:
    /// a longer one makes a 401 more than twice a small request, which is then never answered.
    pub realm: String,
    /// Relayed IPv4 addresses, as peers see them; `None`: no IPv4 allocations.
    pub relay_v4: Option<Ipv4Addr>,
    /// Relayed IPv6 addresses, as peers see them; `None`: no IPv6 allocations.
    pub relay_v6: Option<Ipv6Addr>,
    /// Which peers may be sent to, apart from our own relayed addresses and `media`.
    pub peer_rules: PeerRules,
    /// Where our own media server takes datagrams, as its clients are told: handed over in memory
    /// ([`Step::ToMedia`](super::Step::ToMedia)), whatever the peer rules say. Address and port,
    /// in this spelling alone, so that nothing else of this machine is reached.
    pub media: BTreeSet<SocketAddr>,
    /// The secrets that sign credentials.
    pub secrets: TurnSecrets,
    /// How long a credential lives: its expiry minus this is when it was issued.
    pub credential_ttl: Duration,
    /// Given when the client asks for less, or for nothing (RFC 8656 §7.2: 600 s).
    pub lifetime_default: Duration,
    /// The longest that is granted (RFC 8656 §7.2: 3,600 s).
    pub lifetime_max: Duration,
    /// RFC 8656 §9: 300 s. Longer keeps doors open that nobody uses, shorter needs a new RFC.
    pub permission_lifetime: Duration,
    /// RFC 8656 §12: 600 s.
    pub channel_lifetime: Duration,
    /// Payload bytes per second of one allocation, each way; the burst is one second's worth.
    /// `None`: no limit.
    pub bandwidth: Option<u64>,
    /// Peers (by IP) of one allocation; one more is answered with 508.
    pub max_permissions: usize,
    /// Channels of one allocation; one more is answered with 508.
    pub max_channels: usize,
    /// Offer SHA-256 keys (RFC 8489 §9.2.4). Off by default: the longer challenge is more than
    /// twice a small request and is then not sent over UDP.
    pub password_algorithms: bool,
    /// How long after its issue a credential without a call may be used by somebody who is in no
    /// call (a test before joining).
    pub unbound_for: Duration,
}

impl Settings {
    /// The longest realm, in bytes.
    pub const MAX_REALM: usize = 32;

    /// The defaults: lifetimes of RFC 8656, 1,000,000 bytes/s each way, no relayed address yet.
    #[must_use]
    pub fn new(realm: impl Into<String>, secrets: TurnSecrets, peer_rules: PeerRules) -> Self {
        Self {
            realm: realm.into(),
            relay_v4: None,
            relay_v6: None,
            peer_rules,
            media: BTreeSet::new(),
            secrets,
            credential_ttl: Duration::from_secs(86_400),
            lifetime_default: Duration::from_secs(600),
            lifetime_max: Duration::from_secs(3_600),
            permission_lifetime: Duration::from_secs(300),
            channel_lifetime: Duration::from_secs(600),
            bandwidth: Some(1_000_000),
            max_permissions: 64,
            max_channels: 64,
            password_algorithms: false,
            unbound_for: Duration::from_secs(60),
        }
    }

    /// Whether our own media server has a port at this address.
    pub(super) fn has_media_at(&self, ip: IpAddr) -> bool {
        self.media.iter().any(|address| address.ip() == ip)
    }

    pub(super) fn relay_ip(&self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.relay_v4.map(IpAddr::V4),
            Family::V6 => self.relay_v6.map(IpAddr::V6),
        }
    }

    pub(super) fn relay_address(&self, family: Family, port: u16) -> Option<SocketAddr> {
        self.relay_ip(family).map(|ip| SocketAddr::new(ip, port))
    }
}

/// A duration in whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

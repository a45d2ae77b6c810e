//! Which peers are relayed to: global addresses, and what an operator opens; never this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Ports below are of services; media never goes there.
const FIRST_PORT: u16 = 1_024;

/// IPv4 networks that are not relayed to: RFC 6890 and its registry, multicast, and the address
/// of the host services of a cloud (168.63.129.16).
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([168, 63, 129, 16], 32),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// Of IPv6 only this is global unicast (RFC 4291 §2.4) …
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);
/// … but for protocol assignments with Teredo, documentation, and 6to4.
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0], 32),
    v6([0x2002, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0], 20),
];

/// Why a peer is not relayed to; answer 403, or drop the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("no relaying to this peer: {reason}")]
pub struct Denied {
    /// The first rule that denies it.
    pub reason: DenyReason,
}

/// The rules that deny, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DenyReason {
    /// The port is below 1,024.
    #[error("its port is one of services")]
    Port,
    /// An address of this machine, or of one that it trusts.
    #[error("it is one of ours")]
    Own,
    /// A network that the operator closed.
    #[error("its network is closed by configuration")]
    Configured,
    /// A special-purpose address, and the operator did not open it.
    #[error("its address is not global")]
    Special,
}

/// Decides about peers. Own addresses, closed networks and service ports beat opened networks,
/// which beat the table of special-purpose addresses.
///
/// An IPv6 address that stands for an IPv4 one (mapped, compatible, translated, NAT64, 6to4,
/// Teredo) passes only if both do.
#[derive(Debug, Clone, Default)]
pub struct PeerRules {
    /// Sorted.
    own: Box<[IpAddr]>,
    /// Whether loopback is ours: then every address by which a machine reaches itself is.
    own_loopback: bool,
    denied: Box<[IpNet]>,
    allowed: Box<[IpNet]>,
}

impl PeerRules {
    /// From the addresses of this machine's interfaces and of the hosts it trusts (its
    /// databases), and the networks the operator closed and opened. One loopback address among
    /// `own` stands for all of 127/8, 0/8, `::1` and `::`.
    #[must_use]
    pub fn new(own: Vec<IpAddr>, denied: Vec<IpNet>, allowed: Vec<IpNet>) -> Self {
        let mut own: Vec<IpAddr> = own.into_iter().map(|ip| ip.to_canonical()).collect();
        own.sort_unstable();
        own.dedup();
        Self {
            own_loopback: own.iter().any(IpAddr::is_loopback),
            own: own.into_boxed_slice(),
            denied: denied.into_iter().map(canonical).collect(),
            allowed: allowed.into_iter().map(canonical).collect(),
        }
    }

    /// Whether a peer may be relayed to.
    ///
    /// # Errors
    /// [`Denied`] with the strongest rule against it.
    pub fn check(&self, peer: SocketAddr) -> Result<(), Denied> {
        if peer.port() < FIRST_PORT {
            return Err(Denied { reason: DenyReason::Port });
        }
        self.check_address(peer.ip())
    }

    /// The same for any port from 1,024 on, as CreatePermission has it.
    ///
    /// # Errors
    /// [`Denied`] with the strongest rule against it.
    pub fn check_address(&self, peer: IpAddr) -> Result<(), Denied> {
        let [first, second] = embedded(peer);
        let mut verdict = self.verdict(peer);
        for inner in [first, second].into_iter().flatten() {
            verdict = stronger(verdict, self.verdict(inner.into()));
        }
        verdict.map_or(Ok(()), |reason| Err(Denied { reason }))
    }

    /// About this one spelling of an address.
    fn verdict(&self, ip: IpAddr) -> Option<DenyReason> {
        let contains = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&ip));
        if self.is_own(ip) {
            Some(DenyReason::Own)
        } else if contains(&self.denied) {
            Some(DenyReason::Configured)
        } else if contains(&self.allowed) || !is_special(ip) {
            None
        } else {
            Some(DenyReason::Special)
        }
    }

    fn is_own(&self, ip: IpAddr) -> bool {
        let itself = match ip {
            IpAddr::V4(ip) => matches!(ip.octets()[0], 0 | 127),
            IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified(),
        };
        (itself && self.own_loopback) || self.own.binary_search(&ip).is_ok()
    }
}

fn stronger(one: Option<DenyReason>, other: Option<DenyReason>) -> Option<DenyReason> {
    let strength = |reason: Option<DenyReason>| match reason {
        None => 0,
        Some(DenyReason::Special) => 1,
        Some(DenyReason::Configured) => 2,
        Some(DenyReason::Own) => 3,
        Some(DenyReason::Port) => 4,
    };
    if strength(other) > strength(one) { other } else { one }
}

fn is_special(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => SPECIAL_V4.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => {
            !GLOBAL_V6.contains(&ip) || SPECIAL_V6.iter().any(|net| net.contains(&ip))
        }
    }
}

/// The IPv4 addresses that an IPv6 address leads to.
fn embedded(ip: IpAddr) -> [Option<Ipv4Addr>; 2] {
    let IpAddr::V6(ip) = ip else { return [None, None] };
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let last = Some(joined(g, h));
    match [a, b, c, d, e, f] {
        // ::/96 compatible, ::ffff:0:0/96 mapped (RFC 4291 §2.5.5), ::ffff:0:0:0/96 translated
        // (RFC 2765 §2.1), 64:ff9b::/96 NAT64 (RFC 6052 §2.1).
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => {
            [last, None]
        }
        // 6to4, RFC 3056 §2.
        [0x2002, high, low, _, _, _] => [Some(joined(high, low)), None],
        // Teredo: its server, and the client with all bits turned (RFC 4380 §4).
        [0x2001, 0, high, low, _, _] => [Some(joined(high, low)), Some(joined(!g, !h))],
        _ => [None, None],
    }
}

const fn joined(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

/// A network of IPv4-mapped addresses as the IPv4 network it is.
fn canonical(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    let (Some(ip), Some(prefix)) = (v6.network().to_ipv4_mapped(), v6.prefix_len().checked_sub(96))
    else {
        return net;
    };
    Ipv4Net::new(ip, prefix).map_or(net, IpNet::V4)
}

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 4], prefix: u8) -> Ipv6Net {
    let [a, b, c, d] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}

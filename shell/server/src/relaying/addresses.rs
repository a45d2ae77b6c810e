//! Which addresses of this machine packets are relayed from, and what others are told of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use crate::config::{EmbeddedSfu, EmbeddedTurn};

/// Addresses of documentation (RFC 5737, RFC 3849): nobody's, so the default route leads there.
/// A datagram socket that is connected to them sends nothing.
const BEYOND: [(IpAddr, IpAddr); 2] = [
    (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
];

/// What this machine has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Machine {
    /// Every address of every interface.
    pub(crate) interfaces: Vec<IpAddr>,
    /// Those that packets for the internet leave from, at most one of each family.
    pub(crate) outward: Vec<IpAddr>,
}

/// The relayed addresses, without their ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// What relay sockets are bound to.
    pub(crate) bound: Vec<IpAddr>,
    /// What others are told.
    pub(crate) v4: Option<Ipv4Addr>,
    pub(crate) v6: Option<Ipv6Addr>,
    /// The address that was found and is good in a private network only: behind a NAT nobody
    /// outside reaches it.
    pub(crate) private: Option<IpAddr>,
}

impl Machine {
    /// Looks at the interfaces and the routes; nothing is sent.
    pub(crate) fn look() -> std::io::Result<Self> {
        let interfaces = media::interface_addresses()?;
        let outward = BEYOND.into_iter().filter_map(|(from, to)| {
            let socket = UdpSocket::bind((from, 0)).ok()?;
            socket.connect((to, 9)).ok()?;
            Some(socket.local_addr().ok()?.ip())
        });
        Ok(Self { outward: outward.collect(), interfaces })
    }

    /// The address of a family that reaches furthest.
    fn address(&self, v4: bool) -> Option<IpAddr> {
        let fits = |ip: &&IpAddr| ip.is_ipv4() == v4 && reaches_out(**ip);
        self.outward.iter().find(fits).or_else(|| self.interfaces.iter().find(fits)).copied()
    }
}

/// Where a server is to listen, and what its settings are called.
#[derive(Debug, Clone, Copy)]
struct Listener<'a> {
    listen: IpAddr,
    public: &'a [IpAddr],
    /// `turn.listen`, `turn.public_address`.
    settings: [&'static str; 2],
}

impl Addresses {
    /// Those of our TURN server. The families are those of `turn.public_address`, else those of
    /// `turn.listen`; `[::]` stands for both.
    ///
    /// # Errors
    /// One sentence when there is none.
    pub(crate) fn of(turn: &EmbeddedTurn, machine: &Machine) -> Result<Self, String> {
        let listen = turn.listen.address.ip();
        let settings = ["turn.listen", "turn.public_address"];
        let listener = Listener { listen, public: &turn.public_addresses, settings };
        Self::of_listener(listener, machine)
    }

    /// Those of our SFU, found in the same way.
    ///
    /// # Errors
    /// One sentence when there is none.
    pub(crate) fn of_sfu(sfu: &EmbeddedSfu, machine: &Machine) -> Result<Self, String> {
        let listen = sfu.listen.address.ip();
        let settings = ["sfu_listen", "sfu_public_address"];
        let listener = Listener { listen, public: &sfu.public_addresses, settings };
        Self::of_listener(listener, machine)
    }

    /// What others are told.
    pub(crate) fn told(&self) -> impl Iterator<Item = IpAddr> {
        self.v4.map(IpAddr::V4).into_iter().chain(self.v6.map(IpAddr::V6))
    }

    fn of_listener(listener: Listener<'_>, machine: &Machine) -> Result<Self, String> {
        let listen = listener.listen.to_canonical();
        let mut addresses = Self { bound: Vec::new(), v4: None, v6: None, private: None };
        for v4 in [true, false] {
            let public = listener.public.iter().find(|ip| ip.is_ipv4() == v4).copied();
            let wanted = match public {
                Some(_) => true,
                None if !listener.public.is_empty() => false,
                None => listen.is_ipv4() == v4 || listen == IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            };
            if !wanted {
                continue;
            }
            let own = public.filter(|public| machine.interfaces.contains(public));
            let named = (!listen.is_unspecified() && listen.is_ipv4() == v4).then_some(listen);
            let Some(bound) = named.or(own).or_else(|| machine.address(v4)) else { continue };
            let told = public.unwrap_or(bound);
            if public.is_none() && named.is_none() && !is_global(told) {
                addresses.private = Some(told);
            }
            match told {
                IpAddr::V4(ip) => addresses.v4 = Some(ip),
                IpAddr::V6(ip) => addresses.v6 = Some(ip),
            }
            addresses.bound.push(bound);
        }
        if addresses.bound.is_empty() {
            let [listen, public] = listener.settings;
            return Err(format!(
                "no address of this machine fits {listen} ({}): set {public}",
                listener.listen
            ));
        }
        Ok(addresses)
    }
}

/// Whether packets from other machines may reach it.
fn reaches_out(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local() && !ip.is_unspecified(),
        // Others than global ones are known in one place only, and there IPv4 is too.
        IpAddr::V6(_) => is_global(ip),
    }
}

/// Whether it means the same everywhere: not private (RFC 1918), not shared by a carrier's NAT
/// (RFC 6598), not link-local; of IPv6 `2000::/3`.
pub(crate) fn is_global(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || shared)
        }
        IpAddr::V6(ip) => ip.segments()[0] & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::config::Config;

    fn turn(args: &[&str]) -> EmbeddedTurn {
        let args = ["aethex-connect", "serve"].iter().chain(args).map(OsString::from);
        Config::load(args, []).unwrap().config.turn.embedded.unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn machine(outward: &[&str]) -> Machine {
        let loopback = ["127.0.0.1", "::1", "fe80::1"];
        let all = loopback.iter().chain(outward);
        Machine {
            interfaces: all.map(|text| ip(text)).collect(),
            outward: outward.iter().map(|text| ip(text)).collect(),
        }
    }

    fn of(args: &[&str], outward: &[&str]) -> Addresses {
        Addresses::of(&turn(args), &machine(outward)).unwrap()
    }

    #[test]
    fn a_server_on_loopback_relays_from_loopback() {
        let found = of(&[], &["9.9.9.9"]);
        let told = (found.v4, found.v6, found.private);
        assert_eq!(found.bound, [ip("127.0.0.1")]);
        assert_eq!(told, (Some(Ipv4Addr::LOCALHOST), None, None));
    }

    #[test]
    fn a_server_on_all_addresses_relays_from_where_packets_for_the_internet_leave() {
        let found = of(&["--turn-listen", "[::]:3478"], &["9.9.9.9", "2a00::9"]);
        assert_eq!(found.bound, [ip("9.9.9.9"), ip("2a00::9")]);
        assert_eq!((found.v4.map(IpAddr::V4), found.private), (Some(ip("9.9.9.9")), None));
        let v4_only = of(&["--turn-listen", "0.0.0.0:3478"], &["9.9.9.9", "2a00::9"]);
        assert_eq!(v4_only.bound, [ip("9.9.9.9")]);
        let local_v6 = of(&["--turn-listen", "[::]:3478"], &["9.9.9.9", "fd00::9"]);
        assert_eq!(local_v6.v6, None, "fd00::/8 reaches nobody else");
    }

    #[test]
    fn behind_a_nat_others_are_told_the_address_that_was_set() {
        let listen = ["--turn-listen", "0.0.0.0:3478"];
        let found = of(&listen, &["10.0.0.5"]);
        assert_eq!(found.private, Some(ip("10.0.0.5")), "nobody outside reaches it");
        let args = [&listen[..], &["--turn-public-address", "203.0.113.7"]].concat();
        let set = of(&args, &["10.0.0.5"]);
        assert_eq!((set.bound, set.private), (vec![ip("10.0.0.5")], None));
        assert_eq!(set.v4.map(IpAddr::V4), Some(ip("203.0.113.7")));
    }

    #[test]
    fn a_public_address_of_this_machine_is_bound_itself() {
        let args = ["--turn-listen", "0.0.0.0:3478", "--turn-public-address", "9.9.9.8"];
        let mut machine = machine(&["9.9.9.9"]);
        machine.interfaces.push(ip("9.9.9.8"));
        let found = Addresses::of(&turn(&args), &machine).unwrap();
        assert_eq!(found.bound, [ip("9.9.9.8")]);
    }

    #[test]
    fn without_an_address_there_is_a_sentence() {
        let refused = Addresses::of(&turn(&["--turn-listen", "0.0.0.0:3478"]), &machine(&[]));
        assert!(refused.unwrap_err().contains("set turn.public_address"));
    }

    #[test]
    fn looking_at_this_machine_finds_loopback() {
        assert!(Machine::look().unwrap().interfaces.contains(&ip("127.0.0.1")));
    }
}

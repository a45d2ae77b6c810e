//! Which peers are relayed to, address by address and range by range.

#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use proptest::prelude::*;
use turn::{DenyReason, PeerRules};

/// One or more of every special-purpose range: RFC 6890, clouds' metadata, and IPv4 addresses
/// that hide in IPv6 ones.
const SPECIAL: [&str; 52] = [
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::9.9.9.9",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:0:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:909:909::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
];

/// Addresses that must stay reachable, or the tests prove nothing.
const GLOBAL: [&str; 12] = [
    "1.0.0.1",
    "8.8.8.8",
    "9.9.9.9",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2000::1",
    "2003::1",
    "2400:cb00::1",
    "2620:fe::fe",
    "2a00:1450:4001::1",
    "3ffe:ffff:ffff:ffff::1",
];

/// Each closed IPv4 range: first, last.
const RANGES_V4: [(&str, &str); 15] = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("168.63.129.16", "168.63.129.16"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "255.255.255.255"),
];

/// Each closed IPv6 range: first, last.
const RANGES_V6: [(&str, &str); 6] = [
    ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

#[test]
fn no_special_purpose_address_is_relayed_to_and_global_ones_are() {
    let rules = PeerRules::default();
    for text in SPECIAL {
        assert_eq!(reason(&rules, text), Some(DenyReason::Special), "{text}");
    }
    for text in GLOBAL {
        assert_eq!(reason(&rules, text), None, "{text}");
    }
}

#[test]
fn every_closed_ipv4_range_is_closed_from_its_first_to_its_last_address_and_no_further() {
    let rules = PeerRules::default();
    for (first, last) in RANGES_V4 {
        let [first, last]: [Ipv4Addr; 2] = [first, last].map(|text| text.parse().unwrap());
        let verdict = |number: u32| reason_of(&rules, Ipv4Addr::from(number).into());
        let (first, last) = (u32::from(first), u32::from(last));
        for inside in [first, first + (last - first) / 2, last] {
            assert_eq!(verdict(inside), Some(DenyReason::Special), "{inside:#x}");
        }
        for outside in [first.checked_sub(1), last.checked_add(1)].into_iter().flatten() {
            assert_eq!(verdict(outside), None, "{outside:#x}");
        }
    }
}

#[test]
fn every_closed_ipv6_range_is_closed_from_its_first_to_its_last_address_and_no_further() {
    let rules = PeerRules::default();
    for (first, last) in RANGES_V6 {
        let [first, last]: [Ipv6Addr; 2] = [first, last].map(|text| text.parse().unwrap());
        let verdict = |number: u128| reason_of(&rules, Ipv6Addr::from(number).into());
        let (first, last) = (u128::from(first), u128::from(last));
        for inside in [first, first + (last - first) / 2, last] {
            assert_eq!(verdict(inside), Some(DenyReason::Special), "{inside:#x}");
        }
        let neighbours = [first.checked_sub(1), last.checked_add(1)];
        for outside in neighbours.into_iter().flatten() {
            let touching = RANGES_V6.iter().any(|range| {
                let [first, last] =
                    [range.0, range.1].map(|text| text.parse::<Ipv6Addr>().unwrap());
                (u128::from(first)..=u128::from(last)).contains(&outside)
            });
            assert_eq!(verdict(outside).is_some(), touching, "{outside:#x}");
        }
    }
}

#[test]
fn ports_of_services_are_denied_whatever_the_address() {
    let open = PeerRules::new(vec![], vec![], vec!["0.0.0.0/0".parse().unwrap()]);
    for port in [0, 1, 22, 53, 443, 1_023] {
        let peer = SocketAddr::new("9.9.9.9".parse().unwrap(), port);
        assert_eq!(open.check(peer).unwrap_err().reason, DenyReason::Port, "{port}");
    }
    for port in [1_024, 3_478, 49_152, 65_535] {
        let peer = SocketAddr::new("9.9.9.9".parse().unwrap(), port);
        assert_eq!(open.check(peer), Ok(()), "{port}");
        assert_eq!(open.check_address(peer.ip()), Ok(()));
    }
}

#[test]
fn an_operator_opens_a_network_but_never_the_machine_or_what_it_trusts() {
    let own = ["10.1.2.3", "127.0.0.1", "2a00:1450::1", "10.9.9.9", "::ffff:10.7.7.7"];
    let own = own.map(|text| text.parse().unwrap()).to_vec();
    let denied = vec!["10.5.0.0/16".parse().unwrap(), "2a00:1450:5::/48".parse().unwrap()];
    let allowed = ["0.0.0.0/0", "::/0", "10.5.5.5/32"].map(|text| text.parse().unwrap()).to_vec();
    let rules = PeerRules::new(own, denied, allowed);
    for text in ["10.1.2.4", "192.168.0.1", "fd00::1", "9.9.9.9", "2a00:1450::2"] {
        assert_eq!(reason(&rules, text), None, "{text}");
    }
    for text in [
        "10.1.2.3",
        "10.9.9.9",
        "10.7.7.7",
        "2a00:1450::1",
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "::1",
        "::",
        "::ffff:10.1.2.3",
        "::10.1.2.3",
        "::ffff:0:10.1.2.3",
        "64:ff9b::10.1.2.3",
        "2002:0a01:0203::1",
        "2001:0:a01:203::1",
    ] {
        assert_eq!(reason(&rules, text), Some(DenyReason::Own), "{text}");
    }
    for text in ["10.5.0.0", "10.5.5.5", "::ffff:10.5.5.5", "2a00:1450:5::1", "2002:a05:1::1"] {
        assert_eq!(reason(&rules, text), Some(DenyReason::Configured), "{text}");
    }
}

#[test]
fn networks_of_mapped_addresses_are_the_ipv4_networks_they_stand_for() {
    let net = "::ffff:9.9.0.0/112".parse().unwrap();
    let closed = PeerRules::new(vec![], vec![net], vec![]);
    assert_eq!(reason(&closed, "9.9.9.9"), Some(DenyReason::Configured));
    assert_eq!(reason(&closed, "9.8.9.9"), None);
    let net = "::ffff:10.9.0.0/112".parse().unwrap();
    let open = PeerRules::new(vec![], vec![], vec![net]);
    assert_eq!(reason(&open, "10.9.9.9"), None);
    assert_eq!(reason(&open, "10.8.9.9"), Some(DenyReason::Special));
}

#[test]
fn without_a_loopback_address_of_its_own_a_machine_may_be_opened_for_tests() {
    let rules = PeerRules::new(vec![], vec![], vec!["127.0.0.0/8".parse().unwrap()]);
    assert_eq!(reason(&rules, "127.0.0.1"), None);
    assert_eq!(reason(&rules, "0.0.0.0"), Some(DenyReason::Special));
    assert_eq!(reason(&rules, "::1"), Some(DenyReason::Special));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn an_ipv4_address_that_is_denied_is_denied_in_every_ipv6_disguise(
        range in 0..RANGES_V4.len(), offset: prop::sample::Index, rest: u64,
    ) {
        // Even with all of IPv6 opened, so that only the inner address can be the reason.
        let rules = PeerRules::new(vec![], vec![], vec!["::/0".parse().unwrap()]);
        let (first, last) = RANGES_V4[range];
        let [first, last] = [first, last].map(|text| u32::from(text.parse::<Ipv4Addr>().unwrap()));
        let size = usize::try_from(last - first).unwrap() + 1;
        let inner = first + u32::try_from(offset.index(size)).unwrap();
        for disguise in disguises(inner, rest) {
            prop_assert_eq!(reason_of(&rules, disguise.into()), Some(DenyReason::Special), "{}", disguise);
        }
    }

    #[test]
    fn own_and_closed_ipv4_addresses_are_denied_in_every_disguise(inner: u32, rest: u64) {
        let ip = Ipv4Addr::from(inner);
        let open = vec!["::/0".parse().unwrap(), "0.0.0.0/0".parse().unwrap()];
        let own = PeerRules::new(vec![ip.into()], vec![], open.clone());
        let closed = PeerRules::new(vec![], vec![IpAddr::from(ip).into()], open);
        prop_assert_eq!(reason_of(&own, ip.into()), Some(DenyReason::Own));
        for disguise in disguises(inner, rest) {
            prop_assert_eq!(reason_of(&own, disguise.into()), Some(DenyReason::Own), "{}", disguise);
            let closed = reason_of(&closed, disguise.into());
            prop_assert_eq!(closed, Some(DenyReason::Configured), "{}", disguise);
        }
    }

    #[test]
    fn without_configuration_a_disguise_is_denied_even_of_a_global_address(inner: u32, rest: u64) {
        for disguise in disguises(inner, rest) {
            prop_assert!(reason_of(&PeerRules::default(), disguise.into()).is_some());
        }
    }
}

/// The IPv6 addresses that lead to an IPv4 one; `rest` fills the bits that do not matter.
fn disguises(inner: u32, rest: u64) -> [Ipv6Addr; 7] {
    let wide = u128::from(inner);
    let rest_wide = u128::from(rest);
    [
        wide,
        0xffff << 32 | wide,
        0xffff << 48 | wide,
        0x0064_ff9b << 96 | wide,
        0x2002 << 112 | wide << 80 | rest_wide,
        0x2001_0000 << 96 | wide << 64 | rest_wide,
        // The client of Teredo, all bits turned; 8.8.8.8 is its server.
        0x2001_0000 << 96 | 0x0808_0808 << 64 | (rest_wide >> 32) << 32 | u128::from(!inner),
    ]
    .map(Ipv6Addr::from)
}

fn reason(rules: &PeerRules, text: &str) -> Option<DenyReason> {
    reason_of(rules, text.parse().unwrap())
}

fn reason_of(rules: &PeerRules, ip: IpAddr) -> Option<DenyReason> {
    let verdict = rules.check(SocketAddr::new(ip, 40_000)).err().map(|denied| denied.reason);
    assert_eq!(rules.check_address(ip).err().map(|denied| denied.reason), verdict);
    verdict
}

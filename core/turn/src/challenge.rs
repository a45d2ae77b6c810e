//! Bounds on what strangers get: how many answers a second, and how long ones.
//!
//! Over UDP a source address may be forged, and then an answer hits somebody who did not ask.

use std::net::IpAddr;
use std::time::Instant;

use sha2::{Digest, Sha256};

/// How many sources are told apart. More: fewer strangers share a bucket by chance; eight bytes
/// each.
const BUCKETS: usize = 4_096;
/// One answer each 100 ms and source. Less: more room for somebody who forges a source, and more
/// for an office behind one address.
const INTERVAL_MILLIS: u64 = 100;
/// How many answers a source that was quiet gets at once.
const BURST: u64 = 10;
/// An answer is at most this many times as long as its request, on the wire.
const AMPLIFICATION: usize = 2;
/// Of a UDP header.
const UDP_HEADER: usize = 8;

/// Token buckets for answers to the unauthenticated over UDP: 10/s for each IPv4 address or IPv6
/// /64, with a burst of 10.
///
/// A table of fixed size: a stranger makes nothing grow. Sources whose hashes meet share a
/// bucket; the hash is keyed, so that nobody can choose with whom.
pub(crate) struct Challenges {
    seed: [u8; 32],
    start: Instant,
    /// When each bucket is full again, in ms since `start`.
    full_at: Box<[u64]>,
}

impl Challenges {
    /// All buckets full.
    pub(crate) fn new(seed: [u8; 32], start: Instant) -> Self {
        Self { seed, start, full_at: vec![0; BUCKETS].into_boxed_slice() }
    }

    /// Takes one answer out of a source's bucket; `false` when there is none, so say nothing.
    pub(crate) fn allow(&mut self, now: Instant, source: IpAddr) -> bool {
        let since = now.saturating_duration_since(self.start);
        let now = since.as_secs().saturating_mul(1_000) + u64::from(since.subsec_millis());
        let bucket = self.bucket(source);
        let Some(full_at) = self.full_at.get_mut(bucket) else { return false };
        let next = (*full_at).max(now) + INTERVAL_MILLIS;
        let allowed = next <= now + BURST * INTERVAL_MILLIS;
        if allowed {
            *full_at = next;
        }
        allowed
    }

    fn bucket(&self, source: IpAddr) -> usize {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        match source.to_canonical() {
            IpAddr::V4(ip) => hash.update(ip.octets()),
            IpAddr::V6(ip) => hash.update(&ip.octets()[..8]),
        }
        let hash = hash.finalize();
        usize::from(u16::from_be_bytes([hash[0], hash[1]])) % BUCKETS
    }
}

impl std::fmt::Debug for Challenges {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Challenges(…)")
    }
}

/// Whether an answer is at most twice as long as its request, IP and UDP headers counted.
pub(crate) fn fits(request_len: usize, answer_len: usize, client: IpAddr) -> bool {
    let ip_header = if client.to_canonical().is_ipv4() { 20 } else { 40 };
    let headers = ip_header + UDP_HEADER;
    answer_len + headers <= AMPLIFICATION * (request_len + headers)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn source(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from(0x0900_0000 | number).into()
    }

    #[expect(clippy::disallowed_methods, reason = "any moment serves as the start")]
    fn start() -> Instant {
        Instant::now()
    }

    fn answers(challenges: &mut Challenges, now: Instant, source: IpAddr, requests: u32) -> usize {
        (0..requests).filter(|_| challenges.allow(now, source)).count()
    }

    #[test]
    fn a_source_gets_ten_answers_at_once_and_then_ten_a_second() {
        let start = start();
        let mut challenges = Challenges::new([1; 32], start);
        assert_eq!(answers(&mut challenges, start, source(1), 100), 10);
        let later = start + Duration::from_millis(99);
        assert_eq!(answers(&mut challenges, later, source(1), 100), 0);
        let mut over_a_minute = 0;
        for tick in 1..=6_000 {
            let now = start + Duration::from_millis(tick * 10);
            over_a_minute += answers(&mut challenges, now, source(1), 5);
        }
        assert_eq!(over_a_minute, 600);
        let quiet = start + Duration::from_hours(1);
        assert_eq!(answers(&mut challenges, quiet, source(1), 100), 10);
    }

    #[test]
    fn one_source_takes_nothing_from_another() {
        let start = start();
        let mut challenges = Challenges::new([1; 32], start);
        assert_eq!(answers(&mut challenges, start, source(1), 1_000), 10);
        assert_eq!(answers(&mut challenges, start, source(2), 1_000), 10);
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_bucket_and_mapped_ones_are_their_ipv4_source() {
        let start = start();
        let mut challenges = Challenges::new([1; 32], start);
        let answers: usize = (0..100_u16)
            .map(|host| IpAddr::from([0x2001, 0xdb8, 1, 2, 0, 0, 0, host]))
            .map(|ip| answers(&mut challenges, start, ip, 1))
            .sum();
        assert_eq!(answers, 10);
        let other = "2001:db8:1:3::1".parse().unwrap();
        assert!(challenges.allow(start, other));
        let mapped = "::ffff:9.0.0.1".parse().unwrap();
        assert_eq!(challenges.bucket(mapped), challenges.bucket(source(1)));
    }

    #[test]
    fn sources_spread_over_the_buckets_and_another_seed_spreads_them_otherwise() {
        let start = start();
        let [one, two] = [1, 2].map(|seed| Challenges::new([seed; 32], start));
        let buckets = |challenges: &Challenges| -> Vec<usize> {
            (0..4_096).map(|number| challenges.bucket(source(number))).collect()
        };
        let (one, two) = (buckets(&one), buckets(&two));
        let used: std::collections::BTreeSet<_> = one.iter().collect();
        // 4,096 balls into 4,096 bins leave 1 in e empty.
        assert!((2_400..2_800).contains(&used.len()), "{}", used.len());
        let same = one.iter().zip(&two).filter(|(one, two)| one == two).count();
        assert!(same < 16, "{same}");
    }

    #[test]
    fn an_answer_is_at_most_twice_its_request_with_the_headers_of_its_family() {
        let v4 = source(1);
        let v6 = "2001:db8::1".parse().unwrap();
        assert!(fits(20, 68, v4) && !fits(20, 69, v4));
        assert!(fits(20, 88, v6) && !fits(20, 89, v6));
        assert!(!fits(20, 69, "::ffff:9.0.0.1".parse().unwrap()), "IPv4 on the wire");
    }
}

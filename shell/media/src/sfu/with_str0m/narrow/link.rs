//! One direction of a network: so many bits a second, a queue before them, a way behind them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Bytes beside the payload of a datagram: IPv4 and UDP.
const HEADERS: usize = 28;

/// A link.
#[derive(Debug)]
pub(super) struct Link {
    /// Bits per second; `None` for no limit.
    pub(super) rate: Option<u64>,
    /// Bytes that wait at most, as in `tbf limit`.
    pub(super) queue: usize,
    /// From one end to the other, without the queue.
    pub(super) delay: Duration,
    /// Of a thousand datagrams so many are lost.
    pub(super) lost_per_mille: u64,
    /// A receiver that does not get to read now and then: how often, and for how long.
    pub(super) stalls: Option<(Duration, Duration)>,
    free_at: Option<Instant>,
    on_the_way: VecDeque<(Instant, Vec<u8>)>,
    random: u64,
    start: Option<Instant>,
    pub(super) bytes: u64,
}

impl Link {
    pub(super) fn new(delay: Duration) -> Self {
        Self {
            rate: None,
            queue: 64 * 1024,
            delay,
            lost_per_mille: 0,
            stalls: None,
            free_at: None,
            on_the_way: VecDeque::new(),
            random: 0x9e37_79b9_7f4a_7c13,
            start: None,
            bytes: 0,
        }
    }

    /// A datagram goes in.
    pub(super) fn send(&mut self, now: Instant, datagram: Vec<u8>) {
        let start = *self.start.get_or_insert(now);
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        if self.random % 1_000 < self.lost_per_mille {
            return;
        }
        let free_at = self.free_at.map_or(now, |at| at.max(now));
        let bytes = datagram.len() + HEADERS;
        let leaves = match self.rate {
            None => now,
            Some(rate) => {
                let bits = |bytes: usize| u64::try_from(bytes * 8).expect("few");
                let waiting =
                    rate * u64::try_from((free_at - now).as_micros()).expect("soon") / 8_000_000;
                if waiting > self.queue as u64 {
                    return;
                }
                free_at + Duration::from_micros(bits(bytes) * 1_000_000 / rate)
            }
        };
        self.free_at = Some(leaves);
        self.bytes += bytes as u64;
        let mut arrives = leaves + self.delay;
        if let Some((every, long)) = self.stalls {
            let into = Duration::from_nanos(
                u64::try_from((arrives - start).as_nanos() % every.as_nanos()).expect("fits"),
            );
            if into < long {
                arrives += long - into;
            }
        }
        self.on_the_way.push_back((arrives, datagram));
    }

    /// When the next one comes out.
    pub(super) fn next(&self) -> Option<Instant> {
        self.on_the_way.front().map(|(at, _)| *at)
    }

    /// What comes out by now.
    pub(super) fn take(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.on_the_way.pop_front_if(|(at, _)| *at <= now).map(|(_, datagram)| datagram)
    }
}

//! Sender reports (RFC 3550 §6.4.1): when what was sent, for whoever measures and plays.

use std::time::{Duration, Instant};

use rtcp_types::{Compound, RtcpPacketWriterExt as _, Sdes, SdesChunk, SdesItem, SenderReport};

/// Between two reports. A receiver tells with its own, which repeats the time of ours, how long
/// the way is.
pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

/// Sources in one datagram: 28 bytes each.
const MOST: usize = 31;

/// The longest name (RFC 3550 §6.5.1), and more than that around it.
const AROUND: usize = 512;

/// Seconds from 1900, where NTP begins, to 1970.
const NTP_BEGINS: u64 = 2_208_988_800;

/// What the clock on the wall showed at a moment.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    /// The moment.
    pub at: Instant,
    /// Time since 1970.
    pub unix: Duration,
}

/// What one stream reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) ssrc: u32,
    /// The timestamp that a packet of now would have.
    pub(crate) timestamp: u32,
    pub(crate) packets: u32,
    pub(crate) bytes: u32,
}

impl WallClock {
    /// NTP's time: seconds since 1900, and their fraction, 32 bits each.
    pub(crate) fn ntp(&self, now: Instant) -> u64 {
        let unix = self.unix + now.saturating_duration_since(self.at);
        let fraction = (u64::from(unix.subsec_nanos()) << 32) / 1_000_000_000;
        (unix.as_secs() + NTP_BEGINS) << 32 | fraction
    }
}

/// Writes a compound packet of all reports, with the name of who sends (RFC 3550 §6.1).
pub(crate) fn write(ntp: u64, name: &str, reports: &[Sent], into: &mut Vec<u8>) {
    let Some(first) = reports.first() else { return };
    let mut compound = Compound::builder();
    for sent in &reports[..reports.len().min(MOST)] {
        let report = SenderReport::builder(sent.ssrc)
            .ntp_timestamp(ntp)
            .rtp_timestamp(sent.timestamp)
            .packet_count(sent.packets)
            .octet_count(sent.bytes);
        compound = compound.add_packet(report);
    }
    let item = SdesItem::builder(SdesItem::CNAME, name);
    let name = Sdes::builder().add_chunk(SdesChunk::builder(first.ssrc).add_item(item));
    compound = compound.add_packet(name);
    let begin = into.len();
    into.resize(begin + reports.len() * 28 + AROUND, 0);
    // What does not fit is not sent: a name that is too long.
    let written = compound.write_into(&mut into[begin..]).unwrap_or(0);
    into.truncate(begin + written);
}

#[cfg(test)]
mod tests {
    use rtcp_types::Packet;

    use super::*;
    use crate::instant;

    #[test]
    fn the_wall_clock_goes_on_from_where_it_was() {
        let at = instant();
        let clock = WallClock { at, unix: Duration::from_millis(1_700_000_000_500) };
        let ntp = clock.ntp(at + Duration::from_millis(750));
        assert_eq!(ntp >> 32, 1_700_000_001 + 2_208_988_800);
        assert_eq!(ntp & 0xFFFF_FFFF, 1 << 30, "a quarter of a second");
    }

    #[test]
    fn reports_of_all_streams_are_one_packet_with_a_name() {
        let sent = |ssrc| Sent { ssrc, timestamp: 90_000, packets: 3, bytes: 3_300 };
        let mut bytes = Vec::new();
        write(77 << 32, "server", &[sent(5), sent(6)], &mut bytes);
        let packets: Vec<Packet<'_>> =
            Compound::parse(&bytes).unwrap().map(|packet| packet.unwrap()).collect();
        let [Packet::Sr(one), Packet::Sr(other), Packet::Sdes(name)] = &packets[..] else {
            panic!("{packets:?}");
        };
        assert_eq!((one.ssrc(), other.ssrc(), one.ntp_timestamp()), (5, 6, 77 << 32));
        assert_eq!(
            (one.rtp_timestamp(), one.packet_count(), one.octet_count()),
            (90_000, 3, 3_300)
        );
        let chunk = name.chunks().next().unwrap();
        assert_eq!((chunk.ssrc(), chunk.items().next().unwrap().value()), (5, &b"server"[..]));
    }

    #[test]
    fn without_streams_there_is_no_report() {
        let mut bytes = Vec::new();
        write(1, "server", &[], &mut bytes);
        assert!(bytes.is_empty());
    }
}

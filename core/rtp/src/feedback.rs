//! What a receiver says (RFC 3550 §6.4.2, RFC 4585 §6, RFC 5104 §4.3.1).

use std::time::Duration;

use rtcp_types::{Compound, Fir, Nack, Packet, Pli, ReportBlock};
use sfu::Measured;

/// What came of a packet of RTCP.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feedback {
    /// Streams, by their place, that cannot be decoded before a key frame.
    pub keyframes: Vec<usize>,
    /// How long the way is, and what it lost since the last report.
    pub measured: Option<Measured>,
}

/// One thing that a receiver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// This stream arrives like this.
    Arrives(Arrives),
    /// This packet of this stream is missing.
    Missing { ssrc: u32, seq: u16 },
    /// This stream cannot be decoded.
    Undecodable { ssrc: u32 },
}

/// One block of a receiver report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrives {
    pub(crate) ssrc: u32,
    /// Packets lost since the beginning.
    pub(crate) lost: u32,
    /// The newest sequence number, with its roll-overs.
    pub(crate) newest: u32,
    /// When our report was sent that the receiver heard last, and how long it waited since then, in
    /// units of 2^-16 s; 0 before the first.
    pub(crate) heard: u32,
    pub(crate) waited: u32,
}

impl Arrives {
    /// The round trip. `ntp` is the time now.
    pub(crate) fn round_trip(&self, ntp: u64) -> Option<Duration> {
        #[expect(clippy::cast_possible_truncation, reason = "the middle of the time is meant")]
        let now = (ntp >> 16) as u32;
        // A clock that is off by a unit makes of a short way one of 18 hours.
        let units = now.wrapping_sub(self.heard).wrapping_sub(self.waited);
        let units = if units > u32::MAX / 2 { 0 } else { units };
        (self.heard != 0).then(|| Duration::from_nanos(u64::from(units) * 1_000_000_000 / 65_536))
    }
}

/// Goes through a compound packet. What cannot be parsed ends it; what is of another kind is left
/// out.
pub(crate) fn read(bytes: &[u8], mut tell: impl FnMut(Said)) {
    let Ok(compound) = Compound::parse(bytes) else { return };
    for packet in compound {
        match packet {
            Ok(Packet::Rr(report)) => report.report_blocks().for_each(|one| tell(arrives(&one))),
            Ok(Packet::Sr(report)) => report.report_blocks().for_each(|one| tell(arrives(&one))),
            Ok(Packet::TransportFeedback(feedback)) => {
                let ssrc = feedback.media_ssrc();
                if let Ok(nack) = feedback.parse_fci::<Nack<'_>>() {
                    nack.entries().for_each(|seq| tell(Said::Missing { ssrc, seq }));
                }
            }
            Ok(Packet::PayloadFeedback(feedback)) => {
                if feedback.parse_fci::<Pli<'_>>().is_ok() {
                    tell(Said::Undecodable { ssrc: feedback.media_ssrc() });
                } else if let Ok(fir) = feedback.parse_fci::<Fir<'_>>() {
                    fir.entries().for_each(|one| tell(Said::Undecodable { ssrc: one.ssrc() }));
                }
            }
            Ok(
                Packet::App(_)
                | Packet::Bye(_)
                | Packet::Sdes(_)
                | Packet::Xr(_)
                | Packet::Unknown(_),
            ) => {}
            Err(_) => return,
        }
    }
}

fn arrives(block: &ReportBlock<'_>) -> Said {
    // 24 bits with a sign: more came than was sent, when packets were doubled on the way.
    let lost = block.cumulative_lost();
    Said::Arrives(Arrives {
        ssrc: block.ssrc(),
        lost: if lost < 1 << 23 { lost } else { 0 },
        newest: block.extended_sequence_number(),
        heard: block.last_sender_report_timestamp(),
        waited: block.delay_since_last_sender_report_timestamp(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rtcp_types::{
        PayloadFeedback, ReceiverReport, RtcpPacketWriter, RtcpPacketWriterExt as _,
        TransportFeedback,
    };

    use super::*;

    fn bytes(packet: &impl RtcpPacketWriter) -> Vec<u8> {
        let mut bytes = vec![0; 1_000];
        let length = packet.write_into(&mut bytes).unwrap();
        bytes.truncate(length);
        bytes
    }

    fn all(bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        read(bytes, |one| said.push(one));
        said
    }

    #[test]
    fn what_is_missing_and_undecodable_is_told_with_its_stream() {
        let nack = Nack::builder().add_rtp_sequence(65_535).add_rtp_sequence(2);
        let nack = TransportFeedback::builder(&nack).sender_ssrc(1).media_ssrc(7);
        let pli = PayloadFeedback::builder_owned(Pli::builder()).sender_ssrc(1).media_ssrc(8);
        let fir = Fir::builder().add_ssrc(9, 3);
        let fir = PayloadFeedback::builder(&fir).sender_ssrc(1).media_ssrc(0);
        let compound = [bytes(&nack), bytes(&pli), bytes(&fir)].concat();
        let mut said = all(&compound);
        said[..2].sort_by_key(|one| matches!(one, Said::Missing { seq: 2, .. }));
        let expected = [
            Said::Missing { ssrc: 7, seq: 65_535 },
            Said::Missing { ssrc: 7, seq: 2 },
            Said::Undecodable { ssrc: 8 },
            Said::Undecodable { ssrc: 9 },
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_report_tells_how_long_the_way_is() {
        let block = ReportBlock::builder(5)
            .cumulative_lost(12)
            .extended_sequence_number(70_000)
            .last_sender_report_timestamp(0x0002_8000)
            .delay_since_last_sender_report_timestamp(0x8000);
        let report = ReceiverReport::builder(1).add_report_block(block);
        let said = all(&bytes(&report));
        let [Said::Arrives(arrives)] = said[..] else { panic!("{said:?}") };
        assert_eq!((arrives.ssrc, arrives.lost, arrives.newest), (5, 12, 70_000));
        // Sent at 2.5 s, answered half a second later, heard at 3.25 s.
        let ntp = 3 << 32 | 1 << 30;
        assert_eq!(arrives.round_trip(ntp), Some(Duration::from_millis(250)));
        let sooner = Arrives { waited: 0xD000, ..arrives };
        assert_eq!(sooner.round_trip(ntp), Some(Duration::ZERO));
        assert_eq!(Arrives { heard: 0, ..arrives }.round_trip(ntp), None);
    }

    #[test]
    fn packets_that_were_doubled_are_no_loss() {
        let block = ReportBlock::builder(5).cumulative_lost(0xFF_FFFE);
        let said = all(&bytes(&ReceiverReport::builder(1).add_report_block(block)));
        assert!(matches!(said[..], [Said::Arrives(Arrives { lost: 0, .. })]), "{said:?}");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_to_its_end(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200),
            kind in 200_u8..208,
        ) {
            if let [first, second, ..] = &mut bytes[..] {
                (*first, *second) = (0x80 | *first & 0x3F, kind);
            }
            all(&bytes);
        }
    }
}

//! The connection of a publisher.

use std::time::Instant;

use ::sfu::gate::{Direction, Sdp, Section, Setup};
use ::sfu::{AudioLevel, Layer, SlotKind, SourceKind, SourceSpec};
use str0m::change::{DirectApi, SdpOffer};
use str0m::media::{KeyframeRequestKind, Mid, Rid};
use str0m::rtp::{ExtensionValues, RtpPacket, Ssrc};
use str0m::{Event, Rtc};

use super::candidates::in_every_section;
use super::engine::{Engine, of_both};
use super::library::PayloadTypes;
use crate::sfu::transport::{
    Arrival, Broken, Connection, Happened, Outlet, Passed, Received, Receiving, Taken, Unusable,
};

/// Synchronisation sources remembered; a publisher has 9 with all layers, and as many again after
/// each restart of an encoder.
const MOST_SSRCS: usize = 64;

/// Changes of synchronisation sources in the life of a connection. The library keeps something of
/// each, so somebody who never stops changing them is cut off.
const MOST_CHANGES: usize = 2_000;

/// Longest payload that is passed on: what fits into one datagram of an Ethernet. The library's
/// sending side fails on what is longer than its buffer of 2,000 bytes, in every subscriber.
const LONGEST_PAYLOAD: usize = 1_460;

/// A publisher's connection.
#[derive(Debug)]
pub(in crate::sfu) struct Publisher {
    engine: Engine,
    sources: Sources,
}

/// What comes on it.
#[derive(Debug, Default)]
struct Sources {
    sections: Vec<(Mid, SourceKind)>,
    payloads: PayloadTypes,
    ssrcs: Vec<Known>,
    /// The synchronisation source of each encoding's last packet.
    heard: Vec<(SourceKind, Layer, Ssrc)>,
    changes: usize,
}

/// What a synchronisation source carries, known from a packet that was authentic.
#[derive(Debug, Clone, Copy)]
struct Known {
    ssrc: Ssrc,
    source: SourceKind,
    layer: Layer,
    mid: Mid,
    rid: Option<Rid>,
}

impl Publisher {
    pub(super) fn new(rtc: Rtc) -> Self {
        Self { engine: Engine::new(rtc), sources: Sources::default() }
    }
}

impl Connection for Publisher {
    fn names(&mut self) -> Vec<String> {
        vec![self.engine.name()]
    }

    fn take(&mut self, now: Instant, arrival: Arrival<'_>) -> Result<Taken, Broken> {
        if let Some(known) = ssrc_of(arrival.bytes).and_then(|ssrc| self.sources.known(ssrc)) {
            self.sources.restore(&mut self.engine.direct(), known);
        }
        self.engine.take(now, arrival)
    }

    fn drive(
        &mut self,
        now: Instant,
        outlet: &mut dyn Outlet,
        happened: &mut Vec<Happened>,
    ) -> Result<Instant, Broken> {
        let sources = &mut self.sources;
        if sources.changes > MOST_CHANGES {
            return Err(Broken("too many synchronisation sources".into()));
        }
        self.engine.drive(now, outlet, |rtc, event| {
            if let Event::RtpPacket(packet) = event {
                happened.extend(sources.receive(rtc, packet).map(Happened::Packet));
            } else {
                happened.extend(of_both(&event));
            }
        })
    }
}

impl Receiving for Publisher {
    fn accept_offer(
        &mut self,
        _now: Instant,
        mut offer: Sdp,
    ) -> Result<(String, Vec<SourceSpec>), Unusable> {
        // The client begins the handshake, so that the server chooses the cipher of SRTP.
        offer.setup = Setup::Active;
        let kinds = assign(&mut offer.sections);
        let text = offer.write();
        let unusable = |error: &dyn std::error::Error| Unusable(error.to_string());
        let read = SdpOffer::from_sdp_string(&text).map_err(|error| unusable(&error))?;
        let answer = self.engine.rtc().sdp_api().accept_offer(read);
        let answer = answer.map_err(|error| unusable(&error))?.to_sdp_string();
        let answer = in_every_section(&answer);
        let sending = || offer.sections.iter().zip(&kinds);
        let sending = || sending().filter_map(|(section, kind)| kind.map(|kind| (section, kind)));
        let sections: Vec<_> =
            sending().map(|(section, kind)| (Mid::from(&*section.mid), kind)).collect();
        let mut ssrcs = std::mem::take(&mut self.sources.ssrcs);
        ssrcs.retain(|known| sections.contains(&(known.mid, known.source)));
        self.sources = Sources {
            sections,
            payloads: PayloadTypes::of(self.engine.rtc()),
            ssrcs,
            heard: Vec::new(),
            changes: self.sources.changes,
        };
        let specs = sending().map(|(section, kind)| SourceSpec {
            kind,
            rids: section.rids.clone(),
            codecs: section.formats.iter().map(|format| format.codec).collect(),
        });
        let specs = specs.collect();
        Ok((quiet_in_silence(&answer), specs))
    }

    fn request_keyframe(&mut self, source: SourceKind, layer: Layer) {
        let section = self.sources.sections.iter().find(|(_, kind)| *kind == source);
        let Some((mid, _)) = section else { return };
        let mut direct = self.engine.rtc().direct_api();
        let heard = self.sources.heard(source, layer);
        let stream = if let Some(known) = heard.and_then(|ssrc| self.sources.known(ssrc)) {
            self.sources.restore(&mut direct, known);
            direct.stream_rx(&known.ssrc)
        } else {
            // Without simulcast there is no identifier.
            let rid = Some(Rid::from(layer.rid()));
            let rid = rid.filter(|_| direct.stream_rx_by_mid(*mid, rid).is_some());
            direct.stream_rx_by_mid(*mid, rid)
        };
        if let Some(stream) = stream {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }
}

impl Sources {
    fn receive(&mut self, rtc: &mut Rtc, packet: RtpPacket) -> Option<Received> {
        if packet.payload.len() > LONGEST_PAYLOAD {
            return None;
        }
        let header = &packet.header;
        let codec = self.payloads.codec(header.payload_type)?;
        let (source, layer) = self.source(rtc, header.ssrc)?;
        let values = &header.ext_vals;
        let level = values
            .audio_level
            .map(|dbov| AudioLevel { dbov, voice: values.voice_activity.unwrap_or(false) });
        let passed = ExtensionValues {
            audio_level: values.audio_level,
            voice_activity: values.voice_activity,
            video_orientation: values.video_orientation,
            play_delay_min: values.play_delay_min,
            play_delay_max: values.play_delay_max,
            ..ExtensionValues::default()
        };
        Some(Received {
            source,
            layer,
            codec,
            seq: *packet.seq_no,
            timestamp: header.timestamp,
            marker: header.marker,
            audio_level: level,
            passed: Passed(passed),
            payload: packet.payload,
        })
    }

    /// What a synchronisation source carries.
    fn source(&mut self, rtc: &mut Rtc, ssrc: Ssrc) -> Option<(SourceKind, Layer)> {
        let known = match self.known(ssrc) {
            Some(known) => known,
            None => self.learn(rtc, ssrc)?,
        };
        let Known { source, layer, .. } = known;
        match self.heard.iter_mut().find(|(kind, on, _)| (*kind, *on) == (source, layer)) {
            Some((.., heard)) => *heard = ssrc,
            None => self.heard.push((source, layer, ssrc)),
        }
        Some((source, layer))
    }

    fn known(&self, ssrc: Ssrc) -> Option<Known> {
        self.ssrcs.iter().find(|known| known.ssrc == ssrc).copied()
    }

    /// Lets the library have a synchronisation source again that a stranger took from it.
    ///
    /// It reads which encoding a source carries from a packet's header before it knows who sent
    /// the packet, and forgets the former source of that encoding. A publisher tells the section
    /// in its first packets only, so it would never be heard again.
    fn restore(&self, direct: &mut DirectApi<'_>, known: Known) {
        if direct.stream_rx(&known.ssrc).is_some() {
            return;
        }
        let Known { ssrc, mid, rid, .. } = known;
        let mut repairs = None;
        while let Some(stream) = direct.stream_rx_by_mid(mid, rid) {
            let (found, found_repairs) = (stream.ssrc(), stream.rtx());
            if self.known(found).is_some() {
                break;
            }
            repairs = repairs.or(found_repairs);
            direct.remove_stream_rx(found);
        }
        direct.expect_stream_rx(ssrc, repairs, mid, rid);
    }

    fn learn(&mut self, rtc: &mut Rtc, ssrc: Ssrc) -> Option<Known> {
        let mut direct = rtc.direct_api();
        let stream = direct.stream_rx(&ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let (_, source) = *self.sections.iter().find(|(known, _)| *known == mid)?;
        let layer = match rid {
            Some(rid) => Layer::from_rid(&rid)?,
            None => Layer::Full,
        };
        if self.ssrcs.len() == MOST_SSRCS {
            self.ssrcs.clear();
        }
        self.changes += 1;
        let known = Known { ssrc, source, layer, mid, rid };
        self.ssrcs.push(known);
        Some(known)
    }

    /// The synchronisation source of an encoding's last packet.
    fn heard(&self, source: SourceKind, layer: Layer) -> Option<Ssrc> {
        let mut heard = self.heard.iter();
        heard.find(|(kind, on, _)| (*kind, *on) == (source, layer)).map(|(.., ssrc)| *ssrc)
    }
}

/// The synchronisation source that a packet of media says it is of (RFC 3550 §5.1); RTCP (RFC 5761
/// §4) has none here.
fn ssrc_of(datagram: &[u8]) -> Option<Ssrc> {
    let [first, second, _, _, _, _, _, _, a, b, c, d, ..] = *datagram else { return None };
    let media = (128..192).contains(&first) && !(192..224).contains(&second);
    media.then(|| u32::from_be_bytes([a, b, c, d]).into())
}

/// Says what each section carries by its place among those of its kind; what is more than the
/// four is not received.
fn assign(sections: &mut [Section]) -> Vec<Option<SourceKind>> {
    let mut sounds = [SourceKind::Microphone, SourceKind::ScreenAudio].into_iter();
    let mut pictures = [SourceKind::Camera, SourceKind::Screen].into_iter();
    let mut assigned = Vec::with_capacity(sections.len());
    for section in sections {
        let kind = match section.kind {
            SlotKind::Audio => sounds.next(),
            SlotKind::Video => pictures.next(),
        };
        section.direction = match (section.direction, kind) {
            (Direction::Inactive, _) | (_, None) => Direction::Inactive,
            (Direction::SendOnly | Direction::SendRecv | Direction::RecvOnly, Some(_)) => {
                Direction::SendOnly
            }
        };
        assigned.push(kind.filter(|_| section.direction == Direction::SendOnly));
    }
    assigned
}

/// Lets the sender be quiet in silence (DTX, RFC 7587 §6.1), which the library has no word for.
fn quiet_in_silence(answer: &str) -> String {
    answer.replace("useinbandfec=1", "useinbandfec=1;usedtx=1")
}

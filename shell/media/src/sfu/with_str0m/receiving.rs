//! The connection of a publisher.

use std::time::Instant;

use ::sfu::gate::{Direction, Sdp, Section, Setup};
use ::sfu::{AudioLevel, Layer, SlotKind, SourceKind, SourceSpec};
use str0m::change::SdpOffer;
use str0m::media::{KeyframeRequestKind, Mid, Rid};
use str0m::rtp::{ExtensionValues, RtpPacket, Ssrc};
use str0m::{Event, Rtc};

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
    ssrcs: Vec<(Ssrc, SourceKind, Layer)>,
    changes: usize,
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
        let sending = || offer.sections.iter().zip(&kinds);
        let sending = || sending().filter_map(|(section, kind)| kind.map(|kind| (section, kind)));
        self.sources = Sources {
            sections: sending().map(|(section, kind)| (Mid::from(&*section.mid), kind)).collect(),
            payloads: PayloadTypes::of(self.engine.rtc()),
            ssrcs: Vec::new(),
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
        // Without simulcast there is no identifier.
        let rid = Some(Rid::from(layer.rid()));
        let known = direct.stream_rx_by_mid(*mid, rid).is_some();
        if let Some(stream) = direct.stream_rx_by_mid(*mid, rid.filter(|_| known)) {
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
        let known = self.ssrcs.iter().find(|(known, ..)| *known == ssrc);
        if let Some((_, source, layer)) = known {
            return Some((*source, *layer));
        }
        let mut direct = rtc.direct_api();
        let stream = direct.stream_rx(&ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let (_, source) = self.sections.iter().find(|(known, _)| *known == mid)?;
        let layer = match rid {
            Some(rid) => Layer::from_rid(&rid)?,
            None => Layer::Full,
        };
        if self.ssrcs.len() == MOST_SSRCS {
            self.ssrcs.clear();
        }
        self.changes += 1;
        self.ssrcs.push((ssrc, *source, layer));
        Some((*source, layer))
    }
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

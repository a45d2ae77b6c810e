//! The connection of a subscriber.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::rtp::Media;
use ::sfu::gate::{Direction, Sdp};
use ::sfu::{Codec, CodecSet, Measured, Rewritten, SlotIndex, SlotKind, SlotSpec};
use str0m::bwe::{Bitrate, BweKind};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::MediaKind;
use str0m::rtp::{RtpWrite, StreamTx, Vp8Descriptor, Vp8Patch};
use str0m::stats::PeerStats;
use str0m::{Event, Rtc};

use super::candidates::in_every_section;
use super::direct::{Direct, extensions};
use super::engine::{Engine, of_both};
use super::library::{KEPT, PayloadTypes};
use super::playout::Playout;
use super::red;
use super::slot::{Slot, Stream};
use crate::sfu::transport::{
    Arrival, Broken, Connection, Happened, Outlet, Plan, Received, Sending, Taken, Unusable,
    Written,
};

/// When more was looked for so often without any change of the estimate, it begins anew.
const FRUITLESS: u32 = 4;

/// Packets of pictures are sent again no later than this.
const KEPT_FOR: Duration = Duration::from_secs(3);

/// Share of the last second's bytes that are sent again at most; whatever is asked for beyond it is
/// dropped. Where a tenth of the packets is lost, it is 0.11 on average, and more than the
/// library's own 0.15 again and again. Lower leaves holes in pictures; higher lets a link that is
/// too narrow fill up with what was lost before it.
const MOST_SENT_AGAIN: f32 = 0.4;

/// A subscriber's connection.
pub(in crate::sfu) struct Subscriber {
    engine: Engine,
    slots: Vec<Slot>,
    payloads: PayloadTypes,
    pending: Option<Pending>,
    /// Without estimation of bandwidth media goes beside the library.
    direct: Option<Direct>,
    looking: Looking,
    playout: Playout,
    flooded: bool,
}

/// How more bandwidth is looked for.
#[derive(Debug, Default)]
struct Looking {
    /// To be told to the library after the next turn.
    desired: Option<Bitrate>,
    /// What the library said last.
    estimate: Option<Bitrate>,
    /// How often more was looked for since then.
    fruitless: u32,
}

/// An offer without an answer yet.
struct Pending {
    offer: SdpPendingOffer,
    added: Vec<Slot>,
    /// The name fragment that it has in it, when ICE begins anew.
    name: Option<String>,
}

impl Subscriber {
    pub(super) fn new(rtc: Rtc, direct: Option<Direct>) -> Self {
        Self {
            engine: Engine::new(rtc),
            slots: Vec::new(),
            payloads: PayloadTypes::default(),
            pending: None,
            direct,
            looking: Looking::default(),
            playout: Playout::default(),
            flooded: false,
        }
    }
}

impl Connection for Subscriber {
    fn names(&mut self) -> Vec<String> {
        let pending = self.pending.as_ref().and_then(|pending| pending.name.clone());
        pending.into_iter().chain([self.engine.name()]).collect()
    }

    fn take(&mut self, now: Instant, arrival: Arrival<'_>) -> Result<Taken, Broken> {
        let Some(direct) = &mut self.direct else { return self.engine.take(now, arrival) };
        if let Some(taken) = direct.take(now, arrival) {
            return Ok(taken);
        }
        direct.changed();
        self.engine.take(now, arrival)
    }

    fn drive(
        &mut self,
        now: Instant,
        outlet: &mut dyn Outlet,
        happened: &mut Vec<Happened>,
    ) -> Result<Instant, Broken> {
        if let Some(direct) = &mut self.direct {
            return direct.drive(&mut self.engine, now, outlet, happened);
        }
        let (slots, looking) = (&self.slots, &mut self.looking);
        let (playout, flooded) = (&mut self.playout, &mut self.flooded);
        let due = self.engine.drive(now, outlet, |rtc, event| {
            if let Event::KeyframeRequest(request) = event {
                let slot = slots.iter().position(|slot| slot.mid == request.mid);
                let slot = slot.and_then(|slot| u16::try_from(slot).ok());
                happened.extend(slot.map(|slot| Happened::KeyframeWanted(SlotIndex(slot))));
            } else if let Event::EgressBitrateEstimate(BweKind::Twcc {
                estimate,
                can_probe: true,
            }) = &event
            {
                // Without estimation the library tells none.
                looking.estimate = Some(*estimate);
                looking.fruitless = 0;
                happened.push(Happened::Estimate(estimate.as_u64()));
            } else if let Event::PeerStats(stats) = &event {
                let measured = measured(stats);
                if let Some(measured) = measured {
                    playout.take(now, measured);
                    let most = if *flooded { Measured::ABATED } else { Measured::FLOODED };
                    let floods = measured.lost_per_mille > most;
                    // The room sends no pictures then. What was lost would be lost again, and
                    // sound with it.
                    if !std::mem::replace(flooded, floods) && floods {
                        forget(rtc, slots);
                    }
                    happened.push(Happened::Measured(measured));
                }
            } else {
                happened.extend(of_both(&event));
            }
        })?;
        if let Some(desired) = self.looking.desired.take() {
            self.engine.rtc().bwe().set_bitrate(Bitrate::ZERO, desired);
            return Ok(now);
        }
        Ok(due)
    }
}

impl Sending for Subscriber {
    fn offer(&mut self, plan: Plan) -> Result<String, Unusable> {
        if let Some(direct) = &mut self.direct {
            direct.changed();
        }
        // An offer names the streams of all sections. Those that the library had not it would
        // name anew.
        let mut direct = self.engine.rtc().direct_api();
        for slot in &self.slots {
            if let Some(Stream { ssrc, rtx, begun: false }) = slot.stream {
                direct.declare_stream_tx(ssrc, rtx, slot.mid, None);
            }
        }
        let mut changes = self.engine.rtc().sdp_api();
        let mut added = Vec::new();
        let kinds = [
            (SlotKind::Audio, MediaKind::Audio, plan.audio),
            (SlotKind::Video, MediaKind::Video, plan.video),
        ];
        for (kind, media, count) in kinds {
            for _ in 0..count {
                let direction = str0m::media::Direction::SendOnly;
                let mid = changes.add_media(media, direction, None, None, None);
                added.push(Slot { mid, kind, stream: None, codecs: CodecSet::default() });
            }
        }
        let name = plan.restart.then(|| changes.ice_restart(true).ufrag);
        let (offer, pending) =
            changes.apply().ok_or_else(|| Unusable("there is nothing to offer".into()))?;
        self.pending = Some(Pending { offer: pending, added, name });
        Ok(in_every_section(&offer.to_sdp_string()))
    }

    fn accept_answer(&mut self, _now: Instant, answer: Sdp) -> Result<Vec<SlotSpec>, Unusable> {
        let unusable = |error: &dyn std::error::Error| Unusable(error.to_string());
        let text = answer.write();
        let read = SdpAnswer::from_sdp_string(&text).map_err(|error| unusable(&error))?;
        let Some(pending) = self.pending.take() else {
            return Err(Unusable("there is no offer that this could answer".into()));
        };
        let accepted = self.engine.rtc().sdp_api().accept_answer(pending.offer, read);
        accepted.map_err(|error| unusable(&error))?;
        self.slots.extend(pending.added);
        self.payloads = PayloadTypes::of(self.engine.rtc());
        for slot in &mut self.slots {
            let section = answer.sections.iter().find(|section| section.mid == *slot.mid);
            let section = section.filter(|section| section.direction == Direction::RecvOnly);
            let formats = section.map_or(&[][..], |section| &section.formats[..]);
            slot.codecs = formats.iter().map(|format| format.codec).collect();
            if slot.stream.is_none_or(|stream| !stream.begun) {
                let mut direct = self.engine.rtc().direct_api();
                let stream = direct.stream_tx_by_mid(slot.mid, None);
                let named = stream.map(|stream| (stream.ssrc(), stream.rtx()));
                slot.stream = named.map(|(ssrc, rtx)| Stream { ssrc, rtx, begun: false });
                named.map(|(ssrc, _)| direct.remove_stream_tx(ssrc));
            }
        }
        if let Some(direct) = &mut self.direct {
            let slots = self.slots.iter();
            direct.set_streams(slots.map(|slot| slot.spec(&answer)).collect());
        }
        let specs = self.slots.iter().map(|slot| SlotSpec {
            mid: slot.mid.to_string(),
            kind: slot.kind,
            codecs: slot.codecs,
        });
        Ok(specs.collect())
    }

    fn write(
        &mut self,
        now: Instant,
        slot: SlotIndex,
        packet: &Received,
        rewritten: &Rewritten,
        outlet: &mut dyn Outlet,
    ) -> Written {
        let place = usize::from(slot.0);
        let Some(slot) = self.slots.get_mut(place) else { return Written::Out };
        let primary: Arc<[u8]>;
        let (codec, payload) = match packet.codec {
            Codec::Red if !slot.codecs.contains(Codec::Red) => {
                let Some(block) = red::primary_block(&packet.payload) else { return Written::Out };
                primary = Arc::from(block);
                (Codec::Opus, &primary)
            }
            codec @ (Codec::Opus
            | Codec::Red
            | Codec::Vp8
            | Codec::Vp9
            | Codec::H264
            | Codec::Av1) => (codec, &packet.payload),
        };
        let Some((payload_type, again)) = self.payloads.numbers(codec) else { return Written::Out };
        let is_video = slot.kind == SlotKind::Video;
        if let Some(direct) = &mut self.direct {
            let mut extensions = extensions(&packet.passed.0);
            if is_video {
                extensions.playout_delay = direct.playout.wish().or(extensions.playout_delay);
            }
            let clock_rate = codec.clock_rate();
            let media = Media {
                payload_type,
                rtx_payload_type: again,
                clock_rate,
                payload,
                rewritten,
                extensions,
            };
            direct.write(now, place, &media, outlet);
            return Written::Out;
        }
        let Some(stream) = &mut slot.stream else { return Written::Out };
        let mut extensions = packet.passed.0.clone();
        if is_video {
            self.playout.tell(&mut extensions);
        }
        let (seq, time) = (rewritten.seq.into(), rewritten.timestamp);
        let payload = Arc::clone(payload);
        let mut write = RtpWrite::new(payload_type.into(), seq, time, now, payload)
            .marker(rewritten.marker)
            .nackable(rewritten.nackable)
            .ext_vals(extensions);
        if let Some(patch) = vp8_patch(packet, rewritten) {
            write = write.vp8_patch(patch);
        }
        let mut direct = self.engine.rtc().direct_api();
        if !std::mem::replace(&mut stream.begun, true) {
            begin(direct.declare_stream_tx(stream.ssrc, stream.rtx, slot.mid, None), slot.kind);
        }
        if let Some(stream) = direct.stream_tx(&stream.ssrc) {
            stream.write_rtp(write);
        }
        Written::Queued
    }

    fn set_desired(&mut self, bits_per_second: u64) {
        if self.direct.is_none() {
            // The library looks when more is desired than it heard before, and hears with the next
            // turn. Without a floor: what probes find need not be held up by padding.
            let desired = Bitrate::from(bits_per_second);
            let mut estimation = self.engine.rtc().bwe();
            estimation.set_bitrate(Bitrate::ZERO, desired * 0.9);
            self.looking.desired = Some(desired);
            // Once it has taken loss for the link's limit it never probes again, and with little
            // to send it never learns better.
            self.looking.fruitless += 1;
            if let Some(estimate) = self.looking.estimate
                && self.looking.fruitless > FRUITLESS
            {
                self.looking.fruitless = 0;
                estimation.reset(estimate);
            }
        }
    }
}

/// Prepares a stream for what is about to be sent.
fn begin(stream: &mut StreamTx, kind: SlotKind) {
    // Forwarded media was paced by who sent it. The library's pacer would hold it back for most of
    // a second whenever the estimate is below what is sent, and the room chooses smaller pictures
    // then anyway. Probes and padding are paced.
    stream.set_unpaced(true);
    if kind == SlotKind::Video {
        keep(stream);
    }
}

/// Keeps from now on what may have to be sent again; nothing of before.
fn keep(stream: &mut StreamTx) {
    stream.set_rtx_cache(KEPT, KEPT_FOR, Some(MOST_SENT_AGAIN));
}

/// Sends nothing again of what was sent so far.
fn forget(rtc: &mut Rtc, slots: &[Slot]) {
    let mut direct = rtc.direct_api();
    for slot in slots.iter().filter(|slot| slot.kind == SlotKind::Video) {
        if let Some(stream) = slot.stream.and_then(|stream| direct.stream_tx(&stream.ssrc)) {
            keep(stream);
        }
    }
}

fn measured(stats: &PeerStats) -> Option<Measured> {
    let lost = stats.egress_loss_fraction.unwrap_or_default().clamp(0.0, 1.0) * 1e3;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1,000")]
    let lost_per_mille = lost as u16;
    Some(Measured { round_trip: stats.rtt?, lost_per_mille })
}

fn vp8_patch(packet: &Received, rewritten: &Rewritten) -> Option<Vp8Patch> {
    let fields = rewritten.vp8?;
    let mut patch = Vp8Descriptor::parse(&packet.payload).ok()?.patch();
    if let Some(picture_id) = fields.picture_id {
        patch = patch.picture_id(picture_id);
    }
    if let Some(tl0_pic_idx) = fields.tl0_pic_idx {
        patch = patch.tl0_pic_idx(tl0_pic_idx);
    }
    patch.build().ok()
}

impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber").field("slots", &self.slots).finish_non_exhaustive()
    }
}

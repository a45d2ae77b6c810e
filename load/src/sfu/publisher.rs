//! What a publisher sends, and when.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use str0m::Rtc;
use str0m::change::SdpPendingOffer;
use str0m::media::{Direction, MediaKind, Mid, Rid, Simulcast, SimulcastLayer};
use str0m::rtp::{ExtensionValues, RtpWrite};

use super::camera::{Camera, Microphone, Outgoing, Picture};
use super::peer::Types;

/// How loud somebody is who does not speak (RFC 6464: the distance to the loudest, as -dBov).
const QUIET: i8 = -100;
/// Publishers begin within the time of a picture.
const SPREAD: u64 = 33_333;

/// What a publisher sends.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The number in its room, which its packets carry.
    pub publisher: u16,
    /// Layers of the camera, the smallest first; empty for somebody without a camera.
    pub pictures: Vec<Picture>,
    /// Pictures per second.
    pub frames: u32,
    /// Whether there is a microphone that sends.
    pub sound: bool,
}

/// Who of the publishers speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speaking {
    /// Everybody, the lower the number the louder.
    #[default]
    All,
    /// One alone; the others are quiet.
    One(u16),
    /// Nobody.
    Nobody,
}

/// Sums over all publishers of a crowd; they only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Packets of pictures, all layers.
    pub pictures: u64,
    /// Packets of sound.
    pub sound: u64,
    /// Pictures; all layers of one are one.
    pub frames: u64,
    /// The longest that one was late since this was last asked for.
    pub late: Duration,
}

/// The part of a publisher that is not its connection.
#[derive(Debug)]
pub(crate) struct Publisher {
    number: u16,
    pub(crate) pending: Option<SdpPendingOffer>,
    sound: Mid,
    picture: Mid,
    rids: Vec<Option<Rid>>,
    pub(crate) camera: Option<Camera>,
    microphone: Option<Microphone>,
    on: bool,
}

impl Publisher {
    /// Adds its sections to a connection: microphone first, then camera; with it, the offer.
    pub(crate) fn new(rtc: &mut Rtc, plan: &Plan) -> anyhow::Result<(Self, String)> {
        let rids: Vec<_> = plan.pictures.iter().filter_map(|picture| picture.rid).collect();
        let simulcast = (!rids.is_empty()).then(|| {
            let mut simulcast = Simulcast::new();
            rids.iter().for_each(|rid| simulcast.add_send_layer(SimulcastLayer::new(rid)));
            simulcast
        });
        let mut changes = rtc.sdp_api();
        let (audio, video) = (MediaKind::Audio, MediaKind::Video);
        let sound = changes.add_media(audio, Direction::SendOnly, None, None, None);
        let picture = changes.add_media(video, Direction::SendOnly, None, None, simulcast);
        let (offer, pending) = changes.apply().context("an offer has changes")?;
        let now = Instant::now();
        let camera = (!plan.pictures.is_empty())
            .then(|| Camera::new(plan.publisher, &plan.pictures, plan.frames, now));
        let publisher = Self {
            number: plan.publisher,
            pending: Some(pending),
            sound,
            picture,
            rids: plan.pictures.iter().map(|picture| picture.rid.map(Rid::from)).collect(),
            camera,
            microphone: plan.sound.then(|| Microphone::new(plan.publisher, now)),
            on: false,
        };
        Ok((publisher, offer.to_sdp_string()))
    }

    /// Begins or ends to send. Publishers with different numbers begin at different times.
    pub(crate) fn publish(&mut self, on: bool, start: Instant) {
        self.on = on;
        let start = start + Duration::from_micros(u64::from(self.number) * 7_919 % SPREAD);
        if let Some(camera) = &mut self.camera {
            camera.resume(start);
        }
        if let Some(microphone) = &mut self.microphone {
            microphone.resume(start);
        }
    }

    /// When there is something to send.
    pub(crate) fn due(&self) -> Option<Instant> {
        let camera = self.camera.as_ref().map(Camera::due);
        let microphone = self.microphone.as_ref().map(Microphone::due);
        [camera, microphone].into_iter().flatten().min().filter(|_| self.on)
    }

    /// Hands what is due to str0m.
    pub(crate) fn send(
        &mut self,
        rtc: &mut Rtc,
        types: Types,
        (now, origin): (Instant, Instant),
        speaking: Speaking,
        sent: &mut Sent,
    ) -> anyhow::Result<()> {
        if !self.on {
            return Ok(());
        }
        while let Some(microphone) = &mut self.microphone
            && microphone.due() <= now
        {
            sent.late = sent.late.max(now - microphone.due());
            let packet = microphone.packet(origin);
            let values = level(self.number, speaking);
            let mut direct = rtc.direct_api();
            let stream = direct.stream_tx_by_mid(self.sound, None).context("a stream of sound")?;
            stream.write_rtp(written(packet, types.opus, now).ext_vals(values));
            sent.sound += 1;
        }
        while let Some(camera) = &mut self.camera
            && camera.due() <= now
        {
            sent.late = sent.late.max(now - camera.due());
            sent.frames += 1;
            let mut direct = rtc.direct_api();
            let mut all_there = true;
            camera.frame(origin, |packet| {
                let rid = self.rids[packet.layer];
                let Some(stream) = direct.stream_tx_by_mid(self.picture, rid) else {
                    all_there = false;
                    return;
                };
                stream.write_rtp(written(packet, types.vp8, now).nackable(true));
                sent.pictures += 1;
            });
            anyhow::ensure!(all_there, "a layer was not negotiated");
        }
        Ok(())
    }
}

fn written(packet: Outgoing, payload_type: str0m::media::Pt, now: Instant) -> RtpWrite {
    let Outgoing { seq, timestamp, marker, payload, .. } = packet;
    RtpWrite::new(payload_type, seq.into(), timestamp, now, payload).marker(marker)
}

/// How loud a publisher is (RFC 6464).
fn level(publisher: u16, speaking: Speaking) -> ExtensionValues {
    let (level, voice) = match speaking {
        Speaking::All => (-20 - i8::try_from(publisher % 20).unwrap_or_default() * 3, true),
        Speaking::One(one) if one == publisher => (-20, true),
        Speaking::One(_) | Speaking::Nobody => (QUIET, false),
    };
    let (audio_level, voice_activity) = (Some(level), Some(voice));
    ExtensionValues { audio_level, voice_activity, ..ExtensionValues::default() }
}

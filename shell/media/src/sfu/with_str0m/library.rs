//! What all connections of a shard share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::bwe::Bitrate;
use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;
use str0m::format::{Codec as Coding, FormatParams};
use str0m::media::{Frequency, Pt};
use str0m::net::TcpType;
use str0m::rtp::{Extension, ExtensionMap, ExtensionValues};
use str0m::{Candidate, Rtc, RtcConfig};

use ::rtp::WallClock;
use ::sfu::Codec;

use super::direct::Direct;
use super::handshake::{KeyBox, listened_to};
use super::receiving::Publisher;
use super::sending::Subscriber;
use crate::sfu::settings::StartError;

/// Packets of pictures kept for retransmission, per slot: half a second of a large picture.
pub(super) const KEPT: usize = 512;

/// Where the estimate of a receiver's bandwidth begins. Higher floods slow networks at first;
/// lower shows small pictures at first.
const FIRST_ESTIMATE: Bitrate = Bitrate::mbps(2);

/// Between two measures of a round trip. A queue before a narrow link is noticed that late.
const MEASURED: Duration = Duration::from_millis(250);

/// Header extensions of a packet that are passed on.
pub(in crate::sfu) type Extensions = ExtensionValues;

/// The addresses that clients are told.
#[derive(Debug, Clone, Default)]
pub(in crate::sfu) struct Told {
    pub(in crate::sfu) udp: Vec<SocketAddr>,
    pub(in crate::sfu) tcp: Vec<SocketAddr>,
}

/// Makes connections.
#[derive(Debug)]
pub(in crate::sfu) struct Library {
    config: RtcConfig,
    told: Arc<Told>,
    estimation: bool,
    clock: WallClock,
}

impl Library {
    /// One certificate for all connections.
    pub(in crate::sfu) fn new(
        told: Told,
        estimation: bool,
        clock: WallClock,
    ) -> Result<Self, StartError> {
        let provider = listened_to(from_feature_flags());
        let certificate: Option<DtlsCert> = provider.dtls_provider.generate_certificate();
        let certificate =
            certificate.ok_or(StartError::Settings("no certificate could be made for DTLS"))?;
        let mut config = RtcConfig::new()
            .set_rtp_mode(true)
            .set_ice_lite(true)
            .set_crypto_provider(Arc::new(provider))
            .set_dtls_cert(certificate)
            .set_extension_map(extensions())
            .set_send_buffer_video(KEPT)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true);
        let codecs = config.codec_config();
        let vp9 = FormatParams { profile_id: Some(0), ..FormatParams::default() };
        let rate = Frequency::NINETY_KHZ;
        codecs.add_config(98.into(), Some(99.into()), Coding::Vp9, rate, None, vp9);
        codecs.add_h264(108.into(), Some(109.into()), true, 0x42_E0_1F);
        codecs.enable_av1(true);
        Ok(Self { config, told: Arc::new(told), estimation, clock })
    }

    pub(in crate::sfu) fn publisher(&self, now: Instant) -> Publisher {
        Publisher::new(self.connection(self.config.clone(), now))
    }

    pub(in crate::sfu) fn subscriber(&self, now: Instant) -> Subscriber {
        let config = self.config.clone();
        if self.estimation {
            let config = config.enable_bwe(Some(FIRST_ESTIMATE));
            let config = config.set_stats_interval(Some(MEASURED));
            return Subscriber::new(self.connection(config, now), None);
        }
        let rtc = self.connection(config, now);
        // Without keys it would break once it is up.
        let keys = KeyBox::of_last().unwrap_or_default();
        Subscriber::new(rtc, Some(Direct::new(keys, self.clock)))
    }

    fn connection(&self, config: RtcConfig, now: Instant) -> Rtc {
        let mut rtc = config.build(now);
        let udp = self.told.udp.iter().map(|address| Candidate::host(*address, "udp"));
        let tcp = self.told.tcp.iter().map(|address| {
            Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build()
        });
        for candidate in udp.chain(tcp) {
            match candidate {
                Ok(candidate) => {
                    rtc.add_local_candidate(candidate);
                }
                Err(error) => tracing::debug!(%error, "an address is no candidate"),
            }
        }
        rtc
    }
}

/// The numbers that browsers use.
pub(super) fn extensions() -> ExtensionMap {
    let mut map = ExtensionMap::empty();
    map.set(1, Extension::AudioLevel);
    map.set(2, Extension::AbsoluteSendTime);
    map.set(3, Extension::TransportSequenceNumber);
    map.set(4, Extension::RtpMid);
    map.set(5, Extension::PlayoutDelay);
    map.set(10, Extension::RtpStreamId);
    map.set(11, Extension::RepairedRtpStreamId);
    map.set(13, Extension::VideoOrientation);
    map
}

/// Which payload types a connection uses for what.
#[derive(Debug, Clone, Default)]
pub(super) struct PayloadTypes(Vec<Payload>);

#[derive(Debug, Clone, Copy)]
struct Payload {
    codec: Codec,
    number: Pt,
    /// Of what is sent again.
    again: Option<Pt>,
}

impl PayloadTypes {
    /// After a negotiation.
    pub(super) fn of(rtc: &Rtc) -> Self {
        let mut types = Vec::new();
        for params in rtc.codec_config().params() {
            let Some(codec) = codec(params.spec().codec) else { continue };
            types.push(Payload { codec, number: params.pt(), again: params.resend() });
            if let Some(number) = params.red() {
                types.push(Payload { codec: Codec::Red, number, again: None });
            }
        }
        Self(types)
    }

    pub(super) fn codec(&self, payload: Pt) -> Option<Codec> {
        self.0.iter().find(|known| known.number == payload).map(|known| known.codec)
    }

    /// The one of this codec, and the one of what is sent again of it.
    pub(super) fn numbers(&self, codec: Codec) -> Option<(u8, Option<u8>)> {
        let known = self.0.iter().find(|known| known.codec == codec)?;
        Some((*known.number, known.again.map(|again| *again)))
    }
}

fn codec(coding: Coding) -> Option<Codec> {
    if coding == Coding::Opus {
        Some(Codec::Opus)
    } else if coding == Coding::Vp8 {
        Some(Codec::Vp8)
    } else if coding == Coding::Vp9 {
        Some(Codec::Vp9)
    } else if coding == Coding::H264 {
        Some(Codec::H264)
    } else if coding == Coding::Av1 {
        Some(Codec::Av1)
    } else {
        None
    }
}

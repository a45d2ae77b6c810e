//! Target: session descriptions, through the gate and into the WebRTC library behind it.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use sfu::gate::{Expected, Sdp, check};
use str0m::change::SdpOffer;
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::crypto::from_feature_flags;
use str0m::{Rtc, RtcConfig};

/// Between the descriptions of one connection.
const NEXT: &str = "===";

/// Offers of one connection, one after the other. Each that the gate lets in is written again as
/// the gate understands it, which reads the same; and the library takes it or says why not.
///
/// # Panics
/// When it reads differently, or the library panics.
pub fn sdp_gate(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut connection = None;
    for description in text.split(NEXT) {
        let description = description.trim_start();
        let _ = same_again(description, Expected::Answer);
        let Some(offer) = same_again(description, Expected::Offer) else { continue };
        let read = SdpOffer::from_sdp_string(&offer.write()).expect("the library reads our text");
        let connection = connection.get_or_insert_with(connect);
        // It may refuse what does not go with the offer before.
        let _ = connection.sdp_api().accept_offer(read);
    }
}

fn same_again(text: &str, expected: Expected) -> Option<Sdp> {
    let read = Sdp::read(text, expected);
    assert_eq!(check(text, expected).is_ok(), read.is_ok());
    let read = read.ok()?;
    assert_eq!(Sdp::read(&read.write(), expected).as_ref(), Ok(&read));
    Some(read)
}

/// As a publisher's connection is made.
fn connect() -> Rtc {
    static SHARED: OnceLock<(Arc<CryptoProvider>, DtlsCert)> = OnceLock::new();
    let (provider, certificate) = SHARED.get_or_init(|| {
        let provider = from_feature_flags();
        let certificate = provider.dtls_provider.generate_certificate().expect("a certificate");
        (Arc::new(provider), certificate)
    });
    RtcConfig::new()
        .set_rtp_mode(true)
        .set_ice_lite(true)
        .set_crypto_provider(Arc::clone(provider))
        .set_dtls_cert(certificate.clone())
        .clear_codecs()
        .enable_opus(true, true)
        .enable_vp8(true)
        .enable_vp9(true)
        .enable_h264(true)
        .enable_av1(true)
        .build(Instant::now())
}

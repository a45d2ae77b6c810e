//! The keys of a handshake, for whoever seals packets beside the library.
//!
//! The library takes its DTLS from a provider and tells nobody the keying material. So it is given
//! a provider of ours, which hands everything on to its own and listens.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Instant;

use rtp::{Keys, Profile};
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::CryptoError;
use str0m::crypto::dtls::{
    DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion, SrtpProfile,
};

/// Where the keys of one connection will be.
#[derive(Debug, Default)]
pub(super) struct KeyBox(Arc<Mutex<Option<Keys>>>);

thread_local! {
    /// That of the handshake that this thread prepared last.
    static LAST: RefCell<Option<KeyBox>> = const { RefCell::new(None) };
}

/// The library's provider, with our ear at it.
#[derive(Debug)]
struct Listening(&'static dyn DtlsProvider);

/// A handshake with our ear at it.
#[derive(Debug)]
struct Heard {
    dtls: Box<dyn DtlsInstance>,
    /// Of nobody for a connection whose media the library seals.
    keys: Weak<Mutex<Option<Keys>>>,
}

/// The provider whose keys can be had.
pub(super) fn listened_to(provider: CryptoProvider) -> CryptoProvider {
    static LISTENING: OnceLock<Listening> = OnceLock::new();
    let dtls_provider = LISTENING.get_or_init(|| Listening(provider.dtls_provider));
    CryptoProvider { dtls_provider, ..provider }
}

impl KeyBox {
    /// That of the connection that this thread made last; once.
    pub(super) fn of_last() -> Option<Self> {
        LAST.take()
    }

    /// The keys, once; `None` before the end of the handshake.
    pub(super) fn take(&self) -> Option<Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl DtlsProvider for Listening {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.0.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        dtls_version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let dtls = self.0.new_dtls(cert, now, dtls_version, mtu)?;
        let keys = KeyBox::default();
        let heard = Heard { dtls, keys: Arc::downgrade(&keys.0) };
        LAST.set(Some(keys));
        Ok(Box::new(heard))
    }

    fn is_test(&self) -> bool {
        self.0.is_test()
    }
}

impl DtlsInstance for Heard {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.dtls.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.dtls.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, profile) = &output
            && let Some(profile) = known(*profile)
            && let Some(wanted) = self.keys.upgrade()
        {
            // What does not fit the library refuses too.
            let keys = Keys::new(profile, material, self.dtls.is_active()).ok();
            *wanted.lock().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}

fn known(profile: SrtpProfile) -> Option<Profile> {
    if profile == SrtpProfile::AES128_CM_SHA1_80 {
        Some(Profile::Aes128CmSha1_80)
    } else if profile == SrtpProfile::AEAD_AES_128_GCM {
        Some(Profile::AeadAes128Gcm)
    } else if profile == SrtpProfile::AEAD_AES_256_GCM {
        Some(Profile::AeadAes256Gcm)
    } else {
        None
    }
}

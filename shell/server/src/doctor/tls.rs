//! TLS that connects whatever the certificate is, and says what browsers would say of it.

use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore,
    SignatureScheme, StreamOwned,
};

/// A certificate with less time left is warned of.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// A TLS connection.
pub(super) type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// What browsers would say of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// Good now, not in two weeks.
    ExpiresSoon,
    /// Not good; why, as the rest of a sentence.
    Bad(String),
    /// Its issuer is unknown: self-signed, or of an authority of one's own.
    UnknownIssuer,
    /// This machine knows no authorities to judge by.
    NoRoots,
}

/// Accepts every certificate and keeps the verdict.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    judge: Option<Arc<WebPkiServerVerifier>>,
    verdict: Mutex<Option<Verdict>>,
}

/// Shakes hands on a connection that is open; what the certificate is worth is told beside it.
///
/// # Errors
/// When no TLS comes about.
pub(super) fn shake_hands(stream: TcpStream, host: &str) -> std::io::Result<(TlsStream, Verdict)> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let witness = Arc::new(Witness::new(&provider));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as _)
        .with_no_client_auth();
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(std::io::Error::other)?;
    let connection =
        ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    let verdict = witness.verdict.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((stream, verdict.unwrap_or(Verdict::NoRoots)))
}

impl Witness {
    fn new(provider: &Arc<CryptoProvider>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let judge =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        Self {
            provider: Arc::clone(provider),
            judge: judge.build().ok(),
            verdict: Mutex::default(),
        }
    }

    fn judge(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Verdict {
        let Some(judge) = &self.judge else { return Verdict::NoRoots };
        let judged = |at| judge.verify_server_cert(certificate, chain, name, &[], at);
        match judged(now) {
            Ok(_) => {
                let later = Duration::from_secs(now.as_secs()) + SOON;
                let then = judged(UnixTime::since_unix_epoch(later));
                if then.is_ok() { Verdict::Good } else { Verdict::ExpiresSoon }
            }
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                Verdict::UnknownIssuer
            }
            Err(Error::InvalidCertificate(why)) => Verdict::Bad(said(&why)),
            Err(other) => Verdict::Bad(other.to_string()),
        }
    }
}

fn said(why: &CertificateError) -> String {
    if matches!(why, CertificateError::Expired | CertificateError::ExpiredContext { .. }) {
        return "has expired".to_owned();
    }
    if matches!(why, CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) {
        return "is not valid yet".to_owned();
    }
    if matches!(
        why,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        return "is for another name".to_owned();
    }
    format!("is refused: {why}")
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.judge(certificate, chain, name, now);
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

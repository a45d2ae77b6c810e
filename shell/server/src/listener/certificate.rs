//! The certificate from files, or a self-signed one that is kept in the data folder.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::{Config, Tls};

/// A self-signed certificate and its key, in the data folder.
const CERTIFICATE_FILE: &str = "self-signed-cert.pem";
const KEY_FILE: &str = "self-signed-key.pem";

/// What speaks TLS as configured; `None` for plain connections.
pub(super) fn acceptor(config: &Config) -> anyhow::Result<Option<TlsAcceptor>> {
    let Some(tls) = server_config(config, &config.tls)? else { return Ok(None) };
    Ok(Some(web(tls)))
}

/// What presents a certificate, to speak any protocol over TLS; `None` for plain connections.
pub(crate) fn server_config(config: &Config, tls: &Tls) -> anyhow::Result<Option<ServerConfig>> {
    let (cert, key) = match tls {
        Tls::Plain => return Ok(None),
        Tls::Files { cert, key } => (cert.clone(), key.clone()),
        Tls::SelfSigned => self_signed(&config.data_dir, &names(config))?,
    };
    from_files(&cert, &key).map(Some)
}

/// Speaks what browsers upgrade to WebSockets: HTTP/1.1 (RFC 6455 §4).
pub(super) fn web(mut tls: ServerConfig) -> TlsAcceptor {
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(tls))
}

/// Reads a certificate with its chain, and its key, as PEM.
pub(super) fn from_files(cert: &Path, key: &Path) -> anyhow::Result<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{} is no certificate in PEM", cert.display()))?;
    anyhow::ensure!(!chain.is_empty(), "{} holds no certificate", cert.display());
    let secret = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} is no private key in PEM", key.display()))?;
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .with_context(|| format!("{} does not belong to {}", key.display(), cert.display()))
}

/// The files of the self-signed certificate; made the first time, so that browsers that were
/// told to trust it still do after a restart.
pub(super) fn self_signed(data_dir: &Path, names: &[String]) -> anyhow::Result<(PathBuf, PathBuf)> {
    let (cert, key) = (data_dir.join(CERTIFICATE_FILE), data_dir.join(KEY_FILE));
    if cert.exists() && key.exists() {
        return Ok((cert, key));
    }
    let made = rcgen::generate_simple_self_signed(names.to_vec())
        .context("a self-signed certificate cannot be made")?;
    fs::create_dir_all(data_dir)?;
    write(&key, &made.signing_key.serialize_pem())?;
    write(&cert, &made.cert.pem())?;
    Ok((cert, key))
}

/// The names under which the server is reached, as far as they are known.
fn names(config: &Config) -> Vec<String> {
    let mut names: Vec<String> =
        ["localhost", "127.0.0.1", "::1"].into_iter().map(str::to_owned).collect();
    if !config.listen.ip().is_unspecified() {
        names.push(config.listen.ip().to_string());
    }
    let public = config.public_url.as_ref();
    names.extend(public.map(|url| url.host().trim_matches(['[', ']']).to_owned()));
    names.sort_unstable();
    names.dedup();
    names
}

/// Writes a file that only its owner reads.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let mut file = file.with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

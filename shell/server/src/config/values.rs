//! The sections of the configuration: which values go together, and which do not.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ipnet::IpNet;
use vocab::Redacted;

use super::layers::Layers;
use super::{
    Busy, Calls, Config, ConfigError, Database, HostKey, Identity, LimitsProfile, Log, LogFormat,
    Registration, Tls, WebOrigin, data_dir, sfu_values, turn_values,
};

/// Shortest shared secret of tokens, in bytes: the output size of HS256 (RFC 7518 §3.2).
const LEAST_JWT_SECRET: usize = 32;

/// Everything, or the first thing that is wrong.
pub(super) fn config(layers: &Layers) -> Result<Config, ConfigError> {
    let data_dir = data_dir(layers);
    let listen = listen(layers)?;
    let public_url = public_url(layers)?;
    let tls = tls(layers, listen)?;
    let around = turn_values::Around { listen, public_url: public_url.as_ref(), tls: &tls };
    let turn = turn_values::turn(layers, &around)?;
    Ok(Config {
        listen,
        database: database(layers, &data_dir)?,
        sfu: sfu_values::sfu(layers, &turn, public_url.as_ref())?,
        turn,
        public_url,
        tls,
        trusted_proxies: layers.list("trusted_proxies", "a network like 10.0.0.0/8", network)?,
        allowed_origins: layers.list(
            "allowed_origins",
            "an origin like https://app.example.com",
            WebOrigin::parse,
        )?,
        identity: identity(layers)?,
        calls: calls(layers)?,
        limits: layers.word(
            "limits",
            &[("default", LimitsProfile::Default), ("load", LimitsProfile::Load)],
        )?,
        log: log(layers)?,
        data_dir,
    })
}

/// A network, or an address alone.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from).ok();
    text.parse().ok().or_else(address)
}

fn listen(layers: &Layers) -> Result<SocketAddr, ConfigError> {
    let expectation = "an address and a port, as 127.0.0.1:8080 or [::1]:8080";
    let listen = layers.parsed("listen", expectation)?;
    listen.ok_or_else(|| layers.refuse("listen", format!("must be {expectation}")))
}

fn database(layers: &Layers, data_dir: &Path) -> Result<Database, ConfigError> {
    let Some(url) = layers.text("database_url") else {
        return Ok(Database::Sqlite(data_dir.join("aethex.db")));
    };
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Database::Postgres(Redacted::new(url)));
    }
    match url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest)) {
        Some(path) if !path.is_empty() && !path.contains(['?', ':']) => {
            Ok(Database::Sqlite(path.into()))
        }
        Some(_) | None => {
            let expectation =
                "must be postgres://user:password@host/name or sqlite:///path/of/file";
            Err(layers.refuse("database_url", expectation.into()))
        }
    }
}

fn public_url(layers: &Layers) -> Result<Option<WebOrigin>, ConfigError> {
    let Some(text) = layers.text("public_url") else { return Ok(None) };
    let problem =
        || format!("is `{text}`; it must be like https://calls.example.com, without a path");
    WebOrigin::parse(&text).map(Some).ok_or_else(|| layers.refuse("public_url", problem()))
}

fn tls(layers: &Layers, listen: SocketAddr) -> Result<Tls, ConfigError> {
    let self_signed = layers.switch("self_signed")?;
    let insecure = layers.switch("insecure_http")?;
    let tls = match (layers.text("tls_cert"), layers.text("tls_key")) {
        (Some(_), Some(_)) if self_signed => {
            return Err(conflict(layers, &["self_signed", "tls_cert"]));
        }
        (Some(cert), Some(key)) => Tls::Files { cert: cert.into(), key: key.into() },
        (Some(_), None) => return Err(lacks(layers, "tls_cert", "tls_key")),
        (None, Some(_)) => return Err(lacks(layers, "tls_key", "tls_cert")),
        (None, None) if self_signed => Tls::SelfSigned,
        (None, None) => Tls::Plain,
    };
    match tls {
        Tls::Plain if !listen.ip().to_canonical().is_loopback() && !insecure => {
            Err(ConfigError::Together(format!(
                "{} is reachable from other machines, and over plain HTTP anybody on the way reads \
                 passwords and tokens while browsers give no camera: set tls_cert and tls_key, or \
                 --self-signed for a try, or --insecure-http behind a proxy that speaks TLS",
                layers.named("listen")
            )))
        }
        Tls::SelfSigned | Tls::Files { .. } if insecure => {
            let with = if self_signed { "self_signed" } else { "tls_cert" };
            Err(conflict(layers, &["insecure_http", with]))
        }
        tls @ (Tls::Plain | Tls::SelfSigned | Tls::Files { .. }) => Ok(tls),
    }
}

fn identity(layers: &Layers) -> Result<Identity, ConfigError> {
    let registration = layers.word(
        "registration",
        &[
            ("open", Registration::Open),
            ("invite", Registration::Invite),
            ("closed", Registration::Closed),
        ],
    )?;
    let (issuer, audience) = (layers.text("jwt.issuer"), layers.text("jwt.audience"));
    let keys = ["jwt.secret", "jwt.public_key", "jwt.jwks_url"];
    let given: Vec<&str> = keys.into_iter().filter(|key| layers.get(key).is_some()).collect();
    let key = match given.as_slice() {
        [] => {
            if let Some(lonely) =
                ["jwt.issuer", "jwt.audience"].into_iter().find(|name| layers.get(name).is_some())
            {
                return Err(lacks(layers, lonely, "jwt.secret, jwt.public_key or jwt.jwks_url"));
            }
            return Ok(Identity::Embedded { registration });
        }
        ["jwt.secret"] => {
            let secret = layers.secret("jwt.secret", LEAST_JWT_SECRET)?;
            HostKey::Secret(secret.unwrap_or_default())
        }
        ["jwt.public_key"] => HostKey::PublicKey(public_key(layers)?),
        ["jwt.jwks_url"] => HostKey::JwksUrl(jwks_url(layers)?),
        several => return Err(conflict(layers, several)),
    };
    Ok(Identity::Host { key, issuer, audience })
}

fn public_key(layers: &Layers) -> Result<String, ConfigError> {
    let text = layers.text("jwt.public_key").unwrap_or_default();
    let pem = if text.starts_with("-----BEGIN") {
        // One-line environments carry line ends as two characters.
        text.replace("\\n", "\n")
    } else {
        std::fs::read_to_string(&text).map_err(|reason| {
            layers.refuse(
                "jwt.public_key",
                format!("names the file {text}, which cannot be read: {reason}"),
            )
        })?
    };
    if pem.contains("PRIVATE KEY") {
        let problem = "is a private key; only the public half belongs here";
        return Err(layers.refuse("jwt.public_key", problem.into()));
    }
    if !pem.contains("-----BEGIN PUBLIC KEY-----") {
        let problem = "must be PEM text that begins with -----BEGIN PUBLIC KEY-----";
        return Err(layers.refuse("jwt.public_key", problem.into()));
    }
    Ok(pem)
}

fn jwks_url(layers: &Layers) -> Result<String, ConfigError> {
    let text = layers.text("jwt.jwks_url").unwrap_or_default();
    let uri: Option<axum::http::Uri> = text.parse().ok();
    let host = uri.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.host()?)));
    let local = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match host {
        Some(("https", _)) => Ok(text),
        Some(("http", host)) if local(host) => Ok(text),
        Some(_) | None => {
            let problem = format!("is `{text}`; it must be an https:// address");
            Err(layers.refuse("jwt.jwks_url", problem))
        }
    }
}

fn calls(layers: &Layers) -> Result<Calls, ConfigError> {
    let times = |name: &str, unit: u64| -> Result<Duration, ConfigError> {
        Ok(Duration::from_secs(layers.number::<u64>(name)?.unwrap_or_default() * unit))
    };
    Ok(Calls {
        ring: times("ring_seconds", 1)?,
        busy: layers.word("busy", &[("waiting", Busy::Waiting), ("reject", Busy::Reject)])?,
        max_participants: layers.number("max_participants")?.unwrap_or(20),
        max_duration: times("max_call_hours", 60 * 60)?,
        alone: times("alone_minutes", 60)?,
        history_retention: times("history_retention_days", 24 * 60 * 60)?,
    })
}

fn log(layers: &Layers) -> Result<Log, ConfigError> {
    let filter = layers.text("log_filter").unwrap_or_default();
    if let Err(reason) = tracing_subscriber::EnvFilter::try_new(&filter) {
        return Err(layers.refuse("log_filter", format!("is `{filter}`: {reason}")));
    }
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let format = layers.word("log_format", &formats)?;
    Ok(Log { format, filter, show_ips: layers.switch("show_ips")? })
}

pub(super) fn lacks(layers: &Layers, given: &str, missing: &str) -> ConfigError {
    ConfigError::Together(format!("{} is set, but {missing} is not", layers.named(given)))
}

pub(super) fn conflict(layers: &Layers, names: &[&str]) -> ConfigError {
    let names: Vec<String> = names.iter().map(|name| layers.named(name)).collect();
    ConfigError::Together(format!("only one of these can be set: {}", names.join(", ")))
}

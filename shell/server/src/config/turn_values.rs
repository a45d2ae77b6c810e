//! The TURN settings from texts to types: what goes together, and what does not.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use turn::TurnSecrets;

use super::layers::{Layers, Origin};
use super::turn::{EmbeddedTurn, Endpoint, Turn, TurnServer, TurnTls};
use super::values::{lacks, network};
use super::{ConfigError, Tls, WebOrigin};

/// Shortest TURN secret, in bytes. Shorter ones can be found from one credential by trying.
const LEAST_SECRET: usize = 16;

/// Longest realm, in bytes. It is in every refusal that a stranger can ask for; a longer one
/// would send back more than twice what came.
const LONGEST_REALM: usize = 32;

/// Fewer relay ports than this are a mistake: one call of four needs a dozen.
const LEAST_PORTS: u16 = 16;

/// The ports that RFC 8656 §5 registers.
const PORT: u16 = 3_478;
const TLS_PORT: u16 = 5_349;

/// What browsers could not use: our own server stays out, and the log says so.
const UNREACHABLE: &str = "browsers reach this server by public_url, while it listens on loopback \
    only: its TURN server is left out; set turn.listen, as 0.0.0.0:3478, to let them reach it";

/// The settings of the server itself that these follow.
#[derive(Debug)]
pub(super) struct Around<'a> {
    pub(super) listen: SocketAddr,
    pub(super) public_url: Option<&'a WebOrigin>,
    pub(super) tls: &'a Tls,
}

/// Both TURN servers, or the first thing that is wrong.
pub(super) fn turn(layers: &Layers, around: &Around<'_>) -> Result<Turn, ConfigError> {
    let host = layers.text("turn.host");
    let on = layers.word("turn.embedded", &[("on", true), ("off", false)])?;
    let asked_for = layers.get("turn.embedded").is_some_and(|raw| raw.origin != Origin::Default);
    let on = on && (asked_for || host.is_none());
    let secrets = secrets(layers)?;
    if secrets.is_some() && host.is_none() && !on {
        return Err(lacks(layers, "turn.secret", "turn.host"));
    }
    let external = match (host, &secrets) {
        (Some(host), Some(secrets)) => Some(external(layers, &host, secrets.clone())?),
        (Some(_), None) => return Err(lacks(layers, "turn.host", "turn.secret")),
        (None, _) => None,
    };
    // What is written is checked also while it is not used.
    let embedded = embedded(layers, around, secrets)?;
    let hidden = embedded.is_local()
        && !embedded.listen.named
        && around.public_url.is_some_and(|url| !url.is_local());
    let left_out = (on && hidden).then_some(UNREACHABLE);
    let ttl = Duration::from_secs(layers.number("turn.ttl")?.unwrap_or(86_400));
    let (listen, public_addresses) = (embedded.listen, embedded.public_addresses.clone());
    let embedded = (on && !hidden).then_some(embedded);
    Ok(Turn { external, embedded, left_out, ttl, listen, public_addresses })
}

fn secrets(layers: &Layers) -> Result<Option<TurnSecrets>, ConfigError> {
    let current = layers.secret("turn.secret", LEAST_SECRET)?;
    let previous = layers.secret("turn.previous_secret", LEAST_SECRET)?;
    match current {
        Some(current) => Ok(Some(TurnSecrets { current, previous })),
        None if previous.is_some() => Err(lacks(layers, "turn.previous_secret", "turn.secret")),
        None => Ok(None),
    }
}

fn external(layers: &Layers, host: &str, secrets: TurnSecrets) -> Result<TurnServer, ConfigError> {
    Ok(TurnServer {
        host: turn_host(layers, host)?,
        port: layers.number("turn.port")?.unwrap_or(PORT),
        tls_port: layers.number("turn.tls_port")?,
        secrets,
    })
}

/// A name or an address, as RFC 7065 §3.1 lets it stand in a `turn:` URL.
fn turn_host(layers: &Layers, text: &str) -> Result<String, ConfigError> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().is_ok();
    let name = bare == text
        && bare.len() <= 253
        && bare.split('.').all(|label| !label.is_empty() && label.len() <= 63)
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if address || name {
        return Ok(bare.to_owned());
    }
    let problem = format!("is `{text}`; it must be a host name or address without scheme and port");
    Err(layers.refuse("turn.host", problem))
}

fn embedded(
    layers: &Layers,
    around: &Around<'_>,
    secrets: Option<TurnSecrets>,
) -> Result<EmbeddedTurn, ConfigError> {
    let listen = endpoint(layers, "turn.listen")?.unwrap_or(Endpoint {
        address: SocketAddr::new(around.listen.ip().to_canonical(), PORT),
        named: false,
    });
    let networks = |name| layers.list(name, "a network like 10.0.0.0/8", network);
    Ok(EmbeddedTurn {
        listen,
        tls: tls(layers, around, listen)?,
        realm: realm(layers, around)?,
        relay_ports: relay_ports(layers)?,
        public_addresses: public_addresses(layers, "turn.public_address")?,
        user_quota: layers.number("turn.user_quota")?.unwrap_or(12),
        total_quota: layers.number("turn.total_quota")?.unwrap_or(1_200),
        bandwidth: layers.number("turn.bandwidth")?.unwrap_or(1_000_000),
        allowed_peers: networks("turn.allowed_peers")?,
        denied_peers: networks("turn.denied_peers")?,
        shards: layers.number("turn.shards")?.unwrap_or(0),
        secrets,
    })
}

pub(super) fn endpoint(layers: &Layers, name: &str) -> Result<Option<Endpoint>, ConfigError> {
    let expectation = "an address and a port, as 0.0.0.0:3478 or [::]:3478";
    let address: Option<SocketAddr> = layers.parsed(name, expectation)?;
    Ok(address.map(|address| Endpoint { address, named: true }))
}

fn tls(
    layers: &Layers,
    around: &Around<'_>,
    plain: Endpoint,
) -> Result<Option<TurnTls>, ConfigError> {
    let certificate = match (layers.text("turn.tls_cert"), layers.text("turn.tls_key")) {
        (Some(cert), Some(key)) => Tls::Files { cert: cert.into(), key: key.into() },
        (Some(_), None) => return Err(lacks(layers, "turn.tls_cert", "turn.tls_key")),
        (None, Some(_)) => return Err(lacks(layers, "turn.tls_key", "turn.tls_cert")),
        (None, None) => around.tls.clone(),
    };
    let named = endpoint(layers, "turn.tls_listen")?;
    if certificate == Tls::Plain {
        return match named {
            Some(_) => Err(lacks(layers, "turn.tls_listen", "a certificate (turn.tls_cert)")),
            None => Ok(None),
        };
    }
    // Who lets the system choose one port wants the other one chosen too.
    let port = if plain.address.port() == 0 { 0 } else { TLS_PORT };
    let beside = Endpoint { address: SocketAddr::new(plain.address.ip(), port), named: false };
    Ok(Some(TurnTls { listen: named.unwrap_or(beside), certificate }))
}

fn realm(layers: &Layers, around: &Around<'_>) -> Result<String, ConfigError> {
    if let Some(realm) = layers.text("turn.realm") {
        let plain = realm.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte));
        if plain && !realm.is_empty() && realm.len() <= LONGEST_REALM {
            return Ok(realm);
        }
        let problem = format!(
            "is `{realm}`; it must be 1 to {LONGEST_REALM} visible ASCII characters without quotes"
        );
        return Err(layers.refuse("turn.realm", problem));
    }
    let host = around.public_url.map(|url| url.host().trim_matches(['[', ']']).to_owned());
    // Host names are ASCII, so any byte is a place to cut.
    let cut = |host: String| host.chars().take(LONGEST_REALM).collect();
    Ok(host.map_or_else(|| "aethex".to_owned(), cut))
}

fn relay_ports(layers: &Layers) -> Result<RangeInclusive<u16>, ConfigError> {
    let text = layers.text("turn.relay_ports").unwrap_or_default();
    let range = text.split_once('-').and_then(|(first, last)| {
        Some((first.trim().parse::<u16>().ok()?, last.trim().parse::<u16>().ok()?))
    });
    match range {
        Some((first, last)) if first >= 1_024 && last >= first.saturating_add(LEAST_PORTS - 1) => {
            Ok(first..=last)
        }
        Some(_) | None => {
            let problem = format!(
                "is `{text}`; it must be a range like 49152-65535, of {LEAST_PORTS} ports or more \
                 from 1024 on"
            );
            Err(layers.refuse("turn.relay_ports", problem))
        }
    }
}

/// At most one of each family.
pub(super) fn public_addresses(
    layers: &Layers,
    name: &'static str,
) -> Result<Vec<IpAddr>, ConfigError> {
    let address = |text: &str| {
        let address: IpAddr = text.parse().ok()?;
        let usable = !address.is_unspecified() && !address.is_multicast();
        usable.then(|| address.to_canonical())
    };
    let addresses = layers.list(name, "an address like 203.0.113.7 or 2001:db8::7", address)?;
    let of_v4 = addresses.iter().filter(|address| address.is_ipv4()).count();
    if of_v4 > 1 || addresses.len() - of_v4 > 1 {
        let problem = "holds two addresses of one family; one is what others are told".to_owned();
        return Err(layers.refuse(name, problem));
    }
    Ok(addresses)
}

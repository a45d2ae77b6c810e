//! Relays: what browsers are told, and our own TURN server.
//!
//! | module | what |
//! |---|---|
//! | `addresses` | which addresses are relayed from, and what others are told of them |
//! | `ports` | where our own server listens in the end |
//! | `peers` | whom it relays to |
//! | `urls` | what browsers are told |

pub(crate) mod addresses;
mod peers;
pub(crate) mod ports;
pub(crate) mod urls;

use std::sync::Arc;

use anyhow::Context as _;
use media::sfu::Inlet;
use media::turn::{RelaySettings, StartError};
use switchboard::MediaAccess;
use turn::TurnSecrets;
use vocab::{CallId, UserId};

use crate::config::{Config, EmbeddedTurn, LimitsProfile};
use crate::listener::certificate;
use crate::opening;
use addresses::{Addresses, Machine};
use urls::Urls;

/// How often a free port is looked for that another program takes before we do.
const ATTEMPTS: u32 = 8;

/// Under `limits = load` credentials without a call are good for this long: load generators
/// measure for minutes, without calls.
const LOAD_UNBOUND: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// The relays of a running server.
#[derive(Debug)]
pub(crate) struct Relaying {
    /// What browsers are told, with the secrets of their credentials.
    pub(crate) told: Option<switchboard::Relay>,
    pub(crate) stun_urls: Vec<String>,
    embedded: Option<Arc<media::turn::Relay>>,
}

/// Our own server, told by the calls who may relay.
#[derive(Debug)]
struct Access(Arc<media::turn::Relay>);

impl MediaAccess for Access {
    fn set(&self, call: CallId, users: &[UserId]) {
        self.0.set_call(call, users);
    }
}

impl Relaying {
    /// Starts our own server if it is to run; it hands over to the SFU and takes from it.
    ///
    /// # Errors
    /// One sentence when it cannot listen, relay or read its certificate.
    pub(crate) async fn start(config: &Config, sfu: Option<Inlet>) -> anyhow::Result<Self> {
        let turn = &config.turn;
        if let Some(why) = turn.left_out {
            tracing::warn!("{why}");
        }
        let own = match &turn.embedded {
            Some(embedded) => Some(start(config, embedded, sfu).await?),
            None => None,
        };
        let (embedded, own_urls, secrets) = match own {
            Some(Own { relay, urls, secrets }) => {
                (Some(Arc::new(relay)), Some(urls), Some(secrets))
            }
            None => (None, None, None),
        };
        // An external server is what browsers are told of, also when our own runs beside it.
        let told = match &turn.external {
            Some(external) => Some((Urls::of_external(external), external.secrets.clone())),
            None => own_urls.zip(secrets),
        };
        let stun_urls = told.iter().map(|(urls, _)| urls.stun.clone()).collect();
        let told = told.map(|(urls, secrets)| switchboard::Relay {
            urls: urls.turn,
            secrets,
            ttl: turn.ttl,
        });
        Ok(Self { told, stun_urls, embedded })
    }

    /// What calls tell our own server.
    pub(crate) fn access(&self) -> Option<Arc<dyn MediaAccess>> {
        let relay = Arc::clone(self.embedded.as_ref()?);
        Some(Arc::new(Access(relay)))
    }

    /// Stops our own server: its ports are free afterwards.
    pub(crate) async fn stop(self) {
        if let Some(relay) = self.embedded {
            relay.shutdown().await;
        }
    }
}

struct Own {
    relay: media::turn::Relay,
    urls: Urls,
    secrets: TurnSecrets,
}

async fn start(config: &Config, turn: &EmbeddedTurn, sfu: Option<Inlet>) -> anyhow::Result<Own> {
    let machine = Machine::look().context("the addresses of this machine cannot be read")?;
    let addresses = Addresses::of(turn, &machine).map_err(anyhow::Error::msg)?;
    if let Some(private) = addresses.private {
        tracing::warn!(
            "TURN relays from {private}, an address of a private network: when others are to \
             come from outside it, set turn.public_address"
        );
    }
    let secrets = secrets(config, turn)?;
    let rules = peers::rules(config, turn, &machine).await?;
    let mut settings = settings(config, turn, &addresses, secrets.clone(), rules);
    settings.sfu = sfu;
    if let Some(tls) = &turn.tls {
        settings.tls_config = certificate::server_config(config, &tls.certificate)?.map(Arc::new);
    }
    let relay = listen(turn, &mut settings)?;
    let urls = Urls::of_own(config, turn, &addresses, &settings);
    tracing::info!(
        relayed = ?addresses.bound, shards = settings.shards, "TURN listens: {}", urls.turn.join(" ")
    );
    Ok(Own { relay, urls, secrets })
}

/// Starts it on the first ports that are free for it.
fn listen(turn: &EmbeddedTurn, settings: &mut RelaySettings) -> anyhow::Result<media::turn::Relay> {
    for attempt in 1.. {
        let places = ports::choose(turn).map_err(|error| refused(&error, turn))?;
        settings.udp = places.plain.clone();
        settings.tcp = places.plain;
        settings.tls = places.tls;
        match media::turn::Relay::start(settings.clone()) {
            Ok(relay) => return Ok(relay),
            // Somebody took the port after it was found free.
            Err(StartError::Listen { .. }) if places.chosen && attempt < ATTEMPTS => {}
            Err(error) => return Err(refused(&error, turn)),
        }
    }
    anyhow::bail!("no port was free for TURN")
}

fn refused(error: &dyn std::error::Error, turn: &EmbeddedTurn) -> anyhow::Error {
    let listen = if turn.listen.named { "turn.listen is free for it" } else { "the port is free" };
    anyhow::anyhow!(
        "the TURN server does not start: {error}; see that {listen}, set turn.listen to another \
         address, or set turn.embedded = \"off\""
    )
}

/// Those that were set, or the ones made at the first start.
pub(crate) fn secrets(config: &Config, turn: &EmbeddedTurn) -> anyhow::Result<TurnSecrets> {
    match &turn.secrets {
        Some(secrets) => Ok(secrets.clone()),
        None => {
            let secret = opening::secret(config, opening::TURN_SECRET)?;
            let text = vocab::Redacted::new(secret.expose().to_owned());
            Ok(TurnSecrets::new(text))
        }
    }
}

fn settings(
    config: &Config,
    turn: &EmbeddedTurn,
    addresses: &Addresses,
    secrets: TurnSecrets,
    rules: turn::PeerRules,
) -> RelaySettings {
    let mut protocol = turn::Settings::new(&turn.realm, secrets, rules);
    protocol.relay_v4 = addresses.v4;
    protocol.relay_v6 = addresses.v6;
    protocol.credential_ttl = config.turn.ttl;
    protocol.bandwidth = Some(turn.bandwidth);
    if config.limits == LimitsProfile::Load {
        protocol.unbound_for = LOAD_UNBOUND;
    }
    let mut settings = RelaySettings::new(protocol);
    settings.relay_addresses.clone_from(&addresses.bound);
    settings.ports = turn.relay_ports.clone();
    settings.shards = shards(turn.shards);
    settings.per_user = turn.user_quota;
    settings.total = turn.total_quota;
    settings
}

/// As many as were asked for, else half as many as processors: the other half is for calls.
fn shards(asked: usize) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let shards = if asked == 0 { (processors() / 2).max(1) } else { asked };
    shards.min(RelaySettings::MAX_SHARDS)
}

//! `aethex-connect doctor`: whether calls will work, one line for each thing they need.
//!
//! | module | what |
//! |---|---|
//! | `report` | the lines |
//! | `machine` | what is seen without the server: folder, database, ports, addresses |
//! | `service` | the running server: HTTP, socket, certificate, clock |
//! | `relays` | STUN and TURN over UDP, TCP and TLS |
//! | `sfu` | where the SFU listens |
//! | `client` `link` | a small TURN client, and what it speaks over |
//! | `http` `tls` | just enough of both |

mod client;
mod http;
mod link;
mod machine;
mod relays;
mod report;
mod service;
mod sfu;
mod tls;

use switchboard::Clock;
use vocab::Redacted;
use wire::body::ConfigResponse;

use crate::config::{Config, EmbeddedTurn, WebOrigin};
use crate::opening;
use crate::relaying::addresses::{Addresses, Machine};
use crate::relaying::urls;
use relays::Relay;
use report::{Finding, Report};
use turn::TurnSecrets;

/// What browsers meet without a relay.
const NO_TURN: &str =
    "TURN is off: calls between strict NATs do not connect; see turn.embedded, or turn.host";

/// Checks everything against the running server. The text is the report; `Err` holds it when
/// a check failed.
pub(crate) async fn doctor(config: &Config, url: Option<&WebOrigin>) -> Result<String, String> {
    let mut report = Report::default();
    report.add(Finding::ok("configuration", "is readable, and its settings go together"));
    report.add(machine::data_folder(&config.data_dir));
    report.add(machine::database(&config.database).await);
    let server = service::server(config, url);
    let clock = Clock::start(None);
    let (findings, told) = service::check(&server, || clock.now());
    report.extend(findings);
    report.extend(relaying(config, told.as_ref()));
    report.add(sfu::check(config, told.as_ref()));
    let text = report.to_string();
    if report.is_well() { Ok(text) } else { Err(text) }
}

/// The line of a configuration that cannot be used; nothing else can be checked then.
pub(crate) fn unusable(sentence: &str) -> String {
    Finding::failed("configuration", sentence).to_string()
}

fn relaying(config: &Config, told: Option<&ConfigResponse>) -> Vec<Finding> {
    let turn = &config.turn;
    if let Some(external) = &turn.external {
        let relay = Relay {
            host: external.host.clone(),
            port: external.port,
            tls_port: external.tls_port,
            secrets: external.secrets.clone(),
            ttl: turn.ttl,
            own: false,
        };
        return relays::check(&relay);
    }
    let Some(embedded) = &turn.embedded else {
        return relays::without(turn.left_out.unwrap_or(NO_TURN));
    };
    let addresses = Machine::look()
        .map_err(|error| error.to_string())
        .and_then(|machine| Addresses::of(embedded, &machine));
    let addresses = match addresses {
        Ok(addresses) => addresses,
        Err(sentence) => return vec![Finding::failed("public address", sentence)],
    };
    let mut findings = vec![
        machine::public_address(config, embedded, &addresses),
        machine::relay_ports(embedded, &addresses),
    ];
    match secrets(config, embedded) {
        Ok(secrets) => {
            let host = urls::host(config, embedded, &addresses);
            let (host, port) = at(told).unwrap_or((host, embedded.listen.address.port()));
            let tls_port = embedded.tls.as_ref().map(|tls| tls.listen.address.port());
            let tls_port = tls_port.filter(|port| *port != 0);
            let ttl = turn.ttl;
            let relay = Relay { host, port, tls_port, secrets, ttl, own: true };
            findings.extend(relays::check(&relay));
        }
        Err(sentence) => findings.push(Finding::failed("TURN secret", sentence)),
    }
    findings
}

/// Where the running server says that it listens: on loopback it may have moved.
fn at(told: Option<&ConfigResponse>) -> Option<(String, u16)> {
    let url = told?.ice.stun_urls.first()?;
    let (host, port) = url.strip_prefix("stun:")?.rsplit_once(':')?;
    Some((host.to_owned(), port.parse().ok()?))
}

/// The secret that is set, or the one that the server made; none is made here.
fn secrets(config: &Config, turn: &EmbeddedTurn) -> Result<TurnSecrets, String> {
    if let Some(secrets) = &turn.secrets {
        return Ok(secrets.clone());
    }
    let file = config.data_dir.join(opening::TURN_SECRET);
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(TurnSecrets::new(Redacted::new(text.trim().to_owned()))),
        Err(error) => Err(format!(
            "{} cannot be read ({error}): run this as the server's own user, after the server \
             has been started once",
            file.display()
        )),
    }
}

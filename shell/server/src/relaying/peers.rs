//! Whom our own TURN server relays to.

use std::net::IpAddr;

use turn::PeerRules;

use super::addresses::Machine;
use crate::config::{Config, Database, EmbeddedTurn, LimitsProfile};

/// The port a name is looked up with; it plays no part in the answer.
const ANY_PORT: u16 = 5_432;

/// The built-in rules, with what is never relayed to: this machine, under its public addresses
/// too, the database, and what the operator denies. The SFU, which is handed over to in memory, is
/// the one exception, and not of these rules.
pub(super) async fn rules(
    config: &Config,
    turn: &EmbeddedTurn,
    machine: &Machine,
) -> anyhow::Result<PeerRules> {
    let mut own = machine.interfaces.clone();
    if config.limits == LimitsProfile::Load {
        // The peers of a load test are on loopback too; they still have to be allowed.
        own.retain(|ip| !ip.is_loopback());
    }
    own.extend(&turn.public_addresses);
    own.extend(database(config).await);
    Ok(PeerRules::new(own, turn.denied_peers.clone(), turn.allowed_peers.clone()))
}

/// The addresses of the database, when it is another machine.
async fn database(config: &Config) -> Vec<IpAddr> {
    let Some(host) = database_host(&config.database) else { return Vec::new() };
    if let Ok(ip) = host.parse() {
        return vec![ip];
    }
    match tokio::net::lookup_host((host.as_str(), ANY_PORT)).await {
        Ok(found) => found.map(|address| address.ip()).collect(),
        Err(error) => {
            tracing::warn!(
                "the address of the database is not found ({error}), so TURN does not know that \
                 it must not relay there: see that turn.denied_peers holds it"
            );
            Vec::new()
        }
    }
}

fn database_host(database: &Database) -> Option<String> {
    match database {
        Database::Sqlite(_) => None,
        Database::Postgres(url) => {
            let uri: axum::http::Uri = url.expose().parse().ok()?;
            Some(uri.host()?.trim_matches(['[', ']']).to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use vocab::Redacted;

    use super::*;

    #[test]
    fn the_host_of_the_database_is_read_from_its_url() {
        let host = |url: &str| database_host(&Database::Postgres(Redacted::new(url.into())));
        assert_eq!(host("postgres://u:p@10.1.2.3:5433/d").as_deref(), Some("10.1.2.3"));
        assert_eq!(host("postgres://u@[fd00::1]/d").as_deref(), Some("fd00::1"));
        assert_eq!(host("postgresql://db.internal/d").as_deref(), Some("db.internal"));
        assert_eq!(database_host(&Database::Sqlite("a.db".into())), None);
    }
}

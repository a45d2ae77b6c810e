//! What can be seen without the running server: folder, database, ports, addresses.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::path::Path;

use store::{DatabaseUrl, Settings, Store};

use super::report::Finding;
use crate::config::{Config, Database, EmbeddedTurn};
use crate::relaying::addresses::Addresses;

/// How many ports of the relay range are tried.
const TRIED: u16 = 16;

/// A file that is made and deleted again.
const PROBE: &str = ".doctor";

pub(super) fn data_folder(folder: &Path) -> Finding {
    let check = "data folder";
    let shown = folder.display();
    if !folder.exists() {
        let text = format!("{shown} is not there: start the server once, which makes it");
        return Finding::failed(check, text);
    }
    let probe = folder.join(PROBE);
    let tried = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Finding::ok(check, format!("{shown} can be written to")),
        Err(error) => Finding::failed(
            check,
            format!("{shown} cannot be written to ({error}): run this as the server's own user"),
        ),
    }
}

pub(super) async fn database(database: &Database) -> Finding {
    let check = "database";
    let (url, kind) = match database {
        Database::Sqlite(file) if !file.exists() => {
            let text = format!("{} is not there: start the server once", file.display());
            return Finding::failed(check, text);
        }
        Database::Sqlite(file) => {
            (DatabaseUrl::Sqlite(file.clone()), format!("SQLite in {}", file.display()))
        }
        Database::Postgres(url) => (DatabaseUrl::Postgres(url.clone()), "PostgreSQL".to_owned()),
    };
    let pinged = match Store::open(&Settings::new(url)).await {
        Ok(store) => {
            let pinged = store.ping().await;
            store.close().await;
            pinged
        }
        Err(error) => Err(error),
    };
    match pinged {
        Ok(()) => Finding::ok(check, format!("{kind} answers")),
        Err(error) => Finding::failed(
            check,
            format!(
                "{kind} does not answer ({error}): does database_url say where it is, and does it run?"
            ),
        ),
    }
}

/// Whether relayed addresses can be opened.
pub(super) fn relay_ports(turn: &EmbeddedTurn, addresses: &Addresses) -> Finding {
    let check = "relay ports";
    let (first, last) = (*turn.relay_ports.start(), *turn.relay_ports.end());
    let step = ((last - first) / TRIED).max(1);
    let ports: Vec<u16> = turn.relay_ports.clone().step_by(usize::from(step)).collect();
    for ip in &addresses.bound {
        let refused: Vec<std::io::Error> =
            ports.iter().filter_map(|port| UdpSocket::bind((*ip, *port)).err()).collect();
        if let Some(error) = refused.first().filter(|_| refused.len() > ports.len() / 2) {
            return Finding::failed(
                check,
                format!(
                    "{} of {} ports tried on {ip} cannot be opened ({error}): see that no other \
                     program uses turn.relay_ports ({first}-{last})",
                    refused.len(),
                    ports.len()
                ),
            );
        }
    }
    let places: Vec<String> = addresses.bound.iter().map(ToString::to_string).collect();
    let text = format!("{first}-{last} can be opened on {}", places.join(" and "));
    Finding::ok(check, text)
}

/// Whether others can reach what they are told.
pub(super) fn public_address(
    config: &Config,
    turn: &EmbeddedTurn,
    addresses: &Addresses,
) -> Finding {
    let check = "public address";
    let told: Vec<IpAddr> =
        addresses.v4.map(IpAddr::V4).into_iter().chain(addresses.v6.map(IpAddr::V6)).collect();
    let shown: Vec<String> = told.iter().map(ToString::to_string).collect();
    let shown = shown.join(" and ");
    if turn.is_local() && turn.public_addresses.is_empty() {
        let text = format!("{shown}: for this machine alone; good for a try");
        return Finding::ok(check, text);
    }
    if let Some(private) = addresses.private {
        return Finding::warning(
            check,
            format!(
                "{private} is of a private network: people outside it reach no relay; behind a \
                 NAT set turn.public_address"
            ),
        );
    }
    let Some(url) = config.public_url.as_ref().filter(|url| !url.is_local()) else {
        return Finding::ok(check, format!("others are told {shown}"));
    };
    let named = (url.host().trim_matches(['[', ']']), url.port()).to_socket_addrs();
    let named: Vec<IpAddr> = match named {
        Ok(found) => found.map(|address: SocketAddr| address.ip()).collect(),
        Err(error) => {
            let text = format!("{} is not found ({error}): does its DNS entry exist?", url.host());
            return Finding::failed(check, text);
        }
    };
    if named.iter().any(|ip| told.contains(ip)) {
        return Finding::ok(check, format!("{} is {shown}", url.host()));
    }
    let other: Vec<String> = named.iter().map(ToString::to_string).collect();
    Finding::warning(
        check,
        format!(
            "{} is {}, while relayed addresses are on {shown}: see that turn.public_address is the \
             address under which others reach this machine",
            url.host(),
            other.join(" and ")
        ),
    )
}

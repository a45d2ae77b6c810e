//! Where relay sockets may be bound.

use std::net::{IpAddr, SocketAddr};

use ::turn::stun::Family;
use datagram::Options;

use super::relays::Bind;
use super::settings::{RelaySettings, StartError};

/// Where relay sockets are bound, tried out.
pub(super) fn relay_addresses(settings: &RelaySettings) -> Result<Bind, StartError> {
    let bind = Bind {
        v4: settings.relay_addresses.iter().find(|address| address.is_ipv4()).copied(),
        v6: settings.relay_addresses.iter().find(|address| address.is_ipv6()).copied(),
        ports: settings.ports.clone(),
    };
    let given_out = [
        (Family::V4, settings.turn.relay_v4.is_some(), bind.v4),
        (Family::V6, settings.turn.relay_v6.is_some(), bind.v6),
    ];
    for (family, given_out, address) in given_out {
        match address {
            Some(address) => try_out(address)?,
            None if given_out => {
                let family = match family {
                    Family::V4 => "IPv4",
                    Family::V6 => "IPv6",
                };
                return Err(StartError::NoRelayAddress { family });
            }
            None => {}
        }
    }
    Ok(bind)
}

fn try_out(address: IpAddr) -> Result<(), StartError> {
    datagram::open(SocketAddr::new(address, 0), Options::default())
        .map(drop)
        .map_err(|source| StartError::RelayAddress { address, source })
}

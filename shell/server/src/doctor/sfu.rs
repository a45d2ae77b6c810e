//! The SFU: whether it is where browsers are sent.

use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use wire::body::ConfigResponse;

use super::report::Finding;
use crate::config::{Config, EmbeddedSfu};
use crate::forwarding;
use crate::relaying::addresses::{Addresses, Machine};

const CHECK: &str = "SFU";

const OFF: &str = "the SFU is off: at most 4 people are in a call at a time; see sfu";

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// The line about it. `told` is what the running server says of itself.
pub(super) fn check(config: &Config, told: Option<&ConfigResponse>) -> Finding {
    let Some(sfu) = &config.sfu.embedded else {
        return Finding::skipped(CHECK, config.sfu.left_out.unwrap_or(OFF));
    };
    let Some(told) = told else {
        return Finding::skipped(CHECK, "the server does not answer");
    };
    if !told.features.sfu {
        let text = "the running server has none: was it started with other settings (sfu)?";
        return Finding::failed(CHECK, text);
    }
    let addresses = Machine::look()
        .map_err(|error| error.to_string())
        .and_then(|machine| Addresses::of_sfu(sfu, &machine));
    match addresses {
        Ok(addresses) => listens(sfu, &addresses),
        Err(sentence) => Finding::failed(CHECK, sentence),
    }
}

fn listens(sfu: &EmbeddedSfu, addresses: &Addresses) -> Finding {
    let first = sfu.listen.address.port();
    if first == 0 {
        return Finding::skipped(CHECK, "it listens where the system chose; see its log");
    }
    let moved = sfu.is_local() && !sfu.listen.named;
    let refused = |text: String| {
        if moved {
            let text = format!("{text}; on loopback it may have moved to other ports: see its log");
            return Finding::warning(CHECK, text);
        }
        Finding::failed(CHECK, format!("{text}: is the port open in the firewall (sfu_listen)?"))
    };
    let ports = match forwarding::ports::following(first, forwarding::shards(sfu.shards)) {
        Ok(ports) => ports,
        Err(error) => return Finding::failed(CHECK, error.to_string()),
    };
    for ip in addresses.told() {
        let at = SocketAddr::new(ip, first);
        if let Err(error) = TcpStream::connect_timeout(&at, CONNECT) {
            return refused(format!("{at} over TCP: {error}"));
        }
    }
    let mut places =
        addresses.bound.iter().flat_map(|ip| ports.iter().map(move |port| (*ip, *port)));
    if let Some((ip, port)) = places.find(|(ip, port)| is_idle(*ip, *port)) {
        return refused(format!("nothing listens at {}", SocketAddr::new(ip, port)));
    }
    let last = ports.last().copied().unwrap_or(first);
    let shown: Vec<String> = addresses.told().map(|ip| ip.to_string()).collect();
    let shown = shown.join(" and ");
    let udp = if last == first { first.to_string() } else { format!("{first}-{last}") };
    Finding::ok(CHECK, format!("{shown} takes TCP on port {first}; UDP goes to {udp}"))
}

/// Whether nobody has a UDP port of this machine. Of another machine nothing is known.
fn is_idle(ip: IpAddr, port: u16) -> bool {
    UdpSocket::bind((ip, port)).is_ok()
}

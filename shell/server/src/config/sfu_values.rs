//! The settings of the SFU from texts to types.

use std::net::SocketAddr;

use super::layers::Layers;
use super::sfu::{EmbeddedSfu, Sfu, SfuCalls};
use super::turn_values::{endpoint, public_addresses};
use super::{ConfigError, Endpoint, Turn, WebOrigin};

/// Beside that of the TURN server.
const PORT: u16 = 3_479;

/// What browsers could not use: the SFU stays out, and the log says so.
const UNREACHABLE: &str = "browsers reach this server by public_url, while it listens on loopback \
    only: its SFU is left out, and at most 4 people are in a call at a time; set sfu_listen, as \
    0.0.0.0:3479, to let them reach it";

/// The SFU, or the first thing that is wrong. Where nothing is said of it, it follows our TURN
/// server.
pub(super) fn sfu(
    layers: &Layers,
    turn: &Turn,
    public_url: Option<&WebOrigin>,
) -> Result<Sfu, ConfigError> {
    let words = [("off", None), ("auto", Some(SfuCalls::Larger)), ("only", Some(SfuCalls::All))];
    let calls = layers.word("sfu", &words)?;
    // What is written is checked also while it is not used.
    let listen = endpoint(layers, "sfu_listen")?;
    let addresses = public_addresses(layers, "sfu_public_address")?;
    let shards = layers.number("sfu_shards")?.unwrap_or(0);
    let bandwidth_estimation = layers.switch("sfu_bandwidth_estimation")?;
    let Some(calls) = calls else { return Ok(Sfu { embedded: None, left_out: None }) };
    // Who lets the system choose the port of one wants that of the other chosen too.
    let port = if turn.listen.address.port() == 0 { 0 } else { PORT };
    let listen = listen.unwrap_or(Endpoint {
        address: SocketAddr::new(turn.listen.address.ip(), port),
        named: false,
    });
    let public_addresses =
        if addresses.is_empty() { turn.public_addresses.clone() } else { addresses };
    let embedded = EmbeddedSfu { calls, listen, public_addresses, shards, bandwidth_estimation };
    let hidden = embedded.is_local()
        && !listen.named
        && !turn.listen.named
        && public_url.is_some_and(|url| !url.is_local());
    if !hidden {
        return Ok(Sfu { embedded: Some(embedded), left_out: None });
    }
    if calls == SfuCalls::All {
        let problem = "is `only`, while browsers reach this server by public_url and its SFU would \
            listen on loopback only: set sfu_listen, as 0.0.0.0:3479";
        return Err(layers.refuse("sfu", problem.to_owned()));
    }
    Ok(Sfu { embedded: None, left_out: Some(UNREACHABLE) })
}

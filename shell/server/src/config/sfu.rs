//! What the configuration says of the SFU: whether media goes through it, and where it listens.

use std::net::IpAddr;

use super::Endpoint;

/// The SFU, and when media goes through it.
#[derive(Debug, Clone)]
pub(crate) struct Sfu {
    /// When it is to run.
    pub(crate) embedded: Option<EmbeddedSfu>,
    /// Why it does not run, when nobody asked for that.
    pub(crate) left_out: Option<&'static str>,
}

/// Our SFU.
#[derive(Debug, Clone)]
pub(crate) struct EmbeddedSfu {
    /// Which calls go through it.
    pub(crate) calls: SfuCalls,
    /// UDP, one port for each thread from this one on, and TCP.
    pub(crate) listen: Endpoint,
    /// At most one of each family; empty: those of this machine are found.
    pub(crate) public_addresses: Vec<IpAddr>,
    /// 0: as many as processors.
    pub(crate) shards: usize,
    pub(crate) bandwidth_estimation: bool,
}

/// Which calls go through the SFU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SfuCalls {
    /// Those of three people and more.
    Larger,
    /// All.
    All,
}

impl EmbeddedSfu {
    /// Whether only this machine reaches it.
    pub(crate) fn is_local(&self) -> bool {
        self.listen.address.ip().to_canonical().is_loopback()
    }
}

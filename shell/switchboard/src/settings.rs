//! What a switchboard is set up with.

use std::sync::Arc;
use std::time::Duration;

use call::Policy;
use turn::TurnSecrets;

use crate::{MediaAccess, MediaServer, ResumeSecret};

/// Everything the operator decides about calls.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The numbers of a call.
    pub policy: Policy,
    /// People whom one call may name, the caller among them. More may be asked than fit in at
    /// one time (`policy.max_joined`): whoever comes first gets in.
    pub named_at_most: usize,
    /// Calls that may ring at one callee at the same time; further ones are silent.
    pub rings_per_callee: usize,
    /// The relay, if there is one.
    pub relay: Option<Relay>,
    /// The media servers of this process, which are told who may send media for which call.
    pub access: Option<Arc<dyn MediaAccess>>,
    /// The server through which the media of larger calls goes; `policy.sfu` says when. Its word
    /// comes back by [`crate::Switchboard::media_report`].
    pub media: Option<Arc<dyn MediaServer>>,
    /// The key of resume tokens.
    pub resume_secret: ResumeSecret,
}

/// A TURN server that shares a secret with us (semantics of the REST scheme: `core/turn`).
#[derive(Debug, Clone)]
pub struct Relay {
    /// What browsers are told: `turn:` and `turns:` URLs (RFC 7065).
    pub urls: Vec<String>,
    /// The shared secrets.
    pub secrets: TurnSecrets,
    /// How long credentials are good.
    pub ttl: Duration,
}

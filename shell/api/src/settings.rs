//! What the operator decides about the API.

use std::sync::Arc;
use std::time::Duration;

use auth::{AccessTokens, Passwords};
use call::Policy;
use ipnet::IpNet;
use wire::body::{IceTransport, Registration};

/// Whose users these are.
#[derive(Debug, Clone)]
pub enum Identities {
    /// Accounts of this program.
    Embedded(Accounts),
    /// The host product's; they appear with its tokens and its server-to-server calls.
    Host {
        /// The `iss` of its tokens; empty when they carry none.
        issuer: String,
    },
}

/// What embedded accounts need.
#[derive(Clone)]
pub struct Accounts {
    /// Issues access tokens; the same that the verifier checks.
    pub tokens: Arc<AccessTokens>,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Who may register.
    pub registration: Registration,
    /// How long a refresh token is good. Longer logs people out more rarely, and keeps a
    /// stolen device logged in longer.
    pub session: Duration,
}

impl Accounts {
    /// How long a session lives that nobody uses: 30 days.
    pub const SESSION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts")
            .field("registration", &self.registration)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// How requests arrive and what browsers may do with the answers.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of other sites that may call this API, as browsers write them; none = none.
    pub allowed_origins: Vec<String>,
    /// Browsers reach the server over TLS only: answers carry HSTS.
    pub tls: bool,
    /// Log whole client addresses instead of their networks.
    pub show_ips: bool,
    /// The longest a request may take. Longer lets slow work finish, shorter frees the
    /// client sooner.
    pub time_limit: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            tls: false,
            show_ips: false,
            time_limit: Duration::from_secs(30),
        }
    }
}

/// What `GET /api/calls/config` tells of calls.
#[derive(Debug, Clone)]
pub struct CallSettings {
    /// The numbers of a call; the same that the switchboard has.
    pub policy: Policy,
    /// Relay credentials are handed out.
    pub relay: bool,
    /// `stun:` addresses that need no credentials.
    pub stun_urls: Vec<String>,
    /// Which candidates clients are to use.
    pub transport_policy: IceTransport,
}

impl Default for CallSettings {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            relay: false,
            stun_urls: Vec::new(),
            transport_policy: IceTransport::All,
        }
    }
}

//! The numbers of the rate limits, and the named profile for load runs.

use std::time::Duration;

use serde::Deserialize;

use crate::Rate;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// Every number of the rate limits. The default is meant for production.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Socket events per socket. A burst of candidates is 60 events.
    pub socket_events: Rate,
    /// Offers per socket and target. An ICE restart takes one, an upgrade two.
    pub offers: Rate,
    /// Started calls per user.
    pub initiate: Rate,
    /// TURN credentials per user.
    pub turn_credentials: Rate,
    /// Reactions and requests to speak per user: each goes to everybody in the call.
    pub gestures: Rate,
    /// Logins per account, from anywhere. Lower slows guessing, and helps those who want to keep
    /// the owner out.
    pub login: Rate,
    /// Logins per IP. An office shares one.
    pub login_ip: Rate,
    /// The wait after failed logins to one account from one IP.
    pub login_backoff: BackoffSettings,
    /// New accounts per IP.
    pub register: Rate,
    /// Requests per user or API key.
    pub api: Rate,
    /// Requests per IP. An office shares one.
    pub api_ip: Rate,
}

/// How long a login waits after failures: `first` after the first failure beyond `free`, then
/// twice as long after each, up to `longest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackoffSettings {
    /// Failures without a wait.
    pub free: u32,
    /// The first wait, in seconds.
    pub first_seconds: u32,
    /// The longest wait, in seconds. Failures older than twice this are forgotten.
    pub longest_seconds: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            socket_events: Rate::new(50, SECOND).burst(100),
            offers: Rate::new(5, 10 * SECOND),
            initiate: Rate::new(10, MINUTE),
            turn_credentials: Rate::new(30, MINUTE),
            gestures: Rate::new(5, SECOND).burst(10),
            login: Rate::new(10, MINUTE),
            login_ip: Rate::new(100, MINUTE),
            login_backoff: BackoffSettings::default(),
            register: Rate::new(20, HOUR),
            api: Rate::new(600, MINUTE).burst(200),
            api_ip: Rate::new(6_000, MINUTE).burst(2_000),
        }
    }
}

impl Default for BackoffSettings {
    fn default() -> Self {
        Self { free: 3, first_seconds: 1, longest_seconds: 300 }
    }
}

impl LimitSettings {
    /// The profile for load runs: every rate so high that one machine's load stays below it.
    #[must_use]
    pub fn load() -> Self {
        let high = Rate::new(1_000_000, SECOND);
        Self {
            socket_events: high,
            offers: high,
            initiate: high,
            turn_credentials: high,
            gestures: high,
            login: high,
            login_ip: high,
            login_backoff: BackoffSettings { free: 1_000_000, ..BackoffSettings::default() },
            register: high,
            api: high,
            api_ip: high,
        }
    }
}

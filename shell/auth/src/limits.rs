//! Rate limits: named limits, each a token bucket per key (GCRA), on a clock that tests turn.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use governor::RateLimiter;
use governor::clock::{Clock, FakeRelativeClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use sha2::{Digest, Sha256};
use vocab::UserId;

use crate::backoff::Backoff;
use crate::{LimitSettings, Rate};

/// What is limited; the comment names the key that the caller passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Socket events, per socket.
    SocketEvents,
    /// SDP offers, per socket and target.
    Offers,
    /// Started calls, per user.
    Initiate,
    /// TURN credentials, per user.
    TurnCredentials,
    /// Reactions and requests to speak, per user.
    Gestures,
    /// Logins, per account. Prefer [`Limits::check_login`].
    Login,
    /// Logins, per IP. Prefer [`Limits::check_login`].
    LoginIp,
    /// New accounts, per IP.
    Register,
    /// All authenticated requests, per user or API key.
    Api,
    /// All requests, per IP.
    ApiIp,
}

/// Who is limited: 128 bits made of an id, an address or a hashed text. Two kinds of keys never
/// meet, because a limit takes keys of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LimitKey(u128);

impl LimitKey {
    /// A user.
    #[must_use]
    pub const fn user(user: UserId) -> Self {
        Self(user.as_uuid().as_u128())
    }

    /// A client address, as [`limited_address`] cuts it.
    #[must_use]
    pub fn ip(address: IpAddr) -> Self {
        Self(match limited_address(address) {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
            IpAddr::V6(v6) => v6.to_bits(),
        })
    }

    /// An account by its identifier, whether or not it exists. Callers normalise it first.
    #[must_use]
    pub fn account(identifier: &str) -> Self {
        Self::hashed(&[identifier.as_bytes()])
    }

    /// A socket by its id.
    #[must_use]
    pub fn socket(socket_id: &str) -> Self {
        Self::hashed(&[socket_id.as_bytes()])
    }

    /// What one socket sends to one target.
    #[must_use]
    pub fn socket_target(socket_id: &str, target: UserId) -> Self {
        Self::hashed(&[target.as_uuid().as_bytes(), socket_id.as_bytes()])
    }

    /// Two keys as one.
    fn both(one: Self, other: Self) -> Self {
        Self::hashed(&[&one.0.to_le_bytes(), &other.0.to_le_bytes()])
    }

    /// Only the last of the parts may vary in length.
    fn hashed(parts: &[&[u8]]) -> Self {
        let mut sha = Sha256::new();
        for part in parts {
            sha.update(part);
        }
        let digest: [u8; 32] = sha.finalize().into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(u128::from_le_bytes(half))
    }
}

/// What stands for a client address in limits: an IPv4 address itself, of IPv6 the /64, because
/// one household or host commands all of it. IPv4-mapped IPv6 addresses are IPv4.
#[must_use]
pub fn limited_address(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

/// The limit is used up; answer 429 with `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; retry after {seconds} s")]
pub struct RetryAfter {
    /// Whole seconds until the next attempt can succeed, at least 1.
    pub seconds: u64,
}

impl RetryAfter {
    pub(crate) fn from_wait(wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
        Self { seconds: seconds.max(1) }
    }
}

/// The clock of the limits: the monotonic one, or one that a test turns.
#[derive(Debug, Clone)]
pub struct LimitClock(Source);

#[derive(Debug, Clone)]
enum Source {
    Monotonic(Instant),
    Turned(FakeRelativeClock),
}

impl LimitClock {
    /// The monotonic clock of the system.
    #[must_use]
    pub fn monotonic() -> Self {
        Self(Source::Monotonic(Instant::now()))
    }

    /// A clock that stands still, except when [`advance`](Self::advance) turns it.
    #[must_use]
    pub fn turned() -> Self {
        Self(Source::Turned(FakeRelativeClock::default()))
    }

    /// Turns a clock of [`turned`](Self::turned), and all its clones; no effect on the other kind.
    pub fn advance(&self, by: Duration) {
        match &self.0 {
            Source::Monotonic(_) => {}
            Source::Turned(clock) => clock.advance(by),
        }
    }
}

impl Clock for LimitClock {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        match &self.0 {
            Source::Monotonic(start) => start.elapsed().into(),
            Source::Turned(clock) => clock.now(),
        }
    }
}

type Buckets =
    RateLimiter<LimitKey, DashMapStateStore<LimitKey>, LimitClock, NoOpMiddleware<Nanos>>;

/// All rate limits of one server.
///
/// Shape: shared by reference between tasks. A key costs about 50 bytes from its first use until
/// [`forget_idle`](Self::forget_idle) finds its bucket full again; the server calls that on a
/// timer, every minute or so.
#[derive(Debug)]
pub struct Limits {
    clock: LimitClock,
    socket_events: Buckets,
    offers: Buckets,
    initiate: Buckets,
    turn_credentials: Buckets,
    gestures: Buckets,
    login: Buckets,
    login_ip: Buckets,
    register: Buckets,
    api: Buckets,
    api_ip: Buckets,
    backoff: Backoff,
}

impl Limits {
    /// Empty buckets with these settings.
    #[must_use]
    pub fn new(settings: &LimitSettings, clock: LimitClock) -> Self {
        let buckets = |rate: Rate| {
            RateLimiter::new(rate.quota(), DashMapStateStore::default(), clock.clone())
        };
        Self {
            socket_events: buckets(settings.socket_events),
            offers: buckets(settings.offers),
            initiate: buckets(settings.initiate),
            turn_credentials: buckets(settings.turn_credentials),
            gestures: buckets(settings.gestures),
            login: buckets(settings.login),
            login_ip: buckets(settings.login_ip),
            register: buckets(settings.register),
            api: buckets(settings.api),
            api_ip: buckets(settings.api_ip),
            backoff: Backoff::new(settings.login_backoff),
            clock,
        }
    }

    /// Takes one from the bucket of `key`.
    ///
    /// # Errors
    /// [`RetryAfter`] when the bucket is empty; the attempt itself then costs nothing.
    pub fn check(&self, limit: Limit, key: LimitKey) -> Result<(), RetryAfter> {
        self.buckets(limit)
            .check_key(&key)
            .map_err(|until| RetryAfter::from_wait(until.wait_time_from(self.clock.now())))
    }

    /// Asks before a password is looked at: the limits of the address and of the account, and the
    /// back-off after failures of this account from this address.
    ///
    /// The back-off holds only for the address that failed, so nobody can lock others out.
    ///
    /// # Errors
    /// [`RetryAfter`].
    pub fn check_login(&self, account: LimitKey, ip: LimitKey) -> Result<(), RetryAfter> {
        self.backoff.check(LimitKey::both(account, ip), self.now())?;
        self.check(Limit::LoginIp, ip)?;
        self.check(Limit::Login, account)
    }

    /// Reports a wrong password (or unknown account): the next attempts wait longer and longer.
    pub fn login_failed(&self, account: LimitKey, ip: LimitKey) {
        self.backoff.failed(LimitKey::both(account, ip), self.now());
    }

    /// Reports a successful login: the failures before it are forgotten.
    pub fn login_succeeded(&self, account: LimitKey, ip: LimitKey) {
        self.backoff.succeeded(LimitKey::both(account, ip));
    }

    /// Forgets every key whose bucket is full again.
    pub fn forget_idle(&self) {
        for buckets in self.all() {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
        self.backoff.forget_idle(self.now());
    }

    /// Keys held in memory, for a metric.
    #[must_use]
    pub fn held_keys(&self) -> usize {
        self.all().iter().map(|buckets| buckets.len()).sum::<usize>() + self.backoff.len()
    }

    fn now(&self) -> Duration {
        self.clock.now().into()
    }

    fn buckets(&self, limit: Limit) -> &Buckets {
        match limit {
            Limit::SocketEvents => &self.socket_events,
            Limit::Offers => &self.offers,
            Limit::Initiate => &self.initiate,
            Limit::TurnCredentials => &self.turn_credentials,
            Limit::Gestures => &self.gestures,
            Limit::Login => &self.login,
            Limit::LoginIp => &self.login_ip,
            Limit::Register => &self.register,
            Limit::Api => &self.api,
            Limit::ApiIp => &self.api_ip,
        }
    }

    fn all(&self) -> [&Buckets; 10] {
        [
            &self.socket_events,
            &self.offers,
            &self.initiate,
            &self.turn_credentials,
            &self.gestures,
            &self.login,
            &self.login_ip,
            &self.register,
            &self.api,
            &self.api_ip,
        ]
    }
}

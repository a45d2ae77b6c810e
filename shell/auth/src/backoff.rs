//! The growing wait after failed logins.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{BackoffSettings, LimitKey, RetryAfter};

/// Most keys remembered (about 8 MB). Beyond it new failures are not remembered until old ones
/// are forgotten; the plain limits hold all the same.
const MAX_KEYS: usize = 100_000;

/// Failures per key, each with the time before which no further attempt is let through.
///
/// Times are durations since the start of the limits' clock.
#[derive(Debug)]
pub(crate) struct Backoff {
    settings: BackoffSettings,
    failures: Mutex<HashMap<LimitKey, Failures>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Failures {
    count: u32,
    last: Duration,
    blocked_until: Duration,
}

impl Backoff {
    pub(crate) fn new(settings: BackoffSettings) -> Self {
        Self { settings, failures: Mutex::default() }
    }

    pub(crate) fn check(&self, key: LimitKey, now: Duration) -> Result<(), RetryAfter> {
        match self.lock().get(&key) {
            Some(failures) if now < failures.blocked_until => {
                Err(RetryAfter::from_wait(failures.blocked_until - now))
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(crate) fn failed(&self, key: LimitKey, now: Duration) {
        let mut all = self.lock();
        if all.len() >= MAX_KEYS && !all.contains_key(&key) {
            return;
        }
        let failures = all.entry(key).or_default();
        if self.is_idle(failures, now) {
            failures.count = 0;
        }
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
        failures.blocked_until = now + self.wait(failures.count);
    }

    pub(crate) fn succeeded(&self, key: LimitKey) {
        self.lock().remove(&key);
    }

    pub(crate) fn forget_idle(&self, now: Duration) {
        let mut all = self.lock();
        all.retain(|_, failures| !self.is_idle(failures, now));
        all.shrink_to_fit();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    fn wait(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.settings.free.saturating_add(1)) else {
            return Duration::ZERO;
        };
        let factor = 2_u32.saturating_pow(doublings);
        let seconds = self.settings.first_seconds.saturating_mul(factor);
        Duration::from_secs(seconds.min(self.settings.longest_seconds).into())
    }

    fn is_idle(&self, failures: &Failures, now: Duration) -> bool {
        let remembered = Duration::from_secs(self.settings.longest_seconds.into()) * 2;
        now.saturating_sub(failures.last) > remembered
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LimitKey, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

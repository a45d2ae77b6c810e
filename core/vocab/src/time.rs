//! Wall-clock time in milliseconds, for calls, database rows and tokens.
//!
//! Media code uses `std::time::Instant`; the two are never mixed.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z. Never before the epoch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// A moment; negative values become the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(if millis < 0 { 0 } else { millis })
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, as tokens carry them (RFC 7519 §2, NumericDate).
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0 / 1_000
    }

    /// Milliseconds since the epoch, unsigned.
    #[must_use]
    pub const fn unsigned(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// The time from `earlier` to `self`; zero when `earlier` is later.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        if millis <= 0 { Duration::ZERO } else { Duration::from_millis(millis.unsigned_abs()) }
    }
}

impl Add<Duration> for UnixMillis {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

impl Sub<Duration> for UnixMillis {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_sub(millis))
    }
}

impl fmt::Debug for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_neither_wraps_nor_goes_before_the_epoch() {
        let early = UnixMillis::from_millis(-5);
        assert_eq!(early.as_millis(), 0);
        assert_eq!((early - Duration::from_secs(1)).as_millis(), 0);
        assert_eq!((early + Duration::MAX).as_millis(), i64::MAX);
        assert_eq!(early.saturating_since(UnixMillis::from_millis(9)), Duration::ZERO);
    }
}

//! When a connection's token is warned about, looked at again, and run out. Pure; the wall
//! clock comes in.

use std::time::Duration;

use vocab::UnixMillis;

/// Warned this long before expiry: time for a refresh over a slow network.
const WARNED_BEFORE: Duration = Duration::from_secs(60);
/// Closed this long after expiry: a call survives one failed refresh.
const CLOSED_AFTER: Duration = Duration::from_secs(60);
/// How often the user is looked at again. A revoked token works at most this long.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(60);

/// What is to be done about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Tell the client that it expires soon.
    Warn,
    /// See whether its user still stands behind it.
    LookAgain,
    /// Close the connection.
    Close,
}

/// Watches one token.
#[derive(Debug, Clone)]
pub(crate) struct TokenWatch {
    expires_at: UnixMillis,
    warned: bool,
    look_at: UnixMillis,
}

impl TokenWatch {
    pub(crate) fn new(expires_at: UnixMillis, now: UnixMillis) -> Self {
        Self { expires_at, warned: false, look_at: now + LOOKED_AT_EVERY }
    }

    /// A newer token took its place.
    pub(crate) fn renew(&mut self, expires_at: UnixMillis) {
        self.warned &= expires_at <= self.expires_at;
        self.expires_at = expires_at;
    }

    pub(crate) fn expires_at(&self) -> UnixMillis {
        self.expires_at
    }

    /// When [`TokenWatch::due`] is to be asked next.
    pub(crate) fn next(&self) -> UnixMillis {
        let token = if self.warned { self.closes_at() } else { self.warns_at() };
        token.min(self.look_at)
    }

    /// What is due now; asked until there is nothing more.
    pub(crate) fn due(&mut self, now: UnixMillis) -> Option<Duty> {
        if now >= self.closes_at() {
            return Some(Duty::Close);
        }
        if !self.warned && now >= self.warns_at() {
            self.warned = true;
            return Some(Duty::Warn);
        }
        if now >= self.look_at {
            self.look_at = now + LOOKED_AT_EVERY;
            return Some(Duty::LookAgain);
        }
        None
    }

    fn warns_at(&self) -> UnixMillis {
        self.expires_at - WARNED_BEFORE
    }

    fn closes_at(&self) -> UnixMillis {
        self.expires_at + CLOSED_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixMillis {
        UnixMillis::from_millis(1_000_000_000 + seconds * 1_000)
    }

    /// Everything that is due until `last`, with the second it was due at.
    fn duties(watch: &mut TokenWatch, last: i64) -> Vec<(i64, Duty)> {
        let mut all = Vec::new();
        while watch.next() <= at(last) {
            let now = watch.next();
            while let Some(duty) = watch.due(now) {
                all.push((now.saturating_since(at(0)).as_secs() as i64, duty));
                if duty == Duty::Close {
                    return all;
                }
            }
        }
        all
    }

    #[test]
    fn a_token_is_warned_about_once_and_closed_a_minute_after_expiry() {
        let mut watch = TokenWatch::new(at(150), at(0));
        let expected = vec![
            (60, Duty::LookAgain),
            (90, Duty::Warn),
            (120, Duty::LookAgain),
            (180, Duty::LookAgain),
            (210, Duty::Close),
        ];
        assert_eq!(duties(&mut watch, 1_000), expected);
    }

    #[test]
    fn a_refreshed_token_is_warned_about_again_before_its_own_expiry() {
        let mut watch = TokenWatch::new(at(70), at(0));
        assert_eq!(duties(&mut watch, 50), [(10, Duty::Warn)]);
        watch.renew(at(300));
        let later = duties(&mut watch, 299);
        assert_eq!(later.iter().filter(|(_, duty)| *duty == Duty::Warn).count(), 1);
        assert!(later.contains(&(240, Duty::Warn)));
        assert!(!later.iter().any(|(_, duty)| *duty == Duty::Close));
    }

    #[test]
    fn a_token_that_is_about_to_expire_is_warned_about_at_once() {
        let mut watch = TokenWatch::new(at(5), at(0));
        assert_eq!(watch.due(at(0)), Some(Duty::Warn));
        assert_eq!(watch.due(at(0)), None);
        assert_eq!(watch.next(), at(60));
    }
}

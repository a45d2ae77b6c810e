//! Both clocks of a relay, read together.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ::turn::server::Now;
use vocab::UnixMillis;

/// Both clocks, started together: the wall clock is the machine's at the start plus what has
/// elapsed, so that it never goes back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    wall: UnixMillis,
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self { wall: UnixMillis::default() + elapsed, start: Instant::now() }
    }

    /// The moment it was started.
    pub(super) const fn started(&self) -> Now {
        Now { instant: self.start, unix: self.wall }
    }

    /// Now, with one reading.
    pub(super) fn now(&self) -> Now {
        let instant = Instant::now();
        Now { instant, unix: self.wall + instant.saturating_duration_since(self.start) }
    }
}

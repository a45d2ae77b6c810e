//! Wall-clock time that never goes back: the wall at the start plus what has elapsed since.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use vocab::UnixMillis;

/// The clock of calls. Under `tokio::time::pause` it stands still and is advanced by tests.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: UnixMillis,
    started: Instant,
}

impl Clock {
    /// A clock that starts at the machine's wall time, but not before `newest`, the newest
    /// moment known from an earlier run.
    #[must_use]
    pub fn start(newest: Option<UnixMillis>) -> Self {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let wall = UnixMillis::default() + elapsed;
        Self { wall: wall.max(newest.unwrap_or_default()), started: Instant::now() }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.wall + self.started.elapsed()
    }

    /// The runtime's moment at which this clock will show `at`.
    #[must_use]
    pub fn instant_of(&self, at: UnixMillis) -> Instant {
        self.started + at.saturating_since(self.wall)
    }
}

//! What shards take of the machine: descriptors, processors, clocks.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ::turn::server::Now;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;
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

/// Every allocation is a descriptor: raises the limit as far as the process may.
pub(super) fn raise_descriptor_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(soft, hard)| {
        if soft < hard { setrlimit(Resource::RLIMIT_NOFILE, hard, hard) } else { Ok(()) }
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Keeps this thread on one of the processors it may use.
pub(super) fn stay_on_processor(shard: usize) {
    let this = Pid::from_raw(0);
    let pinned = sched_getaffinity(this).and_then(|allowed| {
        let allowed: Vec<_> =
            (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu).unwrap_or(false)).collect();
        let mut one = CpuSet::new();
        if let Some(cpu) = allowed.get(shard % allowed.len().max(1)) {
            one.set(*cpu)?;
            sched_setaffinity(this, &one)?;
        }
        Ok(())
    });
    if let Err(error) = pinned {
        tracing::warn!(%error, shard, "the relay's thread could not be kept on one processor");
    }
}

//! What shards take of the machine: descriptors, processors.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;

/// Every relayed address and every stream is a descriptor: raises the limit as far as the process
/// may.
pub(crate) fn raise_descriptor_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(soft, hard)| {
        if soft < hard { setrlimit(Resource::RLIMIT_NOFILE, hard, hard) } else { Ok(()) }
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Keeps this thread on one of the processors it may use.
pub(crate) fn stay_on_processor(shard: usize) {
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
        tracing::warn!(%error, shard, "a media thread could not be kept on one processor");
    }
}

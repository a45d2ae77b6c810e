//! Processor time of a process: user and system time, to the nanosecond.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};

/// Clock ticks per second in `/proc` (`USER_HZ`), the same on every Linux machine.
pub(crate) const USER_HZ: u64 = 100;
/// How far the two accounts of the kernel may differ.
const ACCOUNTS: Duration = Duration::from_millis(60);

/// What the threads of a process have used so far. Two accounts of the kernel: one per thread,
/// exact, which forgets threads that ended, and one in ticks, which does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    threads: BTreeMap<u32, Duration>,
    user: Duration,
    system: Duration,
}

impl Cpu {
    /// Of a process by its number, or `self`.
    pub(crate) fn of(process: &str) -> anyhow::Result<Self> {
        let folder = Path::new("/proc").join(process);
        let stat = std::fs::read_to_string(folder.join("stat")).context("the process has ended")?;
        let (user, system) = ticks(&stat).context("the kernel shows processor time")?;
        let mut threads = BTreeMap::new();
        for thread in folder.join("task").read_dir().context("the process has ended")? {
            let thread = thread?;
            let number = thread.file_name().to_str().and_then(|name| name.parse().ok());
            let number = number.context("a thread has a number")?;
            // A thread may end while the folder is read.
            if let Ok(used) = std::fs::read_to_string(thread.path().join("schedstat")) {
                threads.insert(number, nanos(&used).context("the kernel shows thread times")?);
            }
        }
        Ok(Self { threads, user, system })
    }

    /// What was used after `before`, a former reading of the same process.
    ///
    /// # Errors
    /// When so much was used by threads that have ended that the exact account is wrong.
    pub fn since(&self, before: &Self) -> anyhow::Result<Duration> {
        let used = |(thread, now): (&u32, &Duration)| {
            now.saturating_sub(before.threads.get(thread).copied().unwrap_or_default())
        };
        let exact: Duration = self.threads.iter().map(used).sum();
        let ticks = (self.user + self.system).saturating_sub(before.user + before.system);
        ensure!(
            ticks.saturating_sub(exact) <= ACCOUNTS + exact / 20,
            "threads that ended have used {:?} of {ticks:?}",
            ticks.saturating_sub(exact)
        );
        Ok(exact)
    }

    /// The share of the kernel (0 to 1) in what was used after `before`, to the tick.
    #[must_use]
    pub fn kernel_share(&self, before: &Self) -> f64 {
        let user = self.user.saturating_sub(before.user).as_secs_f64();
        let system = self.system.saturating_sub(before.system).as_secs_f64();
        if system > 0.0 { system / (user + system) } else { 0.0 }
    }
}

/// User and system time: the 14th and 15th field; the 2nd, a name in parentheses, may hold blanks.
fn ticks(stat: &str) -> Option<(Duration, Duration)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || {
        let ticks: u64 = fields.next()?.parse().ok()?;
        Some(Duration::from_millis(ticks * 1_000 / USER_HZ))
    };
    Some((next()?, next()?))
}

/// The time on a processor: the first number.
fn nanos(schedstat: &str) -> Option<Duration> {
    schedstat.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpu(threads: &[(u32, u64)], ticks: u64) -> Cpu {
        let threads = threads.iter().map(|(id, ms)| (*id, Duration::from_millis(*ms))).collect();
        Cpu { threads, user: Duration::from_millis(ticks), system: Duration::ZERO }
    }

    #[test]
    fn threads_that_came_count_whole_and_those_that_slept_not_at_all() {
        let before = cpu(&[(1, 500), (2, 70)], 570);
        let after = cpu(&[(1, 900), (2, 70), (3, 30)], 1_000);
        assert_eq!(after.since(&before).unwrap(), Duration::from_millis(430));
    }

    #[test]
    fn much_time_of_threads_that_ended_is_an_error() {
        let before = cpu(&[(1, 500), (2, 70)], 570);
        assert!(cpu(&[(1, 900)], 990).since(&before).is_ok());
        assert!(cpu(&[(1, 900)], 1_500).since(&before).is_err());
    }

    #[test]
    fn the_share_of_the_kernel_is_that_of_the_ticks_after_the_former_reading() {
        let before = cpu(&[], 400);
        let mut after = cpu(&[], 500);
        assert!(after.kernel_share(&before).abs() < 1e-9);
        after.system = Duration::from_millis(300);
        assert!((after.kernel_share(&before) - 0.75).abs() < 1e-9);
    }

    #[test]
    fn the_fields_of_the_kernel_are_found_behind_any_name() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 3 0 1 1";
        assert_eq!(ticks(stat), Some((Duration::from_millis(2_500), Duration::from_millis(500))));
        assert_eq!(nanos("1500 20 3\n"), Some(Duration::from_nanos(1_500)));
    }

    #[test]
    fn the_own_processor_time_grows_with_work() {
        let before = Cpu::of("self").unwrap();
        let mut sum = 0_u64;
        while Cpu::of("self").unwrap().since(&before).unwrap() < Duration::from_millis(5) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(sum > 0);
    }
}

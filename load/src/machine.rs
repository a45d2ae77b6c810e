//! What the machine is, and what else it was doing.

use anyhow::Context as _;

use crate::Program;
use crate::cpu::{Cpu, USER_HZ};

/// The machine a report was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The model of its processor.
    pub processor: String,
    /// Processors that the system sees.
    pub cores: usize,
}

impl Machine {
    /// This one.
    #[must_use]
    pub fn this() -> Self {
        let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = text.lines().find(|line| line.starts_with("model name"));
        let model = model.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, m)| m);
        let cores = text.lines().filter(|line| line.starts_with("processor")).count();
        Self { processor: model.to_owned(), cores }
    }
}

/// Watches how much processor time went to programs other than ours.
#[derive(Debug)]
pub struct Watch {
    busy: f64,
    idle: f64,
    ours: Vec<Cpu>,
}

impl Watch {
    /// Starts watching; `ours` are the programs under test.
    ///
    /// # Errors
    /// Without `/proc/stat`, or when a program has ended.
    pub fn start(ours: &[&Program]) -> anyhow::Result<Self> {
        let (busy, idle) = jiffies()?;
        Ok(Self { busy, idle, ours: cpu_of(ours)? })
    }

    /// The share of the whole machine (0 to 1) that other programs took since the start.
    ///
    /// # Errors
    /// As [`Watch::start`].
    pub fn others(&self, ours: &[&Program]) -> anyhow::Result<f64> {
        let (busy, idle) = jiffies()?;
        let all = (busy - self.busy) + (idle - self.idle);
        let mut our_part = 0.0;
        for (now, before) in cpu_of(ours)?.iter().zip(&self.ours) {
            our_part += now.since(before)?.as_secs_f64() * USER_HZ as f64;
        }
        Ok(((busy - self.busy - our_part) / all.max(1.0)).max(0.0))
    }
}

/// Of this process and the programs.
fn cpu_of(programs: &[&Program]) -> anyhow::Result<Vec<Cpu>> {
    let own = std::iter::once(Cpu::of("self"));
    own.chain(programs.iter().map(|program| program.cpu())).collect()
}

fn jiffies() -> anyhow::Result<(f64, f64)> {
    let text = std::fs::read_to_string("/proc/stat").context("/proc/stat")?;
    busy_and_idle(&text).context("/proc/stat has a line for all processors")
}

/// Of the first line: user, nice, system, idle, iowait, irq, softirq, steal.
fn busy_and_idle(text: &str) -> Option<(f64, f64)> {
    let numbers: Vec<f64> = text
        .lines()
        .next()?
        .strip_prefix("cpu ")?
        .split_whitespace()
        .map_while(|number| number.parse().ok())
        .take(8)
        .collect();
    let idle = numbers.get(3)? + numbers.get(4)?;
    Some((numbers.iter().sum::<f64>() - idle, idle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_the_disk_is_idle_and_stolen_time_is_busy() {
        let text = "cpu  10 1 5 100 20 1 2 3 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n";
        assert_eq!(busy_and_idle(text), Some((22.0, 120.0)));
        assert_eq!(busy_and_idle("intr 5"), None);
    }
}

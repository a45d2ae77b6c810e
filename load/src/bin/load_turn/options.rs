//! The command line of the TURN load.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use load::BenchOptions;

/// Measures what relaying costs and prints a report. `cargo xtask bench turn` builds everything
/// and names the programs.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) bench: BenchOptions<Part>,
    /// The `turnserver` of coturn.
    #[arg(long)]
    pub(crate) coturn: PathBuf,
    /// Seconds of one window of a round; every program has two windows in a round.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(crate) window: u32,
    /// Packets per second, of all allocations and both ways.
    #[arg(long, default_value_t = 40_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub(crate) rate: u32,
    /// Microseconds of packets that are sent at once.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(50..=1_000))]
    pub(crate) slice: u32,
    /// Numbers of allocations.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 1_000])]
    pub(crate) allocations: Vec<usize>,
    /// Bytes of a payload.
    #[arg(long, value_delimiter = ',', default_values_t = [200, 1_000])]
    pub(crate) payloads: Vec<u16>,
    /// Packets of a video frame, for the load that comes in frames of the longest payload.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=60))]
    pub(crate) frame: u32,
}

/// One of the three measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Processor time per relayed packet.
    Relay,
    /// Processor time per allocation cycle.
    Cycles,
    /// Memory per allocation.
    Memory,
}

impl Options {
    /// Payloads, and how many of them come together.
    pub(crate) fn loads(&self) -> Vec<(u16, u32)> {
        let smooth = self.payloads.iter().map(|payload| (*payload, 1));
        let frames = self.payloads.iter().max().map(|payload| (*payload, self.frame));
        smooth.chain(frames).collect()
    }

    pub(crate) fn window(&self) -> Duration {
        Duration::from_secs(self.window.into())
    }
}

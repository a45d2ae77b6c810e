//! The command line of the load.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use load::BenchOptions;

/// Measures what signalling costs and prints a report. `cargo xtask bench call` builds
/// everything and names the programs.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) bench: BenchOptions<Part>,
    /// The folder of the reference server on Node.
    #[arg(long)]
    pub(crate) node_folder: PathBuf,
    /// Seconds of one window of a round; six windows are a round.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(crate) window: u32,
    /// Candidates per second, of all participants.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub(crate) candidates: u32,
    /// Requests per second, over all connections.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub(crate) requests: u32,
}

/// One of the four measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Latency from `call:initiate` to `call:incoming`.
    Ring,
    /// `GET /api/calls/:callId` beside bare axum.
    Details,
    /// Relayed candidates beside socket.io on Node.
    Relay,
    /// Memory per idle socket.
    Idle,
}

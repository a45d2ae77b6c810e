//! The command line of the SFU load.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use load::BenchOptions;

/// Measures what forwarding costs and prints a report. `cargo xtask bench sfu` builds everything
/// and names the programs.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) bench: BenchOptions<Part>,
    /// Debian's Janus; left out when not given, and where more than 50 listen.
    #[arg(long)]
    pub(crate) janus: Option<PathBuf>,
    /// Threads of Janus that share all connections; 0 for one thread each, its default.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=8))]
    pub(crate) janus_event_loops: u32,
    /// Seconds of one window of a round; every program has two windows in a round.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(crate) window: u32,
    /// Numbers of listeners, and packets of each of the four pictures per second.
    #[arg(long, value_delimiter = ',', value_parser = size, default_values = ["20x260", "100x60"])]
    pub(crate) sizes: Vec<Size>,
    /// Bytes of a payload of a picture.
    #[arg(long, default_value_t = 1_150, value_parser = clap::value_parser!(u16).range(100..=1_190))]
    pub(crate) payload: u16,
    /// Largest number of participants of the memory measurement, in calls of twenty.
    #[arg(long, default_value_t = 440, value_parser = clap::value_parser!(u32).range(60..=2_000))]
    pub(crate) participants: u32,
}

/// One of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Processor time per forwarded packet, and added latency.
    Forward,
    /// The highest rate of one core without loss.
    Ladder,
    /// Memory per participant.
    Memory,
    /// From joining to the first picture.
    Join,
    /// From a request to the first packet of another layer.
    Switch,
}

/// One size of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Who only listen.
    pub(crate) listeners: u16,
    /// Packets per second of one picture.
    pub(crate) rate: u32,
}

fn size(text: &str) -> Result<Size, String> {
    let (listeners, rate) = text.split_once('x').ok_or("as in 20x260")?;
    let listeners = listeners.parse().map_err(|_| "a number of listeners")?;
    let rate = rate.parse().map_err(|_| "packets per second")?;
    Ok(Size { listeners, rate })
}

impl Options {
    pub(crate) fn window(&self) -> Duration {
        Duration::from_secs(self.window.into())
    }
}

//! Memory per allocation: the slope of resident memory.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use load::slope;
use load::turn::{Ask, Kind, Lines, Room};

use crate::bench::{Bench, say};

/// Numbers of allocations: many, for the allocator takes and gives back memory by 4 MB, which is what
/// thousands of ours take.
const STEPS: [usize; 6] = [1_000, 2_000, 4_000, 6_000, 8_000, 12_000];
/// Each with two permissions and a channel.
const OPEN: [Ask; 4] = [Ask::Challenge, Ask::Allocate, Ask::TwoPermissions, Ask::Channel];
/// Allocations that are made at a time.
const AT_ONCE: usize = 8;
/// How long a server may come to rest before its memory is read.
const REST: Duration = Duration::from_millis(1_500);

impl Bench<'_> {
    pub(crate) fn memory(&mut self) -> anyhow::Result<()> {
        for (kind, name, goal) in [(Kind::Ours, "ours", Some(2.0)), (Kind::Coturn, "coturn", None)]
        {
            say(&format!("Memory: {name}."));
            let server = self.programs.start(kind, &format!("memory-{name}"), Room::Raised)?;
            let watching = load::Watch::start(&[&server.program])?;
            let mut lines = Lines::new(server.turn, server.credentials())?;
            let peer: SocketAddr = "127.0.1.1:50000".parse()?;
            let mut points = Vec::with_capacity(STEPS.len());
            for step in STEPS {
                let there = lines.all.len();
                lines.open(step, &[peer])?;
                lines.carry_out(&OPEN, there..step, AT_ONCE).context("making allocations")?;
                std::thread::sleep(REST);
                points.push((step as f64, server.program.resident()? as f64));
            }
            self.report.others(&format!("memory, {name}"), watching.others(&[&server.program])?);
            let each = slope(&points).context("points")? / 1e3;
            match goal {
                Some(goal) => self.report.at_most("Memory per allocation", each, goal, "kB"),
                None => self.report.plain("The same of coturn", each, "kB"),
            }
            let points =
                points.iter().map(|(count, bytes)| format!("{count} {:.1} MB", bytes / 1e6));
            let points = points.collect::<Vec<_>>().join(", ");
            self.report.note(&format!(
                "Memory, {name}: slope of the resident memory of the process at {points} \
                 allocations, each of a user of its own with two permissions and a channel; what \
                 the kernel keeps for the sockets is not in it"
            ));
        }
        Ok(())
    }
}

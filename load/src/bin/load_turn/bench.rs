//! The three measurements, one after the other, and what they share.

use anyhow::Context as _;
use load::report::Report;
use load::turn::{Kind, Programs, Room, Server};
use load::{Rounds, Watch, median};

use crate::options::{Options, Part};

/// Our server, coturn, the floor program, and a second process of our server.
pub(crate) const OURS: usize = 0;
pub(crate) const COTURN: usize = 1;
pub(crate) const CONTROL: usize = 3;

/// What every part gets.
pub(crate) struct Bench<'a> {
    pub(crate) options: &'a Options,
    pub(crate) programs: Programs,
    pub(crate) report: Report,
}

/// Runs the parts that are wanted.
///
/// # Errors
/// When a program does not do what it should; then there is no report.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir().context("a temporary folder")?;
    let programs = Programs {
        server: options.bench.server.clone(),
        floor: options.bench.floor.clone(),
        coturn: options.coturn.clone(),
        folder: folder.path().to_owned(),
    };
    let report = Report::new("cargo xtask bench turn", &options.bench.profile);
    let mut bench = Bench { options, programs, report };
    if options.bench.wants(&Part::Relay) {
        bench.relay().context("relaying")?;
    }
    if options.bench.wants(&Part::Cycles) {
        bench.cycles().context("allocation cycles")?;
    }
    if options.bench.wants(&Part::Memory) {
        bench.memory().context("memory")?;
    }
    Ok(bench.report)
}

impl Bench<'_> {
    /// All four programs, in the order of their numbers.
    pub(crate) fn start_all(&self, name: &str, room: Room) -> anyhow::Result<[Server; 4]> {
        let start =
            |kind, suffix: &str| self.programs.start(kind, &format!("{name}-{suffix}"), room);
        Ok([
            start(Kind::Ours, "ours")?,
            start(Kind::Coturn, "coturn")?,
            start(Kind::Floor, "floor")?,
            start(Kind::Ours, "control")?,
        ])
    }

    /// Tells how quiet the machine was.
    pub(crate) fn tell_others(
        &mut self,
        part: &str,
        watch: &Watch,
        servers: &[Server],
    ) -> anyhow::Result<()> {
        self.report.others(part, watch.others(&of(servers))?);
        Ok(())
    }
}

/// Starts watching the machine.
pub(crate) fn watch(servers: &[Server]) -> anyhow::Result<Watch> {
    Watch::start(&of(servers))
}

fn of(servers: &[Server]) -> Vec<&load::Program> {
    servers.iter().map(|server| &server.program).collect()
}

/// The median of one program's rounds.
pub(crate) fn cost<const PROGRAMS: usize>(
    rounds: &Rounds<PROGRAMS>,
    program: usize,
) -> anyhow::Result<f64> {
    median(&rounds.costs[program]).context("no rounds")
}

pub(crate) fn say(sentence: &str) {
    println!("{sentence}");
}

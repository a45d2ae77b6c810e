//! The measurements, one after the other, and what they share.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use load::report::Report;
use load::sfu::{Picture, Programs};
use load::{Group, copy_folder};
use tokio::runtime::Runtime;

use crate::options::{Options, Part};

/// Who send.
pub(crate) const PUBLISHERS: usize = 4;
/// Pictures per second.
pub(crate) const FRAMES: u32 = 30;

/// What every part gets.
pub(crate) struct Bench<'a> {
    pub(crate) options: &'a Options,
    pub(crate) programs: Programs,
    pub(crate) report: Report,
    /// Signalling runs there, while media and measuring have threads of their own.
    pub(crate) runtime: Runtime,
    /// The beginning of the program.
    pub(crate) origin: Instant,
    folders: u32,
}

/// Runs the parts that are wanted.
///
/// # Errors
/// When there is nothing to measure with. A part that fails is told in the report.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir().context("a temporary folder")?;
    let programs = Programs {
        server: options.bench.server.clone(),
        floor: options.bench.floor.clone(),
        janus: options.janus.clone().unwrap_or_default(),
        folder: folder.path().to_owned(),
    };
    let report = Report::new("cargo xtask bench sfu", &options.bench.profile);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let origin = Instant::now();
    let mut bench = Bench { options, programs, report, runtime, origin, folders: 0 };
    for size in &options.sizes {
        let name = format!("forwarding to {} listeners", size.listeners);
        bench.part(Part::Forward, &name, |bench| bench.forward(*size));
    }
    if options.bench.wants(&Part::Forward) {
        bench.tell_forwarding();
    }
    bench.part(Part::Ladder, "the ladder", Bench::ladder);
    bench.part(Part::Memory, "memory", Bench::memory);
    bench.part(Part::Join, "joining", Bench::join);
    bench.part(Part::Switch, "switching layers", Bench::switch);
    Ok(bench.report)
}

impl Bench<'_> {
    fn part(
        &mut self,
        part: Part,
        name: &str,
        measure: impl FnOnce(&mut Self) -> anyhow::Result<()>,
    ) {
        if self.options.bench.wants(&part)
            && let Err(error) = measure(self)
        {
            self.report.failed(name, &error);
        }
    }

    /// A data folder with these groups, and so many copies of it.
    pub(crate) fn groups(
        &mut self,
        sizes: &[usize],
        copies: usize,
    ) -> anyhow::Result<(Vec<Group>, Vec<PathBuf>)> {
        self.folders += 1;
        let base = self.programs.folder.join(format!("people-{}", self.folders));
        std::fs::create_dir(&base)?;
        let groups = self.runtime.block_on(Group::settle(&base, sizes))?;
        let copies = (0..copies).map(|copy| {
            let folder = self.programs.folder.join(format!("data-{}-{copy}", self.folders));
            copy_folder(&base, &folder)?;
            anyhow::Ok(folder)
        });
        Ok((groups, copies.collect::<Result<_, _>>()?))
    }

    /// One layer with so many packets per second.
    pub(crate) fn picture(&self, rate: u32) -> Picture {
        Picture { rid: None, size: (640, 360), rate, payload: self.options.payload.into() }
    }
}

pub(crate) fn say(sentence: &str) {
    println!("{sentence}");
}

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
/// When a program does not do what it should; then there is no report.
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
    if options.bench.wants(&Part::Forward) {
        bench.forward().context("forwarding")?;
    }
    if options.bench.wants(&Part::Ladder) {
        bench.ladder().context("the ladder")?;
    }
    if options.bench.wants(&Part::Memory) {
        bench.memory().context("memory")?;
    }
    if options.bench.wants(&Part::Join) {
        bench.join().context("joining")?;
    }
    if options.bench.wants(&Part::Switch) {
        bench.switch().context("switching layers")?;
    }
    Ok(bench.report)
}

impl Bench<'_> {
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

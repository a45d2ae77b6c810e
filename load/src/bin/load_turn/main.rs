//! `cargo xtask bench turn`: what relaying costs.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]

mod bench;
mod cycles;
mod memory;
mod options;
mod relay;

use anyhow::{Context as _, ensure};
use clap::Parser as _;
use load::Machine;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::options::Options;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    ensure!(Machine::this().cores >= 2, "the server and the load need a core each");
    // Thousands of clients have a socket each; the programs under test inherit this.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).context("the limit of open files")?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("the limit of open files")?;
    let report = bench::run(&options)?;
    let date = chrono::Utc::now().format("%F").to_string();
    println!("\n{}", report.markdown(&date));
    if let Some(file) = &options.bench.write {
        report.write_into(file, "bench turn", &date)?;
        println!("Written to {}.", file.display());
    }
    Ok(())
}

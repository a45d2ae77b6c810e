//! `cargo xtask bench call`: what signalling costs.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]

mod bench;
mod options;

use anyhow::ensure;
use clap::Parser as _;
use load::Machine;

use crate::options::Options;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    ensure!(Machine::this().cores >= 2, "the server and the load need a core each");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(bench::run(&options))?;
    let date = chrono::Utc::now().format("%F").to_string();
    println!("\n{}", report.markdown(&date));
    if let Some(file) = &options.bench.write {
        report.write_into(file, "bench call", &date)?;
        println!("Written to {}.", file.display());
    }
    Ok(())
}

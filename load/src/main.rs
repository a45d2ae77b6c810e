//! `cargo xtask bench call`: what signalling costs.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]

mod bench;
mod options;

use clap::Parser as _;

use crate::options::Options;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    load::run_benchmark("bench call", &options.bench, || runtime.block_on(bench::run(&options)))
}

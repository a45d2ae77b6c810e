//! `cargo xtask bench turn`: what relaying costs.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]

mod bench;
mod cycles;
mod memory;
mod options;
mod relay;

use clap::Parser as _;

use crate::options::Options;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    load::open_many_files()?;
    load::run_benchmark("bench turn", &options.bench, || bench::run(&options))
}

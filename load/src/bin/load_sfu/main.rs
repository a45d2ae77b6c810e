//! `cargo xtask bench sfu`: what forwarding costs.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]

mod bench;
mod forward;
mod join;
mod ladder;
mod memory;
mod options;
mod stage;

use clap::Parser as _;

use crate::options::Options;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    load::open_many_files()?;
    load::run_benchmark("bench sfu", &options.bench, || bench::run(&options))
}

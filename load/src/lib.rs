//! What the benchmarks share: programs under load, clients that load them, statistics.
//!
//! | module | what |
//! |---|---|
//! | `people` | accounts, conversations and access tokens of a load run, put straight into the store |
//! | `api` | accounts and conversations made over the real API |
//! | `program` | a server process on its own core: its address, processor time, memory |
//! | `cpu` | processor time of a process |
//! | `socket` | a small Engine.IO and Socket.IO client over WebSocket |
//! | `http` | `GET` requests at a fixed rate over kept connections |
//! | `rounds` | interleaved rounds of programs and a control, their ratios |
//! | `stats` | medians, spreads, slopes, latency percentiles |
//! | `machine` | what else the machine was doing |
//! | `ring`, `relay`, `idle`, `details` | the four measurements of `bench call` |
//! | `sfu` | clients, rooms and servers of `bench sfu` |
//! | `turn` | clients, peers and servers of `bench turn` |
//! | `bench_options` | what the command lines of the benchmarks have in common |
//! | `benchmark` | what they do around their measurements |
//! | `report` | the report, and its place in the documentation |
//!
//! Invariant: processor time, not wall time, is compared; everything is bounded in count and
//! time; equal work is proven by counting what arrived.

mod api;
mod bench_options;
mod benchmark;
mod cpu;
mod http;
mod machine;
mod people;
mod program;
mod rounds;
mod socket;
mod stats;

pub mod details;
pub mod idle;
pub mod relay;
pub mod report;
pub mod ring;
pub mod sfu;
pub mod turn;

pub use api::{Account, converse, find, register};
pub use bench_options::BenchOptions;
pub use benchmark::{open_many_files, run_benchmark};
pub use cpu::Cpu;
pub use http::{Requests, Served};
pub use machine::{Machine, Watch};
pub use people::{Group, Pair, People, Person, copy_folder};
pub use program::{Command, Program, free_address};
pub use rounds::{Comparison, Rounds, Which, Window, interleave, interleave_all};
pub use socket::{Packet, Socket};
pub use stats::{Latency, Spread, median, slope};

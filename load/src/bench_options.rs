//! The part of the command line that all benchmarks share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What is compared, how often, and where the report goes. `P` names the parts of a benchmark.
#[derive(Debug, Clone, Args)]
pub struct BenchOptions<P: ValueEnum + Clone + Send + Sync + 'static> {
    /// The server program.
    #[arg(long)]
    pub server: PathBuf,
    /// The floor program: the least that the work could cost.
    #[arg(long)]
    pub floor: PathBuf,
    /// The profile that the server and the floor program were built with; told in the report.
    #[arg(long)]
    pub profile: String,
    /// Quickly built programs; told in the report by their profile.
    #[arg(long)]
    pub quick: bool,
    /// Only these parts.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<P>,
    /// Interleaved rounds of every comparison.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
    /// The Markdown file that holds the report.
    #[arg(long)]
    pub write: Option<PathBuf>,
}

impl<P: ValueEnum + Clone + PartialEq + Send + Sync + 'static> BenchOptions<P> {
    /// Whether a part is measured: without `--only` every one is.
    #[must_use]
    pub fn wants(&self, part: &P) -> bool {
        self.only.is_empty() || self.only.contains(part)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
    enum Part {
        Forward,
        Join,
    }

    #[derive(Debug, Parser)]
    struct Options {
        #[command(flatten)]
        bench: BenchOptions<Part>,
    }

    fn parsed(more: &[&str]) -> BenchOptions<Part> {
        let always = ["bench", "--server", "s", "--floor", "f", "--profile", "quick"];
        Options::try_parse_from(always.iter().chain(more)).unwrap().bench
    }

    #[test]
    fn without_a_choice_every_part_is_measured_and_with_one_only_those() {
        let all = parsed(&[]);
        assert!(all.wants(&Part::Forward) && all.wants(&Part::Join));
        assert_eq!((all.rounds, all.quick, all.write), (8, false, None));
        let one = parsed(&["--only", "join", "--rounds", "2"]);
        assert!(!one.wants(&Part::Forward) && one.wants(&Part::Join));
        assert_eq!(one.rounds, 2);
    }
}

//! What a benchmark does around its measurements.

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::report::Report;
use crate::{BenchOptions, Machine};

/// Measures, prints the report, and puts it into the file that was named, between the comments
/// `<!-- NAME: … -->` and `<!-- end of NAME -->`.
///
/// # Errors
/// When the machine has one core only, when measuring fails, or when the report cannot be put
/// there. A report of which parts failed is printed and written all the same.
#[expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]
pub fn run_benchmark<P: ValueEnum + Clone + Send + Sync + 'static>(
    name: &str,
    options: &BenchOptions<P>,
    measure: impl FnOnce() -> anyhow::Result<Report>,
) -> anyhow::Result<()> {
    ensure!(Machine::this().cores >= 2, "the server and the load need a core each");
    let report = measure()?;
    let date = chrono::Utc::now().format("%F").to_string();
    println!("\n{}", report.markdown(&date));
    if let Some(file) = &options.write {
        report.write_into(file, name, &date)?;
        println!("Written to {}.", file.display());
    }
    let failures = report.failures();
    ensure!(failures.is_empty(), "not measured: {}", failures.join(", "));
    Ok(())
}

/// Lets this program, and those that it starts from now on, open as many files as the system lets
/// it: hundreds and thousands of clients have sockets of their own.
///
/// # Errors
/// When the system refuses.
pub fn open_many_files() -> anyhow::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).context("the limit of open files")?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("the limit of open files")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_open_files_is_the_most_that_is_allowed() {
        open_many_files().unwrap();
        let (now, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        assert_eq!(now, most);
    }
}

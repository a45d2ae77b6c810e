//! Named steps, with their times and a closing line.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How a stage ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// The reason, already shown in full when it happened.
    Failed(String),
    /// Nothing was tested; the reason is always shown.
    Skipped(String),
}

/// The stages run so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
}

impl Report {
    /// Runs one stage and keeps its outcome; a failure does not stop the next stage.
    pub(crate) fn stage(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> anyhow::Result<Outcome>,
    ) {
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = work();
        self.keep(name, start.elapsed(), outcome);
    }

    /// Keeps the outcome of a stage that ran elsewhere, and shows what it printed.
    pub(crate) fn ended(
        &mut self,
        name: &'static str,
        time: Duration,
        ran: anyhow::Result<(Outcome, String)>,
    ) {
        println!("\n=== {name}");
        let outcome = ran.map(|(outcome, printed)| {
            print!("{printed}");
            outcome
        });
        self.keep(name, time, outcome);
    }

    fn keep(&mut self, name: &'static str, time: Duration, outcome: anyhow::Result<Outcome>) {
        let outcome = outcome.unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        match &outcome {
            Outcome::Passed => {}
            Outcome::Failed(reason) => println!("{name} FAILED: {reason}"),
            Outcome::Skipped(reason) => println!("{name} SKIPPED: {reason}"),
        }
        self.entries.push(Entry { name, outcome, time });
    }

    /// Prints the table and the closing line; the exit code fails when a stage failed.
    pub(crate) fn close(&self) -> ExitCode {
        print!("\n{}", self.table());
        if self.count(|outcome| matches!(outcome, Outcome::Failed(_))) == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn table(&self) -> String {
        let mut text = String::new();
        for Entry { name, outcome, time } in &self.entries {
            let (word, reason) = match outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Failed(reason) => ("FAILED", first_line(reason)),
                Outcome::Skipped(reason) => ("skipped", first_line(reason)),
            };
            let line = format!("{name:<12} {word:<8} {:>7.1} s  {reason}", time.as_secs_f64());
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed));
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let _ = writeln!(text, "\n{passed} passed, {failed} failed, {skipped} skipped");
        text
    }

    fn count(&self, which: impl Fn(&Outcome) -> bool) -> usize {
        self.entries.iter().filter(|entry| which(&entry.outcome)).count()
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_counted_once_and_a_skip_says_why() {
        let mut report = Report::default();
        report.stage("one", || Ok(Outcome::Passed));
        report.stage("two", || anyhow::bail!("it broke"));
        report.stage("three", || Ok(Outcome::Skipped("no such program".into())));
        let table = report.table();
        assert!(table.ends_with("\n1 passed, 1 failed, 1 skipped\n"), "{table}");
        assert!(table.contains("no such program"), "{table}");
        assert_eq!(report.close(), ExitCode::FAILURE);
    }

    #[test]
    fn a_skip_alone_does_not_fail_the_run() {
        let mut report = Report::default();
        report.stage("one", || Ok(Outcome::Skipped("not here".into())));
        assert_eq!(report.close(), ExitCode::SUCCESS);
    }
}

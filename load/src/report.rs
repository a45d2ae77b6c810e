//! The report of a benchmark in Markdown, and its place in the documentation.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::{Comparison, Latency, Machine};

/// The machine counts as quiet up to this share of it taken by other programs.
pub const QUIET: f64 = 0.03;

/// One figure and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    what: String,
    measured: String,
    goal: String,
    verdict: &'static str,
}

/// What was measured, where, and how quietly.
#[derive(Debug)]
pub struct Report {
    command: String,
    profile: String,
    machine: Machine,
    figures: Vec<Figure>,
    notes: Vec<String>,
    others: Vec<(String, f64)>,
    /// Parts that could not be measured.
    failed: Vec<String>,
}

impl Report {
    /// An empty one. `command` repeats it; `profile` is how the server was built.
    #[must_use]
    pub fn new(command: &str, profile: &str) -> Self {
        Self {
            command: command.to_owned(),
            profile: profile.to_owned(),
            machine: Machine::this(),
            figures: Vec::new(),
            notes: Vec::new(),
            others: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// A figure that should not exceed its goal.
    pub fn at_most(&mut self, what: &str, measured: f64, goal: f64, unit: &str) {
        self.figures.push(Figure {
            what: what.to_owned(),
            measured: shown(measured, unit),
            goal: format!("<= {}", shown(goal, unit)),
            verdict: if measured <= goal { "met" } else { "missed" },
        });
    }

    /// A figure that should not be below its goal.
    pub fn at_least(&mut self, what: &str, measured: f64, goal: f64, unit: &str) {
        self.figures.push(Figure {
            what: what.to_owned(),
            measured: shown(measured, unit),
            goal: format!(">= {}", shown(goal, unit)),
            verdict: if measured >= goal { "met" } else { "missed" },
        });
    }

    /// A ratio of two programs that should not exceed its goal; infinity for none. Void when the
    /// control differs.
    pub fn ratio(&mut self, what: &str, compared: &Comparison, goal: f64) -> anyhow::Result<()> {
        let ratio = compared.spread().context("no rounds")?;
        let control = compared.control_spread().context("no rounds")?;
        let verdict = match compared.is_valid() {
            true if ratio.median <= goal => "met",
            true => "missed",
            false => "VOID",
        };
        self.figures.push(Figure {
            what: what.to_owned(),
            measured: format!("{:.2}x", ratio.median),
            goal: if goal.is_finite() { format!("<= {goal:.2}x") } else { String::new() },
            verdict: if goal.is_finite() || !compared.is_valid() { verdict } else { "" },
        });
        let rounds = compared.subject.len();
        self.note(&format!(
            "{what}: {ratio} over {rounds} rounds; two processes of the same server {control}{}",
            if compared.is_valid() { "" } else { ", which is beyond +-3 %: the ratio is void" }
        ));
        Ok(())
    }

    /// A figure without a goal.
    pub fn plain(&mut self, what: &str, measured: f64, unit: &str) {
        self.figures.push(Figure {
            what: what.to_owned(),
            measured: shown(measured, unit),
            goal: String::new(),
            verdict: "",
        });
    }

    /// Percentiles, each with its goal in milliseconds when there is one.
    pub fn latency(&mut self, what: &str, latency: &Latency, goals: [Option<f64>; 2]) {
        for (percent, goal) in [50, 99].into_iter().zip(goals) {
            let ms = latency.percentile(percent).as_secs_f64() * 1e3;
            let what = format!("{what}, p{percent}");
            match goal {
                Some(goal) => self.at_most(&what, ms, goal, "ms"),
                None => self.plain(&what, ms, "ms"),
            }
        }
    }

    /// A sentence below the table.
    pub fn note(&mut self, sentence: &str) {
        self.notes.push(sentence.to_owned());
    }

    /// Tells that a part could not be measured, and why. The other parts stand.
    pub fn failed(&mut self, part: &str, error: &anyhow::Error) {
        self.note(&format!("NOT MEASURED: {part}: {error:#}"));
        self.failed.push(part.to_owned());
    }

    /// Parts that could not be measured.
    #[must_use]
    pub fn failures(&self) -> &[String] {
        &self.failed
    }

    /// The share of the machine that other programs took during a part.
    pub fn others(&mut self, part: &str, share: f64) {
        self.others.push((part.to_owned(), share));
    }

    /// The report. `date` as `2026-01-31`.
    #[must_use]
    pub fn markdown(&self, date: &str) -> String {
        let Machine { processor, cores } = &self.machine;
        let most = self.others.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        let quiet = if most <= QUIET { "quiet" } else { "NOT quiet, measure again" };
        let mut text = format!(
            "`{}` on {date}: profile `{}`, {processor}, {cores} cores, server on one, load on \
             another. The machine was {quiet}: other programs took",
            self.command, self.profile
        );
        let shares =
            self.others.iter().map(|(part, share)| format!(" {:.1} % ({part})", share * 100.0));
        text.push_str(&shares.collect::<Vec<_>>().join(","));
        text.push_str(".\n\n| what | measured | goal | |\n|---|---|---|---|\n");
        for Figure { what, measured, goal, verdict } in &self.figures {
            let _ = writeln!(text, "| {what} | {measured} | {goal} | {verdict} |");
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "- {note}.");
        }
        text
    }

    /// Puts the report in the place of the former one in a Markdown file, between the comments
    /// `<!-- NAME: … -->` and `<!-- end of NAME -->`.
    ///
    /// # Errors
    /// When the file or the comments are not there.
    pub fn write_into(&self, file: &Path, name: &str, date: &str) -> anyhow::Result<()> {
        let former = std::fs::read_to_string(file).context("the file to write the report to")?;
        let text = replaced(&former, name, &self.markdown(date))?;
        std::fs::write(file, text).context("the report cannot be written")
    }
}

fn shown(number: f64, unit: &str) -> String {
    if number >= 100.0 { format!("{number:.0} {unit}") } else { format!("{number:.2} {unit}") }
}

fn replaced(former: &str, name: &str, report: &str) -> anyhow::Result<String> {
    let (before, rest) =
        former.split_once(&format!("<!-- {name}:")).context("the place has a beginning")?;
    let (comment, rest) = rest.split_once("-->\n").context("the comment has an end")?;
    let end = format!("<!-- end of {name} -->");
    let (_, after) = rest.split_once(&end).context("the place has an end")?;
    ensure!(!after.contains(&end), "the place ends once");
    Ok(format!("{before}<!-- {name}:{comment}-->\n{report}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(subject: f64, control: f64) -> Comparison {
        Comparison { subject: vec![subject; 8], reference: vec![4.0; 8], control: vec![control; 8] }
    }

    #[test]
    fn a_goal_is_met_missed_or_void() {
        let mut report = Report::new("cargo xtask bench x", "release");
        report.at_most("fast", 1.0, 3.0, "ms");
        report.at_most("slow", 4.0, 3.0, "ms");
        report.ratio("cheap", &comparison(1.0, 1.0), 0.25).unwrap();
        report.ratio("unsure", &comparison(1.0, 1.1), 0.25).unwrap();
        let text = report.markdown("2026-01-31");
        assert!(text.contains("| fast | 1.00 ms | <= 3.00 ms | met |"), "{text}");
        assert!(text.contains("| slow | 4.00 ms | <= 3.00 ms | missed |"), "{text}");
        assert!(text.contains("| cheap | 0.25x | <= 0.25x | met |"), "{text}");
        assert!(text.contains("| unsure | 0.25x | <= 0.25x | VOID |"), "{text}");
        assert!(text.contains("the ratio is void"), "{text}");
    }

    #[test]
    fn a_disturbed_machine_is_told() {
        let mut report = Report::new("x", "release");
        report.others("relay", 0.01);
        assert!(report.markdown("").contains("was quiet: other programs took 1.0 % (relay)."));
        report.others("memory", 0.4);
        assert!(report.markdown("").contains("NOT quiet"));
    }

    #[test]
    fn a_report_takes_the_place_of_the_former_one() {
        let former = "# A\n<!-- call: by x -->\nold\n<!-- end of call -->\nrest\n";
        let text = replaced(former, "call", "new\n").unwrap();
        assert_eq!(text, "# A\n<!-- call: by x -->\nnew\n<!-- end of call -->\nrest\n");
        assert_eq!(replaced(&text, "call", "new\n").unwrap(), text);
        assert!(replaced(former, "turn", "new\n").is_err());
    }
}

//! What was found, one line for each check.

use std::fmt;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    Failed,
    /// There was nothing to check.
    Skipped,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) check: &'static str,
    pub(crate) outcome: Outcome,
    /// What was seen, and what to do about it when it is not well.
    pub(crate) text: String,
}

/// All lines, in the order of the checks.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Finding>);

impl Finding {
    pub(crate) fn new(check: &'static str, outcome: Outcome, text: impl Into<String>) -> Self {
        Self { check, outcome, text: text.into() }
    }

    pub(crate) fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Outcome::Ok, text)
    }

    pub(crate) fn warning(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Outcome::Warning, text)
    }

    pub(crate) fn failed(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Outcome::Failed, text)
    }

    pub(crate) fn skipped(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Outcome::Skipped, text)
    }
}

impl Report {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.0.extend(findings);
    }

    /// Whether no check failed; warnings do not count.
    pub(crate) fn is_well(&self) -> bool {
        self.0.iter().all(|finding| finding.outcome != Outcome::Failed)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {:<16} {}", self.outcome, self.check, self.text)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_line_for_each_check_and_only_a_failure_makes_it_bad() {
        let mut report = Report::default();
        report.add(Finding::ok("socket", "open"));
        report.add(Finding::warning("clock", "6 s apart"));
        report.add(Finding::skipped("TURN over TLS", "no certificate"));
        assert!(report.is_well());
        report.add(Finding::failed("server", "does not answer"));
        assert!(!report.is_well());
        let text = report.to_string();
        assert_eq!(text.lines().next().unwrap(), "ok       socket           open");
        assert_eq!(text.lines().count(), 4);
    }
}

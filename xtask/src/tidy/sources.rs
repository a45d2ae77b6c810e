//! What every `.rs` file obeys: a first line that says what it is, a length, a name.

/// Longest file, in lines before its unit tests. Longer files hide more than one idea.
pub(super) const MAX_LINES: usize = 400;

/// Names that say nothing (docs/glossary.md).
pub(super) const EMPTY_NAMES: &[&str] =
    &["manager", "helper", "helpers", "util", "utils", "info", "data", "context"];

/// Complaints about one file; a file in another language has none.
pub(super) fn check(path: &str, text: &str) -> Vec<String> {
    let Some(stem) = path.strip_suffix(".rs") else { return Vec::new() };
    let in_tests = path.split('/').any(|folder| folder == "tests");
    let mut complaints = Vec::new();
    let first = text.lines().next().unwrap_or_default();
    if !first.starts_with("//! ") {
        complaints.push(format!("{path}: the first line says what the file is (`//! ...`)"));
    }
    let lines = lines_without_tests(text);
    if lines > MAX_LINES && !in_tests {
        complaints.push(format!("{path}: {lines} lines without tests; at most {MAX_LINES}"));
    }
    let name = stem.rsplit('/').next().unwrap_or(stem);
    if EMPTY_NAMES.contains(&name) {
        complaints.push(format!("{path}: the name `{name}` says nothing; see the glossary"));
    }
    if in_tests {
        complaints
            .extend(sleeping_lines(text).map(|line| {
                format!("{path}:{line}: a test waits for an event, it does not sleep")
            }));
    }
    complaints
}

/// Lines before the first `#[cfg(test)]` that opens a module.
fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0].trim() == "#[cfg(test)]"
            && pair[1].trim_start().starts_with("mod ")
            && pair[1].trim_end().ends_with('{')
    });
    tests.unwrap_or(lines.len())
}

fn sleeping_lines(text: &str) -> impl Iterator<Item = usize> {
    let sleeps = |line: &str| line.contains("thread::sleep(") || line.contains("time::sleep(");
    text.lines().enumerate().filter(move |(_, line)| sleeps(line)).map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_says_what_it_is_passes() {
        assert!(check("core/call/src/call.rs", "//! One call.\n").is_empty());
        assert!(check("web/util.ts", "").is_empty());
    }

    #[test]
    fn a_file_without_a_first_line_is_refused() {
        assert_eq!(check("core/call/src/call.rs", "use std::fmt;\n").len(), 1);
        assert_eq!(check("core/call/src/call.rs", "").len(), 1);
    }

    #[test]
    fn length_counts_up_to_the_unit_tests() {
        let code = format!("//! Long.\n{}", "x\n".repeat(MAX_LINES - 1));
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "y\n".repeat(1_000));
        assert!(check("core/a/src/a.rs", &format!("{code}{tests}")).is_empty());
        assert_eq!(check("core/a/src/a.rs", &format!("{code}x\n{tests}")).len(), 1);
        assert!(check("core/a/tests/a.rs", &format!("{code}x\nx\n")).is_empty());
    }

    #[test]
    fn a_name_that_says_nothing_is_refused() {
        assert_eq!(check("shell/api/src/utils.rs", "//! Things.\n").len(), 1);
    }

    #[test]
    fn a_sleeping_test_is_refused_with_its_line() {
        let text = "//! Tests.\nstd::thread::sleep(second);\n";
        let complaints = check("shell/api/tests/slow.rs", text);
        assert!(complaints[0].starts_with("shell/api/tests/slow.rs:2:"), "{complaints:?}");
        assert!(check("shell/api/src/backoff.rs", text).is_empty());
    }
}

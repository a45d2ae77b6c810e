//! What TypeScript and style sheets of `web/` and `examples/` obey: a first line that says what
//! the file is, a length, a name, and tests that do not sleep.

use super::sources::{EMPTY_NAMES, MAX_LINES};

/// Where such files are.
const FOLDERS: &[&str] = &["web/", "examples/"];
/// Folders of files that nobody writes.
const MADE: &[&str] = &["node_modules", "dist", "test-results"];
/// Written by `cargo xtask codegen`.
const GENERATED: &str = "web/packages/calls-client/src/wire/";
const ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".mjs", ".js", ".jsx", ".css"];
/// Waiting for time to pass instead of for an event.
const SLEEPS: &[&str] = &["waitForTimeout(", "setTimeout(resolve", "timers/promises"];
/// Where something is measured over a span of time, which has to pass.
const MEASURING: &[&str] = &["web/e2e/probes/", "web/e2e/harness/probing.ts"];

/// Complaints about one file; a file of another kind or place has none.
pub(super) fn check(path: &str, text: &str) -> Vec<String> {
    let Some(stem) = stem_of(path) else { return Vec::new() };
    let mut complaints = Vec::new();
    if !says_what_it_is(text.lines().next().unwrap_or_default()) {
        complaints.push(format!("{path}: the first line is a comment that says what the file is"));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        complaints.push(format!("{path}: {lines} lines; at most {MAX_LINES}"));
    }
    if EMPTY_NAMES.contains(&stem.to_lowercase().as_str()) {
        complaints.push(format!("{path}: the name `{stem}` says nothing; see the glossary"));
    }
    if is_of_tests(path) {
        let sleeping = text.lines().enumerate().filter(|(_, line)| sleeps(line));
        complaints.extend(sleeping.map(|(index, _)| {
            format!("{path}:{}: a test waits for an event, it does not sleep", index + 1)
        }));
    }
    complaints
}

/// The file's name up to its first dot; none for files that are not ours to judge.
fn stem_of(path: &str) -> Option<&str> {
    let ours = FOLDERS.iter().any(|folder| path.starts_with(folder))
        && ENDINGS.iter().any(|ending| path.ends_with(ending))
        && !path.starts_with(GENERATED)
        && !path.split('/').any(|folder| MADE.contains(&folder));
    let name = path.rsplit('/').next().unwrap_or(path);
    ours.then(|| name.split('.').next().unwrap_or(name))
}

fn says_what_it_is(line: &str) -> bool {
    let comment = line.strip_prefix("//").or_else(|| line.strip_prefix("/*"));
    comment.is_some_and(|rest| rest.chars().filter(|c| c.is_alphabetic()).count() >= 3)
}

fn is_of_tests(path: &str) -> bool {
    let measures = MEASURING.iter().any(|place| path.starts_with(place));
    let in_tests = path.split('/').any(|folder| folder == "tests");
    (path.starts_with("web/e2e/") || in_tests) && !measures
}

fn sleeps(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    SLEEPS.iter().any(|sleep| code.contains(sleep))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "web/packages/calls-client/src/peer.ts";

    #[test]
    fn a_file_that_says_what_it_is_passes() {
        assert!(check(MODULE, "// One peer connection.\n").is_empty());
        assert!(check("web/apps/web/src/app.css", "/* The frame of the app. */\n").is_empty());
    }

    #[test]
    fn a_file_without_a_first_line_is_refused() {
        for text in ["", "import x;\n", "//\n", "// --\n"] {
            assert_eq!(check(MODULE, text).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn a_long_file_and_a_name_that_says_nothing_are_refused() {
        let long = format!("// Long.\n{}", "x\n".repeat(MAX_LINES));
        assert_eq!(check(MODULE, &long).len(), 1);
        assert_eq!(check("web/apps/web/src/Utils.ts", "// Things.\n").len(), 1);
        assert_eq!(check("web/apps/web/src/helpers.test.ts", "// Things.\n").len(), 1);
    }

    #[test]
    fn what_nobody_writes_and_what_lies_elsewhere_is_not_judged() {
        for path in [
            "web/packages/calls-client/src/wire/types.ts",
            "web/packages/calls-client/dist/index.js",
            "examples/embed/node_modules/a/util.js",
            "tests/wire/harness/rest.mjs",
            "web/apps/web/index.html",
            "web/package.json",
        ] {
            assert!(check(path, "").is_empty(), "{path}");
        }
    }

    #[test]
    fn a_sleeping_test_is_refused_with_its_line() {
        for line in [
            "await page.waitForTimeout(500);",
            "await new Promise((resolve) => setTimeout(resolve, 500));",
            "setTimeout( resolve , 1)",
            "import { setTimeout as sleep } from \"node:timers/promises\";",
        ] {
            let text = format!("// Stories.\n{line}\n");
            let complaints = check("web/e2e/app/call.spec.ts", &text);
            assert_eq!(complaints.len(), 1, "{line}");
            assert!(complaints[0].starts_with("web/e2e/app/call.spec.ts:2:"), "{complaints:?}");
            assert_eq!(check("web/packages/calls-client/tests/a.test.ts", &text).len(), 1);
            assert!(check(MODULE, &text).is_empty(), "a program may wait");
            assert!(check("web/e2e/probes/motion.ts", &text).is_empty(), "a measurement too");
        }
        let said = "// Stories.\n// no waitForTimeout( here\n";
        assert!(check("web/e2e/app/call.spec.ts", said).is_empty());
    }
}

//! What no tracked text contains, and how long a commit's subject is.

/// Paths of one machine, and leftovers. A file that must name them is in [`EXEMPT`].
const FORBIDDEN: &[&str] = &["/work/", "/root/", "<<<<<<< ", ">>>>>>> ", "FIXME"];

/// Files that may contain such words: this list itself.
const EXEMPT: &[&str] = &["xtask/src/tidy/texts.rs"];

/// Longest subject of a commit, in characters.
const MAX_SUBJECT: usize = 64;

/// Complaints about one file.
pub(super) fn check(path: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if !EXEMPT.contains(&path) {
        for (index, line) in text.lines().enumerate() {
            for word in FORBIDDEN.iter().filter(|word| contains_word(line, word)) {
                complaints.push(format!("{path}:{}: contains `{word}`", index + 1));
            }
        }
    }
    complaints.extend(foreign_sources(path, text));
    complaints
}

/// Complaints about subjects of commits.
pub(super) fn check_subjects(subjects: &[String]) -> Vec<String> {
    let long = subjects.iter().filter(|subject| subject.chars().count() > MAX_SUBJECT);
    long.map(|subject| format!("commit subject over {MAX_SUBJECT} characters: {subject}")).collect()
}

/// A path counts only where it begins: `/work/` is not in `network/work/`.
fn contains_word(line: &str, word: &str) -> bool {
    let begins_path = word.starts_with('/');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let inside = before.is_some_and(|c| c.is_alphanumeric() || "_-./}*".contains(c));
        !(begins_path && inside)
    })
}

/// Lock files that point to another registry than the public one.
fn foreign_sources(path: &str, text: &str) -> Vec<String> {
    let (marker, public) = match path.rsplit('/').next() {
        Some("Cargo.lock") => {
            ("source = \"", "registry+https://github.com/rust-lang/crates.io-index")
        }
        Some("package-lock.json") => ("\"resolved\": \"", "https://registry.npmjs.org/"),
        _ => return Vec::new(),
    };
    let sources = text.lines().enumerate().filter_map(|(index, line)| {
        let (_, source) = line.split_once(marker)?;
        // A package of the workspace itself is noted by its folder.
        (source.contains(':') && !source.starts_with(public)).then_some(index + 1)
    });
    sources
        .map(|line| format!("{path}:{line}: comes from another registry than {public}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_and_leftovers_are_found_with_their_line() {
        let complaints = check("docs/a.md", "fine\nsee /work/main/x\n");
        assert_eq!(complaints, ["docs/a.md:2: contains `/work/`"]);
        assert_eq!(check("a.rs", "// FIXME later\n").len(), 1);
    }

    #[test]
    fn a_word_inside_a_longer_path_is_not_a_machine_path() {
        assert!(check("a.md", "https://example.com/work/\nmy/work/here\n").is_empty());
    }

    #[test]
    fn lock_files_name_only_the_public_registries() {
        let public = "\"resolved\": \"https://registry.npmjs.org/a/-/a-1.0.0.tgz\",\n";
        let other = "\"resolved\": \"http://10.0.0.1/npm/a-1.0.0.tgz\",\n";
        assert!(check("tests/wire/package-lock.json", public).is_empty());
        assert_eq!(check("tests/wire/package-lock.json", other).len(), 1);
        assert!(check("tests/wire/other.json", other).is_empty());
        assert!(check("web/package-lock.json", "\"resolved\": \"apps/web\",\n").is_empty());
        let git = "\"resolved\": \"git+ssh://git@example.com/a.git\",\n";
        assert_eq!(check("web/package-lock.json", git).len(), 1);
    }

    #[test]
    fn a_long_commit_subject_is_refused() {
        assert!(check_subjects(&["call: ring again".into()]).is_empty());
        assert_eq!(check_subjects(&["x".repeat(65)]).len(), 1);
    }
}

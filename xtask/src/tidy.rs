//! The architecture, checked by a machine: each rule is a function from facts to complaints.
//!
//! | module | what |
//! |---|---|
//! | `dependencies` | which crate may know which, and what `core/` may use |
//! | `sources` | first lines, lengths, names and sleeping tests of `.rs` files |
//! | `scripts` | the same for TypeScript and style sheets |
//! | `texts` | machine paths, leftovers, foreign registries in any tracked file |

mod dependencies;
mod scripts;
mod sources;
mod texts;

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::workspace::Workspace;

/// A tracked text file: its path from the project's folder, with `/`, and its content.
#[derive(Debug)]
struct File {
    path: String,
    text: String,
}

/// Checks everything; the error counts the complaints, which are printed.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let files = tracked_files(workspace)?;
    let mut complaints = dependencies::check(workspace)?;
    for file in &files {
        complaints.extend(sources::check(&file.path, &file.text));
        complaints.extend(scripts::check(&file.path, &file.text));
        complaints.extend(texts::check(&file.path, &file.text));
    }
    complaints.extend(texts::check_subjects(&commit_subjects(workspace)));
    for complaint in &complaints {
        println!("tidy: {complaint}");
    }
    if complaints.is_empty() {
        println!("tidy: {} files and all dependencies are in order", files.len());
        return Ok(());
    }
    bail!("{} complaints", complaints.len())
}

/// What git tracks or would track; binary files are left out.
fn tracked_files(workspace: &Workspace) -> anyhow::Result<Vec<File>> {
    let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let names = workspace.output(Command::new("git").args(listing))?;
    let names = names.split('\0').filter(|name| !name.is_empty());
    Ok(names.filter_map(|name| read_text(workspace.root(), name)).collect())
}

fn read_text(root: &Path, name: &str) -> Option<File> {
    let text = std::fs::read_to_string(root.join(name)).ok()?;
    Some(File { path: name.to_owned(), text })
}

/// The newest subjects; none in a copy without history.
fn commit_subjects(workspace: &Workspace) -> Vec<String> {
    let log = ["log", "--max-count=50", "--no-merges", "--format=%s"];
    let subjects = workspace.output(Command::new("git").args(log)).unwrap_or_default();
    subjects.lines().map(str::to_owned).collect()
}

//! `cargo xtask bench NAME`: starts the program `bench/NAME/run`.

use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::usage_error;
use crate::workspace::Workspace;

/// Runs one benchmark; an unknown name lists those that exist.
pub(crate) fn run(
    workspace: &Workspace,
    name: &str,
    arguments: &[&str],
) -> anyhow::Result<ExitCode> {
    let known = names(workspace)?;
    if !known.iter().any(|known| known == name) {
        let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Ok(usage_error(&format!("no benchmark named {name}; there are: {list}")));
    }
    let program = workspace.path("bench").join(name).join("run");
    workspace.run(
        Command::new(program).args(arguments).env("AETHEX_BENCH_TARGET", workspace.target()?),
    )?;
    Ok(ExitCode::SUCCESS)
}

fn names(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let folder = workspace.path("bench");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in folder.read_dir().context("bench/ is a folder")? {
        let entry = entry?;
        if entry.path().join("run").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

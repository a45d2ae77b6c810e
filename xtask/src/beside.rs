//! Stages beside each other, each in a process of its own.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::stages::{Outcome, Report};
use crate::workspace::Workspace;

/// Runs each stage as `cargo xtask test NAME`, all at once; what each printed is shown in their
/// order. A stage with a reason is skipped for it.
pub(crate) fn run(
    workspace: &Workspace,
    group: Vec<(&'static str, Option<String>)>,
    report: &mut Report,
) {
    let names: Vec<_> = group.iter().map(|(name, _)| *name).collect();
    println!("\n=== beside each other: {}", names.join(", "));
    std::thread::scope(|scope| {
        let running = group.into_iter().map(|(name, reason)| {
            let wait = move || {
                let start = Instant::now();
                let outcome = match reason {
                    Some(reason) => Ok((Outcome::Skipped(reason), String::new())),
                    None => apart(workspace, name),
                };
                (outcome, start.elapsed())
            };
            (name, scope.spawn(wait))
        });
        for (name, thread) in running.collect::<Vec<_>>() {
            let (outcome, time) = thread.join().unwrap_or_else(|_| {
                (Err(anyhow::anyhow!("the thread that waits for it failed")), Duration::ZERO)
            });
            report.ended(name, time, outcome);
        }
    });
}

/// One stage, and what it printed.
fn apart(workspace: &Workspace, name: &str) -> anyhow::Result<(Outcome, String)> {
    let program = std::env::current_exe().context("this program has a path")?;
    // One pipe for both, so that an error stands where it happened.
    let output = Command::new("sh")
        .args(["-c", r#"exec "$0" "$@" 2>&1"#])
        .arg(program)
        .args(["test", name])
        .current_dir(workspace.root())
        .stdin(Stdio::null())
        .output()
        .context("cannot start sh")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let outcome = if output.status.success() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("`cargo xtask test {name}` ended with {}", output.status))
    };
    Ok((outcome, text))
}

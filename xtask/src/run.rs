//! `cargo xtask run`: builds the web app and the server quickly, and starts it.

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};

use crate::web;
use crate::workspace::{Workspace, cargo};

/// Builds the web app when it is missing or old, then the server with the profile `quick`, which
/// carries the app inside, and becomes `aethex-connect serve`.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<ExitCode> {
    require_c_compiler()?;
    web::build_when_stale(workspace)?;
    println!("Building the server; the first time takes some minutes.");
    workspace
        .run(cargo().args(["build", "--profile", "quick", "--package", "aethex-connect"]))
        .context("the server could not be built; the compiler's words are above")?;
    let server = workspace.target()?.join("quick/aethex-connect");
    let mut command = Command::new(server);
    // `cargo run` wants a `--` before a program's own flags, and hands stick to it.
    command.arg("serve").args(arguments.strip_prefix(&["--"]).unwrap_or(arguments));
    become_program(command)
}

/// The cryptography library and SQLite are partly written in C.
fn require_c_compiler() -> anyhow::Result<()> {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let found = Command::new(&compiler)
        .args(["-E", "-x", "c", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .and_then(|mut child| {
            if let Some(mut input) = child.stdin.take() {
                input.write_all(b"#include <stdlib.h>\n")?;
            }
            child.wait()
        });
    match found {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => bail!(
            "the C compiler `{compiler}` finds no C headers; on Debian: apt-get install build-essential"
        ),
        Err(_) => bail!(
            "the cryptography library needs a C compiler and `{compiler}` was not found; \
             on Debian: apt-get install build-essential"
        ),
    }
}

#[cfg(unix)]
fn become_program(mut command: Command) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    // Signals reach the server itself, and its exit code is ours.
    Err(command.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> anyhow::Result<ExitCode> {
    let status = command.status().context("cannot start the server")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

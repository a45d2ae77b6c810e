//! Python with the libraries of `tests/python`, in a folder of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::workspace::Workspace;

/// What is installed there.
const REQUIREMENTS: &str = "tests/python/requirements.txt";

/// The interpreter. It is made, or made anew, when other libraries are listed than it has.
pub(crate) fn interpreter(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let requirements = workspace.path(REQUIREMENTS);
    let wanted = std::fs::read_to_string(&requirements)
        .with_context(|| format!("{REQUIREMENTS} cannot be read"))?;
    let venv = workspace.target()?.join("python-venv");
    let interpreter = venv.join("bin/python");
    let stamp = venv.join("installed-requirements.txt");
    if std::fs::read_to_string(&stamp).ok().as_deref() != Some(&wanted) {
        let clear = ["-m", "venv", "--clear"];
        workspace.run(Command::new("python3").args(clear).arg(&venv))?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        workspace.run(Command::new(&interpreter).args(install).arg(&requirements))?;
        std::fs::write(&stamp, &wanted)?;
    }
    Ok(interpreter)
}

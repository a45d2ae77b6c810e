//! Where the project lies, and running programs in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// The project's folder. Every program is started with it as working directory.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: OnceLock<PathBuf>,
}

impl Workspace {
    /// The folder above xtask's own.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let here = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here.parent().context("xtask lies in a folder of the project")?.to_path_buf();
        ensure!(root.join("Cargo.lock").exists(), "{} is not the project", root.display());
        Ok(Self { root, target: OnceLock::new() })
    }

    /// The project's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file or folder of the project.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's target folder, wherever the environment put it.
    pub(crate) fn target(&self) -> anyhow::Result<&Path> {
        if let Some(target) = self.target.get() {
            return Ok(target);
        }
        let metadata = self.cargo_metadata(&["--no-deps"])?;
        let folder = metadata["target_directory"].as_str().context("cargo names its target")?;
        Ok(self.target.get_or_init(|| folder.into()))
    }

    /// A program of the dev profile, by its path in the folder of built things. It is built the
    /// way the tests are: asking for a single package would choose other features of the
    /// dependencies and compile them once more.
    pub(crate) fn built(&self, program: &str) -> anyhow::Result<PathBuf> {
        let all = ["test", "--workspace", "--locked", "--no-run", "--quiet"];
        self.run(cargo().args(all))?;
        Ok(self.target()?.join("debug").join(program))
    }

    /// The output of `cargo metadata`.
    pub(crate) fn cargo_metadata(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let text = self.output(cargo().args(["metadata", "--format-version=1"]).args(arguments))?;
        serde_json::from_str(&text).context("cargo metadata writes JSON")
    }

    /// Runs a program to its end, its output on the terminal, its input empty.
    pub(crate) fn run(&self, command: &mut Command) -> anyhow::Result<()> {
        println!("$ {}", shown(command));
        let status = command
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .status()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        ensure!(status.success(), "`{}` ended with {status}", shown(command));
        Ok(())
    }

    /// What a program writes to its standard output.
    pub(crate) fn output(&self, command: &mut Command) -> anyhow::Result<String> {
        let output = command
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` ended with {}: {}", shown(command), output.status, complaint.trim());
        }
        String::from_utf8(output.stdout).context("programs write UTF-8")
    }

    /// Whether a program runs at all and ends well; its output is not shown.
    pub(crate) fn succeeds(&self, program: &str, arguments: &[&str]) -> bool {
        self.output(Command::new(program).args(arguments)).is_ok()
    }
}

/// The cargo that started us.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

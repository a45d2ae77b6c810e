//! The stages of `cargo xtask test` and `cargo xtask check`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, ensure};

use crate::beside;
use crate::codegen;
use crate::packages::{self, Need, Provision};
use crate::python;
use crate::stages::{Outcome, Report};
use crate::tidy;
use crate::usage_error;
use crate::web;
use crate::workspace::{Workspace, cargo};

/// One thing that is tested.
struct Stage {
    name: &'static str,
    about: &'static str,
    /// What must be there; a need that cannot be met makes the stage a skip said aloud.
    needs: &'static [Need],
    /// Whether the project has something for this stage.
    exists: fn(&Workspace) -> bool,
    work: fn(&Workspace) -> anyhow::Result<()>,
}

/// Stages that mostly wait, for rings and windows to run out: they are run beside each other.
const BESIDE_EACH_OTHER: &[&str] = &["coturn", "wire", "python"];

const STAGES: &[Stage] = &[
    Stage {
        name: "tidy",
        about: "architecture rules",
        needs: &[],
        exists: always,
        work: tidy::run,
    },
    Stage { name: "fmt", about: "rustfmt changes nothing", needs: &[], exists: always, work: fmt },
    Stage {
        name: "web",
        about: "types, style and tests of the browser side, and its build",
        needs: &[Need::Node],
        exists: |workspace| workspace.path("web/package.json").exists(),
        work: web::check_and_build,
    },
    Stage { name: "clippy", about: "no warning", needs: &[], exists: always, work: clippy },
    Stage {
        name: "postgresql",
        about: "PostgreSQL is there, so that the Rust tests use it",
        needs: &[Need::PostgreSql],
        exists: always,
        work: postgresql,
    },
    Stage { name: "rust", about: "all Rust tests", needs: &[], exists: always, work: rust },
    Stage {
        name: "codegen",
        about: "generated files are current",
        needs: &[],
        exists: always,
        work: |workspace| codegen::run(workspace, codegen::Mode::Check),
    },
    Stage {
        name: "coturn",
        about: "the coturn file we ship, on the real coturn",
        needs: &[Need::Coturn],
        exists: |workspace| workspace.path("shell/server/tests/coturn/main.rs").exists(),
        work: coturn,
    },
    Stage {
        name: "wire",
        about: "the server as the real socket.io-client sees it",
        needs: &[Need::Node],
        exists: |workspace| workspace.path("tests/wire").exists(),
        work: wire,
    },
    Stage {
        name: "python",
        about: "python-socketio, and schemathesis on the OpenAPI",
        needs: &[Need::Python],
        exists: |workspace| workspace.path("tests/python").exists(),
        work: python,
    },
    Stage {
        name: "deny",
        about: "licences, advisories and bans, when cargo-deny is installed",
        needs: &[],
        exists: |workspace| workspace.succeeds("cargo-deny", &["--version"]),
        work: |workspace| workspace.run(cargo().args(["deny", "--workspace", "check"])),
    },
    Stage {
        name: "embed",
        about: "the example of another site that embeds calls",
        needs: &[Need::Node],
        exists: web::has_embed,
        work: web::embed,
    },
    Stage {
        name: "gallery",
        about: "every screen, light, dark, on a phone and right to left: axe, sizes, console",
        needs: &[Need::Node, Need::Chromium],
        exists: web::has_e2e,
        work: web::gallery,
    },
    Stage {
        name: "e2e",
        about: "people in real browsers",
        needs: &[Need::Node, Need::Python, Need::Chromium, Need::Firefox],
        exists: web::has_e2e,
        work: web::e2e,
    },
    Stage {
        name: "nat",
        about: "real browsers behind NATs, our own relay and the real coturn",
        needs: &[Need::Namespaces, Need::NetworkTools, Need::Coturn, Need::Node, Need::Chromium],
        exists: web::has_e2e,
        work: web::nat,
    },
];

/// The part of the suite that needs no build of the server.
const QUICK: &[&str] = &["tidy", "fmt", "clippy"];

/// Everything, or the stages named.
pub(crate) fn test(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<ExitCode> {
    if arguments == ["--list"] {
        for stage in STAGES {
            println!("{:<10} {}", stage.name, stage.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    for name in arguments {
        let Some(stage) = STAGES.iter().find(|stage| stage.name == *name) else {
            return Ok(usage_error(&format!(
                "no stage named {name}; see `cargo xtask test --list`"
            )));
        };
        ensure!((stage.exists)(workspace), "there is nothing here for the stage {name}");
    }
    Ok(run(workspace, |stage| arguments.is_empty() || arguments.contains(&stage.name)))
}

/// The quick stages.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    Ok(run(workspace, |stage| QUICK.contains(&stage.name)))
}

fn run(workspace: &Workspace, wanted: impl Fn(&Stage) -> bool) -> ExitCode {
    let mut report = Report::default();
    let chosen: Vec<_> =
        STAGES.iter().filter(|stage| wanted(stage) && (stage.exists)(workspace)).collect();
    let together = |stage: &&Stage| BESIDE_EACH_OTHER.contains(&stage.name);
    for group in chosen.chunk_by(|one, other| together(one) && together(other)) {
        if let [stage] = group {
            report.stage(stage.name, || match missing(workspace, stage) {
                Some(reason) => Ok(Outcome::Skipped(reason)),
                None => (stage.work)(workspace).map(|()| Outcome::Passed),
            });
        } else {
            // Before any of them: two processes that install would be in each other's way.
            let group: Vec<_> =
                group.iter().map(|stage| (stage.name, missing(workspace, stage))).collect();
            beside::run(workspace, group, &mut report);
        }
    }
    report.close()
}

/// Why a stage cannot run here.
fn missing(workspace: &Workspace, stage: &Stage) -> Option<String> {
    stage.needs.iter().find_map(|need| match packages::provide(workspace, *need) {
        Provision::Missing(reason) => Some(reason),
        Provision::Ready => None,
    })
}

fn always(_: &Workspace) -> bool {
    true
}

fn fmt(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.run(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.run(
        cargo()
            .args(["clippy", "--workspace", "--all-targets", "--locked"])
            .args(["--", "-D", "warnings"]),
    )
}

/// The Rust tests start a cluster of their own from Debian's programs.
fn postgresql(_: &Workspace) -> anyhow::Result<()> {
    let programs = packages::postgresql_programs().context("PostgreSQL is installed")?;
    println!("the Rust tests use {}", programs.display());
    Ok(())
}

fn rust(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.run(with_postgresql(cargo().args(["test", "--workspace", "--locked"])))?;
    // Without bandwidth estimation media leaves another way.
    workspace.run(
        cargo()
            .args(["test", "--package", "media", "--test", "sfu", "--locked"])
            .env("AETHEX_TEST_NO_ESTIMATION", "1"),
    )
}

/// Tells the tests where PostgreSQL's programs are, if they are.
fn with_postgresql(command: &mut Command) -> &mut Command {
    match packages::postgresql_programs() {
        Some(programs) => command.env("AETHEX_TEST_PG_BIN", programs),
        None => command,
    }
}

/// Ignored in a plain `cargo test`, because it needs a program that is not ours.
fn coturn(workspace: &Workspace) -> anyhow::Result<()> {
    let program = packages::coturn_program().context("coturn is installed")?;
    workspace.run(
        cargo()
            .args(["test", "--workspace", "--locked", "--test", "coturn"])
            .args(["--", "--ignored"])
            .env("AETHEX_TEST_TURNSERVER", program),
    )
}

fn wire(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.path("tests/wire");
    ensure!(folder.join("package.json").exists(), "tests/wire has no package.json");
    let server = built_server(workspace)?;
    let prefix = ["--prefix", "tests/wire"];
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    workspace.run(Command::new("npm").args(prefix).args(install))?;
    let mut inside = Command::new("env");
    // Most of the time goes into waiting for rings and windows to run out.
    inside.arg("--chdir=tests/wire").args(["node", "--test", "--test-concurrency=3"]);
    workspace.run(with_postgresql(inside.env("AETHEX_TEST_SERVER", server)))
}

fn python(workspace: &Workspace) -> anyhow::Result<()> {
    let server = built_server(workspace)?;
    workspace.run(with_postgresql(
        Command::new(python::interpreter(workspace)?)
            .args(["-m", "pytest", "-p", "no:cacheprovider", "tests/python"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("AETHEX_TEST_SERVER", server),
    ))
}

/// The server as the tests start it themselves, on a free port with an empty data folder.
fn built_server(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    workspace.built("aethex-connect")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stage_names_are_unique_and_the_quick_ones_exist() {
        let mut names: Vec<_> = STAGES.iter().map(|stage| stage.name).collect();
        for quick in QUICK {
            assert!(names.contains(quick), "{quick}");
        }
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}

//! The project's own tool: `cargo xtask <command>` builds, runs, tests and keeps order.
//!
//! | module | what |
//! |---|---|
//! | `workspace` | where things are, and running a program in it |
//! | `packages` | Debian packages that tests need, installed when possible |
//! | `stages` | named steps, their times, the closing line |
//! | `suite` | the stages of `test` and `check` |
//! | `beside` | stages of it that run at the same time |
//! | `tidy` | the architecture, checked by a machine |
//! | `node`, `web` | the TypeScript side: what it needs, its checks and its build |
//! | `python` | an interpreter with the libraries of `tests/python` |
//! | `run`, `codegen`, `bench` | the commands of these names |

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks to the terminal"
)]

mod bench;
mod beside;
mod codegen;
mod node;
mod packages;
mod python;
mod run;
mod stages;
mod suite;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use workspace::{Workspace, cargo};

const USAGE: &str = "\
usage: cargo xtask <command>

  run [ARGS...]      build the web app and the server and start it; ARGS go to
                     `aethex-connect serve`
  test [STAGE...]    everything, or only the named stages; `test --list` names them
  check              the quick part of `test`: tidy, fmt, clippy
  fix                let rustfmt, clippy and biome repair what they can
  codegen [--check]  write the generated files, or only tell whether they are current
  bench NAME [...]   run one benchmark: the program bench/NAME/run
  tidy               the architecture rules alone
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    match arguments {
        ["run", rest @ ..] => run::run(&workspace, rest),
        ["test", rest @ ..] => suite::test(&workspace, rest),
        ["check"] => suite::check(&workspace),
        ["fix"] => fix(&workspace),
        ["codegen"] => codegen::run(&workspace, codegen::Mode::Write).map(|()| ExitCode::SUCCESS),
        ["codegen", "--check"] => {
            codegen::run(&workspace, codegen::Mode::Check).map(|()| ExitCode::SUCCESS)
        }
        ["bench", name, rest @ ..] => bench::run(&workspace, name, rest),
        ["tidy"] => tidy::run(&workspace).map(|()| ExitCode::SUCCESS),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [] => Ok(usage_error("no command given")),
        unknown => Ok(usage_error(&format!("unknown command: {}", unknown.join(" ")))),
    }
}

/// Says what was wrong and how it is right; the exit code is 2, as shells expect.
fn usage_error(message: &str) -> ExitCode {
    eprint!("xtask: {message}\n\n{USAGE}");
    ExitCode::from(2)
}

fn fix(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let clippy = ["clippy", "--fix", "--allow-dirty", "--allow-staged", "--workspace"];
    workspace.run(cargo().args(clippy).arg("--all-targets"))?;
    workspace.run(cargo().args(["fmt", "--all"]))?;
    web::fix(workspace)?;
    Ok(ExitCode::SUCCESS)
}

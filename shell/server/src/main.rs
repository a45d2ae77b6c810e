//! The program `aethex-connect`: reads the configuration and runs one command.
//!
//! | module | what |
//! |---|---|
//! | `config` | settings from defaults, file, environment and flags |
//! | `serve` | the server: everything wired together |
//! | `commands` | what an operator does beside it: migrate, tokens, passwords, backup |
//! | `doctor` | whether calls will work, one line for each thing they need |
//! | `opening` | the data folder, its secrets, the database |
//! | `relaying` | relays: what browsers are told, and our own TURN server |
//! | `forwarding` | the SFU, and what goes between it and the calls |
//! | `identity` | who verifies tokens |
//! | `housekeeping` | what is forgotten in time |
//! | `listener` | the accepting side: TLS, time limits |
//! | `log` | where log lines go |

mod commands;
mod config;
mod doctor;
mod forwarding;
mod housekeeping;
mod identity;
mod listener;
mod log;
mod opening;
mod relaying;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;

use config::{Command, Config, Invocation, Stop, WebOrigin};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let invocation = match Config::load(std::env::args_os(), std::env::vars_os()) {
        Ok(invocation) => invocation,
        Err(Stop::CommandLine(answer)) => answer.exit(),
        Err(Stop::Config(error)) if std::env::args().any(|word| word == "doctor") => {
            print(&format!("{}\n", doctor::unusable(&error.to_string())));
            return ExitCode::FAILURE;
        }
        Err(Stop::Config(error)) => return say_and_fail(&error.to_string()),
    };
    if let Command::Doctor { url } = &invocation.command {
        return examine(&invocation.config, url.as_ref());
    }
    match run(&invocation) {
        Ok(printed) if print(&printed) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => say_and_fail(&format!("{error:#}")),
    }
}

/// Runs the command; what it returns is its output.
fn run(invocation: &Invocation) -> anyhow::Result<String> {
    if let Command::Config { markdown } = invocation.command {
        let settings = if markdown { config::settings_markdown() } else { invocation.effective() };
        return Ok(settings);
    }
    log::start(&invocation.config.log)?;
    for warning in &invocation.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let config = &invocation.config;
    runtime.block_on(async {
        match &invocation.command {
            Command::Serve => serve::serve(config).await.map(|()| String::new()),
            Command::Migrate => commands::migrate(config).await,
            Command::Token { kind } => commands::token(config, kind).await,
            Command::Password { email } => commands::password(config, email).await,
            Command::Backup { file } => commands::backup(config, file).await,
            Command::Doctor { .. } | Command::Config { .. } => Ok(String::new()),
        }
    })
}

/// Prints what the doctor found; it writes no log, so that there is nothing but its lines.
fn examine(config: &Config, url: Option<&WebOrigin>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say_and_fail(&error.to_string()),
    };
    let (report, code) = match runtime.block_on(doctor::doctor(config, url)) {
        Ok(report) => (report, ExitCode::SUCCESS),
        Err(report) => (report, ExitCode::FAILURE),
    };
    if print(&report) { code } else { ExitCode::FAILURE }
}

fn print(text: &str) -> bool {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_ok()
}

fn say_and_fail(sentence: &str) -> ExitCode {
    // Nothing can be done when even standard error is closed.
    let _ = writeln!(std::io::stderr(), "aethex-connect: {sentence}");
    ExitCode::FAILURE
}

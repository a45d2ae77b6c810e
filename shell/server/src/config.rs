//! The configuration: defaults < file < founding names < `AETHEX_*` < flags.
//!
//! | module | what |
//! |---|---|
//! | `setting` `table` | every setting as data; documentation and flags come from it |
//! | `command` | the command line |
//! | `layers` | which value wins, and where it came from |
//! | `typed` | from texts to types |
//! | `values` | the sections of the configuration, each checked as a whole |
//! | `turn` `turn_values` | the TURN servers, our own and an external one |
//! | `sfu` `sfu_values` | the SFU |
//! | `origin` | the origin part of a URL |
//! | `error` | one sentence for each refusal |

mod command;
mod error;
mod layers;
mod origin;
mod setting;
mod sfu;
mod sfu_values;
mod table;
mod turn;
mod turn_values;
mod typed;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser as _;
use ipnet::IpNet;
use vocab::Redacted;

pub(crate) use command::{Command, Token};
pub(crate) use error::ConfigError;
pub(crate) use origin::WebOrigin;
pub(crate) use setting::markdown as settings_markdown;
pub(crate) use sfu::{EmbeddedSfu, Sfu, SfuCalls};
pub(crate) use turn::{EmbeddedTurn, Endpoint, Turn, TurnServer};

use command::CommandLine;
use layers::Layers;
use setting::{Kind, SETTINGS};

/// The file that is read from the data folder when no other is named.
const FILE_IN_DATA_DIR: &str = "aethex.toml";

/// Everything the server can be told. Made once at the start, never changed.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) data_dir: PathBuf,
    pub(crate) database: Database,
    /// How browsers reach the server, when it was told.
    pub(crate) public_url: Option<WebOrigin>,
    pub(crate) tls: Tls,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) allowed_origins: Vec<WebOrigin>,
    pub(crate) identity: Identity,
    pub(crate) turn: Turn,
    pub(crate) sfu: Sfu,
    pub(crate) calls: Calls,
    pub(crate) limits: LimitsProfile,
    pub(crate) log: Log,
}

/// Where everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Database {
    /// A file, made when it is not there.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database; it may hold a password.
    Postgres(Redacted<String>),
}

/// What is spoken on the listening port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tls {
    Plain,
    SelfSigned,
    Files { cert: PathBuf, key: PathBuf },
}

/// Whose users call each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Our own accounts.
    Embedded { registration: Registration },
    /// Those of the product that embeds us; its tokens are verified.
    Host { key: HostKey, issuer: Option<String>, audience: Option<String> },
}

/// What verifies the host product's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostKey {
    Secret(Redacted<String>),
    /// PEM text.
    PublicKey(String),
    JwksUrl(String),
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registration {
    Open,
    Invite,
    Closed,
}

/// Times and sizes of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) ring: Duration,
    pub(crate) busy: Busy,
    pub(crate) max_participants: usize,
    pub(crate) max_duration: Duration,
    pub(crate) alone: Duration,
    pub(crate) history_retention: Duration,
}

/// What happens to a callee who is in another call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    Waiting,
    Reject,
}

/// Which rate limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitsProfile {
    Default,
    Load,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    pub(crate) filter: String,
    pub(crate) show_ips: bool,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// What the command line asks for, with the configuration it asks it of.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) command: Command,
    pub(crate) config: Config,
    /// Sentences about things that are probably mistakes, yet stop nothing.
    pub(crate) warnings: Vec<String>,
    layers: Layers,
}

/// There is nothing to run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// Help, version or a wrong command line; clap prints it and knows the exit code.
    #[error(transparent)]
    CommandLine(#[from] clap::Error),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl Config {
    /// Reads the command line (program name first), the environment and the file.
    ///
    /// # Errors
    /// [`Stop`], for `clap` to print or as one sentence.
    pub(crate) fn load(
        args: impl IntoIterator<Item = OsString>,
        env: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Invocation, Stop> {
        let CommandLine { command, config: named_file, flags } = CommandLine::try_parse_from(args)?;
        let env: BTreeMap<OsString, OsString> = env.into_iter().collect();
        let named_file = named_file.or_else(|| {
            let file = env.get(&OsString::from("AETHEX_CONFIG")).filter(|file| !file.is_empty())?;
            Some(file.into())
        });
        let flags = flags.into_given();
        let on_top = |layers: &mut Layers| {
            let warnings = layers.add_env(&env)?;
            flags.iter().for_each(|(setting, text)| layers.add_flag(setting, text.clone()));
            Ok::<_, ConfigError>(warnings)
        };

        let mut layers = Layers::of_defaults();
        match &named_file {
            Some(file) => layers.add_file(file)?,
            None => {
                let mut without_file = layers.clone();
                on_top(&mut without_file)?;
                add_file_in_data_dir(&mut layers, &data_dir(&without_file))?;
            }
        }
        let warnings = on_top(&mut layers)?;
        let config = values::config(&layers)?;
        Ok(Invocation { command, config, warnings, layers })
    }
}

impl Invocation {
    /// Every setting in TOML's words with its origin; secrets are not shown.
    pub(crate) fn effective(&self) -> String {
        let mut text = String::new();
        for setting in SETTINGS {
            let line = match (self.layers.get(setting.name), setting.kind) {
                (None, _) => format!("# {} is not set", setting.name),
                (Some(raw), Kind::Secret) => {
                    format!("{} = {}  # {}", setting.name, Redacted::new(()), raw.origin)
                }
                (Some(raw), Kind::Number { .. } | Kind::Switch) => {
                    format!("{} = {}  # {}", setting.name, raw.text, raw.origin)
                }
                (Some(raw), Kind::Text | Kind::Word(_) | Kind::List) => {
                    format!("{} = {:?}  # {}", setting.name, raw.text, raw.origin)
                }
            };
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

fn add_file_in_data_dir(layers: &mut Layers, data_dir: &Path) -> Result<(), ConfigError> {
    let file = data_dir.join(FILE_IN_DATA_DIR);
    if !file.exists() {
        return Ok(());
    }
    layers.add_file(&file)?;
    match layers.get("data_dir") {
        Some(raw) if raw.origin == layers::Origin::File(file) => {
            Err(layers.refuse("data_dir", "cannot be set by the file inside that folder".into()))
        }
        Some(_) | None => Ok(()),
    }
}

/// The folder that everything the server writes is in.
fn data_dir(layers: &Layers) -> PathBuf {
    layers.text("data_dir").unwrap_or_default().into()
}

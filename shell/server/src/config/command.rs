//! The command line: commands, and a flag for every setting.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand};

use super::WebOrigin;
use super::setting::{Kind, SETTINGS, Setting};

/// Voice and video calls: API, signalling and web app in one program.
#[derive(Debug, Parser)]
#[command(name = "aethex-connect", version, propagate_version = true)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// The configuration file; also `AETHEX_CONFIG`. Without it, `aethex.toml` in the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) flags: SettingFlags,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Start the server.
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Print a token; it is shown once.
    Token {
        #[command(subcommand)]
        kind: Token,
    },
    /// Set a new password for an account; it is read from the terminal or standard input.
    Password {
        /// The account's e-mail address.
        email: String,
    },
    /// Write a copy of the database to a file, also while the server runs.
    Backup {
        /// The file; it must not exist yet.
        file: PathBuf,
    },
    /// Check whether calls will work: one line for each thing they need. Run it beside the server.
    Doctor {
        /// How the server is reached, as `https://calls.example.com`; `public_url`, or where it
        /// listens, when not given.
        #[arg(long, value_name = "URL", value_parser = web_origin)]
        url: Option<WebOrigin>,
    },
    /// Print the effective configuration and where each value comes from; secrets are not shown.
    Config {
        /// Print the table of all settings instead, as the documentation has it.
        #[arg(long)]
        markdown: bool,
    },
}

/// Which token.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Token {
    /// An access token of a user.
    User {
        /// E-mail address or UUID.
        user: String,
    },
    /// An API key for another server.
    ApiKey {
        /// What it is for; shown in the list of keys.
        name: String,
    },
    /// An invitation to make an account.
    Invite,
}

/// Values given as flags, one for every setting.
#[derive(Clone)]
pub(crate) struct SettingFlags(Vec<(&'static Setting, String)>);

impl std::fmt::Debug for SettingFlags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(setting, _)| setting.name)).finish()
    }
}

impl SettingFlags {
    /// The flags given, each with its text.
    pub(crate) fn into_given(self) -> Vec<(&'static Setting, String)> {
        self.0
    }
}

impl Args for SettingFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        SETTINGS.iter().fold(command, |command, setting| command.arg(flag(setting)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = SETTINGS.iter().filter_map(|setting| {
            Some((setting, matches.get_one::<String>(setting.name)?.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn web_origin(text: &str) -> Result<WebOrigin, &'static str> {
    WebOrigin::parse(text).ok_or("it must be like https://calls.example.com, without a path")
}

fn flag(setting: &'static Setting) -> Arg {
    let value_name = match setting.kind {
        Kind::Text => "TEXT".to_owned(),
        Kind::Secret => "SECRET".to_owned(),
        Kind::List => "A,B".to_owned(),
        Kind::Number { least, most } => format!("{least}-{most}"),
        Kind::Switch => "true|false".to_owned(),
        Kind::Word(words) => words.join("|"),
    };
    let default = match setting.default {
        "" => String::new(),
        default => format!(" [default: {default}]"),
    };
    let arg = Arg::new(setting.name)
        .long(setting.flag())
        .value_name(value_name)
        .help(format!("{}{default}", setting.meaning))
        .help_heading("Settings")
        .action(ArgAction::Set)
        .global(true);
    match setting.kind {
        Kind::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
        Kind::Text | Kind::Secret | Kind::List | Kind::Number { .. } | Kind::Word(_) => arg,
    }
}

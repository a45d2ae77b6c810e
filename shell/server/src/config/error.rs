//! Why a configuration is refused: one sentence each, without the values of secrets.

use std::path::PathBuf;

/// The configuration cannot be used; the program stops and says this.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// One setting has a value it does not take.
    #[error("{setting} ({origin}) {problem}")]
    Value {
        /// Its name in the file.
        setting: &'static str,
        /// Where the value came from.
        origin: String,
        /// What is wrong, as the rest of the sentence.
        problem: String,
    },
    /// Settings that do not go together, or one that lacks another.
    #[error("{0}")]
    Together(String),
    /// The file has a key that is no setting.
    #[error("{file}: there is no setting `{key}`{hint}", file = file.display())]
    UnknownKey {
        /// The file.
        file: PathBuf,
        /// The key, with its section.
        key: String,
        /// The nearest setting, or nothing.
        hint: String,
    },
    /// The file is not there or may not be read.
    #[error("{file} cannot be read: {reason}", file = file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{file} is not TOML: {reason}", file = file.display())]
    NotToml {
        /// The file.
        file: PathBuf,
        /// The first mistake, with its line; never the line itself, which may be a secret.
        reason: String,
    },
}

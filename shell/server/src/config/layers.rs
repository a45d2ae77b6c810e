//! Where values come from, weakest first: defaults, file, founding names, `AETHEX_*`, flags.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::setting::{self, Kind, SETTINGS, Setting};

/// Variables with our prefix that are no settings.
const NOT_SETTINGS: &[&str] = &["AETHEX_CONFIG", "AETHEX_TEST_", "AETHEX_BENCH_"];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(PathBuf),
    Env(String),
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "from {}", path.display()),
            Self::Env(name) => write!(f, "from {name}"),
            Self::Flag(flag) => write!(f, "from --{flag}"),
        }
    }
}

/// A value before it is understood. No `Debug`: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    /// As written; the items of a list are separated by commas.
    pub(crate) text: String,
    /// Where it was written.
    pub(crate) origin: Origin,
}

/// One value for every setting that has one; a later layer replaces an earlier.
#[derive(Clone)]
pub(crate) struct Layers {
    values: BTreeMap<&'static str, Raw>,
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.values.iter().map(|(name, raw)| (name, &raw.origin));
        f.debug_map().entries(origins).finish()
    }
}

impl Layers {
    /// The lowest layer.
    pub(crate) fn of_defaults() -> Self {
        let with_default = SETTINGS.iter().filter(|setting| !setting.default.is_empty());
        let raw = |setting: &Setting| Raw { text: setting.default.into(), origin: Origin::Default };
        Self { values: with_default.map(|setting| (setting.name, raw(setting))).collect() }
    }

    /// What is set, if anything. An empty text counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<&Raw> {
        self.values.get(name).filter(|raw| !raw.text.is_empty())
    }

    /// Puts a file on top.
    pub(crate) fn add_file(&mut self, file: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|reason| ConfigError::Unreadable { file: file.into(), reason })?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            let reason = format!("line {line}: {}", error.message());
            ConfigError::NotToml { file: file.into(), reason }
        })?;
        self.add_table(file, "", &table)
    }

    /// Puts the environment on top: founding names first, then ours. Returns a sentence for
    /// each variable with our prefix that is no setting.
    pub(crate) fn add_env(
        &mut self,
        env: &BTreeMap<OsString, OsString>,
    ) -> Result<Vec<String>, ConfigError> {
        for setting in SETTINGS {
            if let Some(founding) = setting.founding {
                self.add_variable(env, setting, founding)?;
            }
            self.add_variable(env, setting, &setting.env())?;
        }
        let known = |name: &str| {
            SETTINGS.iter().any(|setting| setting.env() == name)
                || NOT_SETTINGS.iter().any(|prefix| name.starts_with(prefix))
        };
        let names = env.keys().filter_map(|name| name.to_str());
        let unknown = names.filter(|name| name.starts_with("AETHEX_") && !known(name));
        Ok(unknown
            .map(|name| format!("the environment has {name}, which is no setting{}", hint(name)))
            .collect())
    }

    /// Puts one flag on top.
    pub(crate) fn add_flag(&mut self, setting: &'static Setting, text: String) {
        self.values.insert(setting.name, Raw { text, origin: Origin::Flag(setting.flag()) });
    }

    fn add_variable(
        &mut self,
        env: &BTreeMap<OsString, OsString>,
        setting: &'static Setting,
        name: &str,
    ) -> Result<(), ConfigError> {
        let Some(value) = env.get(&OsString::from(name)).filter(|value| !value.is_empty()) else {
            return Ok(());
        };
        let origin = Origin::Env(name.into());
        let Some(text) = value.to_str() else {
            return Err(wrong(setting, &origin, "is not UTF-8 text".into()));
        };
        self.values.insert(setting.name, Raw { text: text.into(), origin });
        Ok(())
    }

    fn add_table(
        &mut self,
        file: &Path,
        section: &str,
        table: &toml::Table,
    ) -> Result<(), ConfigError> {
        for (key, value) in table {
            let name = format!("{section}{key}");
            let is_section =
                || SETTINGS.iter().any(|setting| setting.name.starts_with(&format!("{name}.")));
            match (setting::find(&name), value) {
                (Some(setting), value) => {
                    let origin = Origin::File(file.into());
                    let text = text_of(setting, value)
                        .ok_or_else(|| wrong(setting, &origin, expectation(setting.kind)))?;
                    self.values.insert(setting.name, Raw { text, origin });
                }
                (None, toml::Value::Table(inner)) if section.is_empty() && is_section() => {
                    self.add_table(file, &format!("{name}."), inner)?;
                }
                (None, _) => {
                    let hint = hint(&name);
                    return Err(ConfigError::UnknownKey { file: file.into(), key: name, hint });
                }
            }
        }
        Ok(())
    }
}

/// A refusal of one value.
pub(crate) fn wrong(setting: &Setting, origin: &Origin, problem: String) -> ConfigError {
    ConfigError::Value { setting: setting.name, origin: origin.to_string(), problem }
}

/// The text of a TOML value, if its type is the setting's. A number is no text: `0123` would
/// lose its zero, and nobody means that in a secret.
fn text_of(setting: &Setting, value: &toml::Value) -> Option<String> {
    match setting.kind {
        Kind::Text | Kind::Secret | Kind::Word(_) => Some(value.as_str()?.to_owned()),
        Kind::Number { .. } => Some(value.as_integer()?.to_string()),
        Kind::Switch => Some(value.as_bool()?.to_string()),
        Kind::List => {
            let items: Option<Vec<&str>> =
                value.as_array()?.iter().map(toml::Value::as_str).collect();
            Some(items?.join(","))
        }
    }
}

fn expectation(kind: Kind) -> String {
    match kind {
        Kind::Text | Kind::Secret | Kind::Word(_) => "must be a text in quotes".into(),
        Kind::Number { .. } => "must be a whole number without quotes".into(),
        Kind::Switch => "must be true or false, without quotes".into(),
        Kind::List => "must be a list of texts, as [\"a\", \"b\"]".into(),
    }
}

/// Names the setting that was probably meant: it has the same letters, or contains the last word.
fn hint(name: &str) -> String {
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let wanted = letters(name.strip_prefix("AETHEX_").unwrap_or(name));
    let near = SETTINGS.iter().find(|setting| {
        let setting = letters(setting.name);
        setting == wanted || setting.starts_with(&wanted) || wanted.starts_with(&setting)
    });
    near.map_or_else(String::new, |setting| format!("; is `{}` meant?", setting.name))
}

//! From texts to types, one setting at a time.

use std::str::FromStr;

use vocab::Redacted;

use super::error::ConfigError;
use super::layers::{Layers, Raw, wrong};
use super::setting::{self, Kind, Setting};

/// Texts that appear in examples; whoever copies one has no secret.
const SAMPLE_SECRETS: &[&str] =
    &["changeme", "change-me", "your-", "your_", "yoursecret", "example", "replace", "placeholder"];

impl Layers {
    /// A text, if set.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|raw| raw.text.trim().to_owned())
    }

    /// A value that has a default, or one that has none and is set.
    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &str,
        expectation: &str,
    ) -> Result<Option<T>, ConfigError> {
        let Some((setting, raw)) = self.entry(name) else { return Ok(None) };
        match raw.text.trim().parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(not_a(setting, raw, expectation)),
        }
    }

    /// A whole number within the bounds of its setting, if set.
    pub(super) fn number<T: TryFrom<u64>>(&self, name: &str) -> Result<Option<T>, ConfigError> {
        let Some((setting, raw)) = self.entry(name) else { return Ok(None) };
        let (least, most) = match setting.kind {
            Kind::Number { least, most } => (least, most),
            Kind::Text | Kind::Secret | Kind::List | Kind::Switch | Kind::Word(_) => (0, u64::MAX),
        };
        let number: Option<u64> = raw.text.trim().parse().ok();
        let fits = number.filter(|number| (least..=most).contains(number));
        match fits.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(not_a(setting, raw, &format!("a whole number from {least} to {most}"))),
        }
    }

    /// Whether a switch is on.
    pub(super) fn switch(&self, name: &str) -> Result<bool, ConfigError> {
        let Some((setting, raw)) = self.entry(name) else { return Ok(false) };
        match raw.text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(not_a(setting, raw, "true or false")),
        }
    }

    /// One of the words of its setting.
    pub(super) fn word<T: Copy>(
        &self,
        name: &'static str,
        values: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let Some((setting, raw)) = self.entry(name) else {
            return Err(ConfigError::Together(format!("{name} must be set")));
        };
        match values.iter().find(|(word, _)| *word == raw.text.trim()) {
            Some((_, value)) => Ok(*value),
            None => {
                let words: Vec<_> = values.iter().map(|(word, _)| *word).collect();
                let one_of = if words.len() == 1 { "" } else { "one of " };
                Err(not_a(setting, raw, &format!("{one_of}{}", words.join(", "))))
            }
        }
    }

    /// The items of a list; each is parsed by `item`.
    pub(super) fn list<T>(
        &self,
        name: &str,
        expectation: &str,
        item: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, ConfigError> {
        let Some((setting, raw)) = self.entry(name) else { return Ok(Vec::new()) };
        let items = raw.text.split(',').map(str::trim).filter(|text| !text.is_empty());
        items
            .map(|text| {
                item(text).ok_or_else(|| {
                    wrong(
                        setting,
                        &raw.origin,
                        format!("contains `{text}`, which is not {expectation}"),
                    )
                })
            })
            .collect()
    }

    /// A secret of at least `least` bytes that is no sample, if set. Never trimmed, never a number.
    pub(super) fn secret(
        &self,
        name: &str,
        least: usize,
    ) -> Result<Option<Redacted<String>>, ConfigError> {
        let Some((setting, raw)) = self.entry(name) else { return Ok(None) };
        let lower = raw.text.to_ascii_lowercase();
        if SAMPLE_SECRETS.iter().any(|sample| lower.contains(sample)) {
            let advice = "is a sample from a document; make one with `openssl rand -hex 32`";
            return Err(wrong(setting, &raw.origin, advice.into()));
        }
        if raw.text.len() < least {
            let problem = format!(
                "has {} bytes; a secret has at least {least}: `openssl rand -hex 32` makes one",
                raw.text.len()
            );
            return Err(wrong(setting, &raw.origin, problem));
        }
        Ok(Some(Redacted::new(raw.text.clone())))
    }

    /// A refusal of the value that a setting has now.
    pub(super) fn refuse(&self, name: &'static str, problem: String) -> ConfigError {
        match self.entry(name) {
            Some((setting, raw)) => wrong(setting, &raw.origin, problem),
            None => ConfigError::Together(format!("{name} {problem}")),
        }
    }

    /// A setting as sentences name it: with where it came from.
    pub(super) fn named(&self, name: &str) -> String {
        match self.get(name) {
            Some(raw) => format!("{name} ({})", raw.origin),
            None => name.to_owned(),
        }
    }

    fn entry(&self, name: &str) -> Option<(&'static Setting, &Raw)> {
        let setting = setting::find(name);
        debug_assert!(setting.is_some(), "{name} is in the table of settings");
        Some((setting?, self.get(name)?))
    }
}

fn not_a(setting: &Setting, raw: &Raw, expectation: &str) -> ConfigError {
    let problem = match setting.kind {
        Kind::Secret => format!("must be {expectation}"),
        Kind::Text | Kind::List | Kind::Number { .. } | Kind::Switch | Kind::Word(_) => {
            format!("is `{}`; it must be {expectation}", raw.text)
        }
    };
    wrong(setting, &raw.origin, problem)
}

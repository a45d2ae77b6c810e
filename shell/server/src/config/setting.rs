//! Every setting as data: its name, its kind, its default, what it means.
//!
//! From the name follow the three forms: `turn.host` is `host` under `[turn]` in the file,
//! `AETHEX_TURN_HOST` in the environment and `--turn-host` as a flag.

use std::fmt::Write as _;

pub(crate) use super::table::SETTINGS;

/// One thing that can be set.
#[derive(Debug)]
pub(crate) struct Setting {
    /// As in the file, `section.key`.
    pub(crate) name: &'static str,
    /// What values it takes.
    pub(crate) kind: Kind,
    /// Used when nobody sets it; empty for none.
    pub(crate) default: &'static str,
    /// The name the founding document gave it in the environment.
    pub(crate) founding: Option<&'static str>,
    /// One sentence for people.
    pub(crate) meaning: &'static str,
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text; the reader of the setting checks more.
    Text,
    /// A text that is never shown.
    Secret,
    /// Texts, separated by commas in the environment and in flags.
    List,
    /// A whole number between two bounds, both allowed.
    Number { least: u64, most: u64 },
    /// `true` or `false`; the flag alone means `true`, `--flag=false` the other.
    Switch,
    /// One of these words.
    Word(&'static [&'static str]),
}

impl Setting {
    /// Its name in the environment.
    pub(crate) fn env(&self) -> String {
        format!("AETHEX_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// Its flag, without the two dashes.
    pub(crate) fn flag(&self) -> String {
        self.name.replace(['.', '_'], "-")
    }
}

/// Finds a setting by its name in the file.
pub(crate) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The table of all settings for the documentation, in Markdown.
pub(crate) fn markdown() -> String {
    let mut text = String::from("| file | environment | flag | default | meaning |\n");
    text.push_str("|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let mut env = format!("`{}`", setting.env());
        if let Some(founding) = setting.founding {
            let _ = write!(env, ", `{founding}`");
        }
        let default = match setting.default {
            "" => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let value = if setting.kind == Kind::Switch { "[=false]" } else { "" };
        let (name, flag, meaning) = (setting.name, setting.flag() + value, setting.meaning);
        let _ = writeln!(text, "| `{name}` | {env} | `--{flag}` | {default} | {meaning} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_of_a_setting_follow_from_its_name() {
        let host = find("turn.host").unwrap();
        assert_eq!((host.env().as_str(), host.flag().as_str()), ("AETHEX_TURN_HOST", "turn-host"));
        let key = find("tls_key").unwrap();
        assert_eq!((key.env().as_str(), key.flag().as_str()), ("AETHEX_TLS_KEY", "tls-key"));
    }

    #[test]
    fn no_two_settings_share_a_form_and_every_meaning_is_a_sentence() {
        let mut flags: Vec<_> = SETTINGS.iter().map(Setting::flag).collect();
        flags.sort();
        flags.dedup();
        assert_eq!(flags.len(), SETTINGS.len());
        assert!(SETTINGS.iter().all(|setting| setting.meaning.ends_with('.')));
    }

    #[test]
    fn the_documentation_has_a_row_for_every_setting() {
        assert_eq!(markdown().lines().count(), SETTINGS.len() + 2);
        assert!(markdown().contains("`AETHEX_TURN_SECRET`, `TURN_SECRET`"));
        assert!(markdown().contains("| `--self-signed[=false]` | `false` |"));
    }
}

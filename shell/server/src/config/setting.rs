//! Every setting as data: its name, its kind, its default, what it means.
//!
//! From the name follow the three forms: `turn.host` is `host` under `[turn]` in the file,
//! `AETHEX_TURN_HOST` in the environment and `--turn-host` as a flag.

use std::fmt::Write as _;

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
    /// `true` or `false`; the flag alone means `true`.
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
        let (name, flag, meaning) = (setting.name, setting.flag(), setting.meaning);
        let _ = writeln!(text, "| `{name}` | {env} | `--{flag}` | {default} | {meaning} |");
    }
    text
}

/// A setting without a founding name.
const fn setting(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { name, kind, default, founding: None, meaning }
}

/// A setting that the founding document named in the environment.
const fn founding(
    founding: &'static str,
    name: &'static str,
    kind: Kind,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { name, kind, default, founding: Some(founding), meaning }
}

const PORT: Kind = Kind::Number { least: 1, most: 65_535 };

/// All settings, in the order of the documentation.
pub(crate) const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        Kind::Text,
        "127.0.0.1:8080",
        "Address and port of the server; port 0 takes a free one.",
    ),
    setting(
        "data_dir",
        Kind::Text,
        "./aethex-data",
        "Folder of the database and of the secrets made at the first start.",
    ),
    setting(
        "database_url",
        Kind::Secret,
        "",
        "`postgres://user:password@host/name`, or `sqlite:///path/of/file`; SQLite in the data folder when not set.",
    ),
    setting(
        "public_url",
        Kind::Text,
        "",
        "How browsers reach the server, as `https://calls.example.com`; taken from `listen` when not set.",
    ),
    setting(
        "tls_cert",
        Kind::Text,
        "",
        "PEM file with the certificate chain; with `tls_key`, the server speaks HTTPS.",
    ),
    setting("tls_key", Kind::Text, "", "PEM file with the private key of the certificate."),
    setting(
        "self_signed",
        Kind::Switch,
        "false",
        "HTTPS with a certificate made at the first start, for a try in the local network.",
    ),
    setting(
        "insecure_http",
        Kind::Switch,
        "false",
        "Allows plain HTTP on an address that other machines reach, for use behind a TLS proxy.",
    ),
    setting(
        "trusted_proxies",
        Kind::List,
        "",
        "Networks (CIDR) of proxies whose `X-Forwarded-For` is believed.",
    ),
    setting(
        "allowed_origins",
        Kind::List,
        "",
        "Origins of other web sites that may use the API and the socket, as `https://app.example.com`.",
    ),
    setting(
        "registration",
        Kind::Word(&["open", "invite", "closed"]),
        "open",
        "Who may make an account: anybody, holders of an invitation, nobody.",
    ),
    setting(
        "jwt.secret",
        Kind::Secret,
        "",
        "Shared secret (HS256) of the host product's tokens, at least 32 bytes; its users are then the users.",
    ),
    setting(
        "jwt.public_key",
        Kind::Text,
        "",
        "Public key of the host product's tokens: PEM text, or a file with it.",
    ),
    setting(
        "jwt.jwks_url",
        Kind::Text,
        "",
        "Where the host product publishes its public keys (RFC 7517).",
    ),
    setting("jwt.issuer", Kind::Text, "", "The `iss` that the host product's tokens must carry."),
    setting("jwt.audience", Kind::Text, "", "The `aud` that the host product's tokens must carry."),
    founding(
        "TURN_SERVER_HOST",
        "turn.host",
        Kind::Text,
        "",
        "Name or address of the TURN server, as browsers reach it.",
    ),
    founding("TURN_SERVER_PORT", "turn.port", PORT, "3478", "UDP and TCP port of the TURN server."),
    founding(
        "TURN_SECRET",
        "turn.secret",
        Kind::Secret,
        "",
        "The secret shared with the TURN server, at least 16 bytes.",
    ),
    setting(
        "turn.previous_secret",
        Kind::Secret,
        "",
        "During a rotation the secret before, still accepted.",
    ),
    founding(
        "TURN_TTL",
        "turn.ttl",
        Kind::Number { least: 60, most: 604_800 },
        "86400",
        "Seconds for which TURN credentials are valid.",
    ),
    setting("turn.tls_port", PORT, "", "TLS port of the TURN server; adds a `turns:` address."),
    setting("ring_seconds", Kind::Number { least: 5, most: 120 }, "45", "How long a callee rings."),
    setting(
        "busy",
        Kind::Word(&["waiting", "reject"]),
        "waiting",
        "Whether somebody in a call hears of another one, or is reported busy.",
    ),
    setting(
        "max_participants",
        Kind::Number { least: 2, most: 1_000 },
        "20",
        "The most people in one call; without the SFU at most 4 of them at a time.",
    ),
    setting(
        "sfu",
        Kind::Word(&["off"]),
        "off",
        "Whether media of larger calls goes through the server; `off`: between the people, 4 at most.",
    ),
    setting(
        "max_call_hours",
        Kind::Number { least: 1, most: 168 },
        "24",
        "The longest a call lasts.",
    ),
    setting(
        "alone_minutes",
        Kind::Number { least: 1, most: 1_440 },
        "10",
        "A group call with one person in it ends after this.",
    ),
    setting(
        "history_retention_days",
        Kind::Number { least: 1, most: 36_500 },
        "365",
        "Ended calls are deleted after this.",
    ),
    setting(
        "limits",
        Kind::Word(&["default", "load"]),
        "default",
        "Rate limits: `load` raises them for a load test on loopback, never for use.",
    ),
    setting(
        "log_format",
        Kind::Word(&["text", "json"]),
        "text",
        "Log lines for people or for programs.",
    ),
    setting("log_filter", Kind::Text, "info", "What is logged, as `info` or `info,store=debug`."),
    setting(
        "show_ips",
        Kind::Switch,
        "false",
        "Logs whole client addresses instead of their network (/24, /48).",
    ),
];

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
    }
}

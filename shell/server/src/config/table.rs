//! The table of all settings, in the order of the documentation.

use super::setting::{Kind, Setting};

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
        "Name or address of an external TURN server, as browsers reach it; it takes the place of our own.",
    ),
    founding(
        "TURN_SERVER_PORT",
        "turn.port",
        PORT,
        "3478",
        "UDP and TCP port of the external TURN server.",
    ),
    founding(
        "TURN_SECRET",
        "turn.secret",
        Kind::Secret,
        "",
        "The secret that signs TURN credentials, at least 16 bytes: shared with the external server; for our own one is made at the first start.",
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
    setting(
        "turn.tls_port",
        PORT,
        "",
        "TLS port of the external TURN server; adds a `turns:` address.",
    ),
    setting(
        "turn.embedded",
        Kind::Word(&["on", "off"]),
        "on",
        "Our own TURN server; with an external one it is off unless set to `on`.",
    ),
    setting(
        "turn.listen",
        Kind::Text,
        "",
        "Address and port of our TURN server over UDP and TCP; the address of `listen` and port 3478 when not set.",
    ),
    setting(
        "turn.tls_listen",
        Kind::Text,
        "",
        "Address and port of our TURN server over TLS; the address of `turn.listen` and port 5349 when not set and there is a certificate.",
    ),
    setting(
        "turn.tls_cert",
        Kind::Text,
        "",
        "PEM file with the certificate chain of our TURN server; that of the server itself when not set.",
    ),
    setting("turn.tls_key", Kind::Text, "", "PEM file with the private key of `turn.tls_cert`."),
    setting(
        "turn.realm",
        Kind::Text,
        "",
        "Realm of our TURN server, at most 32 bytes; the host of `public_url`, or `aethex`, when not set.",
    ),
    setting(
        "turn.relay_ports",
        Kind::Text,
        "49152-65535",
        "UDP ports of our TURN server's relayed addresses.",
    ),
    setting(
        "turn.public_address",
        Kind::List,
        "",
        "The addresses under which others reach this machine, one IPv4, one IPv6 or both; behind a NAT they must be set.",
    ),
    setting(
        "turn.user_quota",
        Kind::Number { least: 1, most: 100_000 },
        "12",
        "Relayed addresses of one user at a time.",
    ),
    setting(
        "turn.total_quota",
        Kind::Number { least: 1, most: 1_000_000 },
        "1200",
        "Relayed addresses at a time.",
    ),
    setting(
        "turn.bandwidth",
        Kind::Number { least: 1_000, most: 10_000_000_000 },
        "1000000",
        "Bytes per second that one relayed address carries, each way.",
    ),
    setting(
        "turn.allowed_peers",
        Kind::List,
        "",
        "Networks (CIDR) that are relayed to although they are private; denied ones stay denied.",
    ),
    setting(
        "turn.denied_peers",
        Kind::List,
        "",
        "Networks (CIDR) that are never relayed to, beside the built-in ones.",
    ),
    setting(
        "turn.shards",
        Kind::Number { least: 0, most: 64 },
        "0",
        "Threads of our TURN server; 0: half as many as processors.",
    ),
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
        Kind::Word(&["off", "auto", "only"]),
        "auto",
        "Whether media goes through the server: `auto`, from three people on; `only`, always; `off`, never: at most 4 people at a time.",
    ),
    setting(
        "sfu_listen",
        Kind::Text,
        "",
        "Address and port of the SFU over UDP and TCP; the address of `turn.listen` and port 3479 when not set. Each further thread takes the next UDP port.",
    ),
    setting(
        "sfu_public_address",
        Kind::List,
        "",
        "The addresses under which others reach the SFU, one IPv4, one IPv6 or both; those of `turn.public_address` when not set.",
    ),
    setting(
        "sfu_shards",
        Kind::Number { least: 0, most: 64 },
        "0",
        "Threads of the SFU; 0: as many as processors.",
    ),
    setting(
        "sfu_bandwidth_estimation",
        Kind::Switch,
        "true",
        "Whether pictures follow what each receiver's network carries.",
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

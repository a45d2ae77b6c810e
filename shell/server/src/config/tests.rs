//! What the configuration takes, what it refuses, and with which sentence.

use super::*;

mod sfu;
mod turn;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Loads with arguments after `serve`, an environment, and no file but what is named.
fn load(args: &[&str], env: &[(&str, &str)]) -> Result<Invocation, Stop> {
    let args = ["aethex-connect", "serve"].iter().chain(args).map(OsString::from);
    let env = env.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Config::load(args, env)
}

fn config(args: &[&str], env: &[(&str, &str)]) -> Config {
    load(args, env).unwrap().config
}

fn refusal(args: &[&str], env: &[(&str, &str)]) -> String {
    load(args, env).unwrap_err().to_string()
}

/// Loads with a file of this content.
fn with_file(content: &str, args: &[&str], env: &[(&str, &str)]) -> Result<Invocation, Stop> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.toml");
    std::fs::write(&file, content).unwrap();
    let args: Vec<&str> =
        ["--config", file.to_str().unwrap()].iter().chain(args).copied().collect();
    load(&args, env)
}

fn file_refusal(content: &str) -> String {
    with_file(content, &[], &[]).unwrap_err().to_string()
}

#[test]
fn with_nothing_set_the_defaults_serve_loopback_with_sqlite_and_own_accounts() {
    let config = config(&[], &[]);
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database, Database::Sqlite("./aethex-data/aethex.db".into()));
    assert_eq!(config.tls, Tls::Plain);
    assert_eq!(config.identity, Identity::Embedded { registration: Registration::Open });
    assert!(config.turn.external.is_none() && config.turn.embedded.is_some());
    assert_eq!(config.calls.ring, Duration::from_secs(45));
    assert_eq!(config.calls.max_participants, 20);
    assert!(config.sfu.embedded.is_some_and(|sfu| sfu.calls == SfuCalls::Larger));
    assert_eq!(config.calls.history_retention, Duration::from_secs(365 * 86_400));
    assert_eq!(config.limits, LimitsProfile::Default);
}

#[test]
fn a_flag_beats_our_variable_beats_the_founding_name_beats_the_file_beats_the_default() {
    let file = format!("[turn]\nhost = \"file\"\nsecret = \"{SECRET}\"\n");
    let host = |args: &[&str], env: &[(&str, &str)]| {
        with_file(&file, args, env).unwrap().config.turn.external.unwrap().host
    };
    let founding = ("TURN_SERVER_HOST", "founding");
    let ours = ("AETHEX_TURN_HOST", "ours");
    assert_eq!(host(&[], &[]), "file");
    assert_eq!(host(&[], &[founding]), "founding");
    assert_eq!(host(&[], &[founding, ours]), "ours");
    assert_eq!(host(&["--turn-host", "flag"], &[founding, ours]), "flag");
}

#[test]
fn every_setting_is_accepted_as_variable_as_flag_and_in_the_file() {
    for setting in SETTINGS {
        let (text, toml) = match setting.kind {
            Kind::Number { least, .. } => (least.to_string(), least.to_string()),
            Kind::Switch => ("true".into(), "true".into()),
            Kind::Word(words) => (words[0].to_owned(), format!("{:?}", words[0])),
            Kind::List => ("a".into(), "[\"a\"]".into()),
            Kind::Text | Kind::Secret => ("a".into(), "\"a\"".into()),
        };
        let origin = |layers: Layers| layers.get(setting.name).unwrap().origin.to_string();

        let mut layers = Layers::of_defaults();
        let env = BTreeMap::from([(setting.env().into(), text.clone().into())]);
        assert!(layers.add_env(&env).unwrap().is_empty());
        assert_eq!(origin(layers), format!("from {}", setting.env()));

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.toml");
        std::fs::write(&file, format!("{} = {toml}\n", setting.name)).unwrap();
        let mut layers = Layers::of_defaults();
        layers.add_file(&file).unwrap();
        assert_eq!(origin(layers), format!("from {}", file.display()));

        let flag = format!("--{}={text}", setting.flag());
        let line = CommandLine::try_parse_from(["aethex-connect", "serve", &flag]).unwrap();
        let given = line.flags.into_given();
        assert_eq!(given.len(), 1, "{flag}");
        assert_eq!((given[0].0.name, &given[0].1), (setting.name, &text));
    }
}

#[test]
fn flags_stand_before_or_after_the_command_and_a_switch_needs_no_value() {
    let before = CommandLine::try_parse_from(["aethex-connect", "--self-signed", "serve"]).unwrap();
    assert_eq!(before.flags.into_given()[0].1, "true");
    assert_eq!(config(&["--self-signed"], &[]).tls, Tls::SelfSigned);
    let off = config(&["--self-signed=false"], &[("AETHEX_SELF_SIGNED", "true")]);
    assert_eq!(off.tls, Tls::Plain);
}

#[test]
fn every_switch_is_turned_on_by_its_flag_alone_and_off_by_false_after_an_equals_sign() {
    for setting in SETTINGS.iter().filter(|setting| setting.kind == Kind::Switch) {
        let parsed = |words: &str| {
            let words = format!("aethex-connect serve --{}{words}", setting.flag());
            let line = CommandLine::try_parse_from(words.split(' '));
            line.ok().map(|line| line.flags.into_given().swap_remove(0).1)
        };
        assert_eq!(parsed("").as_deref(), Some("true"), "{}", setting.name);
        assert_eq!(parsed("=false").as_deref(), Some("false"), "{}", setting.name);
        // After a space stands the command.
        assert_eq!(parsed(" false"), None, "{}", setting.name);
        let sentence = refusal(&[&format!("--{}=maybe", setting.flag())], &[]);
        assert!(sentence.contains("is `maybe`; it must be true or false"), "{sentence}");
    }
}

#[test]
fn a_secret_of_digits_keeps_its_leading_zeros() {
    let digits = "00012345678901234567";
    let env = [("TURN_SERVER_HOST", "turn.test"), ("TURN_SECRET", digits)];
    let turn = config(&[], &env).turn.external.unwrap();
    assert_eq!(turn.secrets.current.expose(), digits);
    let refusal = file_refusal("[turn]\nhost = \"turn.test\"\nsecret = 12345678901234567\n");
    assert!(refusal.contains("turn.secret") && refusal.contains("quotes"), "{refusal}");
}

#[test]
fn a_wrong_value_is_one_sentence_with_the_setting_and_where_it_came_from() {
    let cases: &[(&str, &str, &str)] = &[
        ("AETHEX_LISTEN", "8080", "listen (from AETHEX_LISTEN) is `8080`; it must be an address"),
        (
            "AETHEX_RING_SECONDS",
            "3",
            "ring_seconds (from AETHEX_RING_SECONDS) is `3`; it must be a whole number from 5 to 120",
        ),
        (
            "AETHEX_BUSY",
            "maybe",
            "busy (from AETHEX_BUSY) is `maybe`; it must be one of waiting, reject",
        ),
        (
            "AETHEX_SHOW_IPS",
            "ja",
            "show_ips (from AETHEX_SHOW_IPS) is `ja`; it must be true or false",
        ),
        (
            "AETHEX_TRUSTED_PROXIES",
            "10.0.0.0/8,10.0.0.0/33",
            "trusted_proxies (from AETHEX_TRUSTED_PROXIES) contains `10.0.0.0/33`",
        ),
        (
            "AETHEX_ALLOWED_ORIGINS",
            "*",
            "allowed_origins (from AETHEX_ALLOWED_ORIGINS) contains `*`",
        ),
        ("AETHEX_PUBLIC_URL", "calls.test", "public_url (from AETHEX_PUBLIC_URL) is `calls.test`"),
        (
            "AETHEX_JWT_JWKS_URL",
            "http://login.test/keys",
            "jwt.jwks_url (from AETHEX_JWT_JWKS_URL) is `http://login.test/keys`",
        ),
        ("AETHEX_LOG_FILTER", "info,=,", "log_filter (from AETHEX_LOG_FILTER) is `info,=,`"),
        (
            "AETHEX_DATABASE_URL",
            "mysql://u:geheim@h/d",
            "database_url (from AETHEX_DATABASE_URL) must be postgres://",
        ),
        ("TURN_TTL", "1.5", "turn.ttl (from TURN_TTL) is `1.5`; it must be a whole number"),
        ("TURN_SECRET", "your-turn-secret-key", "turn.secret (from TURN_SECRET) is a sample"),
        ("AETHEX_JWT_SECRET", "short", "jwt.secret (from AETHEX_JWT_SECRET) has 5 bytes"),
    ];
    for (name, value, beginning) in cases {
        let sentence = refusal(&[], &[(name, value)]);
        assert!(sentence.starts_with(beginning), "{name}={value}: {sentence}");
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
    }
}

#[test]
fn a_refused_secret_is_not_in_the_sentence() {
    assert!(!refusal(&[], &[("AETHEX_DATABASE_URL", "mysql://u:geheim@h/d")]).contains("geheim"));
    assert!(!refusal(&[], &[("TURN_SECRET", "kurz")]).contains("kurz"));
    assert!(!file_refusal("[turn]\nsecret = \"geheim\n").contains("geheim"));
}

#[test]
fn an_unknown_key_in_the_file_is_named_with_the_setting_that_was_meant() {
    let refusal = file_refusal("ring_second = 30\n");
    assert!(refusal.contains("no setting `ring_second`; is `ring_seconds` meant?"), "{refusal}");
    assert!(file_refusal("[turn]\nhots = \"a\"\n").contains("no setting `turn.hots`"));
    assert!(file_refusal("[nothing]\na = 1\n").contains("no setting `nothing`"));
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_named_with_the_line() {
    let missing = refusal(&["--config", "no-such-file.toml"], &[]);
    assert!(missing.starts_with("no-such-file.toml cannot be read"), "{missing}");
    let broken = file_refusal("busy = \"waiting\"\nlisten = \n");
    assert!(broken.contains("is not TOML: line 2"), "{broken}");
}

#[test]
fn the_file_in_the_data_folder_is_read_unless_another_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_IN_DATA_DIR), "ring_seconds = 30\n").unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let ring = |invocation: Invocation| invocation.config.calls.ring.as_secs();
    assert_eq!(ring(load(&["--data-dir", data_dir], &[]).unwrap()), 30);
    assert_eq!(ring(with_file("busy = \"reject\"\n", &["--data-dir", data_dir], &[]).unwrap()), 45);

    std::fs::write(folder.path().join(FILE_IN_DATA_DIR), "data_dir = \"elsewhere\"\n").unwrap();
    assert!(refusal(&["--data-dir", data_dir], &[]).contains("by the file inside that folder"));
}

#[test]
fn a_public_address_needs_tls_or_a_spoken_permission() {
    for public in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:80"] {
        let sentence = refusal(&["--listen", public], &[]);
        assert!(sentence.contains("--insecure-http"), "{sentence}");
        assert_eq!(config(&["--listen", public, "--insecure-http"], &[]).tls, Tls::Plain);
        assert_eq!(config(&["--listen", public, "--self-signed"], &[]).tls, Tls::SelfSigned);
    }
    assert_eq!(config(&["--listen", "[::1]:0"], &[]).tls, Tls::Plain);
}

#[test]
fn halves_and_contradictions_of_tls_are_refused() {
    assert!(refusal(&["--tls-cert", "c.pem"], &[]).contains("but tls_key is not"));
    assert!(refusal(&["--tls-key", "k.pem"], &[]).contains("but tls_cert is not"));
    let both = ["--tls-cert", "c.pem", "--tls-key", "k.pem", "--self-signed"];
    assert!(refusal(&both, &[]).contains("only one of these"));
    assert!(refusal(&["--self-signed", "--insecure-http"], &[]).contains("only one of these"));
}

#[test]
fn one_key_of_the_host_product_makes_its_users_ours_and_two_are_refused() {
    let secret = ("AETHEX_JWT_SECRET", SECRET);
    let issuer = ("AETHEX_JWT_ISSUER", "https://login.test");
    let expected = Identity::Host {
        key: HostKey::Secret(Redacted::new(SECRET.into())),
        issuer: Some("https://login.test".into()),
        audience: None,
    };
    assert_eq!(config(&[], &[secret, issuer]).identity, expected);
    let jwks = ("AETHEX_JWT_JWKS_URL", "https://login.test/keys");
    let sentence = refusal(&[], &[secret, jwks]);
    assert!(sentence.contains("jwt.secret (from AETHEX_JWT_SECRET), jwt.jwks_url"), "{sentence}");
    assert!(refusal(&[], &[issuer]).contains("jwt.issuer"));
}

#[test]
fn a_public_key_is_text_or_a_file_and_never_a_private_key() {
    let pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    std::fs::write(&file, pem).unwrap();
    let key = |value: &str| match config(&[], &[("AETHEX_JWT_PUBLIC_KEY", value)]).identity {
        Identity::Host { key: HostKey::PublicKey(pem), .. } => pem,
        other @ (Identity::Embedded { .. } | Identity::Host { .. }) => panic!("{other:?}"),
    };
    assert_eq!(key(file.to_str().unwrap()), pem);
    assert_eq!(key(&pem.replace('\n', "\\n")), pem);
    let private = "-----BEGIN PRIVATE KEY-----";
    assert!(refusal(&[], &[("AETHEX_JWT_PUBLIC_KEY", private)]).contains("is a private key"));
    assert!(refusal(&[], &[("AETHEX_JWT_PUBLIC_KEY", "none.pem")]).contains("the file none.pem"));
}

#[test]
fn databases_are_sqlite_files_or_postgresql() {
    let database = |url: &str| config(&[], &[("AETHEX_DATABASE_URL", url)]).database;
    assert_eq!(database("sqlite:///var/lib/a.db"), Database::Sqlite("/var/lib/a.db".into()));
    assert_eq!(database("sqlite://a.db"), Database::Sqlite("a.db".into()));
    let url = "postgres://u:p@h/d";
    assert_eq!(database(url), Database::Postgres(Redacted::new(url.into())));
    assert!(refusal(&[], &[("AETHEX_DATABASE_URL", "sqlite::memory:")]).contains("database_url"));
}

#[test]
fn an_empty_variable_is_not_set_and_an_unknown_one_of_ours_is_told() {
    let empty = [("TURN_SERVER_HOST", ""), ("AETHEX_RING_SECONDS", "")];
    assert!(config(&[], &empty).turn.external.is_none());
    let invocation = load(&[], &[("AETHEX_RING_SECOND", "9"), ("AETHEX_TEST_X", "1")]).unwrap();
    assert_eq!(invocation.warnings.len(), 1);
    assert!(invocation.warnings[0].contains("AETHEX_RING_SECOND, which is no setting"));
}

#[test]
fn the_effective_configuration_names_origins_and_hides_secrets() {
    let url = ("AETHEX_DATABASE_URL", "postgres://u:geheim@h/d");
    let invocation = load(&["--ring-seconds", "30"], &[url]).unwrap();
    let text = invocation.effective();
    assert!(text.contains("ring_seconds = 30  # from --ring-seconds\n"), "{text}");
    assert!(text.contains("busy = \"waiting\"  # default\n"), "{text}");
    assert!(text.contains("# jwt.secret is not set\n"), "{text}");
    let debug = format!("{:?} {invocation:?}", invocation.config);
    assert!(!text.contains("geheim") && !debug.contains("geheim"));
}

#[test]
fn commands_have_the_documented_shape() {
    let command = |words: &[&str]| {
        let words = std::iter::once("aethex-connect").chain(words.iter().copied());
        CommandLine::try_parse_from(words).map(|line| line.command)
    };
    assert_eq!(command(&["migrate"]).unwrap(), Command::Migrate);
    let user = Command::Token { kind: Token::User { user: "a@b.test".into() } };
    assert_eq!(command(&["token", "user", "a@b.test"]).unwrap(), user);
    let key = Command::Token { kind: Token::ApiKey { name: "shop".into() } };
    assert_eq!(command(&["token", "api-key", "shop"]).unwrap(), key);
    assert_eq!(command(&["token", "invite"]).unwrap(), Command::Token { kind: Token::Invite });
    assert_eq!(command(&["config"]).unwrap(), Command::Config { markdown: false });
    assert!(command(&["backup"]).is_err() && command(&["fly"]).is_err());
}

//! `aethex-connect doctor` beside a running server, beside none, and with wrong settings.

mod server;

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use server::{PROGRAM, Running};

/// What the doctor printed, and whether it was content.
struct Seen {
    well: bool,
    report: String,
}

impl Seen {
    /// The line of a check: its outcome and the rest.
    fn line(&self, check: &str) -> (String, String) {
        let line = self
            .report
            .lines()
            .find(|line| line.get(9..).is_some_and(|rest| rest.starts_with(check)));
        let line = line.unwrap_or_else(|| panic!("no line about {check}:\n{}", self.report));
        (line[..8].trim().to_owned(), line[9 + check.len()..].trim().to_owned())
    }

    fn outcomes(&self) -> Vec<&str> {
        self.report.lines().map(|line| line[..8].trim()).collect()
    }
}

fn doctor(data_dir: &Path, args: &[&str], trusted: Option<&Path>) -> Seen {
    let mut command = Command::new(PROGRAM);
    command.env_clear().arg("doctor").arg("--data-dir").arg(data_dir).args(args);
    if let Some(trusted) = trusted {
        command.env("SSL_CERT_FILE", trusted);
    }
    let output = command.output().expect("the program starts");
    let report = String::from_utf8(output.stdout).expect("text");
    Seen { well: output.status.success(), report }
}

/// A port that nothing listens on.
fn unused_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

const TURN: [&str; 2] = ["--turn-listen", "127.0.0.1:0"];

#[test]
fn beside_a_running_server_with_tls_all_is_well() {
    let tls = format!("127.0.0.1:{}", unused_port());
    let sfu = format!("127.0.0.1:{}", unused_port());
    let sfu = ["--sfu-listen", &sfu, "--sfu-shards", "1"];
    let turn = ["--self-signed", "--turn-tls-listen", &tls, TURN[0], TURN[1]];
    let settings = [&sfu[..], &turn].concat();
    let server = Running::start(&settings);
    let settings = [&["--listen", &server.address][..], &settings].concat();
    let certificate = server.data_dir().join("self-signed-cert.pem");

    let seen = doctor(server.data_dir(), &settings, Some(&certificate));
    assert!(seen.well, "{}", seen.report);
    assert!(seen.outcomes().iter().all(|outcome| *outcome == "ok"), "{}", seen.report);
    assert_eq!(seen.outcomes().len(), 14, "{}", seen.report);
    assert!(seen.line("TURN over TLS").1.contains("a packet went through 127.0.0.1:"));
    assert!(seen.line("SFU").1.starts_with("127.0.0.1 takes TCP on port "), "{}", seen.report);

    // Browsers were not told to trust it.
    let seen = doctor(server.data_dir(), &settings, None);
    assert!(seen.well, "{}", seen.report);
    assert_eq!(seen.line("certificate").0, "warning");
}

#[test]
fn without_a_certificate_tls_is_skipped_and_the_rest_is_well() {
    let server = Running::start(&TURN);
    let settings = ["--listen", &server.address, TURN[0], TURN[1]];
    let seen = doctor(server.data_dir(), &settings, None);
    assert!(seen.well, "{}", seen.report);
    for check in ["TURN over TLS", "certificate"] {
        assert_eq!(seen.line(check).0, "skipped", "{}", seen.report);
    }
    for check in ["STUN over UDP", "TURN over UDP", "TURN over TCP", "socket", "clock"] {
        assert_eq!(seen.line(check).0, "ok", "{}", seen.report);
    }
    let url = format!("http://{}", server.address);
    let asked = doctor(server.data_dir(), &["--url", &url, TURN[0], TURN[1]], None);
    assert!(asked.line("server").1.starts_with(&url), "{}", asked.report);
}

#[test]
fn with_turn_off_it_says_what_that_means() {
    let off = ["--turn-embedded", "off"];
    let server = Running::start(&off);
    let seen = doctor(server.data_dir(), &["--listen", &server.address, off[0], off[1]], None);
    assert!(seen.well, "{}", seen.report);
    let (outcome, text) = seen.line("TURN over UDP");
    assert_eq!(outcome, "skipped");
    assert!(text.contains("TURN is off: calls between strict NATs do not connect"), "{text}");
}

#[test]
fn of_an_sfu_that_is_off_or_elsewhere_it_says_what_that_means() {
    let off = ["--sfu", "off"];
    let server = Running::start(&[&TURN[..], &off].concat());
    let settings = ["--listen", &server.address, TURN[0], TURN[1]];
    let seen = doctor(server.data_dir(), &[&settings[..], &off].concat(), None);
    assert!(seen.well, "{}", seen.report);
    let (outcome, text) = seen.line("SFU");
    assert_eq!(outcome, "skipped");
    assert!(text.starts_with("the SFU is off: at most 4 people"), "{text}");

    let seen = doctor(server.data_dir(), &settings, None);
    assert_eq!(seen.line("SFU").0, "failed", "the running server has none");

    let server = Running::start(&TURN);
    let elsewhere = format!("127.0.0.1:{}", unused_port());
    let settings = ["--listen", &server.address, TURN[0], TURN[1], "--sfu-listen", &elsewhere];
    let seen = doctor(server.data_dir(), &settings, None);
    let (outcome, text) = seen.line("SFU");
    assert_eq!(outcome, "failed");
    assert!(text.contains("over TCP") && text.contains("sfu_listen"), "{text}");
}

#[test]
fn with_a_wrong_secret_it_says_that_credentials_are_refused() {
    let server = Running::start(&TURN);
    let secret = ["--turn-secret", "a-secret-that-the-server-does-not-know"];
    let settings = ["--listen", &server.address, TURN[0], TURN[1], secret[0], secret[1]];
    let seen = doctor(server.data_dir(), &settings, None);
    assert!(!seen.well, "{}", seen.report);
    assert_eq!(seen.line("STUN over UDP").0, "ok");
    for check in ["TURN over UDP", "TURN over TCP"] {
        let (outcome, text) = seen.line(check);
        assert_eq!(outcome, "failed");
        assert!(text.contains("credentials are refused: is the data folder"), "{text}");
    }
    assert!(!seen.report.contains(secret[1]), "no secret is shown");
}

#[test]
fn an_external_server_is_checked_with_its_own_secret() {
    let secret = "a-secret-shared-by-two-programs-0123";
    let other = Running::start(&[TURN[0], TURN[1], "--turn-secret", secret]);
    let server = Running::start(&["--turn-embedded", "off"]);
    let port = other.turn_port().to_string();
    let external = ["--turn-host", "127.0.0.1", "--turn-port", &port, "--turn-secret"];
    let settings = [&["--listen", &server.address][..], &external, &[secret]].concat();
    let seen = doctor(server.data_dir(), &settings, None);
    assert!(seen.well, "{}", seen.report);
    assert!(seen.line("TURN over UDP").1.starts_with("a packet went through"));

    let wrong = [&["--listen", &server.address][..], &external, &["another-secret-of-some-length"]];
    let seen = doctor(server.data_dir(), &wrong.concat(), None);
    let (outcome, text) = seen.line("TURN over UDP");
    assert_eq!(outcome, "failed");
    assert!(text.contains("the static-auth-secret of that server"), "{text}");
}

#[test]
fn beside_no_server_every_line_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("not-there");
    let nowhere = format!("127.0.0.1:{}", unused_port());
    let turn = format!("127.0.0.1:{}", unused_port());
    let secret = ["--turn-secret", "a-secret-of-nobody-at-all-0123"];
    let settings = ["--listen", &nowhere, "--turn-listen", &turn, secret[0], secret[1]];
    let seen = doctor(&missing, &settings, None);
    assert!(!seen.well);
    for (check, part) in [
        ("data folder", "start the server once"),
        ("database", "start the server once"),
        ("server", "does the server run, and is the port open?"),
        ("STUN over UDP", "does the server run, does turn.listen say where"),
        ("TURN over TCP", "does the server run, does turn.listen say where"),
    ] {
        let (outcome, text) = seen.line(check);
        assert_eq!(outcome, "failed", "{check}: {text}");
        assert!(text.contains(part), "{check}: {text}");
    }
    assert_eq!(seen.line("socket").0, "skipped");
    assert!(!missing.exists(), "it makes nothing");
}

#[test]
fn another_program_on_the_port_is_told_from_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = silent.local_addr().expect("an address").to_string();
    let answering = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = silent.accept().expect("somebody asks");
        let mut request = [0; 256];
        let read = stream.read(&mut request).expect("a request");
        assert!(read > 0);
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").expect("still there");
    });
    let off = ["--turn-embedded", "off", "--listen", &address];
    let seen = doctor(folder.path(), &off, None);
    answering.join().expect("it answered");
    assert!(seen.line("server").1.contains("does not speak HTTP"), "{}", seen.report);
}

#[test]
fn a_configuration_that_cannot_be_used_is_the_only_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = doctor(folder.path(), &["--turn-relay-ports", "none"], None);
    assert!(!seen.well);
    assert_eq!(seen.outcomes(), ["failed"]);
    let (_, text) = seen.line("configuration");
    assert!(text.starts_with("turn.relay_ports (from --turn-relay-ports) is `none`"), "{text}");
}

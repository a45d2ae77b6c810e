//! A PostgreSQL server of the tests' own, gone when they are.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// Runs as the unprivileged user. The server lives until the standard input ends, which
/// happens at the latest when the test program does.
const SCRIPT: &str = r#"
bin=$1
port=$2
dir=$(mktemp -d /tmp/store-test-XXXXXX) || exit 1
"$bin/initdb" -D "$dir/data" -U tests --auth=trust --no-sync \
    -E UTF8 --locale=C >"$dir/log" 2>&1 \
    || { cat "$dir/log" >&2; rm -rf "$dir"; exit 1; }
set -- -c listen_addresses=
if [ -n "$port" ]; then
    (umask 077; echo "$TLS_KEY" >"$dir/key.pem"; echo "$TLS_CERTIFICATE" >"$dir/certificate.pem")
    echo "hostssl all all 127.0.0.1/32 trust" >"$dir/data/pg_hba.conf"
    echo "local all all trust" >>"$dir/data/pg_hba.conf"
    set -- -c listen_addresses=127.0.0.1 -p "$port" -c ssl=on \
        -c "ssl_cert_file=$dir/certificate.pem" -c "ssl_key_file=$dir/key.pem"
fi
"$bin/postgres" -D "$dir/data" -k "$dir" -c fsync=off -c max_connections=600 \
    -c shared_buffers=32MB "$@" >>"$dir/log" 2>&1 &
server=$!
until "$bin/pg_isready" -q -h "$dir" -p "${port:-5432}"; do
    kill -0 "$server" 2>/dev/null || { cat "$dir/log" >&2; rm -rf "$dir"; exit 1; }
done
echo "$dir"
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$dir"
"#;

struct Tls {
    port: u16,
    certificate: String,
    key: String,
}

/// A running server, reached through a socket in its folder.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: String,
    child: Child,
    stdin: Option<ChildStdin>,
}

impl Cluster {
    /// The server that all tests share; each has its own database. `None` where PostgreSQL
    /// is not installed.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server for a test that stops it.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(None)
    }

    /// A server that demands TLS on a port of 127.0.0.1, and its certificate.
    pub(crate) fn start_with_tls() -> Option<(Self, u16, String)> {
        let names = ["localhost".to_owned()];
        let certified = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = certified.cert.pem();
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let tls = Tls { port, certificate, key: certified.signing_key.serialize_pem() };
        let cluster = Self::start_with(Some(&tls))?;
        Some((cluster, port, tls.certificate))
    }

    fn start_with(tls: Option<&Tls>) -> Option<Self> {
        let Some(bin) = programs() else {
            let required = std::env::var("AETHEX_REQUIRE_PG").is_ok_and(|value| value == "1");
            assert!(!required, "PostgreSQL not found, and AETHEX_REQUIRE_PG is 1");
            writeln!(std::io::stdout(), "skipped: PostgreSQL not found").expect("standard output");
            return None;
        };
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut child = command
            .args(["-c", SCRIPT, "sh"])
            .arg(bin)
            .arg(tls.map_or_else(String::new, |tls| tls.port.to_string()))
            .env("TLS_CERTIFICATE", tls.map_or("", |tls| tls.certificate.as_str()))
            .env("TLS_KEY", tls.map_or("", |tls| tls.key.as_str()))
            .current_dir("/tmp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the shell starts");
        let stdin = child.stdin.take();
        let mut folder = String::new();
        let stdout = child.stdout.take().expect("standard output is a pipe");
        BufReader::new(stdout).read_line(&mut folder).expect("the shell answers");
        assert!(!folder.is_empty(), "PostgreSQL did not start, see above");
        Some(Self { folder: folder.trim().to_owned(), child, stdin })
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://tests@localhost/{database}?host={}", self.folder)
    }

    /// Stops the server as a crash would.
    pub(crate) fn stop(mut self) {
        drop(self.stdin.take());
        self.child.wait().expect("the shell ends");
    }
}

/// The folder of `initdb` and `postgres`.
fn programs() -> Option<PathBuf> {
    if let Ok(folder) = std::env::var("AETHEX_TEST_PG_BIN") {
        return Some(PathBuf::from(folder)).filter(|folder| folder.join("initdb").exists());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> =
        versions.flatten().map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").exists());
    folders.sort();
    folders.pop()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

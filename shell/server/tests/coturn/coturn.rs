//! The real coturn as a child process, with the file that we ship.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::answers;

/// How long coturn may take to answer, on a busy machine.
const START: Duration = Duration::from_secs(20);

/// Words of a line in coturn's log that complains.
const COMPLAINTS: &[&str] = &[
    "bad configuration",
    "warning",
    "error",
    "fatal",
    "cannot",
    "unknown",
    "unrecognized",
    "deprecated",
    "failed",
];

/// A running coturn; ended when dropped.
pub(crate) struct Coturn {
    child: Child,
    port: u16,
    has_ipv6: bool,
    log: Log,
    log_at_start: Vec<String>,
    folder: tempfile::TempDir,
}

type Log = Arc<Mutex<Vec<String>>>;

impl Coturn {
    /// Starts coturn with our file and these options besides, on free ports of loopback.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_with(&shipped_file(), options)
    }

    /// Starts coturn with our file and more lines in it.
    pub(crate) fn start_with_added_lines(lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("turnserver.conf");
        let ours = std::fs::read_to_string(shipped_file()).unwrap();
        std::fs::write(&file, ours + lines).unwrap();
        Self::start_with(&file, &[])
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Whether it was given an IPv6 address to relay from.
    pub(crate) fn has_ipv6(&self) -> bool {
        self.has_ipv6
    }

    /// Lines of its log until it answered that complain.
    pub(crate) fn complaints_at_start(&self) -> Vec<String> {
        let complains = |line: &&String| {
            let line = line.to_lowercase();
            COMPLAINTS.iter().any(|word| line.contains(word))
        };
        self.log_at_start.iter().filter(complains).cloned().collect()
    }

    fn start_with(file: &Path, options: &[&str]) -> Self {
        let mut last_log = Vec::new();
        // Somebody may take a free port between finding and using it.
        for _ in 0..3 {
            let mut coturn = Self::spawn(file, options);
            if coturn.comes_up() {
                coturn.log_at_start = coturn.log.lock().unwrap().clone();
                return coturn;
            }
            last_log = coturn.log.lock().unwrap().clone();
        }
        panic!("coturn does not answer:\n{}", last_log.join("\n"));
    }

    fn spawn(file: &Path, options: &[&str]) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().unwrap();
        let within = |name: &str| folder.path().join(name);
        let mut command = Command::new(program());
        command.arg("-c").arg(file).arg("--userdb").arg(within("turndb"));
        command.arg("--pidfile").arg(within("pid"));
        command.args(["--listening-port", &port.to_string(), "--listening-ip", "127.0.0.1"]);
        command.args(["--relay-ip", "127.0.0.1"]);
        let has_ipv6 = UdpSocket::bind("[::1]:0").is_ok();
        if has_ipv6 {
            command.args(["--relay-ip", "::1"]);
        }
        command.args(options).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("coturn is installed");
        let log = Log::default();
        keep(child.stdout.take(), &log);
        keep(child.stderr.take(), &log);
        Self { child, port, has_ipv6, log, log_at_start: Vec::new(), folder }
    }

    fn comes_up(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < START {
            if answers(self.address()) {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
        }
        false
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(self.folder.path());
    }
}

/// Reads a stream of the child to its end, line by line.
fn keep(stream: Option<impl Read + Send + 'static>, log: &Log) {
    let stream = stream.expect("the stream is a pipe");
    let log = Arc::clone(log);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            log.lock().unwrap().push(line);
        }
    });
}

fn free_port() -> u16 {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = udp.local_addr().unwrap().port();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn program() -> PathBuf {
    std::env::var_os("AETHEX_TEST_TURNSERVER").unwrap_or_else(|| "turnserver".into()).into()
}

fn shipped_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/coturn/turnserver.conf")
}

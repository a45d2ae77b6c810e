//! A server of its own in a data folder of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_aethex-connect");

/// Stopped when dropped.
pub(crate) struct Running {
    child: Child,
    folder: TempDir,
    /// Host and port.
    pub(crate) address: String,
    log: Vec<String>,
}

impl Running {
    /// Starts it on a free port and waits until it listens.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(PROGRAM)
            .env_clear()
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.path())
            .args(settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut first = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut first).expect("its output is text");
        let address = first.trim().rsplit_once("://").map(|(_, address)| address.to_owned());
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let Some(address) = address else {
            let said: Vec<String> = stderr.lines().map_while(Result::ok).collect();
            panic!("the server does not start: {first}{}", said.join("\n"));
        };
        // The line about TURN is written before the server listens.
        let mut log = Vec::new();
        let mut lines = stderr.lines().map_while(Result::ok);
        while settings.contains(&"--turn-listen")
            && !log.last().is_some_and(|line: &String| line.contains("TURN listens"))
        {
            log.push(lines.next().expect("it says where TURN listens"));
        }
        // Nobody reads on, and it must not wait for that.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, folder, address, log }
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// UDP and TCP.
    pub(crate) fn turn_port(&self) -> u16 {
        let line = self.log.last().expect("TURN was started");
        let port = line.split("turn:127.0.0.1:").nth(1).and_then(|rest| rest.split('?').next());
        port.and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("no port in {line}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; what counts is that it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

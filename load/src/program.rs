//! A server process on its own core: its address, processor time, memory.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::cpu::Cpu;

/// How long a start and a stop may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What to start, and where.
#[derive(Debug)]
pub struct Command {
    inner: std::process::Command,
}

impl Command {
    /// A program that will run on one core only.
    #[must_use]
    pub fn on_core(core: usize, program: &Path) -> Self {
        let mut inner = std::process::Command::new("taskset");
        inner.arg("--cpu-list").arg(core.to_string()).arg(program);
        Self { inner }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<std::ffi::OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.inner.args(args);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Writes what the program says to standard error into a file.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn log_to(mut self, file: &Path) -> anyhow::Result<Self> {
        self.inner.stderr(std::fs::File::create(file).context("the log file")?);
        Ok(self)
    }

    /// Writes what the program prints into a file; for [`Program::start_at`].
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn print_to(mut self, file: &Path) -> anyhow::Result<Self> {
        self.inner.stdout(std::fs::File::create(file).context("the file to print to")?);
        Ok(self)
    }
}

/// A running server. Killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// Where it listens, as it printed it or was told.
    pub address: SocketAddr,
}

impl Program {
    /// Starts one that prints no address; it may take a while until it listens at `address`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_at(mut command: Command, address: SocketAddr) -> anyhow::Result<Self> {
        let child = command.inner.stdin(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start {:?}", command.inner))?;
        Ok(Self { child, address })
    }

    /// Starts it and waits for the address behind `http://` or `udp://` in what it prints.
    ///
    /// # Errors
    /// When it does not start, ends, or prints no address in time.
    pub fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command
            .inner
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {:?}", command.inner))?;
        let output = child.stdout.take().context("standard output is a pipe")?;
        let (found, address) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads on to the end, so that the program never waits for its reader.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(address) = address_in(&line) {
                    let _ = found.send(address);
                }
            }
        });
        let Ok(address) = address.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            bail!("{:?} printed no address", command.inner);
        };
        Ok(Self { child, address })
    }

    /// What its threads have used of the processor so far.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Cpu> {
        Cpu::of(&self.child.id().to_string())
    }

    /// Resident memory, in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn resident(&self) -> anyhow::Result<u64> {
        let file = format!("/proc/{}/smaps_rollup", self.child.id());
        let text = std::fs::read_to_string(file).context("the program has ended")?;
        kilobytes(&text, "Rss:").context("the kernel shows resident memory")
    }

    /// Asks it to stop (SIGTERM) and waits.
    ///
    /// # Errors
    /// When it does not stop in time; it is killed then.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let asked = std::process::Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(asked.success(), "the program has ended before");
        let deadline = Instant::now() + PATIENCE;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("the program did not stop");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already after a stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address with a port that nobody has, for both UDP and TCP, in most cases.
///
/// # Errors
/// When the operating system has none.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let tcp = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = tcp.local_addr()?;
    UdpSocket::bind(address).context("a free port")?;
    Ok(address)
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://").or_else(|| line.split_once("udp://"))?;
    rest.split(|c: char| c == '/' || c.is_whitespace()).next()?.parse().ok()
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_sentence() {
        let address = Some("127.0.0.1:4711".parse().unwrap());
        assert_eq!(address_in("It listens on http://127.0.0.1:4711"), address);
        assert_eq!(address_in("http://127.0.0.1:4711/ is open"), address);
        assert_eq!(address_in("listens on udp://127.0.0.1:4711"), address);
        assert_eq!(address_in("no address"), None);
    }

    #[test]
    fn resident_memory_is_read_in_bytes() {
        let text = "00400000-7fff rollup\nRss:                2048 kB\nPss: 1 kB\n";
        assert_eq!(kilobytes(text, "Rss:"), Some(2048 * 1024));
        assert_eq!(kilobytes(text, "Swap:"), None);
    }
}

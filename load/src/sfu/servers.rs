//! Our server, Janus and the floor program, started for one call.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::janus::JanusSettings;
use crate::{Command, Program, free_address};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where the programs under test run; the load runs on core 1.
const SERVER_CORE: usize = 0;

/// Where the programs are.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The call server.
    pub server: PathBuf,
    /// The floor program.
    pub floor: PathBuf,
    /// Janus.
    pub janus: PathBuf,
    /// Logs, data and settings go here.
    pub folder: PathBuf,
}

impl Programs {
    /// Our server on a data folder, with one thread for media.
    ///
    /// # Errors
    /// When it does not start.
    pub fn ours(&self, data: &Path, bandwidth_estimation: bool) -> anyhow::Result<Program> {
        let media = free_address()?;
        let command = Command::on_core(SERVER_CORE, &self.server)
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "load", "--sfu", "only"])
            .args(["--sfu-listen", &media.to_string(), "--sfu-shards", "1"])
            .args(["--max-participants", "1000"])
            .args([Path::new("--data-dir"), data])
            .env(
                "AETHEX_SFU_BANDWIDTH_ESTIMATION",
                if bandwidth_estimation { "true" } else { "false" },
            )
            .env("AETHEX_TURN_EMBEDDED", "off");
        Program::start(command.log_to(&data.join("log"))?).context("starting our server")
    }

    /// The floor program. `name` is that of its log.
    ///
    /// # Errors
    /// When it does not start.
    pub fn floor(&self, name: &str) -> anyhow::Result<Program> {
        let folder = self.new_folder(name)?;
        let command = Command::on_core(SERVER_CORE, &self.floor).log_to(&folder.join("log"))?;
        Program::start(command).context("starting the floor program")
    }

    /// Janus with its video room. `media` is an address of this machine, not loopback.
    ///
    /// # Errors
    /// When it does not start.
    pub fn janus(&self, name: &str, media: IpAddr, event_loops: u32) -> anyhow::Result<Program> {
        let folder = self.new_folder(name)?;
        let websocket = free_address()?;
        JanusSettings { websocket, folder: &folder, media, event_loops }.write()?;
        let command = Command::on_core(SERVER_CORE, &self.janus)
            .args([Path::new("--config"), &folder.join("janus.jcfg")])
            .args([Path::new("--configs-folder"), &folder])
            .log_to(&folder.join("errors"))?
            .print_to(&folder.join("log"))?;
        let program = Program::start_at(command, websocket).context("starting Janus")?;
        wait_for(websocket).with_context(|| {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            let last: Vec<_> = log.lines().rev().take(8).collect();
            format!("starting Janus: {}", last.join(" | "))
        })?;
        Ok(program)
    }

    fn new_folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// An address of this machine that is not loopback. Packets to it do not leave the machine.
///
/// # Errors
/// When there is none.
pub fn own_address() -> anyhow::Result<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    // Nothing is sent; the kernel looks up where it would leave from (RFC 5737 §3).
    socket.connect("198.51.100.1:9").context("Janus needs an address that is not loopback")?;
    Ok(socket.local_addr()?.ip())
}

fn wait_for(server: SocketAddr) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if std::net::TcpStream::connect(server).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("nobody listens at {server}")
}

//! Our server, coturn and the floor program, started with the same settings.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::client::{Ask, CREDENTIAL_TTL, Credentials};
use super::fleet::{FLOOR_SCRIPTS, Fleet, Scripts, TURN_SCRIPTS};
use super::lines::{Lines, wait_for};
use crate::{Command, Cpu, Program, free_address};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where the programs under test run; the load runs on core 1.
const SERVER_CORE: usize = 0;
/// Known to the servers and the load.
const SECRET: &str = "the-secret-that-every-server-of-the-load-is-given";
/// Bytes a second and way of one allocation, where the limits are raised.
const BANDWIDTH: u64 = 1_000_000_000;
/// Allocations of one user and of all, where the limits are raised.
const ALLOCATIONS: u32 = 100_000;

/// Allocations of coturn that are made and ended before all others.
const FIRST: usize = 20;

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The program under test.
    Ours,
    /// Debian's.
    Coturn,
    /// The bare relay.
    Floor,
}

/// Quotas and bandwidth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// As configured by default: 12 allocations of a user, 1,200 of all.
    Default,
    /// So much that the load does not reach it, for every server alike.
    Raised,
}

/// Where the programs are.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The call server.
    pub server: PathBuf,
    /// The floor program.
    pub floor: PathBuf,
    /// `turnserver` of coturn.
    pub coturn: PathBuf,
    /// Logs, data and settings go here.
    pub folder: PathBuf,
}

/// A running one.
#[derive(Debug)]
pub struct Server {
    /// The process.
    pub program: Program,
    /// Where it takes TURN requests, or hellos.
    pub turn: SocketAddr,
    kind: Kind,
}

impl Programs {
    /// Starts one, on the core of servers. `name` is that of its files.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&self, kind: Kind, name: &str, room: Room) -> anyhow::Result<Server> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let started = match kind {
            Kind::Ours => self.ours(&folder, room),
            Kind::Coturn => self.coturn(&folder, room),
            Kind::Floor => self.floor(&folder),
        };
        let (program, turn) = started.with_context(|| format!("starting {name}"))?;
        if kind != Kind::Floor {
            wait_for(turn, PATIENCE).with_context(|| format!("starting {name}"))?;
        }
        let server = Server { program, turn, kind };
        if kind == Kind::Coturn {
            server.settle().with_context(|| format!("the first allocations of {name}"))?;
        }
        Ok(server)
    }

    fn ours(&self, folder: &Path, room: Room) -> anyhow::Result<(Program, SocketAddr)> {
        let turn = free_address()?;
        let mut command = Command::on_core(SERVER_CORE, &self.server)
            .args(["serve", "--listen", "127.0.0.1:0", "--turn-allowed-peers", "127.0.0.0/8"])
            .args(["--turn-listen", &turn.to_string(), "--turn-shards", "1", "--turn-ttl"])
            .args([CREDENTIAL_TTL.as_secs().to_string()])
            .args([Path::new("--data-dir"), folder])
            .env("AETHEX_TURN_SECRET", SECRET)
            .env("AETHEX_TURN_EMBEDDED", "on");
        if room == Room::Raised {
            let allocations = ALLOCATIONS.to_string();
            command = command
                .args(["--limits", "load", "--turn-bandwidth", &BANDWIDTH.to_string()])
                .args(["--turn-user-quota", &allocations, "--turn-total-quota", &allocations]);
        }
        Ok((Program::start(command.log_to(&folder.join("log"))?)?, turn))
    }

    fn coturn(&self, folder: &Path, room: Room) -> anyhow::Result<(Program, SocketAddr)> {
        let turn = free_address()?;
        let settings = folder.join("turnserver.conf");
        std::fs::write(&settings, coturn_settings(turn, folder, room))?;
        let command = Command::on_core(SERVER_CORE, &self.coturn)
            .args([Path::new("-c"), &settings])
            .log_to(&folder.join("errors"))?
            .print_to(&folder.join("log"))?;
        Ok((Program::start_at(command, turn)?, turn))
    }

    fn floor(&self, folder: &Path) -> anyhow::Result<(Program, SocketAddr)> {
        let command = Command::on_core(SERVER_CORE, &self.floor);
        let program = Program::start(command.log_to(&folder.join("log"))?)?;
        let turn = program.address;
        Ok((program, turn))
    }
}

impl Server {
    /// Makes credentials that it accepts.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::new(SECRET)
    }

    /// How allocations are made and kept here.
    #[must_use]
    pub const fn scripts(&self) -> Scripts {
        match self.kind {
            Kind::Ours | Kind::Coturn => TURN_SCRIPTS,
            Kind::Floor => FLOOR_SCRIPTS,
        }
    }

    /// Clients with an allocation each, and their peers.
    ///
    /// # Errors
    /// When it refuses an allocation.
    pub fn fleet(&self, clients: usize) -> anyhow::Result<Fleet> {
        Fleet::open(self.turn, self.credentials(), self.scripts(), clients)
            .with_context(|| format!("{clients} allocations of {:?}", self.kind))
    }

    /// coturn's threads make their database at their first credential, and fail when two do so
    /// at once: some allocations, one after the other.
    fn settle(&self) -> anyhow::Result<()> {
        let mut lines = Lines::new(self.turn, self.credentials())?;
        lines.open(FIRST, &[SocketAddr::new(Ipv4Addr::new(127, 0, 1, 1).into(), 50_000)])?;
        lines.carry_out(&[Ask::Challenge, Ask::Allocate, Ask::Refresh(0)], 0..FIRST, 1)?;
        Ok(())
    }

    /// What it has used of the processor so far.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Cpu> {
        self.program.cpu()
    }
}

/// The settings that ours has, in coturn's words. One relay thread, because it has one core; no
/// TLS, as there is no certificate; its database and its telnet console are not used.
fn coturn_settings(turn: SocketAddr, folder: &Path, room: Room) -> String {
    let (of_user, of_all, bandwidth) = match room {
        // coturn counts an allocation for a while after its end, so its total cannot be ours.
        Room::Default => (12, ALLOCATIONS, 1_000_000),
        Room::Raised => (ALLOCATIONS, ALLOCATIONS, BANDWIDTH),
    };
    let (ip, port, folder) = (turn.ip(), turn.port(), folder.display());
    format!(
        "listening-ip={ip}\nrelay-ip={ip}\nlistening-port={port}\nrealm=turn.example.com\n\
         min-port=49152\nmax-port=65535\nuse-auth-secret\nstatic-auth-secret={SECRET}\n\
         stale-nonce=600\nuser-quota={of_user}\ntotal-quota={of_all}\nmax-bps={bandwidth}\n\
         allow-loopback-peers\nno-multicast-peers\nno-tcp-relay\nno-tls\nno-dtls\nno-cli\n\
         no-software-attribute\nno-rfc5780\nno-stun-backward-compatibility\n\
         response-origin-only-with-rfc5780\nno-dynamic-ip-list\nno-dynamic-realms\n\
         relay-threads=1\nlog-file=stdout\nsimple-log\npidfile={folder}/pid\n\
         userdb={folder}/turndb\n"
    )
}

//! `aethex-load`: group calls full of people who do not exist.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to the terminal")]

mod guests;
mod options;
mod outcome;
mod progress;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::pin::pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::Parser as _;
use load::sfu::{Crowd, CrowdThread, Speaking};

use crate::guests::Calls;
use crate::options::{Options, Speak};
use crate::outcome::Outcome;
use crate::progress::Progress;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long somebody speaks.
const TURN: Duration = Duration::from_secs(5);
/// What is on its way after the end arrives until then.
const STRAGGLERS: Duration = Duration::from_millis(300);
/// Nobody's packets count before.
const WARM: Duration = Duration::from_secs(1);

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    load::open_many_files()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(run(&options))?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&outcome.json())?);
    } else {
        println!("{}", outcome.text());
    }
    let good = outcome.is_good(options.max_loss);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(options: &Options) -> anyhow::Result<Outcome> {
    let server = address(&options.server)?;
    let from = own_address(server)?;
    let thread = CrowdThread::start(Instant::now(), from)?;
    let crowd = thread.crowd();
    let mut progress = Progress::new();
    let calls = Calls::open(options, server, from, &crowd, &mut progress).await?;
    crowd.publish(None, true);
    let speaking = tokio::spawn(speak(crowd.clone(), options.speak, options.publishers));
    tokio::time::sleep(WARM).await;
    let before = crowd.counters().await?;
    let first_frames = calls.first_frames(&crowd).await?;
    let start = Instant::now();
    let time = Duration::from_secs(options.duration.into());
    let mut enough = pin!(tokio::signal::ctrl_c());
    // Each reading of the counters tells the lateness since the one before.
    let (mut ended, mut late) = (false, Duration::ZERO);
    while start.elapsed() < time && !ended {
        let left = time.saturating_sub(start.elapsed());
        tokio::select! {
            () = tokio::time::sleep(left.min(Duration::from_secs(1))) => {}
            asked = &mut enough => {
                asked.context("waiting for Ctrl-C")?;
                ended = true;
            }
        }
        let now = crowd.counters().await?.since(&before);
        late = late.max(now.sent.late);
        progress.media(start.elapsed(), time, &now.heard);
        if let Some(trouble) = calls.trouble() {
            anyhow::bail!("a call is over: {trouble}");
        }
    }
    let lasted = start.elapsed();
    crowd.publish(None, false);
    speaking.abort();
    tokio::time::sleep(STRAGGLERS).await;
    let mut counters = crowd.counters().await?.since(&before);
    counters.sent.late = counters.sent.late.max(late);
    progress.end();
    let outcome = Outcome::new(options, lasted, &calls, first_frames, counters);
    calls.close();
    Ok(outcome)
}

/// Lets those speak whose turn it is, for ever.
async fn speak(crowd: Crowd, speak: Speak, publishers: u32) {
    match speak {
        Speak::All => crowd.speak(Speaking::All),
        Speak::Nobody => crowd.speak(Speaking::Nobody),
        Speak::Turns => {
            for turn in (0..publishers).cycle() {
                crowd.speak(Speaking::One(u16::try_from(turn).unwrap_or_default()));
                tokio::time::sleep(TURN).await;
            }
        }
    }
}

fn address(server: &str) -> anyhow::Result<SocketAddr> {
    let host =
        server.strip_prefix("http://").context("the server's address begins with http://")?;
    let host = host.trim_end_matches('/');
    let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut found = with_port.to_socket_addrs().with_context(|| format!("no address: {host}"))?;
    found.find(SocketAddr::is_ipv4).context("the server has an IPv4 address")
}

/// Where packets to the server leave from.
fn own_address(server: SocketAddr) -> anyhow::Result<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect(server).context("no way to the server")?;
    let own = socket.local_addr()?.ip();
    ensure!(!own.is_unspecified(), "no way to the server");
    Ok(own)
}

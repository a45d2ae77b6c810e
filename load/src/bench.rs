//! The four measurements, one after the other, and the programs they need.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use load::details::EndedCalls;
use load::idle::Idle;
use load::relay::{Candidates, Relay};
use load::report::Report;
use load::ring::Ringing;
use load::{
    Command, Comparison, Cpu, Latency, Pair, People, Program, Requests, Watch, Which, copy_folder,
    interleave, median,
};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::options::{Options, Part};

/// 300 people: with 3,000 sockets everybody has ten.
const PAIRS: usize = 150;
/// Pairs that ring; at 20 calls a second each rings every other second.
const RINGING_PAIRS: usize = 40;
/// Pairs in a call whose candidates are relayed.
const TALKING_PAIRS: usize = 10;
/// Pairs with calls to look at, and calls of each.
const PAST: (usize, usize) = (20, 5);
/// Kept connections of the requests.
const CONNECTIONS: u32 = 8;
/// Writes that an answer did not wait for are paid before the processor time is read.
const SETTLE: Duration = Duration::from_millis(150);
/// Where the programs under test run; the load runs on core 1.
const SERVER_CORE: usize = 0;

/// Everything that the parts share.
struct Bench<'a> {
    options: &'a Options,
    folder: TempDir,
    people: People,
    report: Report,
}

/// Runs the parts that are wanted.
///
/// # Errors
/// When a program does not do what it should; then there is no report.
pub(crate) async fn run(options: &Options) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir().context("a temporary folder")?;
    let base = folder.path().join("base");
    std::fs::create_dir(&base)?;
    let people = People::settle(&base, PAIRS).await?;
    let report = Report::new("cargo xtask bench call", &options.bench.profile);
    let mut bench = Bench { options, folder, people, report };

    let server = bench.server("base", "start")?;
    if options.bench.wants(&Part::Ring) {
        bench.ring(&server).await.context("ringing")?;
    }
    let (pairs, each) = PAST;
    let past = EndedCalls::make(server.address, &bench.people.pairs[..pairs], each).await?;
    server.stop()?;
    // Everybody on a fresh copy of the same files.
    for copy in ["subject", "control", "floor", "idle"] {
        copy_folder(&base, &bench.path(copy))?;
    }

    if options.bench.wants(&Part::Details) {
        bench.details(&past).await.context("details")?;
    }
    if options.bench.wants(&Part::Relay) {
        bench.relay().await.context("relaying")?;
    }
    if options.bench.wants(&Part::Idle) {
        bench.idle().await.context("idle sockets")?;
    }
    Ok(bench.report)
}

/// The participants at all three servers.
struct Relays {
    subject: Relay,
    reference: Relay,
    control: Relay,
}

impl Relays {
    /// Those of one server send, the others stay connected.
    async fn run(&mut self, which: Which, load: Candidates) -> anyhow::Result<u64> {
        let Self { subject, reference, control } = self;
        let (sending, one, other) = match which {
            Which::Subject => (subject, reference, control),
            Which::Reference => (reference, subject, control),
            Which::Control => (control, subject, reference),
        };
        tokio::select! {
            relayed = sending.run(load) => relayed,
            Err(gone) = one.stay() => Err(gone),
            Err(gone) = other.stay() => Err(gone),
        }
    }
}

impl Bench<'_> {
    async fn ring(&mut self, server: &Program) -> anyhow::Result<()> {
        say("Ringing: 20 calls a second for 30 seconds.");
        let watch = Watch::start(&[server])?;
        let ringing = Ringing { rate: 20, warm_up: 100, calls: 600 };
        let rung = ringing.run(server.address, &self.people.pairs[..RINGING_PAIRS]).await?;
        self.report.others("ringing", watch.others(&[server])?);
        let goals = [Some(3.0), Some(15.0)];
        self.report.latency("`call:initiate` to `call:incoming`", &rung.incoming, goals);
        let none = [None, None];
        self.report.latency("`call:initiate` to its acknowledgement", &rung.acknowledged, none);
        self.report.latency("`call:accept` to `call:accepted`", &rung.accepted, none);
        self.report.note(
            "Ringing: SQLite; 600 calls at 20 per second whatever the answers take, every other \
             one answered, the rest cancelled; the time runs from the moment a call was due",
        );
        Ok(())
    }

    async fn details(&mut self, past: &EndedCalls) -> anyhow::Result<()> {
        let subject = self.server("subject", "details")?;
        let control = self.server("control", "details-control")?;
        let database = self.path("floor").join("aethex.db");
        let floor = Command::on_core(SERVER_CORE, &self.options.bench.floor).args([database]);
        let floor = Program::start(floor)?;
        past.same_answers(subject.address, floor.address).await?;

        say("Details: GET /api/calls/:callId beside bare axum.");
        let watch = Watch::start(&[&subject, &control, &floor])?;
        let mut latency = <[Latency; 3]>::default();
        let rate = self.options.requests;
        let ask = async |which: Which, seconds: u32| {
            let server = chosen(which, &subject, &floor, &control);
            let requests = Requests {
                texts: past.requests(server.address),
                connections: CONNECTIONS,
                rate,
                time: Duration::from_secs(seconds.into()),
            };
            let before = server.cpu()?;
            let served = requests.run(server.address).await?;
            sleep(SETTLE).await;
            anyhow::Ok((micros_each(server.cpu()?.since(&before)?, served.count), served.latency))
        };
        for which in [Which::Subject, Which::Reference, Which::Control] {
            ask(which, 2).await.context("warming up")?;
        }
        let window = self.options.window;
        let before = [subject.cpu()?, floor.cpu()?];
        let compared = interleave(self.options.bench.rounds as usize, async |which| {
            let (cost, took) = ask(which, window).await?;
            latency[which as usize].add(&took);
            Ok(cost)
        })
        .await?;
        self.report.others("details", watch.others(&[&subject, &control, &floor])?);
        let shares = kernel_shares([&subject, &floor], &before)?;
        self.compare("`GET /api/calls/:callId`", "bare axum", "request", &compared, 1.5)?;
        let [ours, floors, _] = latency;
        self.report.latency("`GET /api/calls/:callId`", &ours, [None, None]);
        self.report.latency("the same of bare axum", &floors, [None, None]);
        self.report.note(&format!(
            "Details: {rate} requests a second over {CONNECTIONS} connections; bare axum runs the \
             same two prepared queries and gives the same answers, checks no token and limits \
             nothing; the kernel's share: {shares}"
        ));
        Ok(())
    }

    async fn relay(&mut self) -> anyhow::Result<()> {
        let subject = self.server("subject", "relay")?;
        let control = self.server("control", "relay-control")?;
        let node = self.node("relay-node")?;
        let pairs = &self.people.pairs[PAIRS - TALKING_PAIRS..];
        let mut relays = Relays {
            subject: Relay::open(subject.address, pairs).await?,
            reference: Relay::open(node.address, pairs).await?,
            control: Relay::open(control.address, pairs).await?,
        };

        say("Relay: candidates beside socket.io on Node.");
        let watch = Watch::start(&[&subject, &control, &node])?;
        let rate = self.options.candidates;
        let sides = u32::try_from(2 * TALKING_PAIRS)?;
        let mut send = async |which: Which, seconds: u32| {
            let server = chosen(which, &subject, &node, &control);
            let load = Candidates { rate, each: rate * seconds / sides };
            let before = server.cpu()?;
            let relayed = relays.run(which, load).await?;
            sleep(SETTLE).await;
            anyhow::Ok(micros_each(server.cpu()?.since(&before)?, relayed))
        };
        for which in [Which::Subject, Which::Reference, Which::Control] {
            send(which, 3).await.context("warming up")?;
        }
        let window = self.options.window;
        let rounds = self.options.bench.rounds as usize;
        let before = [subject.cpu()?, node.cpu()?];
        let compared = interleave(rounds, async |which| send(which, window).await).await?;
        self.report.others("relay", watch.others(&[&subject, &control, &node])?);
        let shares = kernel_shares([&subject, &node], &before)?;
        self.compare("A relayed candidate", "socket.io on Node", "event", &compared, 0.25)?;
        self.report.note(&format!(
            "Relay: {TALKING_PAIRS} calls, {rate} candidates a second in all, each acknowledged \
             and delivered once and in order, over WebSocket without compression; the kernel's \
             share: {shares}"
        ));
        Ok(())
    }

    async fn idle(&mut self) -> anyhow::Result<()> {
        say("Idle: 3,000 sockets.");
        let idle = Idle { steps: vec![500, 1_000, 1_500, 2_000, 2_500, 3_000] };
        for (name, goal) in [("ours", Some(20.0)), ("socket.io on Node", None)] {
            let server =
                if goal.is_some() { self.server("idle", "idle")? } else { self.node("idle-node")? };
            let watch = Watch::start(&[&server])?;
            let rested = idle.run(&server, &self.people).await?;
            self.report.others(&format!("idle sockets, {name}"), watch.others(&[&server])?);
            let each = rested.per_socket / 1e3;
            match goal {
                Some(goal) => self.report.at_most("Memory per idle socket", each, goal, "kB"),
                None => self.report.plain("The same of socket.io on Node", each, "kB"),
            }
            let points = rested
                .points
                .iter()
                .map(|(sockets, bytes)| format!("{sockets} sockets {:.1} MB", *bytes as f64 / 1e6));
            let points = points.collect::<Vec<_>>().join(", ");
            self.report.note(&format!("Idle, {name}: resident memory {points}"));
        }
        Ok(())
    }

    /// The costs of both and their ratio.
    fn compare(
        &mut self,
        what: &str,
        other: &str,
        unit: &str,
        compared: &Comparison,
        goal: f64,
    ) -> anyhow::Result<()> {
        let (Some(ours), Some(theirs)) = (median(&compared.subject), median(&compared.reference))
        else {
            anyhow::bail!("no rounds");
        };
        self.report.ratio(&format!("{what}: processor time beside {other}"), compared, goal)?;
        let unit = format!("us per {unit}");
        self.report.plain(what, ours, &unit);
        self.report.plain(&format!("the same of {other}"), theirs, &unit);
        Ok(())
    }

    /// The server on one of the data folders.
    fn server(&self, folder: &str, log: &str) -> anyhow::Result<Program> {
        let command = Command::on_core(SERVER_CORE, &self.options.bench.server)
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "load", "--data-dir"])
            .args([self.path(folder)]);
        Program::start(command.log_to(&self.path(log).with_extension("log"))?)
    }

    fn node(&self, log: &str) -> anyhow::Result<Program> {
        let conversations = self.path("conversations.json");
        std::fs::write(&conversations, members(&self.people.pairs)?)?;
        let script = self.options.node_folder.join("node-server.mjs");
        let command = Command::on_core(SERVER_CORE, Path::new("node"))
            .args([script])
            .env("NODE_ENV", "production")
            .env("BENCH_SECRET", &self.people.secret)
            .env("BENCH_CONVERSATIONS", conversations);
        Program::start(command.log_to(&self.path(log).with_extension("log"))?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn chosen<'a>(
    which: Which,
    subject: &'a Program,
    reference: &'a Program,
    control: &'a Program,
) -> &'a Program {
    match which {
        Which::Subject => subject,
        Which::Reference => reference,
        Which::Control => control,
    }
}

/// The kernel's share in the processor time of both.
fn kernel_shares(programs: [&Program; 2], before: &[Cpu; 2]) -> anyhow::Result<String> {
    let share = |index: usize| {
        let share = programs[index].cpu()?.kernel_share(&before[index]);
        anyhow::Ok(format!("{:.0} %", share * 100.0))
    };
    Ok(format!("{} here, {} there", share(0)?, share(1)?))
}

fn micros_each(cpu: Duration, count: u64) -> f64 {
    cpu.as_secs_f64() * 1e6 / count.max(1) as f64
}

/// Members by conversation, as JSON.
fn members(pairs: &[Pair]) -> anyhow::Result<String> {
    let members = pairs.iter().map(|pair| {
        let Pair { conversation, caller, callee } = pair;
        (conversation.clone(), serde_json::json!([caller.id, callee.id]))
    });
    let members: serde_json::Map<String, serde_json::Value> = members.collect();
    Ok(serde_json::to_string(&members)?)
}

fn say(sentence: &str) {
    println!("{sentence}");
}

//! Processor time per allocation cycle, with the limits that are configured by default.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context as _;
use load::turn::{Ask, Kind, Lines, Room, Server};
use load::{Window, interleave_all};

use crate::bench::{Bench, COTURN, OURS, cost, say};

/// From nothing to nothing again.
const CYCLE: [Ask; 5] =
    [Ask::Challenge, Ask::Allocate, Ask::Permission, Ask::Channel, Ask::Refresh(0)];
/// Clients, each with a source address and a user of its own; so many that the limit of ten
/// challenges a second and source is never reached.
const CLIENTS: usize = 4_000;
/// Cycles under way.
const AT_ONCE: usize = 32;
/// The number of our server's second process here, where there is no floor program.
const CONTROL: usize = 2;

/// One server with its clients.
struct Cycling {
    server: Server,
    lines: Lines,
    next: usize,
    /// Cycles, and the seconds they took.
    done: (u64, f64),
}

impl Bench<'_> {
    pub(crate) fn cycles(&mut self) -> anyhow::Result<()> {
        say("Allocation cycles.");
        let mut all = Vec::new();
        for (kind, name) in
            [(Kind::Ours, "ours"), (Kind::Coturn, "coturn"), (Kind::Ours, "control")]
        {
            let server = self.programs.start(kind, &format!("cycles-{name}"), Room::Default)?;
            all.push(Cycling::open(server)?);
        }
        for one in &mut all {
            one.window(1.0).context("warming up")?;
            one.done = (0, 0.0);
        }
        let programs: Vec<_> = all.iter().map(|one| &one.server.program).collect();
        let watching = load::Watch::start(&programs)?;
        let window = self.options.window().as_secs_f64();
        let rounds = interleave_all::<3>(self.options.bench.rounds as usize, |program| {
            all[program].window(window)
        })?;
        let programs: Vec<_> = all.iter().map(|one| &one.server.program).collect();
        self.report.others("allocation cycles", watching.others(&programs)?);
        let compared = rounds.compare(OURS, COTURN, CONTROL);
        self.report.ratio("An allocation cycle: beside coturn", &compared, 0.1)?;
        self.report.at_most("An allocation cycle", cost(&rounds, OURS)?, 60.0, "us");
        self.report.plain("the same of coturn", cost(&rounds, COTURN)?, "us");
        self.report.plain("Allocation cycles a second", all[OURS].rate(), "");
        self.report.plain("the same of coturn", all[COTURN].rate(), "");
        let again = all.iter().map(|one| one.lines.sent_again.to_string()).collect::<Vec<_>>();
        self.report.note(&format!(
            "Allocation cycles: 401, Allocate, CreatePermission, ChannelBind, Refresh 0 from \
             {CLIENTS} source addresses in turn, a user each, {AT_ONCE} under way at a time; every \
             answer's signature is verified; {} cycles of ours, {} of coturn; requests sent again: \
             {} (ours, coturn, control)",
            all[OURS].done.0,
            all[COTURN].done.0,
            again.join(", ")
        ));
        Ok(())
    }
}

impl Cycling {
    fn open(server: Server) -> anyhow::Result<Self> {
        let mut lines = Lines::new(server.turn, server.credentials())?;
        // With default limits no peer is on loopback. Nothing is ever sent to this one.
        let peer: SocketAddr = "5.5.5.5:50000".parse()?;
        lines.open(CLIENTS, &[peer])?;
        Ok(Self { server, lines, next: 0, done: (0, 0.0) })
    }

    /// As many cycles as are completed in so many seconds.
    fn window(&mut self, seconds: f64) -> anyhow::Result<Window> {
        self.lines.renew_credentials();
        let first = self.next;
        let before = self.server.cpu()?;
        let start = Instant::now();
        let numbers = (0..)
            .map(|number| (first + number) % CLIENTS)
            .take_while(|_| start.elapsed().as_secs_f64() < seconds);
        let done = self.lines.carry_out(&CYCLE, numbers, AT_ONCE)?;
        let took = start.elapsed().as_secs_f64();
        let spent = self.server.cpu()?.since(&before)?;
        self.next = (first + usize::try_from(done)?) % CLIENTS;
        self.done.0 += done;
        self.done.1 += took;
        Ok(Window::Cost(spent.as_secs_f64() * 1e6 / done.max(1) as f64))
    }

    fn rate(&self) -> f64 {
        self.done.0 as f64 / self.done.1.max(f64::MIN_POSITIVE)
    }
}

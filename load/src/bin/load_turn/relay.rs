//! Processor time per relayed packet: ours beside coturn and the floor program.

use std::time::Duration;

use anyhow::Context as _;
use load::turn::{Fleet, Load, Relayed, Room, Server};
use load::{Cpu, Rounds, Window, interleave_all};

use crate::bench::{Bench, CONTROL, COTURN, OURS, cost, say, watch};

/// The number of the floor program.
const FLOOR: usize = 2;
/// A window that lost more than this share is void, and its round with it.
const LOSS: f64 = 0.001;
/// How much more than each of the two our server may cost.
const GOALS: [(usize, &str, f64); 2] =
    [(COTURN, "coturn", 0.35), (FLOOR, "the floor program", 1.25)];

/// Of the four, as a void round names them.
const NAMES: [&str; 4] = ["ours", "coturn", "the floor", "the control"];

/// What all windows of one load say together.
#[derive(Debug, Default)]
struct Sum {
    sent: u64,
    arrived: u64,
    disordered: u64,
    late: Duration,
}

impl Bench<'_> {
    pub(crate) fn relay(&mut self) -> anyhow::Result<()> {
        for allocations in self.options.allocations.clone() {
            let name = format!("relay-{allocations}");
            let servers = self.start_all(&name, Room::Raised)?;
            let mut fleets = servers
                .iter()
                .map(|server| server.fleet(allocations))
                .collect::<Result<Vec<_>, _>>()?;
            for (payload, frame) in self.options.loads() {
                let frames =
                    if frame > 1 { format!(" in frames of {frame}") } else { String::new() };
                let what = format!("{payload} B{frames}, {allocations} allocations");
                say(&format!("Relay: {what}."));
                let load = self.load(payload, frame);
                self.relay_one(&servers, &mut fleets, load, &what).context(what)?;
            }
        }
        let Load { rate, slice, .. } = self.load(0, 1);
        self.report.note(&format!(
            "Relay: {rate} packets a second in all, evenly over the allocations, half of them by \
             ChannelData from the client and half from the peer, {} us of them at once; the load \
             never sleeps, so no server pays for waking it, and packets reach the servers one by one, \
             whether they come in frames or not; on the loopback interface the sender \
             pays for the receiving kernel as well; quotas, bandwidth and the rule against \
             loopback peers are raised for ours and coturn alike; coturn has one relay thread",
            slice.as_micros()
        ));
        Ok(())
    }

    fn relay_one(
        &mut self,
        servers: &[Server; 4],
        fleets: &mut [Fleet],
        load: Load,
        what: &str,
    ) -> anyhow::Result<()> {
        for fleet in &mut *fleets {
            fleet.run(Load { time: Duration::from_secs(1), ..load }).context("warming up")?;
        }
        let watching = watch(servers)?;
        let before = cpus(servers)?;
        let mut sum = Sum::default();
        let rounds = interleave_all(self.options.bench.rounds as usize, |program| {
            fleets[program].refresh()?;
            let before = servers[program].cpu()?;
            let relayed = fleets[program].run(load)?;
            let spent = servers[program].cpu()?.since(&before)?;
            Ok(sum.window(NAMES[program], spent, &relayed))
        })?;
        self.tell_others(&format!("relay, {what}"), &watching, servers)?;
        let after = cpus(servers)?;
        let shares = [OURS, COTURN, FLOOR]
            .map(|program| format!("{:.0} %", after[program].kernel_share(&before[program]) * 1e2));
        self.tell_relay(what, &rounds, &sum, &shares.join(", "))
    }

    fn tell_relay(
        &mut self,
        what: &str,
        rounds: &Rounds<4>,
        sum: &Sum,
        shares: &str,
    ) -> anyhow::Result<()> {
        for (program, name, goal) in GOALS {
            let compared = rounds.compare(OURS, program, CONTROL);
            self.report.ratio(&format!("A packet of {what}: beside {name}"), &compared, goal)?;
        }
        self.report.plain(&format!("A packet of {what}"), cost(rounds, OURS)?, "us");
        self.report.plain("the same of coturn", cost(rounds, COTURN)?, "us");
        self.report.plain("the same of the floor program", cost(rounds, FLOOR)?, "us");
        let Sum { sent, arrived, disordered, late } = sum;
        let void = match rounds.void.join("; ") {
            none if none.is_empty() => String::new(),
            void => format!("rounds measured again: {void}; "),
        };
        self.report.note(&format!(
            "{what}: {arrived} of {sent} packets arrived, {disordered} out of order; {void}\
             the load was {late:.1?} late at most; the kernel's share: {shares} (ours, coturn, \
             floor)"
        ));
        Ok(())
    }

    fn load(&self, payload: u16, frame: u32) -> Load {
        Load {
            rate: self.options.rate,
            payload,
            frame,
            time: self.options.window(),
            slice: Duration::from_micros(self.options.slice.into()),
        }
    }
}

impl Sum {
    fn window(&mut self, name: &str, spent: Duration, relayed: &Relayed) -> Window {
        self.sent += relayed.sent;
        self.arrived += relayed.arrived;
        self.disordered += relayed.disordered;
        self.late = self.late.max(relayed.late);
        if relayed.loss() > LOSS {
            let Relayed { sent, arrived, late, .. } = relayed;
            let lost = sent - arrived;
            return Window::Void(format!("{name} lost {lost} of {sent}, the load {late:.0?} late"));
        }
        Window::Cost(spent.as_secs_f64() * 1e6 / relayed.arrived as f64)
    }
}

fn cpus(servers: &[Server]) -> anyhow::Result<Vec<Cpu>> {
    servers.iter().map(Server::cpu).collect()
}

//! Processor time per forwarded packet: ours beside Janus and the floor program.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use load::sfu::Delays;
use load::{Comparison, Watch, Window, interleave_all, median};

use crate::bench::{Bench, PUBLISHERS, say};
use crate::options::Size;
use crate::stage::{Measured, Stage};

/// A window that lost more than this share is void, and its round with it.
const LOSS: f64 = 0.001;
/// Frames that were under way at the edges of a window, as a share.
const EDGES: f64 = 0.02;
/// Longer on the way than this is late.
const LATE: Duration = Duration::from_millis(100);
/// The programs, in the order of a round.
const OURS: usize = 0;
const FLOOR: usize = 1;
const CONTROL: usize = 2;
const ESTIMATING: usize = 3;
const JANUS: usize = 4;
/// The one whose pictures follow what the network carries.
const ESTIMATING_NAME: &str = "ours with estimation";
/// The one that is compared with.
pub(crate) const JANUS_NAME: &str = "Janus";
/// Listeners that are measured with it. To a hundred it loses up to a third of the packets on one
/// core, and what is left cannot be compared.
const MOST_OF_JANUS: u16 = 50;
/// Microseconds of a packet, without and with bandwidth estimation.
const GOALS: (f64, f64) = (6.0, 15.0);
/// How much of Janus a packet of ours may cost.
const BESIDE_JANUS: f64 = 0.30;

/// What all windows of one program say together.
#[derive(Default)]
struct Sum {
    packets: u64,
    expected: u64,
    undecoded: Vec<f64>,
    delays: Delays,
    kernel: Vec<f64>,
    load_late: Duration,
}

impl Bench<'_> {
    pub(crate) fn forward(&mut self, size: Size) -> anyhow::Result<()> {
        let Size { listeners, rate } = size;
        say(&format!("Forwarding: {PUBLISHERS} publish, {listeners} listen, {rate} packets."));
        let what = format!("{PUBLISHERS}x{listeners}");
        let mut stages = self.all_stages(size)?;
        self.forward_one(&mut stages, size, &what)
    }

    /// What the figures of forwarding stand on.
    pub(crate) fn tell_forwarding(&mut self) {
        self.report.note(&format!(
            "Forwarding: {PUBLISHERS} send a picture and sound each, pictures at {} a second in \
             packets of {} B, all of them shown by everybody who listens, AES-GCM with every \
             program (told by its length); ours forwards the three loudest, the others all four \
             sounds; all listeners decrypt, of the floor program's one packet in 64; the load \
             never sleeps, so no server pays for waking it; each packet costs what the process \
             used divided by the packets that arrived",
            crate::bench::FRAMES,
            self.options.payload
        ));
    }

    fn all_stages(&mut self, size: Size) -> anyhow::Result<Vec<Stage>> {
        let picture = self.picture(size.rate);
        let people = PUBLISHERS + usize::from(size.listeners);
        let (groups, folders) = self.groups(&[people], 3)?;
        let [ours, control, estimating] = &folders[..] else { anyhow::bail!("three folders") };
        let group = &groups[0];
        let all = usize::MAX;
        let mut stages = vec![
            self.ours("ours", (ours, group), vec![picture], (false, all))?,
            self.floor(size.listeners, picture)?,
            self.ours("the control", (control, group), vec![picture], (false, all))?,
            self.ours(ESTIMATING_NAME, (estimating, group), vec![picture], (true, all))?,
        ];
        if self.options.janus.is_some() && size.listeners <= MOST_OF_JANUS {
            stages.push(self.janus(size.listeners, picture)?);
        }
        Ok(stages)
    }

    fn forward_one(&mut self, stages: &mut [Stage], size: Size, what: &str) -> anyhow::Result<()> {
        // The estimate of a connection grows for some seconds.
        for stage in &mut *stages {
            self.window(stage, Duration::from_secs(4)).context("warming up")?;
        }
        let watch = Watch::start(&programs(stages))?;
        let mut sums: Vec<Sum> = stages.iter().map(|_| Sum::default()).collect();
        let (rounds, with_janus) = (self.options.bench.rounds as usize, stages.len() > JANUS);
        let mut measure = |program| self.one(stages, &mut sums, program);
        let (costs, void) = if with_janus {
            let all = interleave_all::<5>(rounds, &mut measure)?;
            (all.costs.to_vec(), all.void)
        } else {
            let all = interleave_all::<4>(rounds, &mut measure)?;
            (all.costs.to_vec(), all.void)
        };
        self.report.others(&format!("forwarding {what}"), watch.others(&programs(stages))?);
        let held_back = median(&sums[ESTIMATING].undecoded).context("no windows")?;
        self.tell_costs(&costs, held_back, what)?;
        for (stage, sum) in stages.iter().zip(&sums) {
            self.tell_sum(stage, sum, size, what)?;
        }
        if !void.is_empty() {
            self.report.note(&format!("{what}, rounds measured again: {}", void.join("; ")));
        }
        Ok(())
    }

    fn one(
        &self,
        stages: &mut [Stage],
        sums: &mut [Sum],
        program: usize,
    ) -> anyhow::Result<Window> {
        let measured = self.window(&mut stages[program], self.options.window())?;
        Ok(sums[program].window(&stages[program], &measured))
    }

    fn tell_costs(&mut self, costs: &[Vec<f64>], held_back: f64, what: &str) -> anyhow::Result<()> {
        let cost = |program: usize| median(&costs[program]).context("no rounds");
        let packet = format!("A forwarded packet, {what}");
        self.report.at_most(&packet, cost(OURS)?, GOALS.0, "us");
        let estimating = format!("{packet}, with bandwidth estimation");
        if held_back > EDGES {
            let share = held_back * 1e2;
            let estimating = format!("{estimating}, {share:.0} % of the frames held back");
            self.report.plain(&estimating, cost(ESTIMATING)?, "us");
        } else {
            self.report.at_most(&estimating, cost(ESTIMATING)?, GOALS.1, "us");
        }
        self.report.plain("the same of the floor program", cost(FLOOR)?, "us");
        let compare = |program: usize| Comparison {
            subject: costs[OURS].clone(),
            reference: costs[program].clone(),
            control: costs[CONTROL].clone(),
        };
        if costs.len() > JANUS {
            self.report.plain("the same of Janus", cost(JANUS)?, "us");
            let beside = format!("{packet}: beside Janus");
            self.report.ratio(&beside, &compare(JANUS), BESIDE_JANUS)?;
        }
        let beside = format!("{packet}: beside the floor program");
        self.report.ratio(&beside, &compare(FLOOR), f64::INFINITY)
    }

    fn tell_sum(&mut self, stage: &Stage, sum: &Sum, size: Size, what: &str) -> anyhow::Result<()> {
        let ms = |share: u64| sum.delays.per_mille(share).as_secs_f64() * 1e3;
        if stage.name != "the control" {
            let name = format!("On the way through {}, {what}", stage.name);
            self.report.plain(&format!("{name}, p50"), ms(500), "ms");
            self.report.plain(&format!("{name}, p99"), ms(990), "ms");
        }
        let late = sum.delays.longer_than(LATE);
        let undecoded = median(&sum.undecoded).context("no windows")?;
        let frames = if stage.name == "the floor" {
            String::new()
        } else {
            format!("{:.2} % of the frames not decoded in the window, ", undecoded * 1e2)
        };
        let kernel = median(&sum.kernel).context("no windows")?;
        self.report.note(&format!(
            "{what}, {}: {} of {} packets arrived, {frames}{late} later than {} ms; {} packets a \
             second and picture; the load was {:.1?} late at most; the kernel's share: {:.0} %",
            stage.name,
            sum.packets,
            sum.expected,
            LATE.as_millis(),
            size.rate,
            sum.load_late,
            kernel * 1e2
        ));
        ensure!(sum.packets > 0, "nothing arrived");
        Ok(())
    }
}

impl Sum {
    fn window(&mut self, stage: &Stage, measured: &Measured) -> Window {
        let counters = &measured.counters;
        let heard = &counters.heard;
        self.packets += heard.packets;
        self.expected += heard.expected;
        self.delays.add(&heard.delays);
        self.kernel.push(measured.kernel);
        self.load_late = self.load_late.max(counters.sent.late);
        let name = stage.name;
        // What an estimate holds back is told, not refused.
        let holds_back = name == ESTIMATING_NAME;
        // Pictures that stay broken after a loss cost a server nothing less. Of ours they are a
        // fault, of another one it is told.
        let whole = !holds_back && name != JANUS_NAME;
        if heard.loss() > LOSS && !holds_back {
            let lost = heard.expected - heard.packets;
            return Window::Void(format!("{name} lost {lost} of {}", heard.expected));
        }
        // The floor program's frames are not looked into.
        if heard.frames > 0 {
            let undecoded = measured.undecoded(stage.views);
            self.undecoded.push(undecoded);
            if undecoded > EDGES && whole {
                return Window::Void(format!("{name}: {:.1} % not decoded", undecoded * 1e2));
            }
        } else {
            self.undecoded.push(0.0);
        }
        Window::Cost(measured.cost())
    }
}

fn programs(stages: &[Stage]) -> Vec<&load::Program> {
    stages.iter().map(|stage| &stage.program).collect()
}

//! The highest rate that one core forwards without loss.

use std::time::Duration;

use anyhow::Context as _;
use load::Watch;

use crate::bench::{Bench, PUBLISHERS, say};
use crate::stage::{Measured, Stage};

/// Who listen; most of them count by headers alone, so that the load keeps up.
const LISTENERS: usize = 60;
/// Those who decrypt.
const FULL: usize = 2;
/// Packets of one picture per second, at first.
const FIRST: f64 = 150.0;
/// The next rung is so much higher.
const STEP: f64 = 1.12;
/// More than this share lost is loss.
const LOSS: f64 = 0.001;
/// A load that was later than this measured itself.
const LOAD_LATE: Duration = Duration::from_millis(30);
/// Packets per second.
const GOAL: f64 = 180_000.0;

impl Bench<'_> {
    pub(crate) fn ladder(&mut self) -> anyhow::Result<()> {
        say("The ladder: packets per second of one core, without loss.");
        let (groups, folders) = self.groups(&[PUBLISHERS + LISTENERS], 1)?;
        let picture = self.picture(60);
        let call = (folders[0].as_path(), &groups[0]);
        let mut stage = self.ours("ours", call, vec![picture], (false, FULL))?;
        let watch = Watch::start(&[&stage.program])?;
        let (mut rung, mut best, mut why) = (FIRST, None::<Measured>, String::new());
        while rung < 10_000.0 {
            let measured = self.rung(&mut stage, rung)?;
            let heard = &measured.counters.heard;
            if heard.loss() > LOSS || measured.counters.sent.late > LOAD_LATE {
                // Once more: a rung may stumble over something else on the machine.
                let again = self.rung(&mut stage, rung)?;
                let late = again.counters.sent.late;
                if again.counters.heard.loss() > LOSS || late > LOAD_LATE {
                    let share = again.spent.as_secs_f64() / again.time.as_secs_f64() * 1e2;
                    why = format!(
                        "the rung above lost {:.2} % of {:.0} packets a second with {share:.0} % \
                         of the core, the load {late:.0?} late",
                        again.counters.heard.loss() * 1e2,
                        again.rate()
                    );
                    break;
                }
                best = Some(again);
            } else {
                best = Some(measured);
            }
            rung *= STEP;
        }
        self.report.others("the ladder", watch.others(&[&stage.program])?);
        let best = best.with_context(|| format!("the first rung was lost: {why}"))?;
        let share = best.spent.as_secs_f64() / best.time.as_secs_f64();
        self.report.at_least("Forwarded by one core without loss", best.rate(), GOAL, "packets/s");
        self.report.note(&format!(
            "The ladder: {PUBLISHERS} publish, {LISTENERS} listen, {FULL} of them decrypting, the \
             others counting by headers; without bandwidth estimation; rungs of {:.0} % more \
             packets until more than {:.1} % are lost; at the last one without loss the server \
             used {:.0} % of its core, {:.2} us a packet; {why}",
            (STEP - 1.0) * 1e2,
            LOSS * 1e2,
            share * 1e2,
            best.cost()
        ));
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    fn rung(&self, stage: &mut Stage, packets: f64) -> anyhow::Result<Measured> {
        stage.crowd()?.rate(packets as u32);
        self.window(stage, self.options.window())
    }
}

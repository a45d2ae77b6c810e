//! How long joining takes until something is seen, and how long another layer takes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use load::sfu::{Picture, Seat};
use load::{Latency, Watch};

use crate::bench::{Bench, PUBLISHERS, say};

/// Who join, one after the other.
const JOINING: usize = 36;
/// Between one who joins and the next: longer than the server keeps two requests for a key frame
/// of one picture apart, or everybody would wait for the request that the one before them spent.
const APART: Duration = Duration::from_millis(700);
/// Who see layers change.
const WATCHING: usize = 6;
/// How often.
const SWITCHES: usize = 12;
/// How long something may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Milliseconds.
const JOIN_GOAL: f64 = 200.0;
/// Publishers are on the same machine: the time to them and back is none.
const SWITCH_GOAL: f64 = 80.0;
/// Layers as a browser sends them.
const LAYERS: [Picture; 3] = [
    Picture { rid: Some("q"), size: (320, 180), rate: 30, payload: 700 },
    Picture { rid: Some("h"), size: (640, 360), rate: 60, payload: 1_000 },
    Picture { rid: Some("f"), size: (1_280, 720), rate: 180, payload: 1_150 },
];

impl Bench<'_> {
    pub(crate) fn join(&mut self) -> anyhow::Result<()> {
        say("Joining: until the first frame.");
        let (groups, folders) = self.groups(&[PUBLISHERS + JOINING], 1)?;
        let mut group = groups[0].clone();
        let late = group.people.split_off(PUBLISHERS + 1);
        let call = (folders[0].as_path(), &group);
        let mut stage = self.ours("ours", call, vec![self.picture(120)], (true, usize::MAX))?;
        let (crowd, watch) = (stage.crowd()?, Watch::start(&[&stage.program])?);
        crowd.publish(None, true);
        let room = stage.room()?;
        let mut took = Latency::default();
        for person in late {
            std::thread::sleep(APART);
            let joined = self.runtime.block_on(room.join(&crowd, person))?;
            took.record(joined);
        }
        self.report.others("joining", watch.others(&[&stage.program])?);
        let what = "From joining to the first decoded frame, native client";
        self.report.latency(what, &took, [Some(JOIN_GOAL), None]);
        self.report.note(&format!(
            "Joining: {} people, one each {} ms, into a call in which {PUBLISHERS} send; from \
             `call:accept` over a socket that is connected, through both media connections, to a \
             frame that a decoder could show",
            took.count(),
            APART.as_millis()
        ));
        Ok(())
    }

    pub(crate) fn switch(&mut self) -> anyhow::Result<()> {
        say("Layers: from the request to the first packet.");
        let (groups, folders) = self.groups(&[PUBLISHERS + WATCHING], 1)?;
        let call = (folders[0].as_path(), &groups[0]);
        let mut stage = self.ours("ours", call, LAYERS.to_vec(), (false, usize::MAX))?;
        let (crowd, watch) = (stage.crowd()?, Watch::start(&[&stage.program])?);
        crowd.publish(None, true);
        let room = stage.room()?;
        let (mut up, mut down) = (Latency::default(), Latency::default());
        for switch in 0..SWITCHES {
            let (size, layer, took) = if switch % 2 == 0 {
                ((320, 180), 0, &mut down)
            } else {
                ((1_280, 720), 2, &mut up)
            };
            let asked = Instant::now();
            room.show(size);
            for seat in &room.seats[PUBLISHERS..] {
                let all = self.runtime.block_on(changes(&crowd, seat, layer, asked));
                for change in all.with_context(|| format!("switch {switch} to layer {layer}"))? {
                    took.record(change);
                }
            }
            // Long enough for whatever follows a switch.
            std::thread::sleep(Duration::from_millis(2_500));
        }
        self.report.others("layers", watch.others(&[&stage.program])?);
        let what = "To a larger layer, from `call:subscribe` to its first packet";
        self.report.latency(what, &up, [Some(SWITCH_GOAL), None]);
        let what = "To a smaller layer, from `call:subscribe` to its first packet";
        self.report.latency(what, &down, [None, None]);
        self.report.note(&format!(
            "Layers: {PUBLISHERS} send three layers, {WATCHING} show all of them small and large \
             in turn, {SWITCHES} times; key frames are sent with the next picture, 33 ms at most"
        ));
        Ok(())
    }
}

/// How long every slot of a listener took to bring this layer.
async fn changes(
    crowd: &load::sfu::Crowd,
    seat: &Seat,
    layer: u8,
    asked: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let subscriber = seat.state().subscriber.context("media is up")?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let seen = crowd.seen(subscriber).await?;
        let after =
            seen.changes.iter().filter(|change| change.layer == layer && change.at >= asked);
        let mut streams: Vec<_> = after.clone().map(|change| change.ssrc).collect();
        streams.sort_unstable();
        streams.dedup();
        if streams.len() == PUBLISHERS {
            return Ok(after.map(|change| change.at - asked).collect());
        }
        if Instant::now() > deadline {
            bail!("{} of {PUBLISHERS} pictures changed: {:?}", streams.len(), seat.state().slots);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

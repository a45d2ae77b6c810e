//! Memory per participant of calls of twenty: the slope of resident memory.

use std::time::Duration;

use anyhow::Context as _;
use load::sfu::{CrowdThread, Room, RoomPlan};
use load::{Watch, slope};

use crate::bench::{Bench, FRAMES, PUBLISHERS, say};
use crate::stage::LOCALHOST;

/// Participants of one call.
const CALL: usize = 20;
/// Calls after which memory is read.
const STEPS: [usize; 5] = [2, 6, 11, 16, 22];
/// Packets of one picture per second; after the time below every cache is as full as in a long
/// call.
const RATE: u32 = 200;
const TALK: Duration = Duration::from_secs(3);
/// How long the server may come to rest before its memory is read.
const REST: Duration = Duration::from_millis(1_000);
/// Megabytes.
const GOAL: f64 = 2.0;

impl Bench<'_> {
    pub(crate) fn memory(&mut self) -> anyhow::Result<()> {
        say("Memory: calls of twenty.");
        let most = (self.options.participants as usize / CALL).max(2);
        let steps: Vec<usize> = STEPS.into_iter().filter(|step| *step <= most).collect();
        let (groups, folders) = self.groups(&vec![CALL; most], 1)?;
        let program = self.programs.ours(&folders[0], true)?;
        let thread = CrowdThread::start(self.origin, LOCALHOST)?;
        let watch = Watch::start(&[&program])?;
        let (mut rooms, mut points) = (Vec::new(), Vec::new());
        for step in steps {
            for group in &groups[rooms.len()..step] {
                let plan = RoomPlan {
                    server: program.address,
                    from: LOCALHOST,
                    people: group.people.clone(),
                    conversation: group.conversation.clone(),
                    publishers: PUBLISHERS,
                    pictures: vec![self.picture(RATE)],
                    frames: FRAMES,
                    publishers_watch: false,
                    shown: (640, 360),
                    full: usize::MAX,
                    at_once: 8,
                };
                let room = self.runtime.block_on(Room::open(&thread.crowd(), plan, |_| {}));
                let room = room.with_context(|| format!("call {}", rooms.len()))?;
                for seat in &room.seats[..PUBLISHERS] {
                    thread.crowd().publish(seat.state().publisher, true);
                }
                std::thread::sleep(TALK);
                thread.crowd().publish(None, false);
                rooms.push(room);
            }
            std::thread::sleep(REST);
            points.push(((step * CALL) as f64, program.resident()? as f64));
        }
        self.report.others("memory", watch.others(&[&program])?);
        let each = slope(&points).context("two steps at least")? / 1e6;
        self.report.at_most("Memory per participant of a call of twenty", each, GOAL, "MB");
        let points = points.iter().map(|(count, bytes)| format!("{count} {:.0} MB", bytes / 1e6));
        let points = points.collect::<Vec<_>>().join(", ");
        self.report.note(&format!(
            "Memory: slope of the resident memory at {points} participants, in calls of {CALL} in \
             which {PUBLISHERS} sent {RATE} packets a second of their pictures for {} s, with \
             bandwidth estimation",
            TALK.as_secs()
        ));
        Ok(())
    }
}

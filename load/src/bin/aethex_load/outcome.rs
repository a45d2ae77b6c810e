//! The report of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use load::Latency;
use load::sfu::{Counters, Room};
use serde_json::{Value, json};

use crate::guests::Calls;
use crate::options::Options;

/// Longer on the way than this is late.
const LATE: Duration = Duration::from_millis(100);

/// What came of it.
pub(crate) struct Outcome {
    participants: usize,
    rooms: u32,
    lasted: Duration,
    first_frame: Latency,
    counters: Counters,
    /// Frames that all listeners who decrypt should have seen.
    frames: u64,
    /// Slots by what they bring, and why nothing comes.
    slots: BTreeMap<String, usize>,
}

impl Outcome {
    pub(crate) fn new(
        options: &Options,
        lasted: Duration,
        calls: &Calls,
        first_frames: Vec<Duration>,
        counters: Counters,
    ) -> Self {
        let mut first_frame = Latency::default();
        first_frames.into_iter().for_each(|took| first_frame.record(took));
        let mut slots = BTreeMap::new();
        for state in calls.rooms.iter().flat_map(|room| &room.seats).map(load::sfu::Seat::state) {
            for slot in state.slots.into_iter().filter(|slot| slot.user.is_some()) {
                let source = slot.source.unwrap_or_default();
                let why = slot.paused.map(|why| format!(", paused: {why}")).unwrap_or_default();
                *slots.entry(format!("{source}{why}")).or_default() += 1;
            }
        }
        let views: usize = calls.rooms.iter().map(Room::views).sum();
        let publishers = u64::from(options.publishers * options.rooms);
        Self {
            participants: calls.rooms.iter().map(|room| room.seats.len()).sum(),
            rooms: options.rooms,
            lasted,
            first_frame,
            frames: counters.sent.frames * views as u64 / publishers.max(1),
            counters,
            slots,
        }
    }

    /// Whether no more was lost than this, in percent, and something arrived.
    pub(crate) fn is_good(&self, max_loss: f64) -> bool {
        let heard = &self.counters.heard;
        heard.packets > 0 && heard.loss() * 1e2 <= max_loss && self.counters.lost == 0
    }

    pub(crate) fn text(&self) -> String {
        let Counters { sent, heard, lost, why } = &self.counters;
        let why = why.as_deref().unwrap_or_default();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let delay = |share: u64| ms(heard.delays.per_mille(share));
        let frame = |percent: usize| ms(self.first_frame.percentile(percent));
        let slots = self.slots.iter().map(|(what, count)| format!("{count} {what}"));
        let slots = slots.collect::<Vec<_>>().join(", ");
        let lines = [
            format!("participants      {} in {} calls", self.participants, self.rooms),
            format!("join to a frame   p50 {:.0} ms, p99 {:.0} ms", frame(50), frame(99)),
            format!(
                "sent              {} packets of pictures, {} of sound",
                sent.pictures, sent.sound
            ),
            format!(
                "arrived           {} packets ({} of sound), {:.0} a second",
                heard.packets,
                heard.sound,
                heard.packets as f64 / self.lasted.as_secs_f64()
            ),
            format!("lost              {:.3} %", heard.loss() * 1e2),
            format!("frames decoded    {} of {} sent to somebody", heard.frames, self.frames),
            format!("on the way        p50 {:.1} ms, p99 {:.1} ms", delay(500), delay(990)),
            format!("late (> {} ms)   {}", LATE.as_millis(), heard.delays.longer_than(LATE)),
            format!("the load was late {:.1} ms at most", ms(sent.late)),
            format!("lost connections  {lost} {why}"),
            format!("slots at the end  {slots}"),
        ];
        lines.join("\n")
    }

    pub(crate) fn json(&self) -> Value {
        let Counters { sent, heard, lost, .. } = &self.counters;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        json!({
            "participants": self.participants,
            "rooms": self.rooms,
            "seconds": self.lasted.as_secs_f64(),
            "joinToFrameMs": {
                "p50": ms(self.first_frame.percentile(50)),
                "p99": ms(self.first_frame.percentile(99)),
            },
            "sent": { "pictures": sent.pictures, "sound": sent.sound, "frames": sent.frames },
            "arrived": { "packets": heard.packets, "sound": heard.sound, "bytes": heard.bytes },
            "lossPercent": heard.loss() * 1e2,
            "framesDecoded": heard.frames,
            "framesExpected": self.frames,
            "onTheWayMs": {
                "p50": ms(heard.delays.per_mille(500)),
                "p95": ms(heard.delays.per_mille(950)),
                "p99": ms(heard.delays.per_mille(990)),
            },
            "late": heard.delays.longer_than(LATE),
            "loadLateMs": ms(sent.late),
            "lostConnections": lost,
            "slots": self.slots,
        })
    }
}

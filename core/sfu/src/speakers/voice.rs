//! One microphone: how loud it is, and whether somebody speaks into it.

use std::time::{Duration, Instant};

use crate::AudioLevel;

/// Below this nobody speaks, in dBov.
const FLOOR: i8 = -50;
/// From here on it is heard even if the sender takes it for no speech.
const LOUD: i8 = -30;
/// A packet lasts this long at most; a longer pause is silence that was not sent.
const LONGEST_PACKET: Duration = Duration::from_millis(60);
const USUAL_PACKET: Duration = Duration::from_millis(20);
/// So much speech is remembered at most: short pauses between words take it away twice as fast.
const REMEMBERED: Duration = Duration::from_millis(300);
/// Loudness is kept in this part of a decibel.
const PART: i32 = 16;

/// What has been heard of one microphone.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    last_packet: Option<Instant>,
    spoke_last: Option<Instant>,
    speech: Duration,
    /// Smoothed over some ten packets.
    loudness: i32,
}

impl Default for Voice {
    fn default() -> Self {
        Self {
            last_packet: None,
            spoke_last: None,
            speech: Duration::ZERO,
            loudness: i32::from(i8::MIN) * PART,
        }
    }
}

impl Voice {
    /// Notes a packet. True if it is speech.
    pub(super) fn hear(&mut self, now: Instant, level: AudioLevel) -> bool {
        let pause = self.last_packet.map(|last| now.saturating_duration_since(last));
        self.last_packet = Some(now);
        let length = pause.filter(|pause| *pause <= LONGEST_PACKET).unwrap_or(USUAL_PACKET);
        let unsent = pause.unwrap_or_default().saturating_sub(LONGEST_PACKET);
        self.speech = self.speech.saturating_sub(unsent * 2);
        let speaks = (level.voice && level.dbov > FLOOR) || level.dbov > LOUD;
        let dbov = i32::from(level.dbov) * PART;
        if speaks {
            let fresh = self.spoke_last.is_none_or(|last| now >= last + Duration::from_secs(1));
            self.loudness = if fresh { dbov } else { self.loudness + (dbov - self.loudness) / 8 };
            self.speech = (self.speech + length).min(REMEMBERED);
            self.spoke_last = Some(now);
        } else {
            self.speech = self.speech.saturating_sub(length * 2);
        }
        speaks
    }

    /// When the last speech was heard.
    pub(super) fn spoke_last(&self) -> Option<Instant> {
        self.spoke_last
    }

    /// Whether there was speech within `hold`.
    pub(super) fn speaks(&self, now: Instant, hold: Duration) -> bool {
        self.spoke_last.is_some_and(|last| now < last + hold)
    }

    /// Whether there was so much speech just now.
    pub(super) fn has_spoken_for(&self, time: Duration) -> bool {
        self.speech >= time
    }

    /// How loud the speech is, in dBov.
    pub(super) fn loudness(&self) -> i32 {
        self.loudness / PART
    }
}

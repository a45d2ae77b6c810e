//! Who is speaking, and who is heard.

mod voice;

use std::time::{Duration, Instant};

use crate::{AudioLevel, Member, Packet};
use voice::Voice;

/// Somebody is a speaker after so much speech. Shorter takes a cough for speech.
const ENTER_AFTER: Duration = Duration::from_millis(100);
/// By so much must somebody be louder to take the place of one who speaks too.
const LOUDER_BY: i32 = 6;
/// Speakers reported at most.
const REPORTED: usize = 10;

/// The voices of a room, the few that are forwarded, and those that are reported as speaking.
///
/// Who begins to speak is heard from the first packet on: the one who was silent longest gives
/// way. When all who are heard speak, one must be clearly louder for a while.
#[derive(Debug)]
pub(crate) struct Speakers {
    voices: Vec<Option<Voice>>,
    loudest: usize,
    hold: Duration,
    interval: Duration,
    /// Who is forwarded when not everybody can be.
    heard: Vec<Member>,
    /// The loudest first.
    speaking: Vec<Member>,
    reported: Vec<Member>,
    reported_at: Option<Instant>,
}

impl Speakers {
    pub(crate) fn new(loudest: usize, hold: Duration, interval: Duration) -> Self {
        Self {
            voices: Vec::new(),
            loudest,
            hold,
            interval,
            heard: Vec::new(),
            speaking: Vec::new(),
            reported: Vec::new(),
            reported_at: None,
        }
    }

    /// A microphone is open from now on. True if it changes who is heard.
    pub(crate) fn open(&mut self, member: Member) -> bool {
        if self.voices.len() <= member.index() {
            self.voices.resize_with(member.index() + 1, || None);
        }
        self.voices[member.index()].get_or_insert_default();
        let joins = self.heard.len() < self.loudest && !self.heard.contains(&member);
        if joins {
            self.heard.push(member);
        }
        joins
    }

    /// A microphone is closed. True if it changes who is heard.
    pub(crate) fn close(&mut self, member: Member) -> bool {
        if let Some(voice) = self.voices.get_mut(member.index()) {
            *voice = None;
        }
        self.speaking.retain(|one| *one != member);
        // The number may be somebody else's by the next report.
        for one in self.reported.iter_mut().filter(|one| **one == member) {
            *one = Member(u32::MAX);
        }
        let Some(place) = self.heard.iter().position(|one| *one == member) else { return false };
        self.heard.remove(place);
        let open = self.voices.iter().zip(0..).filter_map(|(voice, number)| {
            let voice = voice.as_ref()?;
            Some((voice.spoke_last(), Member(number)))
        });
        let heard = &self.heard;
        let next = open.filter(|(_, member)| !heard.contains(member)).max_by_key(|(at, _)| *at);
        self.heard.extend(next.map(|(_, member)| member));
        true
    }

    /// Who is forwarded when not everybody can be.
    pub(crate) fn heard(&self) -> &[Member] {
        &self.heard
    }

    /// Who is speaking, the loudest first.
    pub(crate) fn speaking(&self) -> &[Member] {
        &self.speaking
    }

    /// A packet of an open microphone. True if it changes who is heard.
    pub(crate) fn hear(&mut self, now: Instant, member: Member, packet: &Packet<'_>) -> bool {
        let Some(Some(voice)) = self.voices.get_mut(member.index()) else { return false };
        let speaks = voice.hear(now, level(packet));
        if !speaks {
            return false;
        }
        let settled = voice.has_spoken_for(ENTER_AFTER);
        let loudness = voice.loudness();
        if settled && !self.speaking.contains(&member) {
            self.speaking.push(member);
        }
        if self.heard.contains(&member) {
            return false;
        }
        let Some(place) = self.gives_way(now, settled.then_some(loudness)) else { return false };
        self.heard[place] = member;
        true
    }

    /// Whose place somebody takes who begins to speak; `loudness` when it is no mere beginning.
    fn gives_way(&self, now: Instant, loudness: Option<i32>) -> Option<usize> {
        let voices =
            self.heard.iter().enumerate().map(|(place, member)| (place, self.voice(*member)));
        let silent = voices
            .clone()
            .filter(|(_, voice)| voice.is_none_or(|voice| !voice.speaks(now, self.hold)))
            .min_by_key(|(_, voice)| voice.and_then(Voice::spoke_last));
        if let Some((place, _)) = silent {
            return Some(place);
        }
        let loudness = loudness?;
        let quietest = voices.filter_map(|(place, voice)| Some((voice?.loudness(), place))).min();
        quietest.filter(|(quiet, _)| loudness >= quiet + LOUDER_BY).map(|(_, place)| place)
    }

    fn voice(&self, member: Member) -> Option<&Voice> {
        self.voices.get(member.index())?.as_ref()
    }

    /// Drops who fell silent, orders the rest; some: who is speaking now, if that is news.
    pub(crate) fn poll_report(&mut self, now: Instant) -> Option<&[Member]> {
        if self.poll_timeout().is_none_or(|due| due > now) {
            return None;
        }
        self.reported_at = Some(now);
        let (voices, hold) = (&self.voices, self.hold);
        let voice = |member: &Member| voices.get(member.index()).and_then(Option::as_ref);
        self.speaking.retain(|member| voice(member).is_some_and(|one| one.speaks(now, hold)));
        let loudness = |member: &Member| voice(member).map_or(i32::MIN / 2, Voice::loudness);
        for place in 1..self.speaking.len() {
            for place in (1..=place).rev() {
                let (before, after) = (self.speaking[place - 1], self.speaking[place]);
                if loudness(&after) >= loudness(&before) + LOUDER_BY {
                    self.speaking.swap(place - 1, place);
                }
            }
        }
        let shown = &self.speaking[..self.speaking.len().min(REPORTED)];
        if shown == self.reported {
            return None;
        }
        self.reported = shown.to_vec();
        Some(&self.reported)
    }

    /// When [`Speakers::poll_report`] is due: at once for news after a pause, else every
    /// interval while anybody speaks.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        if self.speaking.is_empty() && self.reported.is_empty() {
            return None;
        }
        let earliest = self.speaking.iter().filter_map(|one| self.voice(*one)?.spoke_last()).min();
        self.reported_at.map(|at| at + self.interval).or(earliest)
    }
}

/// How loud a packet is. Without the sender's word on it, sound is told from silence by size:
/// Opus silence is a few bytes.
fn level(packet: &Packet<'_>) -> AudioLevel {
    const SILENCE: usize = 60;
    packet.audio_level.unwrap_or(AudioLevel {
        dbov: if packet.payload.len() > SILENCE { -40 } else { -127 },
        voice: true,
    })
}

#[cfg(test)]
mod tests;

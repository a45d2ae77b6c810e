//! Payload types: one meaning across the bundle, and only those that the server forwards.

use super::Fault;
use super::section::HeaderExtension;
use crate::{Codec, SlotKind};

/// A codec with its payload types in this bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Its payload type.
    pub payload: u8,
    /// What it is.
    pub codec: Codec,
    /// The payload type of its retransmissions (RFC 4588).
    pub repair: Option<u8>,
    /// `profile-level-id` of H.264 (RFC 6184 §8.1); 0 for the others.
    pub profile: u32,
    /// The receiver reports arrival times of packets (`transport-cc`).
    pub transport_cc: bool,
    /// The receiver asks for lost packets (RFC 4585 §6.2.1).
    pub nack: bool,
}

/// Payload types of one section while it is read.
#[derive(Debug)]
pub(super) struct Formats {
    listed: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    payload: u8,
    /// Name in lower case, clock rate and channels, as in `a=rtpmap`.
    map: Option<(String, u32, u8)>,
    parameters: Option<String>,
    transport_cc: bool,
    nack: bool,
}

/// What earlier sections of a bundle have said.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What each payload type means; for retransmissions with that of what they repeat.
    meanings: Vec<(u8, String, u32, u8, Option<u8>)>,
    /// The payload type that was taken for each codec.
    chosen: Vec<Format>,
    extensions: Vec<(u8, HeaderExtension)>,
}

impl Formats {
    /// The end of an `m=` line.
    pub(super) fn listed<'a>(fields: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut listed: Vec<Entry> = Vec::new();
        for field in fields {
            let payload: u8 = field.parse().ok()?;
            let right = payload <= 63 || (96..=127).contains(&payload);
            if !right || listed.iter().any(|entry| entry.payload == payload) {
                return None;
            }
            listed.push(Entry {
                payload,
                map: None,
                parameters: None,
                transport_cc: false,
                nack: false,
            });
        }
        (!listed.is_empty()).then_some(Self { listed })
    }

    /// `a=rtpmap`, `a=fmtp` or `a=rtcp-fb`.
    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let (payload, rest) = value.split_once(' ').unwrap_or((value, ""));
        if name == "rtcp-fb" && payload == "*" {
            self.listed.iter_mut().for_each(|entry| entry.feedback(rest));
            return Ok(());
        }
        let payload: u8 =
            payload.parse().map_err(|_| Fault::Unreadable("the payload type of an attribute"))?;
        let entry = self.listed.iter_mut().find(|entry| entry.payload == payload);
        let entry = entry.ok_or(Fault::Unlisted(payload))?;
        match name {
            "rtpmap" => {
                let map = rtpmap(rest).ok_or(Fault::Unreadable("a=rtpmap"))?;
                if entry.map.replace(map).is_some() {
                    return Err(Fault::Twice("a=rtpmap of a payload type"));
                }
            }
            "fmtp" => {
                if entry.parameters.replace(rest.to_owned()).is_some() {
                    return Err(Fault::Twice("a=fmtp of a payload type"));
                }
            }
            _ => entry.feedback(rest),
        }
        Ok(())
    }

    /// Checks them against earlier sections and keeps those that the server forwards, each codec
    /// with the same payload type in all sections.
    pub(super) fn finish(self, kind: SlotKind, known: &mut Known) -> Result<Vec<Format>, Fault> {
        for entry in &self.listed {
            known.meaning(entry)?;
        }
        let mut formats: Vec<Format> = Vec::new();
        for entry in &self.listed {
            let Some((codec, profile)) = entry.codec() else { continue };
            if matches!(codec, Codec::Opus | Codec::Red) != (kind == SlotKind::Audio) {
                continue;
            }
            let repair = match codec {
                Codec::Opus | Codec::Red => None,
                Codec::Vp8 | Codec::Vp9 | Codec::H264 | Codec::Av1 => self.repair(entry.payload),
            };
            let format = Format {
                payload: entry.payload,
                codec,
                repair,
                profile,
                transport_cc: entry.transport_cc,
                nack: entry.nack,
            };
            let taken = formats.iter().any(|other| other.codec == codec);
            if !taken && known.choose(format) {
                formats.push(format);
            }
        }
        // RED carries Opus, by its payload type.
        let opus = formats.iter().find(|format| format.codec == Codec::Opus);
        let opus = opus.map(|format| format!("{0}/{0}", format.payload));
        formats.retain(|format| {
            let parameters = self.listed.iter().find(|entry| entry.payload == format.payload);
            let parameters = parameters.and_then(|entry| entry.parameters.as_ref());
            format.codec != Codec::Red || (opus.is_some() && parameters == opus.as_ref())
        });
        Ok(formats)
    }

    /// The payload type of retransmissions of this one.
    fn repair(&self, payload: u8) -> Option<u8> {
        let repair = self.listed.iter().find(|entry| entry.apt() == Some(payload));
        repair.map(|entry| entry.payload)
    }
}

impl Entry {
    fn feedback(&mut self, kind: &str) {
        match kind {
            "transport-cc" => self.transport_cc = true,
            "nack" => self.nack = true,
            _ => {}
        }
    }

    fn is(&self, name: &str, clock: u32) -> bool {
        self.map.as_ref().is_some_and(|(known, rate, _)| known == name && *rate == clock)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let parameters = self.parameters.as_deref()?.split(';');
        let mut pairs = parameters.filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// What a retransmission repeats.
    fn apt(&self) -> Option<u8> {
        self.is("rtx", 90_000).then(|| self.parameter("apt")?.parse().ok()).flatten()
    }

    /// The codec that the server forwards as such, with the profile of H.264. Profiles that not
    /// every receiver knows are left out.
    fn codec(&self) -> Option<(Codec, u32)> {
        let zero = |name| self.parameter(name).is_none_or(|value| value == "0");
        let (name, clock, channels) = self.map.as_ref()?;
        match (name.as_str(), clock, channels) {
            ("opus", 48_000, 2) => Some((Codec::Opus, 0)),
            ("red", 48_000, 2) => Some((Codec::Red, 0)),
            ("vp8", 90_000, _) => Some((Codec::Vp8, 0)),
            ("vp9", 90_000, _) if zero("profile-id") => Some((Codec::Vp9, 0)),
            ("av1", 90_000, _) if zero("profile") => Some((Codec::Av1, 0)),
            ("h264", 90_000, _) => {
                // Constrained baseline with fragmented units.
                let profile = self.parameter("profile-level-id")?;
                let profile =
                    u32::from_str_radix(profile, 16).ok().filter(|_| profile.len() == 6)?;
                let fragments = self.parameter("packetization-mode") == Some("1");
                (fragments && profile >> 8 == 0x42_E0).then_some((Codec::H264, profile))
            }
            _ => None,
        }
    }
}

impl Known {
    /// What a payload type means is the same in every section.
    fn meaning(&mut self, entry: &Entry) -> Result<(), Fault> {
        let Some((name, clock, channels)) = &entry.map else { return Ok(()) };
        let apt = entry.apt();
        let known = self.meanings.iter().find(|(payload, ..)| *payload == entry.payload);
        match known {
            None => {
                self.meanings.push((entry.payload, name.clone(), *clock, *channels, apt));
                Ok(())
            }
            Some((_, other, rate, count, repeats)) => {
                let same = (other, rate, count, repeats) == (name, clock, channels, &apt);
                if same { Ok(()) } else { Err(Fault::TwoMeanings(entry.payload)) }
            }
        }
    }

    /// Whether this payload type is the one of its codec in this bundle.
    fn choose(&mut self, format: Format) -> bool {
        match self.chosen.iter().find(|other| other.codec == format.codec) {
            Some(other) => other.payload == format.payload && other.repair == format.repair,
            None => {
                self.chosen.push(format);
                true
            }
        }
    }

    /// Numbers and extensions belong to each other in all sections.
    pub(super) fn extensions(&mut self, extensions: &[(u8, HeaderExtension)]) -> Result<(), Fault> {
        for (number, extension) in extensions {
            let other = self
                .extensions
                .iter()
                .find(|(known, known_extension)| known == number || known_extension == extension);
            match other {
                None => self.extensions.push((*number, *extension)),
                Some(other) if *other == (*number, *extension) => {}
                Some(_) => return Err(Fault::Extension),
            }
        }
        Ok(())
    }
}

/// `<name>/<clock rate>[/<channels>]` (RFC 8866 §6.6).
fn rtpmap(value: &str) -> Option<(String, u32, u8)> {
    let mut fields = value.split('/');
    let name = fields.next().filter(|name| !name.is_empty() && !name.contains(' '))?;
    let clock: u32 = fields.next()?.parse().ok()?;
    let channels = match fields.next() {
        Some(channels) => channels.parse().ok()?,
        None => 1,
    };
    fields.next().is_none().then(|| (name.to_ascii_lowercase(), clock, channels))
}

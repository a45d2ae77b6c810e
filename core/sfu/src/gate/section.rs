//! One section (`m=`) of a description.

use super::formats::{Format, Formats, Known};
use super::read::Line;
use super::{Expected, Fault, GateError};
use crate::{Layer, SlotKind};

/// Which way media flows, as the writer of the description sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The writer sends.
    SendOnly,
    /// The writer receives.
    RecvOnly,
    /// Both.
    SendRecv,
    /// Neither.
    Inactive,
}

/// Header extensions that the server understands (RFC 8285).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderExtension {
    /// Loudness (RFC 6464).
    AudioLevel,
    /// When it was sent.
    AbsoluteSendTime,
    /// Sequence number of the whole connection, for congestion control.
    TransportSequenceNumber,
    /// The section (RFC 9143 §14).
    Mid,
    /// The encoding of a simulcast (RFC 8852).
    StreamId,
    /// The encoding that a retransmission is of (RFC 8852).
    RepairedStreamId,
    /// How the picture is turned (3GPP TS 26.114 §7.4.5).
    VideoOrientation,
    /// How long a receiver should wait before it plays.
    PlayoutDelay,
}

impl HeaderExtension {
    const ALL: [(Self, &'static str); 8] = [
        (Self::AudioLevel, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
        (Self::AbsoluteSendTime, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
        (
            Self::TransportSequenceNumber,
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        ),
        (Self::Mid, "urn:ietf:params:rtp-hdrext:sdes:mid"),
        (Self::StreamId, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        (Self::RepairedStreamId, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        (Self::VideoOrientation, "urn:3gpp:video-orientation"),
        (Self::PlayoutDelay, "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
    ];

    /// Its address.
    #[must_use]
    pub fn uri(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, uri)| uri)
    }

    fn of(uri: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == uri).map(|(extension, _)| *extension)
    }
}

/// One section: what a client sends or receives there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Sound or picture.
    pub kind: SlotKind,
    /// Its name (RFC 5888).
    pub mid: String,
    /// Port 0 and outside the bundle: nobody uses it any more.
    pub rejected: bool,
    /// Which way media flows.
    pub direction: Direction,
    /// Codecs that the server forwards, the writer's favourite first.
    pub formats: Vec<Format>,
    /// Header extensions with their numbers, 1 to 14.
    pub extensions: Vec<(u8, HeaderExtension)>,
    /// Encodings of a simulcast, the smallest first; empty without simulcast.
    pub rids: Vec<Layer>,
}

/// A section while it is read.
#[derive(Debug)]
pub(super) struct Draft {
    line: usize,
    kind: SlotKind,
    pub(super) port_zero: bool,
    mid: Option<String>,
    direction: Option<Direction>,
    formats: Formats,
    extensions: Vec<(u8, HeaderExtension)>,
    numbers: Vec<u8>,
    rids: Vec<Layer>,
    simulcast: Option<Vec<Layer>>,
    rtcp_mux: bool,
}

impl Draft {
    /// Of an `m=` line.
    pub(super) fn begin(line: Line<'_>) -> Result<Self, GateError> {
        let mut fields = line.value.split(' ');
        let kind = match fields.next() {
            Some("audio") => SlotKind::Audio,
            Some("video") => SlotKind::Video,
            Some("application") => return Err(Fault::DataChannel.at(line.number)),
            Some(_) | None => return Err(Fault::Media.at(line.number)),
        };
        let port: Option<u16> = fields.next().and_then(|port| port.parse().ok());
        let port = port.ok_or(Fault::Media.at(line.number))?;
        if fields.next() != Some("UDP/TLS/RTP/SAVPF") {
            return Err(Fault::Media.at(line.number));
        }
        Ok(Self {
            line: line.number,
            kind,
            port_zero: port == 0,
            mid: None,
            direction: None,
            formats: Formats::listed(fields).ok_or(Fault::PayloadTypes.at(line.number))?,
            extensions: Vec::new(),
            numbers: Vec::new(),
            rids: Vec::new(),
            simulcast: None,
            rtcp_mux: false,
        })
    }

    /// Of an attribute (`a=name:value` or `a=name`).
    pub(super) fn attribute(&mut self, line: Line<'_>) -> Result<(), GateError> {
        let (name, value) = line.attribute();
        let at = |fault: Fault| fault.at(line.number);
        match name {
            "mid" => {
                let right = (1..=16).contains(&value.len())
                    && value
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
                if !right || self.mid.replace(value.to_owned()).is_some() {
                    return Err(at(Fault::Mid));
                }
            }
            "sendonly" => self.direct(Direction::SendOnly).map_err(at)?,
            "recvonly" => self.direct(Direction::RecvOnly).map_err(at)?,
            "sendrecv" => self.direct(Direction::SendRecv).map_err(at)?,
            "inactive" => self.direct(Direction::Inactive).map_err(at)?,
            "rtcp-mux" => self.rtcp_mux = true,
            "rtpmap" | "fmtp" | "rtcp-fb" => self.formats.attribute(name, value).map_err(at)?,
            "extmap" => self.extension(value).ok_or(at(Fault::Extension))?,
            "rid" => self.rid(value).ok_or(at(Fault::Simulcast))?,
            "simulcast" => self.simulcast(value).ok_or(at(Fault::Simulcast))?,
            _ => {}
        }
        Ok(())
    }

    fn direct(&mut self, direction: Direction) -> Result<(), Fault> {
        match self.direction.replace(direction) {
            None => Ok(()),
            Some(_) => Err(Fault::Twice("the direction of a section")),
        }
    }

    /// `<number>[/<direction>] <address> [<attributes>]` (RFC 8285 §5).
    fn extension(&mut self, value: &str) -> Option<()> {
        let mut fields = value.split(' ');
        let number = fields.next()?.split('/').next()?;
        let number: u8 = number.parse().ok().filter(|number| *number > 0)?;
        let uri = fields.next()?;
        if self.numbers.contains(&number) {
            return None;
        }
        self.numbers.push(number);
        // Larger numbers need the two-byte form, which costs more than it brings.
        if let Some(extension) = HeaderExtension::of(uri).filter(|_| number < 15) {
            if self.extensions.iter().any(|(_, other)| *other == extension) {
                return None;
            }
            self.extensions.push((number, extension));
        }
        Some(())
    }

    /// `<q|h|f> send [<restrictions>]` (RFC 8851 §4).
    fn rid(&mut self, value: &str) -> Option<()> {
        let mut fields = value.split(' ');
        let rid = Layer::from_rid(fields.next()?)?;
        if fields.next() != Some("send") || self.rids.contains(&rid) {
            return None;
        }
        self.rids.push(rid);
        Some(())
    }

    /// `send q;h;f`, each with `~` when it is paused (RFC 8853 §5.1).
    fn simulcast(&mut self, value: &str) -> Option<()> {
        let rids = value.strip_prefix("send ")?;
        let rids: Option<Vec<_>> = rids
            .split(';')
            .map(|rid| Layer::from_rid(rid.strip_prefix('~').unwrap_or(rid)))
            .collect();
        match self.simulcast.replace(rids?) {
            None => Some(()),
            Some(_) => None,
        }
    }

    /// Its name, once it is whole.
    pub(super) fn mid(&self) -> Result<&str, GateError> {
        self.mid.as_deref().ok_or(Fault::Mid.at(self.line))
    }

    /// The whole section.
    pub(super) fn finish(
        self,
        expected: Expected,
        bundled: bool,
        known: &mut Known,
    ) -> Result<Section, GateError> {
        let at = |fault: Fault| fault.at(self.line);
        let mid = self.mid.ok_or(at(Fault::Mid))?;
        let rejected = self.port_zero && !bundled;
        if !rejected && !bundled {
            return Err(at(Fault::Bundle));
        }
        let direction = if rejected { Some(Direction::Inactive) } else { self.direction };
        let direction = direction.unwrap_or(Direction::SendRecv);
        let mut section = Section {
            kind: self.kind,
            mid,
            rejected,
            direction,
            formats: Vec::new(),
            extensions: Vec::new(),
            rids: Vec::new(),
        };
        if rejected {
            return Ok(section);
        }
        allowed(expected, direction).map_err(at)?;
        if !self.rtcp_mux {
            return Err(at(Fault::Missing("a=rtcp-mux")));
        }
        section.formats = self.formats.finish(self.kind, known).map_err(at)?;
        known.extensions(&self.extensions).map_err(at)?;
        section.extensions = self.extensions;
        let idle = direction == Direction::Inactive;
        if section.formats.is_empty() && !idle {
            return Err(at(Fault::NoCodec));
        }
        let tells = section.extensions.iter().any(|(_, other)| *other == HeaderExtension::Mid);
        if expected == Expected::Offer && !idle && !tells {
            return Err(at(Fault::NoMidExtension));
        }
        section.rids = rids(self.kind, expected, &self.rids, self.simulcast.as_deref())
            .ok_or(at(Fault::Simulcast))?;
        Ok(section)
    }
}

/// A publisher sends and a subscriber receives.
fn allowed(expected: Expected, direction: Direction) -> Result<(), Fault> {
    match (expected, direction) {
        (Expected::Offer, Direction::SendOnly | Direction::SendRecv | Direction::Inactive)
        | (Expected::Answer, Direction::RecvOnly | Direction::Inactive) => Ok(()),
        (Expected::Offer, Direction::RecvOnly) => Err(Fault::Direction(
            "a publisher only sends: a=sendonly or a=inactive; what comes is on the subscriber",
        )),
        (Expected::Answer, Direction::SendOnly | Direction::SendRecv) => Err(Fault::Direction(
            "a subscriber only receives: the answer says a=recvonly or a=inactive (RFC 3264 §6.1)",
        )),
    }
}

/// Encodings in our order; what `a=rid` and `a=simulcast` say must be the same.
fn rids(
    kind: SlotKind,
    expected: Expected,
    rids: &[Layer],
    simulcast: Option<&[Layer]>,
) -> Option<Vec<Layer>> {
    if rids.is_empty() && simulcast.is_none() {
        return Some(Vec::new());
    }
    if kind == SlotKind::Audio || expected == Expected::Answer {
        return None;
    }
    let simulcast = simulcast.unwrap_or(rids);
    let same = simulcast.len() == rids.len() && rids.iter().all(|rid| simulcast.contains(rid));
    same.then(|| Layer::ALL.into_iter().filter(|layer| rids.contains(layer)).collect())
}

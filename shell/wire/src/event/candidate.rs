//! ICE candidates (RFC 8839 §5.1): checked on the way in, written anew on the way out.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// The most a candidate may hold, in bytes; a browser's has about 150.
pub const CANDIDATE_MAX_BYTES: usize = 2 * 1024;
/// The most the names of a media section or an ICE user may hold, in bytes (RFC 8839 §5.4
/// allows 256).
const NAME_MAX_BYTES: usize = 256;

/// An `RTCIceCandidate` as it writes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IceCandidate {
    /// `candidate:…`, or empty for the end of a generation.
    pub candidate: CandidateText,
    /// The media section it belongs to, by name.
    #[serde(default, deserialize_with = "short")]
    #[ts(optional = nullable)]
    pub sdp_mid: Option<String>,
    /// The media section it belongs to, by number.
    #[serde(default, rename = "sdpMLineIndex")]
    #[ts(optional = nullable)]
    pub sdp_m_line_index: Option<u16>,
    /// The generation it belongs to.
    #[serde(default, deserialize_with = "short")]
    #[ts(optional = nullable)]
    pub username_fragment: Option<String>,
}

/// The text of a candidate: one line of printable text, at most [`CANDIDATE_MAX_BYTES`]. No
/// log shows it: it holds addresses.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct CandidateText(String);

/// Where a candidate leads, without its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandidateKind {
    /// `host`, `srflx`, `prflx` or `relay`.
    pub kind: &'static str,
    /// `udp` or `tcp`.
    pub protocol: &'static str,
}

impl CandidateText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of candidate it is; `None` for the end of a generation and for kinds that
    /// are not known.
    #[must_use]
    pub fn kind(&self) -> Option<CandidateKind> {
        let mut words = self.0.split_ascii_whitespace();
        let protocol = words.nth(2)?;
        let protocol = ["udp", "tcp"].into_iter().find(|one| one.eq_ignore_ascii_case(protocol))?;
        words.find(|word| *word == "typ")?;
        let kind = words.next()?;
        let kind = ["host", "srflx", "prflx", "relay"].into_iter().find(|one| *one == kind)?;
        Some(CandidateKind { kind, protocol })
    }

    fn is_plausible(text: &str) -> bool {
        let known =
            text.is_empty() || text.starts_with("candidate:") || text.starts_with("a=candidate:");
        known && !text.bytes().any(|byte| byte.is_ascii_control())
    }
}

impl fmt::Debug for CandidateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CandidateText({:?})", self.kind())
    }
}

impl<'de> Deserialize<'de> for CandidateText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        if text.len() > CANDIDATE_MAX_BYTES {
            return Err(serde::de::Error::custom("is larger than 2 KiB"));
        }
        if !Self::is_plausible(&text) {
            return Err(serde::de::Error::custom("is no ICE candidate"));
        }
        Ok(Self(text.into_owned()))
    }
}

fn short<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let fits = |text: &String| {
        text.len() <= NAME_MAX_BYTES && !text.bytes().any(|byte| byte.is_ascii_control())
    };
    if text.as_ref().is_some_and(|text| !fits(text)) {
        return Err(serde::de::Error::custom("must be printable and at most 256 bytes"));
    }
    Ok(text)
}

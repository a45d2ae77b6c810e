//! Session descriptions (RFC 8866): checked on the way in, written anew on the way out.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// The most a session description may hold, in bytes. A browser's grows by some 5 KiB per
/// media section; more only fills queues.
pub const SDP_MAX_BYTES: usize = 256 * 1024;

/// The text of a session description: begins with `v=0`, lines of printable text, at most
/// [`SDP_MAX_BYTES`]. No log shows it: it holds addresses and ICE passwords.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Sdp(String);

/// Why a text is no session description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSdp {
    /// Larger than [`SDP_MAX_BYTES`].
    #[error("is larger than 256 KiB")]
    TooLarge,
    /// Does not begin with `v=0`, or holds control characters.
    #[error("is no session description")]
    Implausible,
}

impl Sdp {
    /// A session description of our own.
    ///
    /// # Errors
    /// [`NotSdp`] for what would be refused on the way in.
    pub fn new(text: String) -> Result<Self, NotSdp> {
        Self::check(&text).map(|()| Self(text))
    }

    fn check(text: &str) -> Result<(), NotSdp> {
        if text.len() > SDP_MAX_BYTES {
            return Err(NotSdp::TooLarge);
        }
        if Self::is_plausible(text) { Ok(()) } else { Err(NotSdp::Implausible) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_plausible(text: &str) -> bool {
        let first = text.strip_prefix("v=0");
        let line_ends = first.is_some_and(|rest| rest.starts_with(['\r', '\n']));
        let control = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\r' | b'\n' | b'\t');
        line_ends && !text.bytes().any(control)
    }
}

impl fmt::Debug for Sdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sdp({} bytes)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Sdp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::check(&text).map_err(serde::de::Error::custom)?;
        Ok(Self(text.into_owned()))
    }
}

/// The `type` of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum OfferWord {
    /// RFC 3264 §5.
    Offer,
}

/// The `type` of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum AnswerWord {
    /// RFC 3264 §6.
    Answer,
}

/// An offer, as `RTCSessionDescription` writes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferDescription {
    /// `offer`.
    #[serde(rename = "type")]
    pub kind: OfferWord,
    /// The session description.
    pub sdp: Sdp,
}

/// An answer, as `RTCSessionDescription` writes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerDescription {
    /// `answer`.
    #[serde(rename = "type")]
    pub kind: AnswerWord,
    /// The session description.
    pub sdp: Sdp,
}

//! Why a description is refused.

/// A description is refused. Nothing of it was used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("session description, line {line}: {fault}")]
pub struct GateError {
    /// The line, from 1; 0 where the description as a whole is meant.
    pub line: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong, in words for the developer of a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More than [`super::LONGEST`] bytes.
    #[error("longer than 256 KiB")]
    TooLong,
    /// More than [`super::MOST_LINES`], or a line longer than [`super::LONGEST_LINE`].
    #[error("too many lines, or a line that is too long")]
    TooManyLines,
    /// A control character.
    #[error("control characters do not belong into a session description")]
    ControlCharacter,
    /// Not `<letter>=<value>`.
    #[error("not a line of the form x=value (RFC 8866)")]
    NoLine,
    /// The first lines are not those that a description begins with.
    #[error("a session description begins with v=0, o=, s= and t= (RFC 8866)")]
    Beginning,
    /// The `o=` line.
    #[error("o= needs six fields, the second a decimal number (RFC 8866 §5.2)")]
    Origin,
    /// Nothing to negotiate.
    #[error("no sections (m=)")]
    NoSections,
    /// More than [`super::MOST_SECTIONS`].
    #[error("more than 40 sections (m=)")]
    TooManySections,
    /// A data channel.
    #[error("data channels (m=application) are not served: only audio and video")]
    DataChannel,
    /// Neither sound nor picture.
    #[error("only m=audio and m=video with UDP/TLS/RTP/SAVPF are served")]
    Media,
    /// Without `a=group:BUNDLE`, or one that does not name the sections in their order.
    #[error("a=group:BUNDLE must name every section that is not rejected, in order (RFC 9143)")]
    Bundle,
    /// A section's name.
    #[error("every section needs one a=mid of 1 to 16 letters, digits, - or _, used once")]
    Mid,
    /// Something that may be said once was said again.
    #[error("said twice: {0}")]
    Twice(&'static str),
    /// Something is missing.
    #[error("missing: {0}")]
    Missing(&'static str),
    /// Direction attributes.
    #[error("{0}")]
    Direction(&'static str),
    /// ICE credentials.
    #[error("a=ice-ufrag has 4 to 256 and a=ice-pwd 22 to 256 characters of ICE (RFC 8839 §5.4)")]
    IceCredentials,
    /// Both sides ICE-lite.
    #[error("a=ice-lite: the server is ICE-lite itself and needs a full agent")]
    IceLite,
    /// The fingerprint.
    #[error("a=fingerprint must be one of sha-256, 32 bytes in hexadecimal (RFC 8122 §5)")]
    Fingerprint,
    /// The DTLS role.
    #[error("a=setup must be actpass or active in an offer, active or passive in an answer")]
    Setup,
    /// More than [`super::MOST_CANDIDATES`].
    #[error("too many candidates")]
    TooManyCandidates,
    /// A payload type in `m=`.
    #[error("payload types in m= are different numbers from 0 to 63 or 96 to 127 (RFC 5761 §4)")]
    PayloadTypes,
    /// An attribute of a payload type that its section does not have.
    #[error("payload type {0} is described here, but not listed in m=")]
    Unlisted(u8),
    /// An attribute of a payload type that cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(&'static str),
    /// A payload type with two meanings.
    #[error("payload type {0} means something else in an earlier section (RFC 9143 §9)")]
    TwoMeanings(u8),
    /// No codec of ours.
    #[error("no codec in common: the server forwards Opus, VP8, VP9, H.264 and AV1")]
    NoCodec,
    /// A header extension.
    #[error("a=extmap has a number from 1 to 255 and an address, each used once in a bundle")]
    Extension,
    /// Without the header extension that tells the section.
    #[error("missing: the header extension urn:ietf:params:rtp-hdrext:sdes:mid")]
    NoMidExtension,
    /// Simulcast of another shape.
    #[error("simulcast is a=rid:<q|h|f> send, each once, and one a=simulcast:send of them all")]
    Simulcast,
}

impl Fault {
    /// With its line.
    pub(super) const fn at(self, line: usize) -> GateError {
        GateError { line, fault: self }
    }
}

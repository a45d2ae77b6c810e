//! The gate: what a session description must be before anything else of the server reads it.
//!
//! ```text
//!  text of a client ──► read ──► Sdp ──► write ──► text of ours, for the WebRTC library
//!                        └──► GateError, in words for a developer
//! ```
//!
//! Nothing that a client wrote reaches the library as it was: [`Sdp::write`] makes a new text of
//! what was understood, and what was not understood (other codecs, candidates, synchronisation
//! sources, unknown lines) is left out. Candidates are not needed, as the server is ICE-lite and
//! learns addresses from connectivity checks; synchronisation sources are not, as every packet
//! tells its section (RFC 9143 §9.2).
//!
//! | module | what |
//! |---|---|
//! | `read` | lines, the part before the sections, what sections must agree on |
//! | `section` | one section |
//! | `formats` | payload types: one meaning across the bundle |
//! | `write` | our own text |
//! | `fault` | why a description is refused |

mod fault;
mod formats;
mod read;
mod section;
mod write;

pub use fault::{Fault, GateError};
pub use formats::Format;
pub use section::{Direction, HeaderExtension, Section};

/// Longest description, in bytes.
pub const LONGEST: usize = 256 * 1_024;

/// Most lines: a browser writes about 1,500 for 35 sections.
pub const MOST_LINES: usize = 6_000;

/// Longest line, in bytes; a bundle of 40 sections and fingerprints fit well.
pub const LONGEST_LINE: usize = 2_048;

/// Most sections: the largest pool of slots has 35.
pub const MOST_SECTIONS: usize = 40;

/// Most candidates of a whole description.
pub const MOST_CANDIDATES: usize = 200;

/// Whose turn it is (RFC 3264).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// An offer of a publisher: it sends.
    Offer,
    /// An answer of a subscriber: it receives.
    Answer,
}

/// The number of the session in `o=` (RFC 8866 §5.2): another one is another connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub u64);

/// Who begins the DTLS handshake (RFC 8842 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// The other side decides; in offers only.
    ActPass,
    /// The one who says this is the DTLS client.
    Active,
    /// The one who says this is the DTLS server; in answers only.
    Passive,
}

/// What this server understands of a session description.
#[derive(Clone, PartialEq, Eq)]
pub struct Sdp {
    /// The session of `o=`.
    pub session: SessionId,
    /// Name fragment of ICE (RFC 8839 §5.4).
    pub ice_ufrag: String,
    /// Password of ICE (RFC 8839 §5.4).
    pub ice_pwd: String,
    /// SHA-256 of the DTLS certificate (RFC 8122 §5).
    pub fingerprint: [u8; 32],
    /// Who begins the DTLS handshake.
    pub setup: Setup,
    /// In order, rejected ones included.
    pub sections: Vec<Section>,
}

/// Tells whether a description may come in: its session.
///
/// # Errors
/// [`GateError`]: the line and why, for the developer of a client.
pub fn check(sdp: &str, expected: Expected) -> Result<SessionId, GateError> {
    Sdp::read(sdp, expected).map(|sdp| sdp.session)
}

impl std::fmt::Debug for Sdp {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sdp")
            .field("session", &self.session)
            .field("setup", &self.setup)
            .field("sections", &self.sections)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! What a server answers: error codes, and how answers are written, signed and held back.

use super::identity::{FiveTuple, Moment, Now};
use super::step::Step;
use super::{Server, auth};
use crate::challenge::fits;
use crate::stun::{Class, Integrity, Key, Message, Method, TransactionId, Writer, attr};

/// A request, and when and how it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'p> {
    pub(super) now: Now,
    pub(super) moment: Moment,
    pub(super) tuple: FiveTuple,
    pub(super) stream: bool,
    pub(super) message: Message<'p>,
}

/// Signs answers as the request was signed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signer {
    pub(super) key: Key,
    pub(super) integrity: Integrity,
}

/// What became of a packet.
#[derive(Debug)]
pub(super) enum Outcome<'p> {
    /// The answer is in the server's buffer.
    Answered,
    /// Anything else.
    Step(Step<'p>),
}

impl Outcome<'_> {
    pub(super) const NOTHING: Self = Self::Step(Step::Nothing);
}

/// Error codes of RFC 8489 §14.8 and RFC 8656 §19.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorCode {
    BadRequest,
    Unauthenticated,
    Forbidden,
    UnknownAttribute,
    AllocationMismatch,
    StaleNonce,
    FamilyNotSupported,
    WrongCredentials,
    UnsupportedTransport,
    PeerFamilyMismatch,
    UserQuota,
    InsufficientCapacity,
}

impl ErrorCode {
    pub(super) const fn number(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::UnknownAttribute => 420,
            Self::AllocationMismatch => 437,
            Self::StaleNonce => 438,
            Self::FamilyNotSupported => 440,
            Self::WrongCredentials => 441,
            Self::UnsupportedTransport => 442,
            Self::PeerFamilyMismatch => 443,
            Self::UserQuota => 486,
            Self::InsufficientCapacity => 508,
        }
    }

    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::BadRequest => "Bad Request",
            Self::Unauthenticated => "Unauthenticated",
            Self::Forbidden => "Forbidden",
            Self::UnknownAttribute => "Unknown Attribute",
            Self::AllocationMismatch => "Allocation Mismatch",
            Self::StaleNonce => "Stale Nonce",
            Self::FamilyNotSupported => "Address Family not Supported",
            Self::WrongCredentials => "Wrong Credentials",
            Self::UnsupportedTransport => "Unsupported Transport Protocol",
            Self::PeerFamilyMismatch => "Peer Address Family Mismatch",
            Self::UserQuota => "Allocation Quota Reached",
            Self::InsufficientCapacity => "Insufficient Capacity",
        }
    }
}

/// Which answer: to what, and whether FINGERPRINT was asked for by using it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Envelope {
    pub(super) method: Method,
    pub(super) transaction: TransactionId,
    pub(super) fingerprint: bool,
}

impl Envelope {
    pub(super) fn of(message: &Message<'_>) -> Self {
        Self {
            method: message.method(),
            transaction: message.transaction(),
            fingerprint: has_fingerprint(message.bytes()),
        }
    }
}

/// FINGERPRINT is the last attribute or none (RFC 8489 §14.7); the parser checked it.
fn has_fingerprint(bytes: &[u8]) -> bool {
    let head = bytes.len().checked_sub(8).and_then(|at| bytes.get(at..at + 4));
    head == Some(&[0x80, 0x28, 0, 4])
}

impl Server {
    /// Writes a success answer into the buffer.
    pub(super) fn succeed(
        &mut self,
        envelope: Envelope,
        signer: Option<&Signer>,
        body: impl FnOnce(&mut Writer<'_>),
    ) {
        write(&mut self.answer, envelope, Class::Success, signer, body);
    }

    /// Writes a signed refusal into the buffer.
    pub(super) fn refuse(&mut self, envelope: Envelope, signer: &Signer, code: ErrorCode) {
        self.count(code);
        write(&mut self.answer, envelope, Class::Error, Some(signer), |writer| {
            writer.error(code.number(), code.reason());
        });
    }

    /// Writes a signed 420 into the buffer.
    pub(super) fn refuse_unknown(&mut self, request: &Request<'_>, signer: &Signer, kinds: &[u16]) {
        let code = ErrorCode::UnknownAttribute;
        self.count(code);
        let envelope = Envelope::of(&request.message);
        write(&mut self.answer, envelope, Class::Error, Some(signer), |writer| {
            writer.error(code.number(), code.reason()).unknown(kinds);
        });
    }

    /// Refuses somebody who proved nothing. Over UDP the source may be forged: at most so many a
    /// second for one source, and none much longer than its request; the reason phrase goes
    /// first, then all but a bare 400, then the answer itself.
    pub(super) fn refuse_stranger<'p>(
        &mut self,
        request: &Request<'_>,
        code: ErrorCode,
        unknown: &[u16],
    ) -> Outcome<'p> {
        let client = request.tuple.client;
        if !request.stream && !self.challenges.allow(request.now.instant, client.ip()) {
            self.counters.dropped.unanswered += 1;
            return Outcome::NOTHING;
        }
        let envelope = Envelope::of(&request.message);
        let forms = [(code, code.reason()), (code, ""), (ErrorCode::BadRequest, "")];
        for (code, reason) in forms {
            self.write_challenge(request, envelope, code, reason, unknown);
            let asked = request.message.bytes().len();
            if request.stream || fits(asked, self.answer.len(), client.ip()) {
                self.count(code);
                return Outcome::Answered;
            }
        }
        self.counters.dropped.amplification += 1;
        Outcome::NOTHING
    }

    fn write_challenge(
        &mut self,
        request: &Request<'_>,
        envelope: Envelope,
        code: ErrorCode,
        reason: &str,
        unknown: &[u16],
    ) {
        let challenge = matches!(code, ErrorCode::Unauthenticated | ErrorCode::StaleNonce);
        let settings = &self.settings;
        let nonce = self.nonces.issue(request.now.unix, request.tuple.client);
        write(&mut self.answer, envelope, Class::Error, None, |writer| {
            writer.error(code.number(), reason);
            if challenge {
                writer.attribute(attr::REALM, settings.realm.as_bytes());
                writer.attribute(attr::NONCE, nonce.as_bytes());
                if settings.password_algorithms {
                    writer.password_algorithms(&auth::ALGORITHMS);
                }
            }
            if code == ErrorCode::UnknownAttribute {
                writer.unknown(unknown);
            }
        });
    }

    fn count(&mut self, code: ErrorCode) {
        let counters = &mut self.counters;
        let counter = match code {
            ErrorCode::Unauthenticated => &mut counters.unauthenticated,
            ErrorCode::StaleNonce => &mut counters.stale_nonces,
            ErrorCode::Forbidden => &mut counters.forbidden,
            ErrorCode::UserQuota => &mut counters.over_user_quota,
            ErrorCode::InsufficientCapacity => &mut counters.insufficient_capacity,
            ErrorCode::BadRequest
            | ErrorCode::UnknownAttribute
            | ErrorCode::AllocationMismatch
            | ErrorCode::FamilyNotSupported
            | ErrorCode::WrongCredentials
            | ErrorCode::UnsupportedTransport
            | ErrorCode::PeerFamilyMismatch => &mut counters.refused,
        };
        *counter += 1;
    }
}

fn write(
    buffer: &mut Vec<u8>,
    envelope: Envelope,
    class: Class,
    signer: Option<&Signer>,
    body: impl FnOnce(&mut Writer<'_>),
) {
    let mut writer = Writer::new(buffer, class, envelope.method, envelope.transaction);
    body(&mut writer);
    if let Some(signer) = signer {
        writer.integrity(&signer.key, signer.integrity);
    }
    if envelope.fingerprint {
        writer.fingerprint();
    }
    writer.finish();
}

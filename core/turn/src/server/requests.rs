//! Messages of clients that are not ChannelData: who sent them and what they ask for.

mod allocate;
mod channel;
mod permission;
mod refresh;

use super::Server;
use super::answer::{Envelope, ErrorCode, Outcome, Request};
use super::auth::Sender;
use super::identity::AllocationId;
use crate::stun::{Class, Method, attr};

/// What this server understands of what must be understood. DONT-FRAGMENT, USERHASH,
/// CONNECTION-ID and the like are absent: a request with them is answered with 420.
pub(super) const KNOWN: &[u16] = known_with_algorithm().split_last().expect("not empty").1;

/// The same, with password algorithms switched on.
const KNOWN_WITH_ALGORITHM: &[u16] = known_with_algorithm();

const fn known_with_algorithm() -> &'static [u16] {
    &[
        attr::MAPPED_ADDRESS,
        attr::USERNAME,
        attr::MESSAGE_INTEGRITY,
        attr::ERROR_CODE,
        attr::UNKNOWN_ATTRIBUTES,
        attr::CHANNEL_NUMBER,
        attr::LIFETIME,
        attr::XOR_PEER_ADDRESS,
        attr::DATA,
        attr::REALM,
        attr::NONCE,
        attr::XOR_RELAYED_ADDRESS,
        attr::REQUESTED_ADDRESS_FAMILY,
        attr::EVEN_PORT,
        attr::REQUESTED_TRANSPORT,
        attr::MESSAGE_INTEGRITY_SHA256,
        attr::XOR_MAPPED_ADDRESS,
        attr::RESERVATION_TOKEN,
        attr::PASSWORD_ALGORITHM,
    ]
}

/// Why a request is refused, after its sender is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Code(ErrorCode),
    /// 420 with DONT-FRAGMENT named.
    DontFragment,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code)
    }
}

impl Server {
    /// One STUN message of a client.
    pub(super) fn message<'p>(&mut self, request: &Request<'p>) -> Outcome<'p> {
        let message = &request.message;
        match (message.class(), message.method()) {
            (Class::Indication, Method::Send) => {
                Outcome::Step(self.send(request.moment, request.tuple, message))
            }
            // A Binding indication keeps a NAT's door open; there is nothing to do.
            (Class::Indication, Method::Binding) => Outcome::NOTHING,
            (Class::Request, Method::Binding) => self.binding(request),
            (
                Class::Request,
                Method::Allocate | Method::Refresh | Method::CreatePermission | Method::ChannelBind,
            ) => self.authenticated(request),
            (
                Class::Request | Class::Indication | Class::Success | Class::Error,
                Method::Binding
                | Method::Allocate
                | Method::Refresh
                | Method::Send
                | Method::Data
                | Method::CreatePermission
                | Method::ChannelBind
                | Method::Other(_),
            ) => {
                self.counters.dropped.unexpected += 1;
                Outcome::NOTHING
            }
        }
    }

    /// RFC 8489 §6.3.1: no credential, no state, an answer hardly longer than the question.
    fn binding<'p>(&mut self, request: &Request<'p>) -> Outcome<'p> {
        let unknown: Vec<u16> = request.message.unknown_required(self.known()).collect();
        if !unknown.is_empty() {
            return self.refuse_stranger(request, ErrorCode::UnknownAttribute, &unknown);
        }
        self.counters.bindings += 1;
        let client = request.tuple.client;
        self.succeed(Envelope::of(&request.message), None, |writer| {
            writer.xor_address(attr::XOR_MAPPED_ADDRESS, client);
        });
        Outcome::Answered
    }

    fn authenticated<'p>(&mut self, request: &Request<'p>) -> Outcome<'p> {
        // What is over is gone before anybody looks.
        self.expire(request.now);
        let id = self.tables.of_tuple(&request.tuple);
        let sender = match self.authenticate(request, id.and_then(|id| self.tables.get(id))) {
            Ok(sender) => sender,
            Err(code) => return self.refuse_stranger(request, code, &[]),
        };
        let known = self.known();
        let unknown = request.message.unknown_required(known);
        // Allocate has DONT-FRAGMENT at its own place in the order of checks (RFC 8656 §7.2).
        let later = |kind: &u16| {
            request.message.method() == Method::Allocate && *kind == attr::DONT_FRAGMENT
        };
        let unknown: Vec<u16> = unknown.filter(|kind| !later(kind)).collect();
        if !unknown.is_empty() {
            self.refuse_unknown(request, &sender.signer, &unknown);
            return Outcome::Answered;
        }
        match self.carry_out(request, &sender, id) {
            Ok(outcome) => outcome,
            Err(Refusal::Code(code)) => {
                self.refuse(Envelope::of(&request.message), &sender.signer, code);
                Outcome::Answered
            }
            Err(Refusal::DontFragment) => {
                self.refuse_unknown(request, &sender.signer, &[attr::DONT_FRAGMENT]);
                Outcome::Answered
            }
        }
    }

    fn carry_out<'p>(
        &mut self,
        request: &Request<'p>,
        sender: &Sender<'p>,
        allocation: Option<AllocationId>,
    ) -> Result<Outcome<'p>, Refusal> {
        let method = request.message.method();
        if method == Method::Allocate {
            return match allocation {
                Some(id) => self.allocate_again(request, sender, id),
                None => self.allocate(request, sender),
            };
        }
        let id = allocation.ok_or(ErrorCode::AllocationMismatch)?;
        let owner = self.tables.get(id).is_some_and(|live| *live.username == *sender.username);
        if !owner {
            return Err(ErrorCode::WrongCredentials.into());
        }
        if method == Method::Refresh {
            self.refresh(request, sender, id)?;
        } else if method == Method::CreatePermission {
            self.create_permission(request, sender, id)?;
        } else {
            self.channel_bind(request, sender, id)?;
        }
        Ok(Outcome::Answered)
    }

    fn known(&self) -> &'static [u16] {
        if self.settings.password_algorithms { KNOWN_WITH_ALGORITHM } else { KNOWN }
    }
}

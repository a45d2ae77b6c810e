//! Allocate (RFC 8656 §7.2).

use std::time::Duration;

use super::Refusal;
use crate::server::Server;
use crate::server::allocation::{Allocation, Made, Relayed};
use crate::server::answer::{Envelope, ErrorCode, Outcome, Request, Signer};
use crate::server::auth::Sender;
use crate::server::bandwidth::Bucket;
use crate::server::identity::{AllocationId, FAMILIES, Moment, place};
use crate::server::registry::{Holder, QuotaError};
use crate::server::settings::{Settings, millis};
use crate::server::step::{OpenRequest, Opened, Output, Pending, Step};
use crate::stun::{Family, Message, Method, ParseError, attr};

/// The IP protocol number of UDP.
const UDP: u8 = 17;

/// What a well-formed request asks for.
#[derive(Debug, Clone, Copy)]
struct Wish {
    /// Families to open, by their place.
    families: [bool; 2],
    dual: bool,
    even_port: bool,
}

impl Server {
    /// A request on a free five-tuple.
    pub(super) fn allocate<'p>(
        &mut self,
        request: &Request<'p>,
        sender: &Sender<'p>,
    ) -> Result<Outcome<'p>, Refusal> {
        let wish = wish(&request.message, &self.settings)?;
        let lifetime = granted(&request.message, &self.settings)?;
        self.right_to_relay(&sender.claims, request.now.unix)?;
        let id = self.tables.reserve();
        let holder = Holder { shard: self.shard, allocation: id };
        let admitted = match self.registry.admit(request.now.instant, sender.claims.user, holder) {
            Ok(admitted) => admitted,
            Err(error) => {
                self.tables.unreserve(id);
                return Err(match error {
                    QuotaError::User => ErrorCode::UserQuota.into(),
                    QuotaError::Total => ErrorCode::InsufficientCapacity.into(),
                });
            }
        };
        if let Some(idle) = admitted.evicts {
            self.evict(idle);
        }
        let envelope = Envelope::of(&request.message);
        let pending = Pending {
            id,
            tuple: request.tuple,
            stream: request.stream,
            transaction: envelope.transaction,
            fingerprint: envelope.fingerprint,
            signer: sender.signer,
            username: sender.username.into(),
            claims: sender.claims,
            now: request.now,
            lifetime,
            dual: wish.dual,
            admitted,
        };
        let relay = |family| wish.families[place(family)].then(|| id.relay(family));
        Ok(Outcome::Step(Step::Open(OpenRequest {
            v4: relay(Family::V4),
            v6: relay(Family::V6),
            even_port: wish.even_port,
            pending: Box::new(pending),
        })))
    }

    /// The sockets are open, or not: writes the answer.
    pub(in crate::server) fn allocate_opened(
        &mut self,
        now: Moment,
        request: OpenRequest,
        opened: Opened,
    ) {
        let pending = *request.pending;
        let Pending { id, tuple, signer, claims, dual, .. } = pending;
        let envelope = Envelope {
            method: Method::Allocate,
            transaction: pending.transaction,
            fingerprint: pending.fingerprint,
        };
        let expires = now.after(pending.lifetime);
        let relays = FAMILIES.map(|family| {
            let wanted = match family {
                Family::V4 => request.v4,
                Family::V6 => request.v6,
            };
            let port = opened.port(family).filter(|_| wanted.is_some())?;
            Some(Relayed { port, expires })
        });
        let taken = self.tables.of_tuple(&tuple).is_some();
        if taken || relays.iter().all(Option::is_none) {
            let holder = Holder { shard: self.shard, allocation: id };
            self.registry.release(claims.user, holder);
            self.tables.unreserve(id);
            for family in FAMILIES.into_iter().filter(|family| opened.port(*family).is_some()) {
                self.outputs.push_back(Output::CloseRelay(id.relay(family)));
            }
            let code =
                if taken { ErrorCode::AllocationMismatch } else { ErrorCode::InsufficientCapacity };
            self.refuse(envelope, &signer, code);
            return;
        }
        // The right was there a moment ago; what is left of it only sets the clock.
        let left = self.right_to_relay(&claims, pending.now.unix).unwrap_or(Some(Duration::ZERO));
        let allocation = Allocation::new(Made {
            tuple,
            stream: pending.stream,
            transaction: pending.transaction,
            username: pending.username,
            key: signer.key,
            claims,
            relays,
            bucket: Bucket::full(self.settings.bandwidth.unwrap_or(0), now),
            activity: pending.admitted.activity,
            look_again: left.map(|left| now.after(millis(left))),
        });
        self.tables.insert(id, allocation);
        self.counters.allocated += 1;
        self.answer_allocated(now, id, envelope, &signer, dual);
    }

    /// A request on a five-tuple that has an allocation: a retransmission gets the same answer,
    /// anything else 437.
    pub(super) fn allocate_again<'p>(
        &mut self,
        request: &Request<'p>,
        sender: &Sender<'p>,
        id: AllocationId,
    ) -> Result<Outcome<'p>, Refusal> {
        let envelope = Envelope::of(&request.message);
        let same = self.tables.get(id).is_some_and(|allocation| {
            allocation.transaction == envelope.transaction
                && *allocation.username == *sender.username
        });
        if !same || request.stream {
            return Err(ErrorCode::AllocationMismatch.into());
        }
        let dual = request.message.additional_family().is_some();
        self.answer_allocated(request.moment, id, envelope, &sender.signer, dual);
        Ok(Outcome::Answered)
    }

    fn answer_allocated(
        &mut self,
        now: Moment,
        id: AllocationId,
        envelope: Envelope,
        signer: &Signer,
        dual: bool,
    ) {
        let Some(allocation) = self.tables.get(id) else { return };
        let relays = FAMILIES.map(|family| allocation.relay(family, now));
        let client = allocation.tuple.client;
        let expires = relays.iter().flatten().map(|relay| relay.expires.0).max();
        let left = expires.unwrap_or_default().saturating_sub(now.0).div_ceil(1_000);
        let settings = std::sync::Arc::clone(&self.settings);
        self.succeed(envelope, Some(signer), |writer| {
            for (family, relay) in FAMILIES.into_iter().zip(relays) {
                let address = relay.and_then(|relay| settings.relay_address(family, relay.port));
                match address {
                    Some(address) => {
                        writer.xor_address(attr::XOR_RELAYED_ADDRESS, address);
                    }
                    None if dual => {
                        let code = match settings.relay_ip(family) {
                            None => ErrorCode::FamilyNotSupported,
                            Some(_) => ErrorCode::InsufficientCapacity,
                        };
                        writer.address_error(family, code.number(), code.reason());
                    }
                    None => {}
                }
            }
            writer.xor_address(attr::XOR_MAPPED_ADDRESS, client);
            writer.lifetime(Duration::from_secs(left));
        });
    }
}

/// Steps 4 to 10 of RFC 8656 §7.2, in their order.
fn wish(message: &Message<'_>, settings: &Settings) -> Result<Wish, Refusal> {
    match message.requested_transport() {
        None | Some(Err(_)) => return Err(ErrorCode::BadRequest.into()),
        Some(Ok(UDP)) => {}
        Some(Ok(_)) => return Err(ErrorCode::UnsupportedTransport.into()),
    }
    if message.attribute(attr::DONT_FRAGMENT).is_some() {
        return Err(Refusal::DontFragment);
    }
    let requested = message.requested_family();
    let additional = message.additional_family();
    let even_port = message.even_port();
    if let Some(token) = message.attribute(attr::RESERVATION_TOKEN) {
        let mixed = even_port.is_some() || requested.is_some() || additional.is_some();
        let malformed = token.len() != 8;
        // No port is ever reserved, so no token is valid.
        let code = if mixed || malformed {
            ErrorCode::BadRequest
        } else {
            ErrorCode::InsufficientCapacity
        };
        return Err(code.into());
    }
    if requested.is_some() && additional.is_some() {
        return Err(ErrorCode::BadRequest.into());
    }
    let offered = |family| settings.relay_ip(family).is_some();
    let family = match requested {
        None => Family::V4,
        Some(Ok(family)) => family,
        Some(Err(ParseError::Family)) => return Err(ErrorCode::FamilyNotSupported.into()),
        Some(Err(_)) => return Err(ErrorCode::BadRequest.into()),
    };
    if additional.is_none() && !offered(family) {
        return Err(ErrorCode::FamilyNotSupported.into());
    }
    let even_port = match even_port {
        None => false,
        Some(Ok(false)) => true,
        Some(Ok(true)) if additional.is_some() => return Err(ErrorCode::BadRequest.into()),
        Some(Ok(true)) => return Err(ErrorCode::InsufficientCapacity.into()),
        Some(Err(_)) => return Err(ErrorCode::BadRequest.into()),
    };
    match additional {
        None => {
            let families = FAMILIES.map(|other| other == family);
            return Ok(Wish { families, dual: false, even_port });
        }
        Some(Ok(Family::V6)) => {}
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    }
    let families = FAMILIES.map(offered);
    if families == [false, false] {
        return Err(ErrorCode::FamilyNotSupported.into());
    }
    Ok(Wish { families, dual: true, even_port })
}

/// The lifetime that is granted, in milliseconds (RFC 8656 §7.2): what was asked for, but not
/// less than the default and not more than the most.
///
/// # Errors
/// 400 for a LIFETIME that is none.
pub(super) fn granted(message: &Message<'_>, settings: &Settings) -> Result<u64, ErrorCode> {
    let asked = match message.lifetime() {
        None => Duration::ZERO,
        Some(Ok(asked)) => asked,
        Some(Err(_)) => return Err(ErrorCode::BadRequest),
    };
    let most = settings.lifetime_max.max(settings.lifetime_default);
    Ok(millis(asked.clamp(settings.lifetime_default, most)))
}

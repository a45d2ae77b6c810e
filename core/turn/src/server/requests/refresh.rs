//! Refresh (RFC 8656 §8.2).

use std::time::Duration;

use super::Refusal;
use super::allocate::granted;
use crate::server::Server;
use crate::server::answer::{Envelope, ErrorCode, Request};
use crate::server::auth::Sender;
use crate::server::identity::{AllocationId, FAMILIES};
use crate::stun::{Family, ParseError};

impl Server {
    /// Prolongs or ends an allocation, or one family of a dual one.
    pub(super) fn refresh(
        &mut self,
        request: &Request<'_>,
        sender: &Sender<'_>,
        id: AllocationId,
    ) -> Result<(), Refusal> {
        let message = &request.message;
        let family = match message.requested_family() {
            None => None,
            Some(Ok(family)) => Some(family),
            Some(Err(ParseError::Family)) => return Err(ErrorCode::PeerFamilyMismatch.into()),
            Some(Err(_)) => return Err(ErrorCode::BadRequest.into()),
        };
        let allocation = self.tables.get_mut(id).ok_or(ErrorCode::AllocationMismatch)?;
        if family.is_some_and(|family| allocation.relay(family, request.moment).is_none()) {
            return Err(ErrorCode::PeerFamilyMismatch.into());
        }
        let chosen = |other: &Family| family.is_none_or(|family| family == *other);
        let lifetime = granted(message, &self.settings)?;
        let ends = message.lifetime() == Some(Ok(Duration::ZERO));
        if ends {
            for family in FAMILIES.into_iter().filter(chosen) {
                self.close_relay(id, family);
            }
        } else {
            for family in FAMILIES.into_iter().filter(chosen) {
                allocation.set_expiry(family, request.moment.after(lifetime));
            }
            self.tables.reschedule(id);
        }
        let answered = if ends { Duration::ZERO } else { Duration::from_millis(lifetime) };
        self.succeed(Envelope::of(message), Some(&sender.signer), |writer| {
            writer.lifetime(answered);
        });
        Ok(())
    }
}

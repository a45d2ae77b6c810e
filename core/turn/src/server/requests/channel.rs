//! ChannelBind (RFC 8656 §12.2).

use super::Refusal;
use crate::server::Server;
use crate::server::allocation::{BindError, Full};
use crate::server::answer::{Envelope, ErrorCode, Request};
use crate::server::auth::Sender;
use crate::server::identity::AllocationId;
use crate::server::relaying::Verdict;
use crate::server::settings::millis;
use crate::stun::{Family, attr};

impl Server {
    /// Binds or refreshes a channel, and with it the permission of its peer.
    pub(super) fn channel_bind(
        &mut self,
        request: &Request<'_>,
        sender: &Sender<'_>,
        id: AllocationId,
    ) -> Result<(), Refusal> {
        let now = request.moment;
        let message = &request.message;
        let (Some(Ok(number)), Some(Ok(peer))) =
            (message.channel_number(), message.xor_address(attr::XOR_PEER_ADDRESS))
        else {
            return Err(ErrorCode::BadRequest.into());
        };
        let most_channels = self.settings.max_channels;
        let allocation = self.tables.get_mut(id).ok_or(ErrorCode::AllocationMismatch)?;
        let bindable = allocation.check_bind(number, peer, now, most_channels);
        if bindable == Err(BindError::Conflict) {
            return Err(ErrorCode::BadRequest.into());
        }
        if allocation.relay(Family::of(peer.ip()), now).is_none() {
            return Err(ErrorCode::PeerFamilyMismatch.into());
        }
        let verdict = self.judge(peer);
        if verdict == Verdict::Denied {
            return Err(ErrorCode::Forbidden.into());
        }
        bindable.map_err(|_| ErrorCode::InsufficientCapacity)?;
        let permitted_until = now.after(millis(self.settings.permission_lifetime));
        let bound_until = now.after(millis(self.settings.channel_lifetime));
        let most = self.settings.max_permissions;
        let allocation = self.tables.get_mut(id).ok_or(ErrorCode::AllocationMismatch)?;
        allocation
            .permit(&[peer.ip()], permitted_until, now, most)
            .map_err(|Full| ErrorCode::InsufficientCapacity)?;
        allocation.bind(number, peer, bound_until, verdict);
        self.succeed(Envelope::of(message), Some(&sender.signer), |_| {});
        Ok(())
    }
}

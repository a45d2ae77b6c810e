//! CreatePermission (RFC 8656 §10.2).

use std::net::{IpAddr, SocketAddr};

use super::Refusal;
use crate::server::Server;
use crate::server::allocation::Full;
use crate::server::answer::{Envelope, ErrorCode, Request};
use crate::server::auth::Sender;
use crate::server::identity::AllocationId;
use crate::server::relaying::Verdict;
use crate::server::settings::millis;
use crate::stun::Family;

impl Server {
    /// Installs or refreshes permissions for all the peers of a request, or for none.
    pub(super) fn create_permission(
        &mut self,
        request: &Request<'_>,
        sender: &Sender<'_>,
        id: AllocationId,
    ) -> Result<(), Refusal> {
        let now = request.moment;
        let peers: Result<Vec<SocketAddr>, _> = request.message.xor_peer_addresses().collect();
        let peers = peers.map_err(|_| ErrorCode::BadRequest)?;
        if peers.is_empty() {
            return Err(ErrorCode::BadRequest.into());
        }
        let allocation = self.tables.get(id).ok_or(ErrorCode::AllocationMismatch)?;
        let served = |peer: &SocketAddr| allocation.relay(Family::of(peer.ip()), now).is_some();
        if !peers.iter().all(served) {
            return Err(ErrorCode::PeerFamilyMismatch.into());
        }
        if peers.iter().any(|peer| self.judge_address(*peer) == Verdict::Denied) {
            return Err(ErrorCode::Forbidden.into());
        }
        let ips: Vec<IpAddr> = peers.iter().map(SocketAddr::ip).collect();
        let expires = now.after(millis(self.settings.permission_lifetime));
        let most = self.settings.max_permissions;
        let allocation = self.tables.get_mut(id).ok_or(ErrorCode::AllocationMismatch)?;
        allocation
            .permit(&ips, expires, now, most)
            .map_err(|Full| ErrorCode::InsufficientCapacity)?;
        self.succeed(Envelope::of(&request.message), Some(&sender.signer), |_| {});
        Ok(())
    }

    /// A permission is for all ports (RFC 8656 §9): without a port only the address is judged,
    /// and each packet's port when it is sent.
    fn judge_address(&self, peer: SocketAddr) -> Verdict {
        let any_port = u16::MAX;
        if peer.port() == 0 && self.settings.has_media_at(peer.ip()) {
            return Verdict::Media;
        }
        let port = if peer.port() == 0 { any_port } else { peer.port() };
        self.judge(SocketAddr::new(peer.ip(), port))
    }
}

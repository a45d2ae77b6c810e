//! What the server tells its shell to do: a step for the packet at hand, outputs for the rest.

use std::fmt;
use std::net::SocketAddr;

use super::answer::Signer;
use super::identity::{AllocationId, FiveTuple, Now, RelayId};
use super::registry::{Admitted, Holder};
use crate::CredentialClaims;
use crate::stun::{Family, TransactionId};

/// What to do with the packet that was handled. Payloads are parts of that packet.
#[derive(Debug)]
pub enum Step<'a> {
    /// Nothing; the counters know why.
    Nothing,
    /// Send `header`, `payload` and `padding` zero bytes to a client, as one datagram or in one
    /// piece on its stream.
    ToClient {
        /// Whose allocation it is.
        tuple: FiveTuple,
        /// ChannelData header, or all of a Data indication before the payload.
        header: Header,
        /// What the peer sent.
        payload: &'a [u8],
        /// Zero bytes after the payload (0 to 3); 0 for ChannelData over UDP.
        padding: u8,
    },
    /// Send the payload to a peer from a relayed address.
    ToPeer {
        /// The socket to send from.
        relay: RelayId,
        /// Where to.
        peer: SocketAddr,
        /// What the client sent.
        payload: &'a [u8],
    },
    /// Give the payload to the shard that owns the relayed address `to`
    /// (`Server::handle_hand_over`). Within a shard it comes out as `ToClient` at once.
    HandOver {
        /// The owner of `to`.
        shard: u8,
        /// A live relayed address of ours.
        to: SocketAddr,
        /// The relayed address of the sender.
        from: SocketAddr,
        /// What the client sent.
        payload: &'a [u8],
    },
    /// Give the payload to our own media server. What it answers comes through
    /// `Server::handle_hand_over`, with `to` as its sender.
    ToMedia {
        /// One of [`Settings::media`](super::Settings::media).
        to: SocketAddr,
        /// The relayed address of the sender.
        from: SocketAddr,
        /// What the client sent.
        payload: &'a [u8],
    },
    /// Send a message to a client.
    Answer {
        /// The client.
        tuple: FiveTuple,
        /// A whole STUN message.
        message: &'a [u8],
    },
    /// Open relay sockets now and tell their ports with `Server::relays_opened`.
    Open(OpenRequest),
}

/// Up to 48 bytes in front of a payload: a Data indication with an IPv6 peer has exactly 48.
#[derive(Clone, Copy)]
pub struct Header {
    bytes: [u8; 48],
    len: u8,
}

impl Header {
    /// `None` for more bytes than any header has.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let mut bytes = [0; 48];
        bytes.get_mut(..head.len())?.copy_from_slice(head);
        Some(Self { bytes, len: u8::try_from(head.len()).ok()? })
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Header").field(&self.as_slice()).finish()
    }
}

/// A wish for one or two relay sockets. It must come back through `Server::relays_opened`
/// before the next packet of the same client: it holds a place in the quotas.
#[derive(Debug)]
pub struct OpenRequest {
    /// Open an IPv4 socket under this name.
    pub v4: Option<RelayId>,
    /// Open an IPv6 socket under this name.
    pub v6: Option<RelayId>,
    /// The ports must be even (RFC 8656 §7.2, EVEN-PORT with R = 0).
    pub even_port: bool,
    pub(super) pending: Box<Pending>,
}

impl OpenRequest {
    /// The sockets to open.
    pub fn relays(&self) -> impl Iterator<Item = (Family, RelayId)> {
        let v4 = self.v4.map(|relay| (Family::V4, relay));
        v4.into_iter().chain(self.v6.map(|relay| (Family::V6, relay)))
    }
}

/// The ports of the sockets that could be opened; the default is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opened {
    /// Local port of the IPv4 socket.
    pub v4: Option<u16>,
    /// Local port of the IPv6 socket.
    pub v6: Option<u16>,
}

impl Opened {
    pub(super) const fn port(self, family: Family) -> Option<u16> {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }
}

/// An Allocate request that passed every check and waits for its sockets.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: AllocationId,
    pub(super) tuple: FiveTuple,
    pub(super) stream: bool,
    pub(super) transaction: TransactionId,
    pub(super) fingerprint: bool,
    pub(super) signer: Signer,
    pub(super) username: Box<str>,
    pub(super) claims: CredentialClaims,
    /// When the request came.
    pub(super) now: Now,
    /// Granted, in milliseconds.
    pub(super) lifetime: u64,
    /// Both families were asked for (ADDITIONAL-ADDRESS-FAMILY).
    pub(super) dual: bool,
    pub(super) admitted: Admitted,
}

/// What is to be done apart from the packet at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Close the socket of a relayed address that is gone.
    CloseRelay(RelayId),
    /// Close the stream of a client whose allocation was taken away.
    CloseClient(FiveTuple),
    /// Tell another shard to release an allocation (`Server::release`).
    Evict(Holder),
}

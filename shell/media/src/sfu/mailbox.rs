//! Commands to a shard of the SFU.

use std::net::SocketAddr;
use std::sync::mpsc::SyncSender;

use ::sfu::Order;
use vocab::CallId;

use super::counters::ShardCounters;
use super::stream::StreamHandle;
pub(super) use crate::mailbox::mailbox;

/// The sending end of a shard's queues.
pub(super) type Mailbox = crate::mailbox::Mailbox<Traffic, Command>;

/// The receiving end.
pub(super) type Inbox = crate::mailbox::Inbox<Traffic, Command>;

/// What streams and the relay bring; streams are known by their client's address.
#[derive(Debug)]
pub(super) enum Traffic {
    /// A stream is open; comes before its first message. The address is what the client was told.
    Opened(SocketAddr, SocketAddr, StreamHandle),
    /// One whole message.
    Message(SocketAddr, Box<[u8]>),
    /// The stream is gone; comes after its last message.
    Closed(SocketAddr),
    /// A datagram of a relayed address.
    Relayed(Relayed),
}

/// A datagram that the relay hands over.
#[derive(Debug)]
pub(super) struct Relayed {
    /// The address that the client was told.
    pub(super) to: SocketAddr,
    /// The relayed address of the client.
    pub(super) from: SocketAddr,
    pub(super) payload: Box<[u8]>,
}

/// What the program wants. Never refused: there are as many as calls change.
#[derive(Debug)]
pub(super) enum Command {
    /// For the room of a call.
    Order(CallId, Order),
    /// Tell the counters.
    Count(SyncSender<ShardCounters>),
    /// Let one connection of a participant fail, as no input should be able to make it.
    #[cfg(test)]
    Fail(CallId, vocab::UserId, ::sfu::MediaPeer),
    /// Close everything and end.
    Stop,
}

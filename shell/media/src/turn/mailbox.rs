//! Commands to a shard of the relay.

use std::net::SocketAddr;

use ::turn::server::{AllocationId, FiveTuple};
use vocab::{CallId, UserId};

use super::connection::StreamHandle;
use super::counters::ShardCounters;
pub(super) use crate::mailbox::{Gone, mailbox};

/// The sending end of a shard's queues.
pub(super) type Mailbox = crate::mailbox::Mailbox<Traffic, Order>;

/// The receiving end.
pub(super) type Inbox = crate::mailbox::Inbox<Traffic, Order>;

/// What a client, another shard or the SFU brings.
#[derive(Debug)]
pub(super) enum Traffic {
    /// A stream is open; comes before its first message.
    Opened(FiveTuple, StreamHandle),
    /// One whole message of a stream.
    Message(FiveTuple, Box<[u8]>),
    /// The stream is gone; comes after its last message.
    Closed(FiveTuple),
    /// A payload from another relayed address, or from the SFU, to a relayed address.
    HandOver(Box<HandOver>),
}

/// A payload that changes threads.
#[derive(Debug)]
pub(super) struct HandOver {
    pub(super) to: SocketAddr,
    pub(super) from: SocketAddr,
    pub(super) payload: Vec<u8>,
}

/// What the relay orders. Never refused: there are as many as calls end and allocations move.
#[derive(Debug)]
pub(super) enum Order {
    /// The user has no right to relay for this call any more.
    Revoke(UserId, CallId),
    /// The allocation made room for another.
    Release(AllocationId),
    /// Tell the counters.
    Count(std::sync::mpsc::SyncSender<ShardCounters>),
    /// Fail, as no input should be able to make it.
    #[cfg(test)]
    Fail,
    /// Close everything and end.
    Stop,
}

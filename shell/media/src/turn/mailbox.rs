//! Commands to a shard: traffic in a bounded queue, orders in one of their own, and a bell.

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::turn::server::{AllocationId, FiveTuple};
use nix::sys::eventfd::{EfdFlags, EventFd};
use tokio::sync::mpsc;
use vocab::{CallId, UserId};

use super::connection::StreamHandle;
use super::relay::ShardCounters;

/// Messages that wait for a shard. When it is full, streams wait (and so do their clients) and
/// packets handed over from other shards are dropped.
const TRAFFIC: usize = 1_024;

/// What a client or another shard brings.
#[derive(Debug)]
pub(super) enum Traffic {
    /// A stream is open; comes before its first message.
    Opened(FiveTuple, StreamHandle),
    /// One whole message of a stream.
    Message(FiveTuple, Box<[u8]>),
    /// The stream is gone; comes after its last message.
    Closed(FiveTuple),
    /// A payload from one relayed address to another.
    HandOver(Box<HandOver>),
}

/// A payload that changes shards.
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

/// The sending end of a shard's queues.
#[derive(Debug, Clone)]
pub(super) struct Mailbox {
    traffic: mpsc::Sender<Traffic>,
    orders: mpsc::UnboundedSender<Order>,
    bell: Arc<Bell>,
}

/// The receiving end.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) traffic: mpsc::Receiver<Traffic>,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
    bell: Arc<Bell>,
}

/// Wakes a shard, once for however many commands.
#[derive(Debug)]
struct Bell {
    event: EventFd,
    rung: AtomicBool,
}

/// The shard is gone; the relay is shutting down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// Both ends.
pub(super) fn mailbox() -> io::Result<(Mailbox, Inbox)> {
    let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
    let event = EventFd::from_flags(flags)?;
    let bell = Arc::new(Bell { event, rung: AtomicBool::new(false) });
    let (traffic, traffic_in) = mpsc::channel(TRAFFIC);
    let (orders, orders_in) = mpsc::unbounded_channel();
    let mailbox = Mailbox { traffic, orders, bell: Arc::clone(&bell) };
    Ok((mailbox, Inbox { traffic: traffic_in, orders: orders_in, bell }))
}

impl Mailbox {
    /// Brings something, waiting while the shard is behind.
    pub(super) async fn bring(&self, traffic: Traffic) -> Result<(), Gone> {
        match self.traffic.try_send(traffic) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(Gone),
            Err(mpsc::error::TrySendError::Full(traffic)) => {
                self.bell.ring();
                self.traffic.send(traffic).await.map_err(|_| Gone)?;
            }
        }
        self.bell.ring();
        Ok(())
    }

    /// Brings something unless the shard is behind; false when it was dropped.
    pub(super) fn bring_or_drop(&self, traffic: Traffic) -> bool {
        let brought = self.traffic.try_send(traffic).is_ok();
        self.bell.ring();
        brought
    }

    /// Orders something.
    pub(super) fn order(&self, order: Order) -> Result<(), Gone> {
        self.orders.send(order).map_err(|_| Gone)?;
        self.bell.ring();
        Ok(())
    }
}

impl Inbox {
    /// What becomes readable when commands wait.
    pub(super) fn bell(&self) -> BorrowedFd<'_> {
        self.bell.event.as_fd()
    }

    /// The ring was heard; to be called before the queues are emptied.
    pub(super) fn heard(&self) {
        // Nothing to read is no failure: the bell was heard before.
        let _ = self.bell.event.read();
        // Read and written at once: whoever rang before has its command in the queue by now.
        self.bell.rung.swap(false, Ordering::SeqCst);
    }
}

impl Bell {
    fn ring(&self) {
        if !self.rung.swap(true, Ordering::SeqCst)
            && let Err(error) = self.event.write(1)
        {
            tracing::error!(%error, "a shard of the relay cannot be woken");
        }
    }
}

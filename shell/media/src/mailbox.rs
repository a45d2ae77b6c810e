//! Commands to a shard: traffic in a bounded queue, orders in one of their own, and a bell.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::eventfd::{EfdFlags, EventFd};
use tokio::sync::mpsc;

/// Messages that wait for a shard. When it is full, streams wait (and so do their clients) and
/// packets handed over from other shards are dropped.
const TRAFFIC: usize = 1_024;

/// The sending end of a shard's queues.
#[derive(Debug)]
pub(crate) struct Mailbox<T, O> {
    traffic: mpsc::Sender<T>,
    orders: mpsc::UnboundedSender<O>,
    bell: Arc<Bell>,
}

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Inbox<T, O> {
    pub(crate) traffic: mpsc::Receiver<T>,
    pub(crate) orders: mpsc::UnboundedReceiver<O>,
    bell: Arc<Bell>,
}

/// Wakes a shard, once for however many commands.
#[derive(Debug)]
struct Bell {
    event: EventFd,
    rung: AtomicBool,
}

/// The shard is gone; the server is shutting down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone;

/// Both ends.
pub(crate) fn mailbox<T, O>() -> io::Result<(Mailbox<T, O>, Inbox<T, O>)> {
    let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
    let event = EventFd::from_flags(flags)?;
    let bell = Arc::new(Bell { event, rung: AtomicBool::new(false) });
    let (traffic, traffic_in) = mpsc::channel(TRAFFIC);
    let (orders, orders_in) = mpsc::unbounded_channel();
    let mailbox = Mailbox { traffic, orders, bell: Arc::clone(&bell) };
    Ok((mailbox, Inbox { traffic: traffic_in, orders: orders_in, bell }))
}

impl<T, O> Mailbox<T, O> {
    /// Brings something, waiting while the shard is behind.
    pub(crate) async fn bring(&self, traffic: T) -> Result<(), Gone> {
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
    pub(crate) fn bring_or_drop(&self, traffic: T) -> bool {
        let brought = self.traffic.try_send(traffic).is_ok();
        self.bell.ring();
        brought
    }

    /// Orders something.
    pub(crate) fn order(&self, order: O) -> Result<(), Gone> {
        self.orders.send(order).map_err(|_| Gone)?;
        self.bell.ring();
        Ok(())
    }
}

impl<T, O> Clone for Mailbox<T, O> {
    fn clone(&self) -> Self {
        Self {
            traffic: self.traffic.clone(),
            orders: self.orders.clone(),
            bell: Arc::clone(&self.bell),
        }
    }
}

impl<T, O> Inbox<T, O> {
    /// What becomes readable when commands wait.
    pub(crate) fn bell(&self) -> BorrowedFd<'_> {
        self.bell.event.as_fd()
    }

    /// The ring was heard; to be called before the queues are emptied.
    pub(crate) fn heard(&self) {
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
            tracing::error!(%error, "a shard cannot be woken");
        }
    }
}

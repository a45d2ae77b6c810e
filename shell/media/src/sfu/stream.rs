//! One TCP connection of a client: frames of RFC 4571 to its shard and back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use super::directory::Directory;
use super::mailbox::{Mailbox, Traffic};
use super::with_str0m::name_in_check;
use crate::StreamLimits;
use crate::client_stream::write;

/// Longest message: a datagram of a browser has 1,200 bytes, and of the server no more.
const LONGEST: usize = 2_000;

/// Messages that wait for a slow reader, whatever their lengths.
const QUEUE: usize = 1_024;

/// Messages written at once.
const TOGETHER: usize = 64;

/// How long a connection may take for its first message.
const FIRST: Duration = Duration::from_secs(5);

/// A stream as its shard sees it.
#[derive(Debug, Clone)]
pub(super) struct StreamHandle {
    queue: mpsc::Sender<Vec<u8>>,
    /// Bytes that wait in the queue.
    waiting: Arc<AtomicUsize>,
    most: usize,
    closing: Arc<Notify>,
}

/// What became of a message for a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    /// It will be written.
    Taken,
    /// Too many wait already, or nobody writes any more.
    Full,
}

impl StreamHandle {
    /// Queues a message, framed.
    pub(super) fn offer(&self, message: &[u8]) -> Offered {
        let Ok(length) = u16::try_from(message.len()) else { return Offered::Full };
        let bytes = message.len() + size_of::<u16>();
        if self.waiting.load(Ordering::Relaxed) + bytes > self.most {
            return Offered::Full;
        }
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        match self.queue.try_send([&length.to_be_bytes(), message].concat()) {
            Ok(()) => Offered::Taken,
            Err(_) => {
                self.waiting.fetch_sub(bytes, Ordering::Relaxed);
                Offered::Full
            }
        }
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        self.closing.notify_one();
    }
}

/// Where streams of one listener go.
#[derive(Debug, Clone)]
pub(super) struct Reception {
    /// The listener's address as clients are told.
    pub(super) told: SocketAddr,
    pub(super) mailboxes: Arc<[Mailbox]>,
    pub(super) directory: Directory,
    pub(super) limits: StreamLimits,
    pub(super) stopping: watch::Receiver<bool>,
}

impl Reception {
    /// Serves a connection until one side ends it. The first message must be a connectivity check
    /// for a connection that exists: strangers get no answer at all.
    pub(super) async fn serve(
        mut self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin,
        client: SocketAddr,
    ) {
        let (mut reader, writer) = tokio::io::split(stream);
        let first = tokio::select! {
            first = timeout(FIRST, message(&mut reader)) => first.ok().flatten(),
            _ = self.stopping.wait_for(|stopping| *stopping) => None,
        };
        let Some(first) = first else { return };
        let shard = name_in_check(&first).and_then(|name| self.directory.shard(&name));
        let Some(mailbox) = shard.and_then(|shard| self.mailboxes.get(shard)).cloned() else {
            return;
        };
        let (queue, answers) = mpsc::channel(QUEUE);
        let handle = StreamHandle {
            queue,
            waiting: Arc::default(),
            most: self.limits.queued,
            closing: Arc::default(),
        };
        let opened = Traffic::Opened(client, self.told, handle.clone());
        if mailbox.bring(opened).await.is_err() {
            return;
        }
        let reading = read(reader, first, client, &mailbox, self.limits.idle);
        let writing = write(writer, answers, TOGETHER, self.limits.write, &handle.waiting);
        tokio::select! {
            () = reading => {}
            () = writing => {}
            () = handle.closing.notified() => {}
            _ = self.stopping.wait_for(|stopping| *stopping) => {}
        }
        // Told before the socket closes, as a new connection of the same client may have the same
        // address from then on. A shard that is gone has forgotten the stream.
        let _ = mailbox.bring(Traffic::Closed(client)).await;
    }
}

/// Brings message after message to the shard. Waits when the shard is behind, and so does the
/// client, by TCP's own means.
async fn read(
    mut reader: impl AsyncRead + Unpin,
    first: Box<[u8]>,
    client: SocketAddr,
    mailbox: &Mailbox,
    idle: Duration,
) {
    let mut next = Some(first);
    while let Some(bytes) = next {
        if mailbox.bring(Traffic::Message(client, bytes)).await.is_err() {
            return;
        }
        // Half a message does not count as a sign of life.
        next = timeout(idle, message(&mut reader)).await.ok().flatten();
    }
}

/// One message (RFC 4571 §2); `None` when the client closed or sends what is none.
async fn message(reader: &mut (impl AsyncRead + Unpin)) -> Option<Box<[u8]>> {
    let length = usize::from(reader.read_u16().await.ok()?);
    if !(1..=LONGEST).contains(&length) {
        return None;
    }
    let mut bytes = vec![0; length].into_boxed_slice();
    reader.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}

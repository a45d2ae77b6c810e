//! One TCP or TLS connection: messages to its shard, answers and relayed packets back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ::turn::server::{FiveTuple, Transport};
use ::turn::stun::Framer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::mailbox::{Gone, Mailbox, Traffic};
use crate::StreamLimits;
use crate::client_stream::write;

/// Bytes read at once.
const READ: usize = 8 * 1_024;

/// Messages that wait for a slow reader, whatever their lengths.
const QUEUE: usize = 1_024;

/// Messages written at once to TCP. Into TLS each is written alone: there are clients (coturn's
/// `turnutils_uclient`) that take a record for a message.
const TOGETHER: usize = 64;

/// A connection as its shard sees it.
#[derive(Debug, Clone)]
pub(super) struct StreamHandle {
    queue: mpsc::Sender<Vec<u8>>,
    /// Bytes that wait in the queue.
    waiting: Arc<AtomicUsize>,
    most: usize,
    closing: Arc<Notify>,
    /// Relayed addresses of this client: with one it may be silent.
    relays: Arc<AtomicUsize>,
}

/// What became of bytes for a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    /// They will be written.
    Taken,
    /// Too many wait already, or nobody writes any more.
    Full,
}

impl StreamHandle {
    /// Queues bytes, as one piece.
    pub(super) fn offer(&self, parts: &[&[u8]]) -> Offered {
        let bytes: usize = parts.iter().map(|part| part.len()).sum();
        if self.waiting.load(Ordering::Relaxed) + bytes > self.most {
            return Offered::Full;
        }
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        match self.queue.try_send(parts.concat()) {
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

    pub(super) fn relay_opened(&self) {
        self.relays.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn relay_closed(&self) {
        self.relays.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves a connection until one side ends it.
pub(super) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Send,
    tuple: FiveTuple,
    transport: Transport,
    mailbox: Mailbox,
    limits: StreamLimits,
    mut stopping: watch::Receiver<bool>,
) {
    let (queue, answers) = mpsc::channel(QUEUE);
    let handle = StreamHandle {
        queue,
        waiting: Arc::default(),
        most: limits.queued,
        closing: Arc::default(),
        relays: Arc::default(),
    };
    if mailbox.bring(Traffic::Opened(tuple, handle.clone())).await.is_err() {
        return;
    }
    let (reader, writer) = tokio::io::split(stream);
    let reading = read(reader, tuple, &mailbox, limits.idle, &handle.relays);
    let together = match transport {
        Transport::Udp | Transport::Tcp => TOGETHER,
        Transport::Tls => 1,
    };
    let writing = write(writer, answers, together, limits.write, &handle.waiting);
    tokio::select! {
        _ = reading => {}
        () = writing => {}
        () = handle.closing.notified() => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    // Told before the socket closes, as a new connection of the same client may have the same
    // address from then on. A shard that is gone has forgotten the stream.
    let _ = mailbox.bring(Traffic::Closed(tuple)).await;
}

/// Why nothing more is read.
#[derive(Debug)]
enum End {
    /// The client closed or vanished, or sent what is no TURN.
    Client,
    /// The client said nothing for too long.
    Idle,
    /// The relay is shutting down.
    Relay,
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Relay
    }
}

/// Brings message after message to the shard. Waits when the shard is behind, and so does the
/// client, by TCP's own means.
async fn read(
    mut reader: impl AsyncRead + Unpin,
    tuple: FiveTuple,
    mailbox: &Mailbox,
    idle: Duration,
    relays: &AtomicUsize,
) -> End {
    let mut framer = Framer::new();
    let mut bytes = vec![0; READ];
    let mut begun = false;
    // Half a message does not count: it could be a whole one byte by byte for ever.
    let mut due = Instant::now() + idle;
    loop {
        let count = match timeout_at(due, reader.read(&mut bytes)).await {
            Ok(Ok(0) | Err(_)) => return End::Client,
            Ok(Ok(count)) => count,
            Err(_) if relays.load(Ordering::Relaxed) == 0 => return End::Idle,
            Err(_) => {
                due = Instant::now() + idle;
                continue;
            }
        };
        if !begun && !begins_turn(bytes[0]) {
            return End::Client;
        }
        begun = true;
        let mut rest = &bytes[..count];
        while !rest.is_empty() {
            rest = &rest[framer.push(rest)..];
            while let Some(message) = framer.next() {
                let Ok(message) = message else { return End::Client };
                let message = Traffic::Message(tuple, message.into());
                if mailbox.bring(message).await.is_err() {
                    return Gone.into();
                }
                due = Instant::now() + idle;
            }
        }
    }
}

/// Whether a stream that begins with this byte is one of TURN. Nobody has a channel before the first
/// request, and letters, as of HTTP, look like channel numbers.
const fn begins_turn(first: u8) -> bool {
    first & 0xC0 == 0
}

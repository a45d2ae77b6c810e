//! What a socket sends, into its connection's queue: size, rate and flood limits. Runs on the
//! task that reads the socket, so it neither waits nor parses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use auth::{Limit, LimitKey, Limits};
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::AckSender;
use socketioxide::handler::{FromMessageParts, MessageHandler};
use socketioxide::socket::Socket;
use socketioxide_core::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;
use wire::event::{ClientEvent, client_event};
use wire::{Code, Failure};

use crate::line::{Line, Outbox};

/// Events that may wait for their turn. More than a burst, so that only a connection whose
/// commands are stuck fills it.
const QUEUED_EVENTS: usize = 256;
/// Bytes of events that may wait for their turn: four offers of the largest size.
const QUEUED_BYTES: usize = 1024 * 1024;
/// Refusals for rate within [`FLOOD_WINDOW`] that close the socket. A client that ignores its
/// limit by mistake stays below.
const FLOOD: u32 = 1_000;
const FLOOD_WINDOW: Duration = Duration::from_secs(10);
/// The longest name of an unknown event that is echoed.
const ECHOED_NAME: usize = 64;

/// An event in the queue.
pub(crate) struct Received {
    /// Which one.
    pub(crate) event: &'static ClientEvent,
    /// What follows its name in the packet's array, as it came.
    pub(crate) rest: Box<str>,
    /// For the answer, when one is asked for.
    pub(crate) ack: Option<AckSender>,
}

/// Receives the events of one socket. The library holds it, so it must not hold the socket.
#[derive(Debug)]
pub(crate) struct Intake {
    limits: Arc<Limits>,
    key: LimitKey,
    outbox: Arc<Outbox>,
    queue: Mutex<Option<mpsc::Sender<Received>>>,
    queued_bytes: Arc<AtomicUsize>,
    flood: Mutex<Flood>,
}

/// The other end of an intake: events in the order they were sent.
pub(crate) struct Queue {
    receiver: mpsc::Receiver<Received>,
    bytes: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Flood {
    since: Instant,
    refused: u32,
}

impl Intake {
    pub(crate) fn new(
        limits: Arc<Limits>,
        key: LimitKey,
        outbox: Arc<Outbox>,
    ) -> (Arc<Self>, Queue) {
        let (sender, receiver) = mpsc::channel(QUEUED_EVENTS);
        let bytes = Arc::new(AtomicUsize::new(0));
        let intake = Arc::new(Self {
            limits,
            key,
            outbox,
            queue: Mutex::new(Some(sender)),
            queued_bytes: Arc::clone(&bytes),
            flood: Mutex::new(Flood { since: Instant::now(), refused: 0 }),
        });
        (intake, Queue { receiver, bytes })
    }

    /// Nothing more comes; what is queued is still carried out.
    pub(crate) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn receive(&self, line: &Line, packet: &str, ack: Option<AckSender>) {
        let Some((name, rest)) = split(packet) else { return };
        if let Err(wait) = self.limits.check(Limit::SocketEvents, self.key) {
            if self.is_flood() {
                return line.dismiss(Failure::new(Code::RateLimited, "Events come too fast."));
            }
            let seconds = u32::try_from(wait.seconds).unwrap_or(u32::MAX);
            let failure = Failure::of(Code::RateLimited).with_retry_after(seconds);
            return line.refuse(echoed(name), ack, failure);
        }
        let Some(event) = client_event(name) else {
            return line.refuse(echoed(name), ack, Failure::of(Code::UnknownEvent));
        };
        // Without the comma before it and the bracket behind it.
        let bytes = rest.len().saturating_sub(2);
        if bytes > event.max_bytes {
            let detail = format!("{name} may hold at most {} bytes.", event.max_bytes);
            return line.refuse(name, ack, Failure::new(Code::PayloadTooLarge, detail));
        }
        // The packet itself would keep the library's whole read buffer alive.
        self.push(line, Received { event, rest: rest.into(), ack });
    }

    fn push(&self, line: &Line, received: Received) {
        let bytes = received.rest.len();
        let before = self.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else { return };
        if before + bytes > QUEUED_BYTES || queue.try_send(received).is_err() {
            let detail = "Too many events wait to be carried out.";
            line.dismiss(Failure::new(Code::RateLimited, detail));
        }
    }

    fn is_flood(&self) -> bool {
        let mut flood = self.flood.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now - flood.since > FLOOD_WINDOW {
            *flood = Flood { since: now, refused: 0 };
        }
        flood.refused += 1;
        flood.refused >= FLOOD
    }
}

/// Registered with the library; [`MessageHandler`] asks for a type of its own.
#[derive(Debug, Clone)]
pub(crate) struct Handler(pub(crate) Arc<Intake>);

impl MessageHandler<LocalAdapter, Handler> for Handler {
    fn call(&self, socket: Arc<Socket>, mut packet: Value, ack: Option<i64>) {
        let ack =
            ack.and_then(|id| AckSender::from_message_parts(&socket, &mut packet, &Some(id)).ok());
        let line = Line::new(socket.into(), Arc::clone(&self.0.outbox));
        if line.outbox().is_closed() {
            return;
        }
        if let Value::Str(text, _) = &packet {
            self.0.receive(&line, text.as_str(), ack);
        }
    }
}

impl Queue {
    /// The next event; `None` when the socket is gone and everything was carried out.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        self.receiver.recv().await.map(|received| self.taken(received))
    }

    /// The next event that is there already.
    pub(crate) fn next_at_hand(&mut self) -> Option<Received> {
        self.receiver.try_recv().ok().map(|received| self.taken(received))
    }

    fn taken(&self, received: Received) -> Received {
        self.bytes.fetch_sub(received.rest.len(), Ordering::Relaxed);
        received
    }
}

/// The name of the event in `["name",...]`, and what follows it. The library has seen that the
/// packet is an array that begins with a string without escapes.
fn split(packet: &str) -> Option<(&str, &str)> {
    let (_, behind) = packet.split_once('"')?;
    behind.split_once('"')
}

fn echoed(name: &str) -> &str {
    name.char_indices().nth(ECHOED_NAME).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_split_behind_the_name_of_its_event() {
        assert_eq!(split(r#"["call:end",{"a":"b"}]"#), Some(("call:end", r#",{"a":"b"}]"#)));
        assert_eq!(split(r#" [ "x" ] "#), Some(("x", " ] ")));
        assert_eq!(split("[1]"), None);
    }

    #[test]
    fn long_names_are_echoed_in_part() {
        assert_eq!(echoed("call:nothing"), "call:nothing");
        assert_eq!(echoed(&"é".repeat(100)), "é".repeat(64));
    }
}

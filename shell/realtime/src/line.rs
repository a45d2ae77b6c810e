//! What a socket is sent, and how far it may fall behind.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::{SendError, SocketError, TransportType};
use switchboard::{Close, Frame, LineFull};
use tokio::sync::Notify;
use wire::event::ErrorEvent;
use wire::{AckFailure, Code, Failure};

use crate::pipe::{Pipe, Pipes};

/// Events that may wait for a socket; also the library's buffer, which counts them.
pub(crate) const QUEUED_EVENTS: usize = 256;
/// Bytes that may wait for a socket. Lower cuts off slow networks during an ICE restart,
/// higher lets every stuck reader hold that much memory.
const QUEUED_BYTES: u64 = 1024 * 1024;
/// What a client may still read after it was told to disconnect.
const LINGER: Duration = Duration::from_secs(2);
/// The `event` of a `call:error` that is about the connection itself.
const CONNECTION: &str = "connection";

/// The part of a line that does not hold the socket, so that the socket can hold it.
#[derive(Debug)]
pub(crate) struct Outbox {
    session: String,
    pipes: Arc<Pipes>,
    pipe: OnceLock<Pipe>,
    /// On the scale of [`Pipe::written`]: where that will be when everything is written.
    written_in_the_end: AtomicU64,
    is_closed: AtomicBool,
    closed: Notify,
}

/// The writing end of one socket.
#[derive(Clone)]
pub(crate) struct Line {
    socket: SocketRef,
    outbox: Arc<Outbox>,
}

impl Outbox {
    pub(crate) fn new(session: String, pipes: Arc<Pipes>, pipe: Option<Pipe>) -> Arc<Self> {
        Arc::new(Self {
            session,
            pipes,
            pipe: pipe.map_or_else(OnceLock::new, OnceLock::from),
            written_in_the_end: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            closed: Notify::new(),
        })
    }

    /// The connection is over, whoever ended it.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.pipes.forget(&self.session);
        self.closed.notify_one();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Returns once the connection is over. For one waiter.
    pub(crate) async fn closed(&self) {
        if !self.is_closed() {
            self.closed.notified().await;
        }
    }

    /// Counts bytes in, if they fit; `pipe` tells what was written so far.
    fn take(&self, bytes: u64, pipe: &Pipe) -> Result<(), LineFull> {
        let written = pipe.written();
        let add = |in_the_end: u64| {
            let later = in_the_end.max(written) + bytes;
            (later - written <= QUEUED_BYTES).then_some(later)
        };
        let counted =
            self.written_in_the_end.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        counted.map(drop).map_err(|_| LineFull)
    }
}

impl Line {
    pub(crate) fn new(socket: SocketRef, outbox: Arc<Outbox>) -> Self {
        Self { socket, outbox }
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Sends an event. A reader that is too slow is cut off.
    pub(crate) fn emit(&self, name: &'static str, payload: &impl Serialize) {
        match to_raw_value(payload) {
            Ok(payload) => self.or_cut_off(self.send_raw(name, &payload)),
            Err(error) => tracing::error!(name, %error, "event could not be serialised"),
        }
    }

    /// Answers an event of the client.
    pub(crate) fn acknowledge(&self, ack: AckSender, answer: &RawValue) {
        // `43`, the number, and brackets around the answer; one byte less than it takes.
        let bytes = answer.get().len() + 6;
        self.or_cut_off(self.queue(bytes, || ack.send(answer)));
    }

    /// Tells the client that an event was not carried out: by its acknowledgement, or by
    /// `call:error` when it asked for none.
    pub(crate) fn refuse(&self, event: &str, ack: Option<AckSender>, failure: Failure) {
        let Some(ack) = ack else {
            let error = ErrorEvent { event: event.to_owned(), error: failure.into() };
            return self.emit("call:error", &error);
        };
        match to_raw_value(&AckFailure::from(failure)) {
            Ok(answer) => self.acknowledge(ack, &answer),
            Err(error) => tracing::error!(event, %error, "refusal could not be serialised"),
        }
    }

    /// Closes the connection, and tells the client why.
    pub(crate) fn dismiss(&self, failure: Failure) {
        if self.outbox.is_closed() {
            return;
        }
        self.refuse(CONNECTION, None, failure);
        // When the queue is full, the cut below is all there is.
        drop(self.socket.clone().disconnect());
        self.outbox.close();
        if let Some(pipe) = self.pipe().cloned() {
            tokio::spawn(async move {
                tokio::time::sleep(LINGER).await;
                pipe.cut();
            });
        }
    }

    /// Closes the connection at once, as a broken network would: the client comes back by
    /// itself.
    fn cut(&self) {
        if self.outbox.is_closed() {
            return;
        }
        let pipe = self.pipe().cloned();
        self.outbox.close();
        match pipe {
            Some(pipe) => pipe.cut(),
            None => drop(self.socket.clone().disconnect()),
        }
    }

    fn or_cut_off(&self, sent: Result<(), LineFull>) {
        if sent == Err(LineFull) {
            switchboard::Line::close(self, Close::SlowReader);
        }
    }

    fn send_raw(&self, name: &'static str, payload: &RawValue) -> Result<(), LineFull> {
        // `42["name",payload]` and the header of a short WebSocket frame, less one byte: an
        // estimate that is never too high, since what is written sets it right upwards only.
        let bytes = name.len() + payload.get().len() + 8;
        self.queue(bytes, || self.socket.emit(name, payload))
    }

    fn queue(
        &self,
        bytes: usize,
        send: impl FnOnce() -> Result<(), SendError>,
    ) -> Result<(), LineFull> {
        if self.outbox.is_closed() {
            return Ok(());
        }
        if let Some(pipe) = self.pipe() {
            self.outbox.take(u64::try_from(bytes).unwrap_or(u64::MAX), pipe)?;
        }
        match send() {
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(LineFull),
            // Its disconnection is under way.
            Ok(()) | Err(SendError::Socket(SocketError::Closed)) => Ok(()),
            Err(SendError::Serialize(error)) => {
                tracing::error!(%error, "event could not be serialised");
                Ok(())
            }
        }
    }

    /// The network connection, once the session has one of its own.
    fn pipe(&self) -> Option<&Pipe> {
        if let Some(pipe) = self.outbox.pipe.get() {
            return Some(pipe);
        }
        if self.socket.transport_type() != TransportType::Websocket {
            return None;
        }
        let pipe = self.outbox.pipes.of(&self.outbox.session)?;
        Some(self.outbox.pipe.get_or_init(|| pipe))
    }
}

impl switchboard::Line for Line {
    fn send(&self, frame: &Frame) -> Result<(), LineFull> {
        self.send_raw(frame.name, &frame.payload)
    }

    fn close(&self, reason: Close) {
        match reason {
            Close::TokenExpired => self.dismiss(Failure::of(Code::TokenExpired)),
            Close::SlowReader => {
                tracing::debug!(socket = %self.socket.id, "a slow reader was cut off");
                self.cut();
            }
            Close::GoingAway => self.cut(),
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("socket", &self.socket.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_may_be_one_mebibyte_behind_and_no_more() {
        let pipe = Pipe::default();
        let outbox = Outbox::new("s".into(), Arc::default(), Some(pipe.clone()));
        pipe.add_written(5_000);
        assert_eq!(outbox.take(QUEUED_BYTES, &pipe), Ok(()));
        assert_eq!(outbox.take(1, &pipe), Err(LineFull));
        pipe.add_written(100);
        assert_eq!(outbox.take(100, &pipe), Ok(()));
        assert_eq!(outbox.take(1, &pipe), Err(LineFull));
    }

    #[test]
    fn what_was_written_beside_events_does_not_add_up() {
        let pipe = Pipe::default();
        let outbox = Outbox::new("s".into(), Arc::default(), Some(pipe.clone()));
        for _ in 0..10_000 {
            assert_eq!(outbox.take(1_000, &pipe), Ok(()));
            pipe.add_written(1_003);
        }
        assert_eq!(outbox.take(QUEUED_BYTES, &pipe), Ok(()));
    }
}

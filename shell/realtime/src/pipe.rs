//! The network connection under a socket, as the accepting side and the socket's line share
//! it: how much was written to it, and a way to cut it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

/// One network connection. The accepting side makes it, counts what it writes, asks
/// [`Pipe::poll_cut`] in each read and write, and puts a clone into the extensions of every
/// request. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pipe(Arc<Inner>);

/// Which half of the connection waits for a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The reading half.
    Read,
    /// The writing half.
    Write,
}

#[derive(Debug, Default)]
struct Inner {
    written: AtomicU64,
    is_cut: AtomicBool,
    reader: Mutex<Option<Waker>>,
    writer: Mutex<Option<Waker>>,
    /// The session that was moved to this connection; at most one ever is.
    session: OnceLock<()>,
}

impl Pipe {
    /// Counts bytes that were written, before encryption.
    pub fn add_written(&self, bytes: u64) {
        self.0.written.fetch_add(bytes, Ordering::Relaxed);
    }

    /// All bytes that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }

    /// Cuts the connection: both halves fail at once.
    pub fn cut(&self) {
        self.0.is_cut.store(true, Ordering::SeqCst);
        for half in [&self.0.reader, &self.0.writer] {
            let waker = lock(half).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Ready once the connection was cut; otherwise the task is woken when it is.
    pub fn poll_cut(&self, direction: Direction, cx: &Context<'_>) -> Poll<()> {
        let half = match direction {
            Direction::Read => &self.0.reader,
            Direction::Write => &self.0.writer,
        };
        let mut waker = lock(half);
        if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
        drop(waker);
        if self.0.is_cut.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// The connections that sessions moved to when they went from polling to a WebSocket.
#[derive(Debug, Default)]
pub(crate) struct Pipes(Mutex<HashMap<String, Weak<Inner>>>);

impl Pipes {
    /// A session asks to be moved to this connection. The map grows by one entry a connection
    /// at most, and forgets connections that are gone.
    pub(crate) fn moved(&self, session: &str, pipe: &Pipe) {
        if pipe.0.session.set(()).is_err() {
            return;
        }
        let mut moved = lock(&self.0);
        if moved.len() == moved.capacity() {
            moved.retain(|_, pipe| pipe.strong_count() > 0);
        }
        moved.insert(session.to_owned(), Arc::downgrade(&pipe.0));
    }

    /// The connection that a session moved to.
    pub(crate) fn of(&self, session: &str) -> Option<Pipe> {
        lock(&self.0).get(session)?.upgrade().map(Pipe)
    }

    /// A session has ended.
    pub(crate) fn forget(&self, session: &str) {
        lock(&self.0).remove(session);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_wakes_whoever_waits_on_either_half() {
        let pipe = Pipe::default();
        let cx = Context::from_waker(Waker::noop());
        assert!(pipe.poll_cut(Direction::Read, &cx).is_pending());
        pipe.cut();
        assert!(pipe.poll_cut(Direction::Read, &cx).is_ready());
        assert!(pipe.poll_cut(Direction::Write, &cx).is_ready());
    }

    #[test]
    fn a_connection_stands_for_the_first_session_it_was_asked_for_only() {
        let (pipes, pipe) = (Pipes::default(), Pipe::default());
        pipes.moved("a", &pipe);
        pipes.moved("b", &pipe);
        assert!(pipes.of("a").is_some());
        assert!(pipes.of("b").is_none());
        drop(pipe);
        assert!(pipes.of("a").is_none());
    }
}

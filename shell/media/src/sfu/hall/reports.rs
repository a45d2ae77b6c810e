//! Word to the calls.

use std::collections::VecDeque;

use ::sfu::Report;
use tokio::sync::mpsc;
use vocab::CallId;

/// Reports that wait when nobody takes them. Beyond, the oldest are lost: what is in them is
/// state, and said again.
const MOST_WAITING: usize = 16_384;

/// The queue to the calls. Never waits: what finds it full is kept here and tried again.
#[derive(Debug)]
pub(in crate::sfu) struct Reports {
    queue: mpsc::Sender<(CallId, Report)>,
    waiting: VecDeque<(CallId, Report)>,
    /// Reports that were lost.
    pub(in crate::sfu) lost: u64,
}

impl Reports {
    pub(in crate::sfu) const fn new(queue: mpsc::Sender<(CallId, Report)>) -> Self {
        Self { queue, waiting: VecDeque::new(), lost: 0 }
    }

    pub(super) fn tell(&mut self, call: CallId, report: Report) {
        self.waiting.push_back((call, report));
        if self.waiting.len() > MOST_WAITING {
            self.waiting.pop_front();
            self.lost += 1;
        }
    }

    /// Passes on what waits.
    pub(super) fn flush(&mut self) {
        while let Some(report) = self.waiting.pop_front() {
            match self.queue.try_send(report) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(report)) => {
                    self.waiting.push_front(report);
                    return;
                }
                // Nobody listens any more: the program is ending.
                Err(mpsc::error::TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
    }

    /// Whether some wait for room in the queue.
    pub(in crate::sfu) fn wait(&self) -> bool {
        !self.waiting.is_empty()
    }
}

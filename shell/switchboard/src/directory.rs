//! Which calls are live in this process: the way to their tasks, and whose they are.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;
use vocab::{CallId, UserId};

use crate::message::Message;

/// Messages a call's task may have waiting. A busy 20-person call sends a few hundred a
/// second; a full mailbox makes senders wait, not fail.
pub(crate) const MAILBOX: usize = 256;

/// The live calls. Locked for moments, never across an await.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: HashMap<CallId, Entry>,
    by_user: HashMap<UserId, BTreeSet<CallId>>,
}

#[derive(Debug)]
struct Entry {
    mailbox: mpsc::Sender<Message>,
    users: BTreeSet<UserId>,
}

impl Directory {
    /// Enters a call. `Err` hands back the mailbox of a task that is already there.
    pub(crate) fn enter(
        &self,
        call: CallId,
        mailbox: mpsc::Sender<Message>,
    ) -> Result<(), mpsc::Sender<Message>> {
        let mut inner = self.lock();
        if let Some(entry) = inner.calls.get(&call) {
            return Err(entry.mailbox.clone());
        }
        inner.calls.insert(call, Entry { mailbox, users: BTreeSet::new() });
        Ok(())
    }

    /// Says whose call it is now.
    pub(crate) fn index(&self, call: CallId, users: impl Iterator<Item = UserId>) {
        let mut inner = self.lock();
        let Inner { calls, by_user } = &mut *inner;
        let Some(entry) = calls.get_mut(&call) else { return };
        for user in users {
            if entry.users.insert(user) {
                by_user.entry(user).or_default().insert(call);
            }
        }
    }

    /// Takes a call out, after which its mailbox gets nothing new.
    pub(crate) fn leave(&self, call: CallId) {
        let mut inner = self.lock();
        let Some(entry) = inner.calls.remove(&call) else { return };
        for user in entry.users {
            if let Some(calls) = inner.by_user.get_mut(&user) {
                calls.remove(&call);
                if calls.is_empty() {
                    inner.by_user.remove(&user);
                }
            }
        }
    }

    /// The mailbox of a live call.
    pub(crate) fn mailbox(&self, call: CallId) -> Option<mpsc::Sender<Message>> {
        self.lock().calls.get(&call).map(|entry| entry.mailbox.clone())
    }

    /// The mailboxes of a user's live calls.
    pub(crate) fn mailboxes_of(&self, user: UserId) -> Vec<(CallId, mpsc::Sender<Message>)> {
        let inner = self.lock();
        let Some(calls) = inner.by_user.get(&user) else { return Vec::new() };
        calls
            .iter()
            .filter_map(|call| Some((*call, inner.calls.get(call)?.mailbox.clone())))
            .collect()
    }

    /// How many calls are live here.
    pub(crate) fn len(&self) -> usize {
        self.lock().calls.len()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Which shard a stream belongs to: all shards share the TCP ports, and the first message of a
//! stream names the connection it is for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Name fragments of all connections with their shards. Its lock is held when a connection begins
/// or ends and when a stream opens, never for a packet.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory(Arc<Mutex<HashMap<String, usize>>>);

impl Directory {
    pub(super) fn add(&self, name: String, shard: usize) {
        self.open().insert(name, shard);
    }

    pub(super) fn remove(&self, name: &str) {
        self.open().remove(name);
    }

    pub(super) fn shard(&self, name: &str) -> Option<usize> {
        self.open().get(name).copied()
    }

    /// Every change is one step, so one left by a panic is whole.
    fn open(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

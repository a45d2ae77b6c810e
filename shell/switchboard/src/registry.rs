//! Which devices of whom are connected, and the way to write to them.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use vocab::{DeviceId, UserId};

/// One event, serialised once and shared by all its receivers.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The event's name on the wire.
    pub name: &'static str,
    /// Its payload.
    pub payload: Arc<RawValue>,
}

impl Frame {
    /// Serialises a payload. `None` when it cannot be (a fault of ours, logged).
    pub(crate) fn new(name: &'static str, payload: &impl serde::Serialize) -> Option<Self> {
        match serde_json::value::to_raw_value(payload) {
            Ok(payload) => Some(Self { name, payload: payload.into() }),
            Err(error) => {
                tracing::error!(name, %error, "event could not be serialised");
                None
            }
        }
    }
}

/// The receiver's queue is full: it reads more slowly than events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection's queue is full")]
pub struct LineFull;

/// Why a connection is closed by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// It did not read what was sent.
    SlowReader,
    /// Its token is no longer good.
    TokenExpired,
    /// The server is shutting down.
    GoingAway,
}

/// The writing end of one connection. Implemented by the socket layer; never blocks.
pub trait Line: Send + Sync + fmt::Debug {
    /// Queues an event.
    ///
    /// # Errors
    /// [`LineFull`] when the queue is full; the registry then closes the line.
    fn send(&self, frame: &Frame) -> Result<(), LineFull>;
    /// Closes the connection.
    fn close(&self, reason: Close);
}

/// One connection among all of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(u64);

#[derive(Debug, Clone)]
struct Connection {
    id: ConnectionId,
    device: DeviceId,
    line: Arc<dyn Line>,
}

/// All connections, by user. A user has at most a handful, so each list is short.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    next: AtomicU64,
    users: Mutex<HashMap<UserId, Vec<Connection>>>,
}

/// What a disconnection left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Departure {
    /// No other connection of the same device is open.
    pub(crate) device_gone: bool,
    /// The user has another device online.
    pub(crate) others_up: bool,
}

impl Registry {
    /// Adds a connection; the second value tells whether the user was offline before.
    pub(crate) fn add(
        &self,
        user: UserId,
        device: DeviceId,
        line: Arc<dyn Line>,
    ) -> (ConnectionId, bool) {
        let id = ConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        let mut users = self.lock();
        let connections = users.entry(user).or_default();
        connections.push(Connection { id, device, line });
        (id, connections.len() == 1)
    }

    /// Takes a connection out.
    pub(crate) fn remove(&self, user: UserId, id: ConnectionId) -> Option<(DeviceId, Departure)> {
        let mut users = self.lock();
        let connections = users.get_mut(&user)?;
        let index = connections.iter().position(|one| one.id == id)?;
        let gone = connections.swap_remove(index);
        let device_gone = connections.iter().all(|one| one.device != gone.device);
        let others_up = !connections.is_empty();
        if connections.is_empty() {
            users.remove(&user);
        }
        Some((gone.device, Departure { device_gone, others_up }))
    }

    /// Whether the user has any connection.
    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.lock().contains_key(&user)
    }

    /// Whether this device is connected.
    pub(crate) fn is_connected(&self, user: UserId, device: &DeviceId) -> bool {
        self.lock().get(&user).is_some_and(|all| all.iter().any(|one| one.device == *device))
    }

    /// How many connections the user has.
    pub(crate) fn count(&self, user: UserId) -> usize {
        self.lock().get(&user).map_or(0, Vec::len)
    }

    /// How many connections there are.
    pub(crate) fn total(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    /// The user's device, if exactly one is connected.
    pub(crate) fn only_device(&self, user: UserId) -> Option<DeviceId> {
        let users = self.lock();
        let connections = users.get(&user)?;
        let first = &connections.first()?.device;
        connections.iter().all(|one| one.device == *first).then(|| first.clone())
    }

    /// Writes to all devices of a user; the number of connections reached.
    pub(crate) fn send(&self, user: UserId, frame: &Frame) -> usize {
        self.send_where(user, frame, |_| true)
    }

    /// Writes to one device of a user.
    pub(crate) fn send_to(&self, user: UserId, device: &DeviceId, frame: &Frame) -> usize {
        self.send_where(user, frame, |one| one == device)
    }

    /// Writes to all devices of a user but one.
    pub(crate) fn send_except(
        &self,
        user: UserId,
        except: Option<&DeviceId>,
        frame: &Frame,
    ) -> usize {
        self.send_where(user, frame, |one| Some(one) != except)
    }

    fn send_where(&self, user: UserId, frame: &Frame, wanted: impl Fn(&DeviceId) -> bool) -> usize {
        let lines: Vec<Arc<dyn Line>> = match self.lock().get(&user) {
            Some(all) => all
                .iter()
                .filter(|one| wanted(&one.device))
                .map(|one| Arc::clone(&one.line))
                .collect(),
            None => return 0,
        };
        let mut reached = 0;
        for line in lines {
            match line.send(frame) {
                Ok(()) => reached += 1,
                // Its own disconnection follows and takes it out of the registry.
                Err(LineFull) => line.close(Close::SlowReader),
            }
        }
        reached
    }

    /// Closes every connection of a user.
    pub(crate) fn close_user(&self, user: UserId, reason: Close) {
        let lines: Vec<Arc<dyn Line>> = self
            .lock()
            .get(&user)
            .map(|all| all.iter().map(|one| Arc::clone(&one.line)).collect())
            .unwrap_or_default();
        for line in lines {
            line.close(reason);
        }
    }

    /// Closes every connection.
    pub(crate) fn close_all(&self, reason: Close) {
        let lines: Vec<Arc<dyn Line>> = {
            let users = self.lock();
            users.values().flatten().map(|one| Arc::clone(&one.line)).collect()
        };
        for line in lines {
            line.close(reason);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Vec<Connection>>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The switchboard: what REST and sockets call, shared by all of them.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use auth::{Limit, LimitKey, Limits};
use call::{CallState, Input, Policy, Refusal, RingMode};
use store::{Store, StoreError, StoredCall};
use tokio::sync::oneshot;
use vocab::{CallId, DeviceId, UserId};
use wire::{Code, Failure};

use crate::clock::Clock;
use crate::directory::Directory;
use crate::message::{Done, Message};
use crate::registry::{Close, ConnectionId, Line, Registry};
use crate::settings::Settings;

/// How often a call's task is asked before it counts as unavailable.
const ASKED: u32 = 3;

/// Who acts. Established from the connection or the token, never from a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The device, when the client named one or the socket is one.
    pub device: Option<DeviceId>,
}

/// Runs the calls of one process. Cheap to clone; all clones are the same switchboard.
#[derive(Clone)]
pub struct Switchboard {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    limits: Arc<Limits>,
    clock: Clock,
    settings: Settings,
    registry: Registry,
    directory: Directory,
    /// Users whose presence was told as online.
    shown_online: Mutex<HashSet<UserId>>,
}

impl fmt::Debug for Switchboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Switchboard")
            .field("calls", &self.shared.directory.len())
            .field("connections", &self.shared.registry.total())
            .finish_non_exhaustive()
    }
}

impl Switchboard {
    /// A switchboard without connections; [`Switchboard::recover`] takes up stored calls.
    #[must_use]
    pub fn new(store: Store, limits: Arc<Limits>, clock: Clock, settings: Settings) -> Self {
        let (registry, directory) = (Registry::default(), Directory::default());
        let shown_online = Mutex::default();
        let shared = Shared { store, limits, clock, settings, registry, directory, shown_online };
        Self { shared: Arc::new(shared) }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.shared.directory
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The clock of calls.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// The numbers that calls run by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.settings().policy
    }

    /// Whether relay credentials are handed out.
    #[must_use]
    pub fn has_relay(&self) -> bool {
        self.settings().relay.is_some()
    }

    /// Whether a user has a socket open.
    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        self.registry().is_online(user)
    }

    /// How many sockets a user has open.
    #[must_use]
    pub fn connections(&self, user: UserId) -> usize {
        self.registry().count(user)
    }

    /// Calls that are live in this process, and sockets that are open: for metrics.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        (self.directory().len(), self.registry().total())
    }

    /// Takes in a connection: presence is told, and the device is caught up.
    #[must_use]
    pub fn connect(&self, user: UserId, device: DeviceId, line: Arc<dyn Line>) -> ConnectionId {
        let (id, was_offline) = self.registry().add(user, device.clone(), line);
        if was_offline {
            self.came_online(user);
        }
        let board = self.clone();
        tokio::spawn(async move { board.catch_up(user, device).await });
        id
    }

    /// Takes out a connection.
    pub fn disconnect(&self, user: UserId, connection: ConnectionId) {
        let Some((device, departure)) = self.registry().remove(user, connection) else { return };
        if !departure.others_up {
            self.went_offline(user);
        }
        if !departure.device_gone {
            return;
        }
        let others_up = departure.others_up;
        let board = self.clone();
        tokio::spawn(async move {
            for (_, mailbox) in board.directory().mailboxes_of(user) {
                let device = device.clone();
                let lost = Message::Observe(Input::DeviceDown { user, device, others_up });
                // A call that ended meanwhile has no use for it.
                drop(mailbox.send(lost).await);
            }
        });
    }

    /// Closes every socket of a user.
    pub fn close_user(&self, user: UserId, reason: Close) {
        self.registry().close_user(user, reason);
    }

    /// Closes every socket: the server is about to stop. Calls stay as they are; those in
    /// them have time to come back.
    pub fn shutdown(&self) {
        self.registry().close_all(Close::GoingAway);
    }

    pub(crate) fn mark_shown_online(&self, user: UserId) -> bool {
        self.shared.shown_online.lock().unwrap_or_else(PoisonError::into_inner).insert(user)
    }

    pub(crate) fn mark_shown_offline(&self, user: UserId) -> bool {
        self.shared.shown_online.lock().unwrap_or_else(PoisonError::into_inner).remove(&user)
    }

    /// Sends a command to a call and waits for what came of it.
    pub(crate) async fn command(
        &self,
        call: CallId,
        by: Option<UserId>,
        input: Input,
    ) -> Result<Done, Failure> {
        self.ask(call, |reply| Message::Command { by, input: input.clone(), reply }).await
    }

    /// Sends a message to a call's task and waits for the answer. A task that is just ending
    /// does not answer; the next one is loaded from its rows.
    pub(crate) async fn ask<T>(
        &self,
        call: CallId,
        message: impl Fn(oneshot::Sender<Result<T, Failure>>) -> Message,
    ) -> Result<T, Failure> {
        for _ in 0..ASKED {
            let (reply, answer) = oneshot::channel();
            if self.mailbox(call).await?.send(message(reply)).await.is_err() {
                continue;
            }
            if let Ok(result) = answer.await {
                return result;
            }
        }
        Err(Failure::new(Code::Unavailable, "The call did not answer; try again."))
    }

    /// The device an action belongs to, and whether it can be heard from: the named one, or
    /// the user's only one.
    pub(crate) fn seat_of(&self, actor: &Actor) -> (Option<DeviceId>, bool) {
        match &actor.device {
            Some(device) => {
                (Some(device.clone()), self.registry().is_connected(actor.user, device))
            }
            None => {
                (self.registry().only_device(actor.user), self.registry().is_online(actor.user))
            }
        }
    }

    pub(crate) fn limit(&self, limit: Limit, user: UserId) -> Result<(), Failure> {
        self.shared.limits.check(limit, LimitKey::user(user)).map_err(|wait| {
            let seconds = u32::try_from(wait.seconds).unwrap_or(u32::MAX);
            Failure::of(Code::RateLimited).with_retry_after(seconds)
        })
    }

    /// The state of a stored call, if this user may know of it.
    pub(crate) async fn visible_call(
        &self,
        user: UserId,
        id: CallId,
    ) -> Result<CallState, Failure> {
        Ok(self.visible(user, id).await?.state)
    }

    /// A stored call, if this user may know of it: they have a part in it, or are a member
    /// of its conversation.
    pub(crate) async fn visible(&self, user: UserId, id: CallId) -> Result<StoredCall, Failure> {
        let not_found = || Failure::from(Refusal::NotFound);
        let found = self.store().load_call(id).await.map_err(stored)?.ok_or_else(not_found)?;
        match found.state.participant(user) {
            Some(me) if me.hears_of_it() => return Ok(found),
            Some(me) if me.ring.mode == RingMode::Withheld => return Err(not_found()),
            Some(_) | None => {}
        }
        let conversation = found.state.conversation;
        let member = self.store().conversation_for(conversation, user).await.map_err(stored)?;
        if member.is_some() { Ok(found) } else { Err(not_found()) }
    }
}

/// A fault of the database as the caller sees it.
pub(crate) fn stored(error: StoreError) -> Failure {
    if error.is_retryable() {
        tracing::warn!(%error, "database unavailable");
        Failure::of(Code::Unavailable).with_retry_after(1)
    } else {
        tracing::error!(%error, "database fault");
        Failure::of(Code::Internal)
    }
}

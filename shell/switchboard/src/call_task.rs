//! The one task that owns a live call: takes inputs in order, commits, then tells.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use call::{Call, CallState, Input, Output, Refusal, Reply, RingMode};
use store::{InsertCallError, LoggedEvent, SaveCallError, StoreError, Version};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};
use vocab::{CallId, UserId};
use wire::{Code, Failure};

use crate::access::entitled;
use crate::delivery::{Profiles, logged};
use crate::directory::MAILBOX;
use crate::message::{Done, Message};
use crate::quality::Reports;
use crate::room::Room;
use crate::signals::{Counted, Held};
use crate::switchboard::Switchboard;

/// How soon a deadline is tried again when the database was away. Terminal rows must be
/// written within 5 s of its return.
const RETRY: Duration = Duration::from_secs(1);

/// How long the task of a call that is over waits for stragglers: a second end, a late answer.
/// Without it each of them would load the call anew.
const LINGER: Duration = Duration::from_secs(1);

/// How often a change is tried anew when another process changed the row in between.
const CONFLICTS: u32 = 8;

pub(crate) struct CallTask {
    pub(crate) board: Switchboard,
    pub(crate) call: Call,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) held: Held,
    pub(crate) reports: Reports,
    pub(crate) counted: Counted,
    pub(crate) room: Room,
    /// Whom the relays were told of.
    entitled: Vec<UserId>,
    version: Version,
    retry_at: Option<Instant>,
}

enum Step {
    Inputs(Vec<Input>),
    Timeout,
}

impl Switchboard {
    /// Stores a new call and starts its task; its first outputs wait in `call`. The mailbox is
    /// there before the call is: who finds the call in the database finds this task, never
    /// one that knows nothing of the first ring.
    pub(crate) async fn host(
        &self,
        call: Call,
        profiles: Arc<Profiles>,
        events: &[LoggedEvent],
    ) -> Result<(), InsertCallError> {
        let id = call.state().id;
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        if self.directory().enter(id, sender).is_err() {
            let twice = StoreError::Fault("a new call's id is taken".to_owned());
            return Err(InsertCallError::Store(twice));
        }
        let deadline = call.poll_timeout();
        match self.store().insert_call(call.state(), deadline, events).await {
            Ok(version) => {
                let mut task = CallTask::new(self.clone(), call, version);
                task.profiles = profiles;
                task.start(mailbox);
                Ok(())
            }
            Err(error) => {
                self.directory().leave(id);
                Err(error)
            }
        }
    }

    /// The mailbox of a call, whose task is started from the database if need be.
    ///
    /// # Errors
    /// `call_not_found`, or `unavailable` without a database.
    pub(crate) async fn mailbox(&self, id: CallId) -> Result<mpsc::Sender<Message>, Failure> {
        if let Some(mailbox) = self.directory().mailbox(id) {
            return Ok(mailbox);
        }
        let stored = self.store().load_call(id).await.map_err(crate::switchboard::stored)?;
        let stored = stored.ok_or_else(|| Failure::from(Refusal::NotFound))?;
        let call = Call::from_state(stored.state, self.settings().policy.clone());
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        if let Err(other) = self.directory().enter(id, sender.clone()) {
            return Ok(other);
        }
        CallTask::new(self.clone(), call, stored.version).start(mailbox);
        Ok(sender)
    }
}

impl CallTask {
    fn new(board: Switchboard, call: Call, version: Version) -> Self {
        Self {
            board,
            call,
            profiles: Arc::default(),
            held: Held::default(),
            reports: Reports::default(),
            counted: Counted::default(),
            room: Room::default(),
            entitled: Vec::new(),
            version,
            retry_at: None,
        }
    }

    /// Starts the task. Whoever connects from now on is told to it.
    fn start(mut self, mailbox: mpsc::Receiver<Message>) {
        self.tell_media();
        self.index();
        tokio::spawn(self.run(mailbox));
    }

    async fn run(mut self, mut mailbox: mpsc::Receiver<Message>) {
        self.begin().await;
        loop {
            let due = self.next_due();
            let message = tokio::select! {
                message = mailbox.recv() => message,
                () = sleep_until(due), if !self.is_over() => {
                    self.on_due().await;
                    continue;
                }
                () = sleep(LINGER), if self.is_over() => None,
            };
            match message {
                Some(message) => self.handle(message).await,
                None => break,
            }
        }
        self.write_quality().await;
        self.board.directory().leave(self.call.state().id);
        mailbox.close();
        while let Some(message) = mailbox.recv().await {
            self.handle(message).await;
        }
    }

    /// Carries out what creating the call left to do.
    async fn begin(&mut self) {
        let outputs: Vec<Output> = std::iter::from_fn(|| self.call.poll_output()).collect();
        if outputs.is_empty() {
            return;
        }
        let state = self.call.state().clone();
        if let Err(failure) = self.learn_names(&state).await {
            tracing::warn!(call = %state.id, code = %failure.code, "names are missing");
        }
        self.tell(outputs).await;
    }

    async fn handle(&mut self, message: Message) {
        match message {
            Message::Command { by, input, reply } => {
                let back = if let Input::Resume { user, .. } = &input { Some(*user) } else { None };
                let result = self.carry_out(Step::Inputs(vec![input])).await;
                let result = match result {
                    Ok(done) => Ok(Done {
                        reply: done,
                        state: Arc::new(self.call.state().clone()),
                        profiles: Arc::clone(&self.profiles),
                    }),
                    Err(failure) => Err(self.explained(failure, by).await),
                };
                // The asker may have gone; what it asked for is done all the same.
                drop(reply.send(result));
                if let Some(user) = back {
                    self.release(user);
                    self.remind(user);
                }
            }
            Message::Observe(input) => {
                let came_up =
                    if let Input::DeviceUp { user, .. } = &input { Some(*user) } else { None };
                if let Err(failure) = self.carry_out(Step::Inputs(vec![input])).await {
                    tracing::debug!(call = %self.call.state().id, code = %failure.code, "not taken in");
                }
                if let Some(user) = came_up {
                    self.release(user);
                    self.remind(user);
                }
            }
            Message::Signal { from, device, sent, reply } => {
                let result = self.relay(from, device, *sent).await;
                drop(reply.send(result));
            }
            Message::Quality { user, device, report, reply } => {
                let result = self.note_quality(user, &device, *report).await;
                drop(reply.send(result));
            }
            Message::Wish { user, device, wish, reply } => {
                let result = self.fulfil(user, &device, wish).await;
                drop(reply.send(result));
            }
            Message::Report(report) => self.take_report(report).await,
        }
    }

    fn is_over(&self) -> bool {
        self.call.state().status.is_terminal()
    }

    fn next_due(&self) -> Instant {
        let due = self.call.poll_timeout().map(|at| self.board.clock().instant_of(at));
        let due = due.unwrap_or_else(|| Instant::now() + RETRY);
        let due = self.retry_at.map_or(due, |retry| due.max(retry));
        let others = self.counted.due.into_iter().chain(self.room.retry_at);
        others.fold(due, Instant::min)
    }

    async fn on_due(&mut self) {
        let passed = |at: Instant| at <= Instant::now();
        if self.counted.due.is_some_and(passed) {
            self.write_candidates().await;
        }
        if self.room.retry_at.is_some_and(passed) {
            self.write_observed().await;
        }
        self.retry_at = None;
        if let Err(failure) = self.carry_out(Step::Timeout).await {
            let call = self.call.state().id;
            tracing::warn!(%call, code = %failure.code, "a deadline waits for the database");
            self.retry_at = Some(Instant::now() + RETRY);
        }
    }

    /// Commits one input and tells of it.
    pub(crate) async fn input(&mut self, input: Input) -> Result<Reply, Failure> {
        self.carry_out(Step::Inputs(vec![input])).await
    }

    async fn carry_out(&mut self, step: Step) -> Result<Reply, Failure> {
        let (reply, outputs) = self.commit(&step).await?;
        self.tell(outputs).await;
        Ok(reply)
    }

    /// Tells devices, and takes note of those that now ring.
    async fn tell(&mut self, outputs: Vec<Output>) {
        let rung = self.deliver(outputs);
        if rung.is_empty() {
            return;
        }
        let inputs = rung.into_iter().map(|user| Input::RingDelivered { user }).collect();
        match self.commit(&Step::Inputs(inputs)).await {
            Ok((_, outputs)) => {
                self.deliver(outputs);
            }
            Err(failure) => {
                let call = self.call.state().id;
                tracing::warn!(%call, code = %failure.code, "ringing could not be written down");
            }
        }
    }

    /// Works on a copy of the call and keeps it once the database has taken it.
    async fn commit(&mut self, step: &Step) -> Result<(Reply, Vec<Output>), Failure> {
        for _ in 0..CONFLICTS {
            let mut next = self.call.clone();
            let reply = run(&mut next, self.board.clock().now(), step)?;
            let outputs: Vec<Output> = std::iter::from_fn(|| next.poll_output()).collect();
            if next.state() == self.call.state() {
                return Ok((reply, outputs));
            }
            self.learn_names(next.state()).await?;
            let events = logged(&outputs, next.state(), &self.profiles);
            let (before, after) = (self.call.state(), next.state());
            let deadline = next.poll_timeout();
            let saved =
                self.board.store().save_call(self.version, before, after, deadline, &events).await;
            match saved {
                Ok(version) => {
                    if before.status != after.status {
                        let (call, status) = (after.id, after.status);
                        let reason = after.end_reason.map(|reason| reason.as_str());
                        tracing::info!(%call, %status, reason, "call changed");
                    }
                    self.board.tell_missed_changes(before, after);
                    self.version = version;
                    self.call = next;
                    self.tell_media();
                    self.index();
                    return Ok((reply, outputs));
                }
                Err(SaveCallError::Conflict) => self.reload().await?,
                Err(SaveCallError::DeviceInCall { call }) => {
                    let detail = "This device is in another call.";
                    return Err(Failure::new(Code::DeviceInCall, detail).with_call_id(call));
                }
                Err(SaveCallError::Store(error)) => return Err(crate::switchboard::stored(error)),
            }
        }
        Err(Failure::new(Code::Unavailable, "The call is changing too fast; try again."))
    }

    /// Another process changed the row: take it up as it is now.
    async fn reload(&mut self) -> Result<(), Failure> {
        let id = self.call.state().id;
        let stored = self.board.store().load_call(id).await.map_err(crate::switchboard::stored)?;
        let stored = stored.ok_or_else(|| Failure::from(Refusal::NotFound))?;
        self.call = Call::from_state(stored.state, self.board.settings().policy.clone());
        self.version = stored.version;
        self.tell_media();
        Ok(())
    }

    /// Makes sure that the names of everybody in the call are known.
    async fn learn_names(&mut self, state: &CallState) -> Result<(), Failure> {
        let missing: Vec<UserId> = state
            .participants
            .iter()
            .map(|one| one.user)
            .filter(|user| !self.profiles.knows(*user))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let users = self.board.store().users(&missing).await.map_err(crate::switchboard::stored)?;
        Arc::make_mut(&mut self.profiles).learn(users);
        Ok(())
    }

    /// Tells the media servers who is in this call and who may relay for it, when that changed.
    fn tell_media(&mut self) {
        self.direct_room();
        let Some(access) = &self.board.settings().access else { return };
        let users = entitled(self.call.state());
        if users != self.entitled {
            access.set(self.call.state().id, &users);
            self.entitled = users;
        }
    }

    fn index(&self) {
        let state = self.call.state();
        if !state.status.is_terminal() {
            let users: HashSet<UserId> = state
                .participants
                .iter()
                .filter(|one| one.ring.mode != RingMode::Withheld)
                .map(|one| one.user)
                .collect();
            self.board.directory().index(state.id, users.into_iter());
        }
    }

    /// A refusal by the call's state carries that state, for those who may see it.
    async fn explained(&mut self, failure: Failure, by: Option<UserId>) -> Failure {
        let state = self.call.state().clone();
        let may_see = by.is_some_and(|user| state.participant(user).is_some());
        // A failure that names a call is about that other call.
        let about_this = failure.code.status() == 409 && failure.call_id.is_none();
        if !about_this || !may_see || self.learn_names(&state).await.is_err() {
            return failure;
        }
        let extras = wire::body::CallExtras::default();
        let body = wire::body::CallBody::new(&state, self.profiles.as_ref(), &extras);
        failure.with_call(body)
    }
}

/// Runs a step on the machine. Of several inputs the last one's reply counts.
fn run(call: &mut Call, now: vocab::UnixMillis, step: &Step) -> Result<Reply, Refusal> {
    match step {
        Step::Timeout => {
            call.handle_timeout(now);
            Ok(Reply::Done)
        }
        Step::Inputs(inputs) => {
            let mut reply = Reply::Done;
            for input in inputs {
                reply = call.handle_input(now, input.clone())?;
            }
            Ok(reply)
        }
    }
}

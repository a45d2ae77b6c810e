//! Drives a call through the store as the program does: change a clone, save, keep it.

use std::time::Duration;

use call::{
    Call, CallKind, CallState, CallView, Input, Invitee, MediaPatch, NewCall, Output, Policy,
    Reach, Refusal, Reply, RingMode, SfuPolicy, Shape, Stamped,
};
use serde_json::json;
use store::{InsertCallError, LoggedEvent, SaveCallError, Store, Version};
use vocab::{CallId, ConversationId, DeviceId, UnixMillis, UserId};

use crate::database::{START, id};

#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) store: Store,
    pub(crate) call: Call,
    pub(crate) version: Version,
    pub(crate) now: UnixMillis,
    /// Fed with nothing but the events.
    pub(crate) fold: CallView,
}

impl Driver {
    pub(crate) async fn start(
        store: &Store,
        conversation: ConversationId,
        people: &[UserId],
    ) -> Result<Self, InsertCallError> {
        Self::start_with(store, new_call(conversation, people), START).await
    }

    pub(crate) async fn start_with(
        store: &Store,
        new: NewCall,
        now: UnixMillis,
    ) -> Result<Self, InsertCallError> {
        let policy = Policy { sfu: SfuPolicy::Auto, ..Policy::default() };
        let mut call = Call::initiate(now, new, policy);
        let events = drain(&mut call);
        let logged: Vec<LoggedEvent> = events.iter().map(logged).collect();
        let version = store.insert_call(call.state(), call.poll_timeout(), &logged).await?;
        let fold = CallView::of(call.state());
        Ok(Self { store: store.clone(), call, version, now, fold })
    }

    pub(crate) fn id(&self) -> CallId {
        self.call.state().id
    }

    pub(crate) fn state(&self) -> &CallState {
        self.call.state()
    }

    /// Lets time pass without a timeout.
    pub(crate) fn wait(&mut self, millis: u64) {
        self.now = self.now + Duration::from_millis(millis);
    }

    pub(crate) async fn input(&mut self, input: Input) -> Result<Reply, Refusal> {
        let mut next = self.call.clone();
        let reply = next.handle_input(self.now, input)?;
        self.save(next).await.expect("the save succeeds");
        Ok(reply)
    }

    /// An input that the call must accept.
    pub(crate) async fn must(&mut self, input: Input) {
        self.input(input).await.expect("the input is accepted");
    }

    pub(crate) async fn timeout(&mut self) {
        if let Some(due) = self.call.poll_timeout() {
            self.now = self.now.max(due);
            let mut next = self.call.clone();
            next.handle_timeout(self.now);
            self.save(next).await.expect("the save succeeds");
        }
    }

    pub(crate) async fn save(&mut self, mut next: Call) -> Result<(), SaveCallError> {
        let events = drain(&mut next);
        let logged: Vec<LoggedEvent> = events.iter().map(logged).collect();
        self.version = self
            .store
            .save_call(self.version, self.call.state(), next.state(), next.poll_timeout(), &logged)
            .await?;
        self.call = next;
        for event in &events {
            self.fold.apply(event).expect("events have no gap");
        }
        Ok(())
    }

    /// What is stored is what is here.
    pub(crate) async fn assert_stored(&self) {
        let stored = self.store.load_call(self.id()).await.expect("a load").expect("a call");
        assert_eq!(stored.state, storable(self.state()));
        assert_eq!(stored.version, self.version);
    }
}

pub(crate) fn new_call(conversation: ConversationId, people: &[UserId]) -> NewCall {
    let (caller, callees) = people.split_first().expect("a caller");
    let invitees = callees.iter().map(|user| invitee(*user)).collect();
    NewCall {
        id: id(),
        conversation,
        shape: if callees.len() == 1 { Shape::Direct } else { Shape::Group },
        kind: CallKind::Video,
        caller: *caller,
        device: Some(device(*caller)),
        live: true,
        invitees,
        mode: RingMode::Ring,
        ring: Duration::from_secs(45),
        metadata: Some(r#"{"b": 1,  "a": "\u0000"}"#.to_owned()),
    }
}

pub(crate) const fn invitee(user: UserId) -> Invitee {
    Invitee { user, reach: Reach::Open, busy: false }
}

pub(crate) fn device(user: UserId) -> DeviceId {
    named_device(&format!("first-{user}"))
}

pub(crate) fn named_device(name: &str) -> DeviceId {
    name.parse().expect("a device")
}

pub(crate) fn answer(user: UserId) -> Input {
    answer_with(user, device(user))
}

pub(crate) fn answer_with(user: UserId, device: DeviceId) -> Input {
    Input::Answer {
        user,
        device: Some(device),
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission: None,
    }
}

/// The state less what is not stored by design.
pub(crate) fn storable(state: &CallState) -> CallState {
    let mut state = state.clone();
    for participant in &mut state.participants {
        participant.seat.transport_failed = false;
        participant.seat.direct_ready = false;
    }
    state
}

pub(crate) fn logged(stamped: &Stamped) -> LoggedEvent {
    let payload = json!({ "event": format!("{:?}", stamped.event), "zero": "a\u{0}b" });
    LoggedEvent { seq: stamped.seq, name: "call:event".to_owned(), at: stamped.at, payload }
}

fn drain(call: &mut Call) -> Vec<Stamped> {
    let outputs = std::iter::from_fn(|| call.poll_output());
    outputs
        .filter_map(|output| match output {
            Output::Event(stamped) => Some(stamped),
            Output::Effect(_) => None,
        })
        .collect()
}

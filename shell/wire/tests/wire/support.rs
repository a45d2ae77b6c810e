//! A call of two or three people, driven by the real machine.

use std::time::Duration;

use call::{
    Call, CallKind, Input, Invitee, MediaPatch, NewCall, Output, Policy, Reach, RingMode, Shape,
    Stamped,
};
use vocab::{CallId, ConversationId, DeviceId, UnixMillis, UserId, Uuid};
use wire::Profile;

pub(crate) const START: i64 = 1_736_519_400_000; // 2025-01-10T14:30:00Z

pub(crate) fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn device(name: &str) -> DeviceId {
    DeviceId::named(name).expect("a valid name")
}

pub(crate) fn at(seconds: u64) -> UnixMillis {
    UnixMillis::from_millis(START) + Duration::from_secs(seconds)
}

/// Everybody is called `Person <last digit>`.
pub(crate) fn people(user: UserId) -> Profile {
    let digit = user.to_string().chars().last().expect("an id has digits");
    Profile {
        name: format!("Person {digit}").into(),
        identifier: format!("p{digit}@example.com").into(),
    }
}

/// Person 1 calls the others.
pub(crate) fn call_of(callees: &[u128], metadata: Option<&str>) -> Call {
    let invitees = callees
        .iter()
        .map(|one| Invitee { user: user(*one), reach: Reach::Open, busy: false })
        .collect();
    let new = NewCall {
        id: CallId::from_uuid(Uuid::from_u128(0xca11)),
        conversation: ConversationId::from_uuid(Uuid::from_u128(0xc0)),
        shape: if callees.len() == 1 { Shape::Direct } else { Shape::Group },
        kind: CallKind::Video,
        caller: user(1),
        device: Some(device("tab-1")),
        live: true,
        invitees,
        mode: RingMode::Ring,
        ring: Duration::from_secs(45),
        metadata: metadata.map(str::to_owned),
    };
    Call::initiate(at(0), new, Policy::default())
}

pub(crate) fn answer(number: u128, name: DeviceId) -> Input {
    Input::Answer {
        user: user(number),
        device: Some(name),
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission: None,
    }
}

/// The state events that are queued.
pub(crate) fn events(call: &mut Call) -> Vec<Stamped> {
    let mut events = Vec::new();
    while let Some(output) = call.poll_output() {
        if let Output::Event(stamped) = output {
            events.push(stamped);
        }
    }
    events
}

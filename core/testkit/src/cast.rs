//! People and devices with fixed ids, and new calls between them.

use std::time::Duration;

use call::{CallKind, Invitee, NewCall, Reach, RingMode, Shape};
use vocab::{CallId, ConversationId, DeviceId, UnixMillis, UserId, Uuid};

/// Where every virtual clock starts: far from the epoch, a round number in a log.
const START_MILLIS: i64 = 1_700_000_000_000;

/// The moment this many milliseconds after the start of the test.
#[must_use]
pub const fn at(millis: i64) -> UnixMillis {
    UnixMillis::from_millis(START_MILLIS + millis)
}

/// The person with this number; 0 is the caller.
#[must_use]
pub const fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(0xa000 + number))
}

/// A named device of a person.
///
/// # Panics
/// Never: the name has the right form.
#[must_use]
pub fn device(owner: u128, number: usize) -> DeviceId {
    DeviceId::named(&format!("u{owner}-d{number}")).expect("a short ASCII name")
}

/// A socket of a client that names no device.
///
/// # Panics
/// Never: the name has the right form.
#[must_use]
pub fn socket_device(owner: u128, number: usize) -> DeviceId {
    DeviceId::of_socket(&format!("u{owner}s{number}")).expect("a short ASCII name")
}

/// Somebody who may be reached and is free.
#[must_use]
pub const fn invitee(number: u128) -> Invitee {
    Invitee { user: user(number), reach: Reach::Open, busy: false }
}

/// Person 0 calls person 1 by voice, with device 0, online.
#[must_use]
pub fn direct_call() -> NewCall {
    NewCall {
        id: CallId::from_uuid(Uuid::from_u128(0xca11)),
        conversation: ConversationId::from_uuid(Uuid::from_u128(0xc0)),
        shape: Shape::Direct,
        kind: CallKind::Audio,
        caller: user(0),
        device: Some(device(0, 0)),
        live: true,
        invitees: vec![invitee(1)],
        mode: RingMode::Ring,
        ring: Duration::from_secs(45),
        metadata: None,
    }
}

/// Person 0 calls persons 1 to `callees` by video.
#[must_use]
pub fn group_call(callees: u128) -> NewCall {
    NewCall {
        shape: Shape::Group,
        kind: CallKind::Video,
        invitees: (1..=callees).map(invitee).collect(),
        ..direct_call()
    }
}

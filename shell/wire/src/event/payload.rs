//! From the machine's state events to what is sent and logged.

use call::{CallState, Event, ParticipantStatus, Role, Stamped};
use serde::Serialize;
use serde_json::Value;
use vocab::{DeviceId, UnixMillis, UserId};

use crate::body::millis;
use crate::event::{
    AcceptedEvent, CancelledEvent, EndedEvent, HandChangedEvent, HostChangedEvent, IncomingEvent,
    MediaChangedEvent, MissedEvent, ParticipantJoinedEvent, ParticipantLeftEvent,
    ParticipantReconnectedEvent, ParticipantReconnectingEvent, ParticipantUpdatedEvent,
    RejectedEvent, RingingEvent, TopologyChangedEvent,
};
use crate::field::shown_device;
use crate::{People, Wire};

/// The socket name of a state event.
#[must_use]
pub const fn event_name(event: &Event) -> &'static str {
    match event {
        Event::Initiated => "call:incoming",
        Event::Ringing { .. } => "call:ringing",
        Event::Accepted { .. } => "call:accepted",
        Event::Joined { .. } => "call:participant-joined",
        Event::Rejected { .. } => "call:rejected",
        Event::Cancelled { .. } => "call:cancelled",
        Event::Missed { .. } => "call:missed",
        Event::MediaChanged { .. } => "call:media-state-changed",
        Event::ParticipantUpdated { .. } => "call:participant-updated",
        Event::Reconnecting { .. } => "call:participant-reconnecting",
        Event::Reconnected { .. } => "call:participant-reconnected",
        Event::Left { .. } => "call:participant-left",
        Event::HostChanged { .. } => "call:host-changed",
        Event::TopologyChanged { .. } => "call:topology-changed",
        Event::HandChanged { .. } => "call:hand-changed",
        Event::Ended { .. } => "call:ended",
    }
}

/// The name and the payload of a state event. `state` is the call after the command that
/// brought the event about.
#[must_use]
pub fn event_payload(
    stamped: &Stamped,
    state: &CallState,
    people: &dyn People,
) -> (&'static str, Value) {
    (event_name(&stamped.event), Translator { stamped, state, people }.payload())
}

struct Translator<'a> {
    stamped: &'a Stamped,
    state: &'a CallState,
    people: &'a dyn People,
}

/// Builds a payload with the three fields that all state events have.
macro_rules! stamp {
    ($self:ident, $name:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {
        json(&$name {
            call_id: Wire($self.state.id),
            seq: $self.stamped.seq,
            at: Wire($self.stamped.at),
            $($field $(: $value)?,)*
        })
    };
}

impl Translator<'_> {
    fn payload(&self) -> Value {
        match &self.stamped.event {
            Event::Initiated => self.initiated(),
            Event::Ringing { user, busy } => {
                stamp!(self, RingingEvent { user_id: Wire(*user), busy: *busy })
            }
            Event::Accepted { user, device, started_at } => {
                self.accepted(*user, device.as_ref(), *started_at)
            }
            Event::Joined { user, device, role, media } => {
                let (user_name, user_identifier) = self.names(*user);
                stamp!(
                    self,
                    ParticipantJoinedEvent {
                        user_id: Wire(*user),
                        user_name,
                        user_identifier,
                        device_id: shown_device(device.as_ref()),
                        role: Wire(*role),
                        media_state: (*media).into(),
                    }
                )
            }
            Event::Rejected { user, reason } => {
                stamp!(self, RejectedEvent { user_id: Wire(*user), reason: Wire(*reason) })
            }
            Event::Cancelled { by } => stamp!(self, CancelledEvent { by: Wire(*by) }),
            Event::Missed { users, reason } => {
                let user_ids = users.iter().copied().map(Wire).collect();
                stamp!(self, MissedEvent { user_ids, reason: Wire(*reason) })
            }
            Event::MediaChanged { user, media } => stamp!(
                self,
                MediaChangedEvent { user_id: Wire(*user), media_state: (*media).into() }
            ),
            Event::ParticipantUpdated { user, status, role } => self.updated(*user, *status, *role),
            Event::Reconnecting { user, until } => stamp!(
                self,
                ParticipantReconnectingEvent { user_id: Wire(*user), until: Wire(*until) }
            ),
            Event::Reconnected { user, device } => stamp!(
                self,
                ParticipantReconnectedEvent {
                    user_id: Wire(*user),
                    device_id: shown_device(device.as_ref()),
                }
            ),
            Event::Left { user, reason } => {
                stamp!(self, ParticipantLeftEvent { user_id: Wire(*user), reason: Wire(*reason) })
            }
            Event::HostChanged { host, previous } => {
                stamp!(self, HostChangedEvent { host: Wire(*host), previous_host: Wire(*previous) })
            }
            Event::TopologyChanged { topology } => {
                stamp!(self, TopologyChangedEvent { topology: Wire(*topology) })
            }
            Event::HandChanged { user, raised_at } => stamp!(
                self,
                HandChangedEvent { user_id: Wire(*user), raised_at: raised_at.map(Wire) }
            ),
            Event::Ended { status, reason, ended_by, duration_secs } => stamp!(
                self,
                EndedEvent {
                    reason: Wire(*reason),
                    ended_by: ended_by.map(Wire),
                    status: Wire(*status),
                    duration: *duration_secs,
                }
            ),
        }
    }

    /// The call as it was announced. Whoever rings gets [`crate::event::incoming`] with the
    /// time that is left for them.
    fn initiated(&self) -> Value {
        let ring = millis(self.state.times.ring);
        let event = IncomingEvent::new(self.state, self.people, ring, self.stamped.at);
        json(&IncomingEvent { seq: self.stamped.seq, at: Wire(self.stamped.at), ..event })
    }

    fn accepted(&self, user: UserId, device: Option<&DeviceId>, started_at: UnixMillis) -> Value {
        let (user_name, user_identifier) = self.names(user);
        stamp!(
            self,
            AcceptedEvent {
                user_id: Wire(user),
                user_name,
                user_identifier,
                device_id: shown_device(device),
                started_at: Wire(started_at),
            }
        )
    }

    fn updated(&self, user: UserId, status: ParticipantStatus, role: Role) -> Value {
        let (user_name, user_identifier) = self.names(user);
        stamp!(
            self,
            ParticipantUpdatedEvent {
                user_id: Wire(user),
                user_name,
                user_identifier,
                status: Wire(status),
                role: Wire(role),
            }
        )
    }

    fn names(&self, user: UserId) -> (String, String) {
        let profile = self.people.profile(user);
        (profile.name.as_ref().to_owned(), profile.identifier.as_ref().to_owned())
    }
}

/// Payloads are plain structs of strings and numbers: they always have a JSON form.
fn json<T: Serialize>(payload: &T) -> Value {
    serde_json::to_value(payload).unwrap_or_default()
}

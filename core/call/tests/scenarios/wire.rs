//! The wire form of events, effects and views: names and camelCase fields of the protocol,
//! with the people's names for ids and virtual milliseconds for times.

use call::{CallState, CallView, Effect, Event, MediaState, ParticipantView, Stamped, Topology};
use serde_json::{Map, Value, json};
use testkit::at;
use vocab::{DeviceId, UnixMillis};

use crate::cast::name;

/// Milliseconds since the start of the scenario.
pub(crate) fn millis(time: UnixMillis) -> i64 {
    time.as_millis() - at(0).as_millis()
}

/// A state event: name and payload without `callId`, `seq`, `userName` and `userIdentifier`.
pub(crate) fn event(stamped: &Stamped) -> (&'static str, Value) {
    match &stamped.event {
        Event::Initiated => ("call:incoming", json!({})),
        Event::Ringing { user, busy } => {
            ("call:ringing", json!({ "userId": name(*user), "busy": busy }))
        }
        Event::Accepted { user, device, started_at } => {
            let mut payload = with_device(json!({ "userId": name(*user) }), device.as_ref());
            payload["startedAt"] = json!(millis(*started_at));
            ("call:accepted", payload)
        }
        Event::Joined { user, device, role, media: sent } => {
            let payload = json!({
                "userId": name(*user), "role": role.as_str(), "mediaState": media(*sent),
            });
            ("call:participant-joined", with_device(payload, device.as_ref()))
        }
        Event::Rejected { user, reason } => {
            ("call:rejected", json!({ "userId": name(*user), "reason": reason.as_str() }))
        }
        Event::Cancelled { by } => ("call:cancelled", json!({ "by": name(*by) })),
        Event::Missed { users, reason } => {
            let users: Vec<String> = users.iter().map(|user| name(*user)).collect();
            ("call:missed", json!({ "userIds": users, "reason": reason.as_str() }))
        }
        Event::MediaChanged { user, media: sent } => {
            let payload = json!({ "userId": name(*user), "mediaState": media(*sent) });
            ("call:media-state-changed", payload)
        }
        Event::ParticipantUpdated { user, status, role } => {
            let (status, role) = (status.as_str(), role.as_str());
            let payload = json!({ "userId": name(*user), "status": status, "role": role });
            ("call:participant-updated", payload)
        }
        Event::Reconnecting { user, until } => {
            let payload = json!({ "userId": name(*user), "until": millis(*until) });
            ("call:participant-reconnecting", payload)
        }
        Event::Reconnected { user, device } => {
            let payload = with_device(json!({ "userId": name(*user) }), device.as_ref());
            ("call:participant-reconnected", payload)
        }
        Event::Left { user, reason } => {
            let payload = json!({ "userId": name(*user), "reason": reason.as_str() });
            ("call:participant-left", payload)
        }
        Event::HostChanged { host, previous } => {
            let payload = json!({ "host": name(*host), "previousHost": name(*previous) });
            ("call:host-changed", payload)
        }
        Event::TopologyChanged { topology } => {
            ("call:topology-changed", json!({ "topology": topology.as_str() }))
        }
        Event::HandChanged { user, raised_at } => {
            let payload = json!({ "userId": name(*user), "raisedAt": raised_at.map(millis) });
            ("call:hand-changed", payload)
        }
        Event::Ended { status, reason, ended_by, duration_secs } => {
            let payload = json!({
                "status": status.as_str(),
                "reason": reason.as_str(),
                "endedBy": ended_by.map(name),
                "duration": duration_secs,
            });
            ("call:ended", payload)
        }
    }
}

fn with_device(mut payload: Value, device: Option<&DeviceId>) -> Value {
    // What a server calls a client that names no device is nobody else's business.
    if let Some(device) = device.filter(|device| !device.is_unnamed()) {
        payload["deviceId"] = json!(device.as_str());
    }
    payload
}

/// What an effect writes to single devices: whose, which, name and payload. `None` for what
/// no device sees.
pub(crate) fn effect(effect: &Effect, state: &CallState, now: UnixMillis) -> Option<Told> {
    let left = |user| {
        let until = state.participant(user).and_then(|one| one.ring.expires_at);
        until.map_or(0, |until| until.saturating_since(now).as_millis())
    };
    let busy = |user| state.participant(user).is_some_and(|one| one.ring.busy);
    let told = |user, only: Option<DeviceId>, except: Option<DeviceId>, event, payload| {
        Some(Told { user: name(user), only, except, event, payload })
    };
    match effect.clone() {
        Effect::Ring { user, device } => {
            let left = u64::try_from(left(user)).unwrap_or(u64::MAX);
            let payload = json!({ "ringTimeoutMs": left, "busy": busy(user) });
            told(user, device, None, "call:incoming", payload)
        }
        Effect::Notify { user, device } => {
            told(user, device, None, "call:state", json!({ "notify": true }))
        }
        Effect::StopRinging { user, except, reason } => {
            let payload = json!({ "reason": reason.as_str() });
            told(user, None, except, "call:ring-stopped", payload)
        }
        Effect::HandOff { user, device } => {
            let payload = json!({ "reason": call::StopReason::HandedOff.as_str() });
            told(user, Some(device), None, "call:ring-stopped", payload)
        }
        Effect::AskToUnmute { user, by } => {
            let seat = state.participant(user).and_then(|one| one.seat.device.clone());
            told(user, seat, None, "call:unmute-requested", json!({ "byUserId": name(by) }))
        }
        Effect::ReleaseHeld { .. } | Effect::DropHeld { .. } | Effect::Close => None,
    }
}

/// Something written to devices of one person.
pub(crate) struct Told {
    pub(crate) user: String,
    pub(crate) only: Option<DeviceId>,
    pub(crate) except: Option<DeviceId>,
    pub(crate) event: &'static str,
    pub(crate) payload: Value,
}

/// A view as `call:state` tells it, without what is as it mostly is: the topology `mesh`, hands
/// that are down.
pub(crate) fn view(view: &CallView) -> Value {
    let mut shown = json!({
        "rev": view.rev,
        "type": view.kind.as_str(),
        "status": view.status.as_str(),
        "host": name(view.host),
        "startedAt": view.started_at.map(millis),
        "endedAt": view.ended_at.map(millis),
        "endReason": view.end_reason.map(call::EndReason::as_str),
        "participants": view.participants.iter().map(participant).collect::<Vec<_>>(),
    });
    if view.topology != Topology::Mesh {
        shown["topology"] = json!(view.topology.as_str());
    }
    shown
}

fn participant(one: &ParticipantView) -> Value {
    let mut fields = Map::new();
    fields.insert("userId".into(), json!(name(one.user)));
    fields.insert("status".into(), json!(one.status.as_str()));
    fields.insert("role".into(), json!(one.role.as_str()));
    fields.insert("mediaState".into(), media(one.media));
    fields.insert("reconnectingUntil".into(), json!(one.reconnecting_until.map(millis)));
    if let Some(raised_at) = one.hand_raised_at {
        fields.insert("handRaisedAt".into(), json!(millis(raised_at)));
    }
    Value::Object(fields)
}

fn media(media: MediaState) -> Value {
    json!({
        "audioEnabled": media.audio_enabled,
        "videoEnabled": media.video_enabled,
        "screenSharing": media.screen_sharing,
    })
}

//! The commands of the scenarios as inputs of the call.

use std::time::Duration;

use call::{
    Admission, BusyPolicy, Capabilities, Capability, Input, Invitee, MediaPatch, NewCall, Policy,
    Reach, Refusal, RejectReason, Reply, RingMode, Role, SfuPolicy,
};
use serde_json::Value;
use testkit::direct_call;
use vocab::{DeviceId, UserId};

use crate::cast::{device, user};

/// The text of a field, or nothing.
pub(crate) fn word<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value[field].as_str()
}

fn parsed<T: std::str::FromStr>(value: &Value, field: &str) -> Option<T> {
    word(value, field)
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{field}: {text} is no known word")))
}

fn user_in(value: &Value, field: &str) -> UserId {
    user(word(value, field).unwrap_or_else(|| panic!("{field} is missing in {value}")))
}

fn device_in(step: &Value) -> Option<DeviceId> {
    word(step, "device").map(device)
}

/// The policy of a scenario: the defaults with what it changes.
pub(crate) fn policy(scenario: &Value) -> Policy {
    let rules = &scenario["policy"];
    let default = Policy::default();
    let number = |field: &str| rules[field].as_u64().and_then(|value| usize::try_from(value).ok());
    let withheld: Vec<Capability> = rules["withheld"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|word| word.as_str().expect("a word").parse().expect("a capability"))
        .collect();
    Policy {
        busy: if word(rules, "busy") == Some("reject") {
            BusyPolicy::Reject
        } else {
            BusyPolicy::Waiting
        },
        max_joined: number("maxJoined").unwrap_or(default.max_joined),
        max_duration: rules["maxDurationMs"]
            .as_u64()
            .map_or(default.max_duration, Duration::from_millis),
        sfu: match word(rules, "sfu") {
            Some("auto") => SfuPolicy::Auto,
            Some("only") => SfuPolicy::Only,
            _ => SfuPolicy::Off,
        },
        withheld: Capabilities::of(&withheld),
        ..default
    }
}

/// The new call of a scenario; `live` = whether the caller's device is online.
pub(crate) fn new_call(scenario: &Value, live: bool) -> NewCall {
    let call = &scenario["call"];
    let invitees = call["invitees"].as_array().expect("invitees").iter().map(invitee);
    let mode: Option<RingMode> = parsed(call, "ring");
    NewCall {
        shape: parsed(call, "shape").expect("a shape"),
        kind: parsed(call, "type").expect("a type"),
        caller: user_in(call, "caller"),
        device: device_in(call),
        live,
        invitees: invitees.collect(),
        mode: mode.unwrap_or(RingMode::Ring),
        ..direct_call()
    }
}

fn invitee(value: &Value) -> Invitee {
    let Some(name) = value.as_str() else {
        let reach = match word(value, "reach") {
            Some("do-not-disturb") => Reach::DoNotDisturb,
            Some("blocked") => Reach::Blocked,
            _ => Reach::Open,
        };
        let busy = value["busy"] == true;
        return Invitee { user: user_in(value, "userId"), reach, busy };
    };
    Invitee { user: user(name), reach: Reach::Open, busy: false }
}

/// The input of a step; `None` for `wait`. The stage knows which devices are online.
pub(crate) fn input(step: &Value, live: bool, others_up: bool, seat: u32) -> Option<Input> {
    let by = || user_in(step, "by");
    let bound = || device_in(step).expect("a device");
    let target = || user_in(step, "target");
    let input = match word(step, "do").expect("a command") {
        "wait" => return None,
        "answer" => Input::Answer {
            user: by(),
            device: device_in(step),
            take_over: step["takeOver"] == true,
            live,
            media: patch(step),
            admission: parsed::<Role>(step, "admit").map(|role| Admission { role }),
        },
        "join-on-activation" => Input::JoinOnActivation { user: by(), device: bound() },
        "reject" => {
            let reason = parsed(step, "reason").unwrap_or(RejectReason::Declined);
            Input::Reject { user: by(), reason }
        }
        "end" => Input::End { user: by() },
        "leave" => Input::Leave { user: by() },
        "media" => Input::ChangeMedia { user: by(), patch: patch(step) },
        "ring-delivered" => Input::RingDelivered { user: by() },
        "device-up" => Input::DeviceUp { user: by(), device: bound() },
        "device-down" => Input::DeviceDown { user: by(), device: bound(), others_up },
        "resume" => Input::Resume { user: by(), device: bound(), seat: numbered(step, seat) },
        "signal" => Input::Signalled { user: by(), device: bound() },
        "transport" => {
            let failed = step["failed"] == true;
            Input::ReportTransport { user: by(), device: bound(), failed }
        }
        "invite" => {
            let invitees = step["invitees"].as_array().expect("invitees");
            Input::Invite { by: by(), invitees: invitees.iter().map(invitee).collect() }
        }
        "remove" => Input::Remove { by: word(step, "by").map(user), user: target() },
        "set-role" => {
            let role = parsed(step, "role").expect("a role");
            Input::SetRole { by: by(), user: target(), role }
        }
        "mute" => Input::Mute { by: by(), user: target() },
        "ask-to-unmute" => Input::AskToUnmute { by: by(), user: target() },
        "hand" => {
            let user = word(step, "target").map_or_else(by, user);
            Input::RaiseHand { by: by(), user, raised: step["raised"] == true }
        }
        "react" => Input::React { user: by() },
        "media-ready" => Input::MediaReady { user: by(), seat: numbered(step, seat) },
        "media-lost" => {
            let silent_for = Duration::from_millis(step["silentMs"].as_u64().unwrap_or(0));
            Input::MediaLost { user: by(), seat: numbered(step, seat), silent_for }
        }
        "direct-ready" => Input::DirectReady { user: by(), device: bound() },
        "replace" => Input::Replace { user: by() },
        "server-restart" => Input::ServerRestarted,
        "terminate" => Input::Terminate { reason: parsed(step, "reason").expect("a reason") },
        other => panic!("{other} is no known command"),
    };
    Some(input)
}

/// The seat that a step names, else the current one.
fn numbered(step: &Value, seat: u32) -> u32 {
    step["seat"].as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(seat)
}

fn patch(step: &Value) -> MediaPatch {
    let media = &step["media"];
    MediaPatch {
        audio_enabled: media["audioEnabled"].as_bool(),
        video_enabled: media["videoEnabled"].as_bool(),
        screen_sharing: media["screenSharing"].as_bool(),
    }
}

/// The word for an accepted command.
pub(crate) const fn reply(reply: Reply) -> &'static str {
    match reply {
        Reply::Done => "done",
        Reply::Left => "left",
        Reply::Ended => "ended",
        Reply::Waiting => "waiting",
    }
}

/// The word for a refused command: the error code of the protocol.
pub(crate) const fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound => "call_not_found",
        Refusal::CallEnded => "call_ended",
        Refusal::NotActive => "call_not_active",
        Refusal::AnsweredElsewhere => "answered_elsewhere",
        Refusal::AlreadyAnswered => "already_answered",
        Refusal::OwnCall => "own_call",
        Refusal::Full => "full",
        Refusal::NotJoined => "not_joined",
        Refusal::Removed => "removed",
        Refusal::Forbidden(_) => "capability_missing",
        Refusal::SeatGone => "seat_gone",
        Refusal::TargetNotInCall => "target_not_in_call",
        Refusal::TargetGone => "target_gone",
        Refusal::NotThisDevice => "not_this_device",
        Refusal::TopologySfu => "topology_sfu",
        Refusal::TopologyMesh => "topology_mesh",
    }
}

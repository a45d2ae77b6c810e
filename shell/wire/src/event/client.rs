//! What clients send, other than signals: the acknowledged twins of the REST actions, and
//! what only a socket does.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::{AnswerRequest, CallBody, LoggedEventBody, MediaRequest, RejectRequest};
use crate::event::MediaPeer;
use crate::field;
use crate::{Secret, Wire};

/// `call:end`, `call:leave`, `call:get`: which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallTarget {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
}

/// `call:accept` and `call:join`: REST `answer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct AcceptEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// Ignored: a socket's device is known.
    #[garde(skip)]
    pub device_id: Option<field::DeviceId>,
    /// Take the call over from another device of the same user.
    #[garde(skip)]
    pub take_over: Option<bool>,
    /// Start with the microphone on or off; on when left out.
    #[garde(skip)]
    pub audio_enabled: Option<bool>,
    /// Start with the camera on or off; by the type of the call when left out.
    #[garde(skip)]
    pub video_enabled: Option<bool>,
}

impl AcceptEvent {
    /// The body of the REST twin. The fields stand here once more because a flattened body
    /// loses the path of a wrong field.
    #[must_use]
    pub fn request(self) -> AnswerRequest {
        let Self { call_id: _, device_id, take_over, audio_enabled, video_enabled } = self;
        AnswerRequest { device_id, take_over, audio_enabled, video_enabled }
    }
}

/// `call:reject`: REST `reject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct RejectEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// `declined` when left out.
    #[garde(skip)]
    pub reason: Option<field::RejectReason>,
}

impl RejectEvent {
    /// The body of the REST twin.
    #[must_use]
    pub const fn request(self) -> RejectRequest {
        RejectRequest { reason: self.reason }
    }
}

/// `call:media`: REST `media`; what is left out stays, no other field is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[garde(custom(at_least_one))]
#[ts(optional_fields)]
pub struct MediaEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// Switch the microphone.
    #[garde(skip)]
    pub audio_enabled: Option<bool>,
    /// Switch the camera.
    #[garde(skip)]
    pub video_enabled: Option<bool>,
    /// Start or stop sharing a screen.
    #[garde(skip)]
    pub screen_sharing: Option<bool>,
}

fn at_least_one(event: &MediaEvent, (): &()) -> garde::Result {
    event.request().validate().map_err(|_| {
        garde::Error::new("give at least one of audioEnabled, videoEnabled, screenSharing")
    })
}

impl MediaEvent {
    /// The body of the REST twin.
    #[must_use]
    pub const fn request(&self) -> MediaRequest {
        MediaRequest {
            audio_enabled: self.audio_enabled,
            video_enabled: self.video_enabled,
            screen_sharing: self.screen_sharing,
        }
    }
}

/// `call:invite`: calls further members into a running call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct InviteEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// Whom.
    #[garde(length(min = 1, max = 100))]
    pub user_ids: Vec<field::UserId>,
}

/// `call:remove`, `call:mute`, `call:ask-to-unmute`: which participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantTarget {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// Whom.
    #[garde(skip)]
    pub user_id: field::UserId,
}

/// `call:set-role`: gives a participant another role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoleEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// Whose.
    #[garde(skip)]
    pub user_id: field::UserId,
    /// Which; `host` passes the call on.
    #[garde(skip)]
    pub role: field::Role,
}

/// `call:resume`: takes the seat again after a lost connection or a page reload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ResumeEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// From the answer to initiate, accept, join or the last resume; a client without one
    /// only catches up on events.
    #[garde(length(max = 2048))]
    pub resume_token: Option<Secret>,
    /// The number of the newest state event the client has; 0 when left out.
    #[garde(skip)]
    pub last_seq: Option<u64>,
}

/// The acknowledgement of `call:resume`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ResumeResponse {
    /// Which call.
    pub call_id: field::CallId,
    /// The call as it is now.
    pub call: CallBody,
    /// The state events after `lastSeq`, in order and without gaps up to `call.rev`; empty
    /// when there are too many, and then `call` alone says it all.
    pub events: Vec<LoggedEventBody>,
    /// For the next resume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resume_token: Option<Secret>,
}

impl ResumeResponse {
    /// The acknowledgement with the call as it is now.
    #[must_use]
    pub const fn new(
        call: CallBody,
        events: Vec<LoggedEventBody>,
        resume_token: Option<Secret>,
    ) -> Self {
        Self { call_id: Wire(call.id.0), call, events, resume_token }
    }
}

/// `call:transport-state`: how the device's media connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct TransportStateEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// How it is.
    #[garde(skip)]
    pub state: TransportState,
    /// Which way it leads; `direct` when left out.
    #[garde(skip)]
    pub leg: Option<TransportLeg>,
    /// With `sfu`: which of the two connections; both when left out.
    #[garde(skip)]
    pub transport: Option<MediaPeer>,
}

/// Which way a media connection leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum TransportLeg {
    /// To the other participants.
    Direct,
    /// To the server's media.
    Sfu,
}

/// The state of a media connection (`RTCPeerConnectionState`); `failed` means for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum TransportState {
    /// Being made.
    Connecting,
    /// Up.
    Connected,
    /// Down, and may come back.
    Disconnected,
    /// Given up.
    Failed,
}

//! Accepting a ring, and joining late.

use call::{CallState, MediaPatch};
use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use vocab::UserId;

use crate::body::{CallExtras, MediaStateBody, ParticipantBody};
use crate::field::{self, shown_device};
use crate::{People, Secret, Wire};

/// `POST /api/calls/:callId/answer`; the body may be empty or missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct AnswerRequest {
    /// The answering device; also taken from `X-Device-Id`, or from the socket.
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

impl AnswerRequest {
    /// What they start with, beyond the default of the call's type.
    #[must_use]
    pub const fn media(&self) -> MediaPatch {
        MediaPatch {
            audio_enabled: self.audio_enabled,
            video_enabled: self.video_enabled,
            screen_sharing: None,
        }
    }
}

/// The answer to an accept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerResponse {
    /// Which call.
    pub call_id: field::CallId,
    /// `active`; still `ringing` for somebody who joins when the call is answered.
    pub status: field::CallStatus,
    /// How media travels: whoever joins a call that is on its way to the server makes no direct
    /// links.
    pub topology: field::Topology,
    /// The first accept; null while nobody has accepted.
    pub started_at: Option<field::Timestamp>,
    /// The number of the newest state event.
    pub seq: u64,
    /// The device that sits in the call, when it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device_id: Option<field::DeviceId>,
    /// Takes the seat again after a page reload (`call:resume`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resume_token: Option<Secret>,
    /// Everybody in the call.
    pub participants: Vec<ParticipantBody>,
    /// What the answering participant starts with.
    pub media_state: MediaStateBody,
}

impl AnswerResponse {
    /// The answer for a participant; `None` when they have no part in the call.
    #[must_use]
    pub fn new(
        state: &CallState,
        user: UserId,
        people: &dyn People,
        resume_token: Option<Secret>,
    ) -> Option<Self> {
        let me = state.participant(user)?;
        Some(Self {
            call_id: Wire(state.id),
            status: Wire(state.status),
            topology: Wire(state.topology),
            started_at: state.times.started_at.map(Wire),
            seq: state.seq,
            device_id: shown_device(me.seat.device.as_ref()),
            resume_token,
            participants: ParticipantBody::all(state, people, &CallExtras::default()),
            media_state: me.media.into(),
        })
    }
}

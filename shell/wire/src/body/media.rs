//! Microphone, camera and screen.

use call::{MediaPatch, MediaState};
use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Microphone, camera and screen of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "MediaState")]
#[schema(as = MediaState)]
pub struct MediaStateBody {
    /// The microphone is on.
    pub audio_enabled: bool,
    /// The camera is on.
    pub video_enabled: bool,
    /// A screen is shared.
    pub screen_sharing: bool,
}

/// `PATCH /api/calls/:callId/media`: what is left out stays. At least one field is needed,
/// and no other field is allowed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[garde(custom(at_least_one))]
#[ts(optional_fields)]
pub struct MediaRequest {
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

fn at_least_one(request: &MediaRequest, (): &()) -> garde::Result {
    if MediaPatch::from(*request) == MediaPatch::default() {
        return Err(garde::Error::new(
            "give at least one of audioEnabled, videoEnabled, screenSharing",
        ));
    }
    Ok(())
}

/// The answer to a change of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct MediaResponse {
    /// Always true.
    #[ts(type = "true")]
    pub success: bool,
    /// What holds now.
    pub media_state: MediaStateBody,
}

impl MediaResponse {
    /// The answer with the state that holds now.
    #[must_use]
    pub fn new(media: MediaState) -> Self {
        Self { success: true, media_state: media.into() }
    }
}

impl From<MediaState> for MediaStateBody {
    fn from(media: MediaState) -> Self {
        Self {
            audio_enabled: media.audio_enabled,
            video_enabled: media.video_enabled,
            screen_sharing: media.screen_sharing,
        }
    }
}

impl From<MediaRequest> for MediaPatch {
    fn from(request: MediaRequest) -> Self {
        Self {
            audio_enabled: request.audio_enabled,
            video_enabled: request.video_enabled,
            screen_sharing: request.screen_sharing,
        }
    }
}

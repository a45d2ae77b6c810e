//! What a participant sends: microphone, camera, screen.

use vocab::UserId;

use crate::input::Reply;
use crate::machine::Call;
use crate::{CallKind, Capability, Event, ParticipantStatus, Refusal};

/// Microphone, camera and screen of a participant (`call_participants.media_state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaState {
    /// The microphone is on.
    pub audio_enabled: bool,
    /// The camera is on.
    pub video_enabled: bool,
    /// A screen is shared.
    pub screen_sharing: bool,
}

impl MediaState {
    /// What a participant starts with.
    #[must_use]
    pub const fn initial(kind: CallKind) -> Self {
        Self {
            audio_enabled: true,
            video_enabled: matches!(kind, CallKind::Video),
            screen_sharing: false,
        }
    }

    /// This state with a patch applied.
    #[must_use]
    pub fn patched(self, patch: MediaPatch) -> Self {
        Self {
            audio_enabled: patch.audio_enabled.unwrap_or(self.audio_enabled),
            video_enabled: patch.video_enabled.unwrap_or(self.video_enabled),
            screen_sharing: patch.screen_sharing.unwrap_or(self.screen_sharing),
        }
    }
}

/// A change of some of the three; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MediaPatch {
    /// New state of the microphone.
    pub audio_enabled: Option<bool>,
    /// New state of the camera.
    pub video_enabled: Option<bool>,
    /// New state of the screen share.
    pub screen_sharing: Option<bool>,
}

impl MediaPatch {
    /// The rights that switching on what this patch switches on needs.
    fn needed(self) -> impl Iterator<Item = Capability> {
        [
            (self.audio_enabled, Capability::Speak),
            (self.video_enabled, Capability::Camera),
            (self.screen_sharing, Capability::Screen),
        ]
        .into_iter()
        .filter_map(|(on, capability)| (on == Some(true)).then_some(capability))
    }
}

impl Call {
    /// Changes what a joined participant sends. Switching off is always allowed.
    pub(crate) fn change_media(
        &mut self,
        user: UserId,
        patch: MediaPatch,
    ) -> Result<Reply, Refusal> {
        let me = self.known(user)?;
        self.still_running()?;
        if me.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined);
        }
        for capability in patch.needed() {
            self.authorize(user, capability)?;
        }
        let before = self.known(user)?.media;
        let after = before.patched(patch);
        if after != before {
            self.edit(user, |me| me.media = after);
            self.emit(Event::MediaChanged { user, media: after });
        }
        Ok(Reply::Done)
    }

    /// Takes away what a participant may not send, before they join or after a change of
    /// rights.
    pub(crate) fn allowed_media(&self, user: UserId, wanted: MediaState) -> MediaState {
        let may = |capability| crate::rights::may(&self.state, &self.policy, user, capability);
        MediaState {
            audio_enabled: wanted.audio_enabled && may(Capability::Speak),
            video_enabled: wanted.video_enabled && may(Capability::Camera),
            screen_sharing: wanted.screen_sharing && may(Capability::Screen),
        }
    }
}

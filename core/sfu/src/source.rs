//! What a participant may send.

mod live;

pub(crate) use live::Source;

use crate::Member;

/// One of the four things that a participant sends. The publisher connection carries them in
/// sections of their kind: the first sound is the microphone and the second that of a screen, the
/// first picture is the camera and the second the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// Sound of the microphone.
    Microphone,
    /// The camera's picture.
    Camera,
    /// A shared screen.
    Screen,
    /// The sound of a shared screen.
    ScreenAudio,
}

/// A source of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourceId {
    pub(crate) member: Member,
    pub(crate) kind: SourceKind,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Screen, Self::ScreenAudio];

    /// Whether it is heard rather than seen.
    #[must_use]
    pub const fn is_audio(self) -> bool {
        matches!(self, Self::Microphone | Self::ScreenAudio)
    }
}

//! One section of a subscriber's connection.

use ::rtp::{ExtensionNumbers, StreamSpec};
use ::sfu::gate::{HeaderExtension, Sdp};
use ::sfu::{CodecSet, SlotKind};
use str0m::media::Mid;
use str0m::rtp::Ssrc;

/// A section.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) mid: Mid,
    pub(super) kind: SlotKind,
    /// Known once the section was answered.
    pub(super) stream: Option<Stream>,
    pub(super) codecs: CodecSet,
}

/// What is sent in a section.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stream {
    pub(super) ssrc: Ssrc,
    /// Of what is sent again.
    pub(super) rtx: Option<Ssrc>,
    /// Something was sent by the library. It looks through all streams that it has many times in
    /// every turn, so it has none before.
    pub(super) begun: bool,
}

impl Slot {
    /// What is sent there, when media goes beside the library.
    pub(super) fn spec(&self, answer: &Sdp) -> Option<StreamSpec> {
        let Stream { ssrc, rtx, .. } = self.stream?;
        let section = answer.sections.iter().find(|section| section.mid == *self.mid)?;
        let number = |wanted| {
            let mut numbers = section.extensions.iter();
            numbers.find(|(_, extension)| *extension == wanted).map(|(number, _)| *number)
        };
        Some(StreamSpec {
            ssrc: *ssrc,
            rtx: rtx.map(|rtx| *rtx),
            mid: self.mid.to_string(),
            numbers: ExtensionNumbers {
                mid: number(HeaderExtension::Mid),
                audio_level: number(HeaderExtension::AudioLevel),
                video_orientation: number(HeaderExtension::VideoOrientation),
                playout_delay: number(HeaderExtension::PlayoutDelay),
            },
        })
    }
}

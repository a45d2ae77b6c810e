//! Media that goes through the server: what a device wants to see, what it gets, who speaks.
//! Not numbered, not logged.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::field;

/// `call:subscribe`: what a device wants to see of a call whose media goes through the
/// server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct SubscribeEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// All that it wants to see; what is not listed is not sent.
    #[garde(length(max = 100), dive)]
    pub slots: Vec<SlotRequest>,
}

/// One picture or sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SlotRequest {
    /// Whose.
    #[garde(skip)]
    pub user_id: field::UserId,
    /// Which of theirs.
    #[garde(skip)]
    pub source: SlotSource,
    /// The width it is shown with, in pixels.
    #[garde(range(max = 8192))]
    pub width: u32,
    /// The height it is shown with, in pixels.
    #[garde(range(max = 8192))]
    pub height: u32,
    /// It must not be given up for others.
    #[garde(skip)]
    pub pinned: Option<bool>,
}

/// What a participant may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SlotSource {
    /// Sound of the microphone.
    Microphone,
    /// The camera's picture.
    Camera,
    /// A shared screen.
    Screen,
    /// The sound of a shared screen.
    ScreenAudio,
}

/// `call:slots`: what comes on each section of the device's subscriber connection. It replaces
/// what was told before; one with a lower `rev` is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SlotsEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// Higher than in the event before.
    pub rev: u64,
    /// All of them, in the order of the sections.
    pub slots: Vec<SlotBody>,
}

/// One section of a subscriber connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SlotBody {
    /// The section's `mid` (RFC 5888).
    pub mid: String,
    /// Sound or picture.
    pub kind: SlotKind,
    /// Whose; null while the section is free.
    pub user_id: Option<field::UserId>,
    /// Which of theirs; null while the section is free.
    pub source: Option<SlotSource>,
    /// Why nothing comes; null while it comes.
    pub paused: Option<SlotPaused>,
}

/// Sound or picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// Sound.
    Audio,
    /// A picture.
    Video,
}

/// Why nothing comes although somebody is shown there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SlotPaused {
    /// The device's network cannot carry it now; it comes back by itself.
    Bandwidth,
    /// It is not shown: it was asked for with 0 pixels.
    Hidden,
    /// The sender sends nothing.
    Sender,
}

/// `call:speakers`: who is speaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SpeakersEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// The loudest first; empty while nobody speaks.
    pub user_ids: Vec<field::UserId>,
}

/// `call:layers`: which layers of the device's own picture anybody watches. The others need
/// not be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LayersEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// `camera` or `screen`.
    pub source: SlotSource,
    /// The smallest picture first; empty while nobody watches. For a picture without
    /// simulcast: `f` alone, or nothing.
    pub rids: Vec<LayerRid>,
}

/// A layer of a picture, by the name it has in the session description (RFC 8852).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum LayerRid {
    /// A quarter of the width and height.
    Q,
    /// Half of the width and height.
    H,
    /// Full size.
    F,
}

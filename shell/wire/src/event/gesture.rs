//! Hands, reactions, and asking somebody to speak.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::field;

/// The most a reaction may hold, in bytes: an emoji with its modifiers, or a short word.
pub const REACTION_MAX_BYTES: usize = 32;

/// `call:hand`: raises the own hand, or lowers the own or somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct HandEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// Up or down.
    #[garde(skip)]
    pub raised: bool,
    /// Whose hand; the own when left out. Somebody else's can only be lowered.
    #[garde(skip)]
    pub user_id: Option<field::UserId>,
}

/// `call:react`: shows a reaction to everybody in the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReactEvent {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// An emoji or a short word: 1 to 32 bytes without control characters.
    #[garde(custom(short_and_printable))]
    pub reaction: String,
}

fn short_and_printable(text: &str, (): &()) -> garde::Result {
    let fits = (1..=REACTION_MAX_BYTES).contains(&text.len());
    if fits && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(garde::Error::new("must have 1 to 32 bytes and no control characters"))
    }
}

/// `call:reaction`: somebody reacts. Not numbered, not logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReactionEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// Who.
    pub user_id: field::UserId,
    /// How: at most 32 bytes of text.
    pub reaction: String,
}

/// `call:unmute-requested`: the device's user is asked to switch their microphone on. It is
/// theirs to do. Not numbered, not logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnmuteRequestedEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// Who asks.
    pub by_user_id: field::UserId,
}

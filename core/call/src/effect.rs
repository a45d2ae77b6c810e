//! What must happen at single devices; never stored, carried out after the commit.

use vocab::{DeviceId, UserId};

use crate::state::{UnknownWord, words};

/// Something to do at the devices of one participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Let devices ring: write `call:incoming`.
    Ring {
        /// Whose.
        user: UserId,
        /// Only this one; `None` = all that are online.
        device: Option<DeviceId>,
    },
    /// Show the call without a sound: write `call:state` with `notify`.
    Notify {
        /// Whose.
        user: UserId,
        /// Only this one; `None` = all that are online.
        device: Option<DeviceId>,
    },
    /// The call is no longer theirs on these devices: write `call:ring-stopped`.
    StopRinging {
        /// Whose.
        user: UserId,
        /// Not this one.
        except: Option<DeviceId>,
        /// Why.
        reason: StopReason,
    },
    /// Another device of the same user took the seat: tell this one.
    HandOff {
        /// Whose.
        user: UserId,
        /// The device that lost it.
        device: DeviceId,
    },
    /// Somebody asks this participant to switch their microphone on: write
    /// `call:unmute-requested` to the device in the call.
    AskToUnmute {
        /// Whom.
        user: UserId,
        /// Who asks.
        by: UserId,
    },
    /// Deliver the offers and candidates that waited for this participant.
    ReleaseHeld {
        /// Whose.
        user: UserId,
    },
    /// Forget what waited for this participant.
    DropHeld {
        /// Whose.
        user: UserId,
    },
    /// The call is over: forget everything held in memory for it.
    Close,
}

words! {
    /// Why a device stops showing a call.
    StopReason, UnknownWord {
        /// Another device of the same user answered.
        AnsweredElsewhere = "answered-elsewhere",
        /// Another device of the same user declined.
        Declined = "declined",
        /// The caller gave up.
        Cancelled = "cancelled",
        /// The ring ran out.
        Timeout = "timeout",
        /// The call ended.
        Ended = "ended",
        /// The participant was removed.
        Removed = "removed",
        /// Another device took the seat.
        HandedOff = "handed-off",
        /// The caller called again.
        Replaced = "replaced",
    }
}

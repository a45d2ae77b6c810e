//! Why a call ended, why a participant left, missed or rejected it (kebab-case words).

use crate::state::words;

/// A reason this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known reason")]
pub struct UnknownReason;

words! {
    /// Why a call ended (`calls.end_reason`).
    EndReason, UnknownReason {
        /// A participant of a direct call hung up.
        EndedByUser = "ended-by-user",
        /// The host ended it for all.
        EndedByHost = "ended-by-host",
        /// Everybody had left for the grace time.
        LastLeft = "last-left",
        /// The caller gave up before an answer.
        Cancelled = "cancelled",
        /// Nobody answered in time.
        Timeout = "timeout",
        /// Every callee declined.
        Rejected = "rejected",
        /// Every callee was in another call.
        Busy = "busy",
        /// No media connection came about.
        ConnectionFailed = "connection-failed",
        /// A participant of a direct call was lost for longer than the resume window.
        ConnectionLost = "connection-lost",
        /// The longest allowed duration was reached.
        MaxDuration = "max-duration",
        /// One person was alone in it for too long.
        AloneTimeout = "alone-timeout",
        /// A participant lost their device and called again.
        Replaced = "replaced",
        /// Nobody came back after the server restarted.
        ServerRestart = "server-restart",
        /// The server was full.
        Capacity = "capacity",
        /// The conversation was deleted.
        ConversationDeleted = "conversation-deleted",
        /// A fault of the server.
        InternalError = "internal-error",
    }
}

words! {
    /// Why a participant is no longer in the call.
    LeaveReason, UnknownReason {
        /// They hung up.
        Left = "left",
        /// Somebody removed them, or they lost their membership.
        Removed = "removed",
        /// Their device was lost for longer than the resume window.
        ConnectionLost = "connection-lost",
        /// They joined a call that was to go through the server, and their media did not come
        /// about.
        ConnectionFailed = "connection-failed",
        /// They called again from a new device.
        Replaced = "replaced",
        /// The call ended while they were in it.
        CallEnded = "call-ended",
    }
}

words! {
    /// Why a participant missed the call.
    MissReason, UnknownReason {
        /// The ring ran out.
        Timeout = "timeout",
        /// The caller gave up.
        Cancelled = "cancelled",
        /// The call ended while they were still being called.
        CallEnded = "call-ended",
        /// The caller called again; leaves no missed entry.
        Replaced = "replaced",
    }
}

words! {
    /// Why a participant rejected the call.
    RejectReason, UnknownReason {
        /// They pressed Decline.
        Declined = "declined",
        /// They were in another call.
        Busy = "busy",
    }
}

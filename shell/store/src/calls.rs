//! Calls: stored state, event log, lookups, quality, history.

mod columns;
mod events;
mod history;
mod lookup;
mod people;
mod quality;
mod save;

use call::CallState;
use serde_json::Value;
use vocab::{CallId, UnixMillis, UserId};

use crate::StoreError;

pub use history::{HistoryFilter, HistoryPage, HistoryRow};
pub use quality::{CandidateKind, CandidateProtocol};

/// Counts the saves of a call; a save names the one it builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub(crate) i64);

/// A call as it is in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCall {
    /// The call itself.
    pub state: CallState,
    /// What the next save builds on.
    pub version: Version,
    /// Where its recording is.
    pub recording_url: Option<String>,
    /// Its room in the SFU.
    pub sfu_room: Option<String>,
    /// The quality of the whole call, summed up.
    pub quality_stats: Option<Value>,
    /// The last quality grade of each participant that reported one.
    pub quality: Vec<(UserId, String)>,
    /// The numbers behind those grades, as [`Store::set_quality`](crate::Store::set_quality) got them.
    pub measured: Vec<(UserId, Value)>,
    /// Who has seen their missed entry, and when.
    pub seen: Vec<(UserId, UnixMillis)>,
}

/// A state event as it is logged and sent.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// Its number in the call: 1, 2, 3, …
    pub seq: u64,
    /// Its wire name, at most 64 characters.
    pub name: String,
    /// When.
    pub at: UnixMillis,
    /// What was sent.
    pub payload: Value,
}

/// Why a call was not created. Nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InsertCallError {
    /// A call of this conversation lives already: answer or join it.
    #[error("the conversation has the call {call}")]
    ConversationBusy {
        /// Which.
        call: CallId,
    },
    /// The caller's device is in another call.
    #[error("the device is in the call {call}")]
    DeviceInCall {
        /// Which.
        call: CallId,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a change of a call was not stored. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveCallError {
    /// Somebody else saved the call since it was loaded, or it is gone: load it again.
    #[error("the call was changed by somebody else")]
    Conflict,
    /// A device that is to join is in another call.
    #[error("the device is in the call {call}")]
    DeviceInCall {
        /// Which.
        call: CallId,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

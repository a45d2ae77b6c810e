//! The words every crate shares: identifiers, wall-clock time, and a wrapper that keeps
//! private values out of logs.
//!
//! | module | what |
//! |---|---|
//! | `ids` | newtypes over UUIDs, and [`DeviceId`] |
//! | `time` | [`UnixMillis`], the clock of calls, database and tokens |
//! | `redacted` | [`Redacted`], shown as `‹redacted›` |

mod ids;
mod redacted;
mod time;

pub use ids::{CallId, ConversationId, DeviceId, InvalidDeviceId, RowId, UserId, Uuid, uuid_v7};
pub use redacted::Redacted;
pub use time::UnixMillis;

//! Does the stored user stand behind this token? The one place that REST and sockets ask.
//!
//! | module | what |
//! |---|---|
//! | `sessions` | [`Sessions`]: the question, asked of the database or remembered; host users made known |
//! | `lately` | whose answers are remembered, for how long and how many |
//!
//! Invariant: a verified token alone lets nobody act; its user is there, and in embedded mode
//! their token epoch is the token's.

mod lately;
mod sessions;

pub use sessions::Sessions;

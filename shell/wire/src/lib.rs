//! What travels: REST bodies, `call:*` payloads, public error codes. Pure translation
//! between the wire's JSON and the types of `vocab` and `call`; no I/O, no rules.
//!
//! | module | what |
//! |---|---|
//! | `text` | [`Text`], [`Wire`]: values whose JSON form is one string |
//! | [`field`] | the aliases of [`Wire`] that bodies and payloads use |
//! | `secret` | [`Secret`]: a password or token that no log shows |
//! | `read` | strict reading of JSON into a checked type, or a [`Failure`] |
//! | `code`, `failure`, `problem` | public error codes, and both forms of an error |
//! | `people` | [`People`]: where names come from |
//! | [`body`] | REST bodies, shared with the acknowledged socket twins |
//! | [`event`] | payloads of socket events, both directions, and their tables |

pub mod body;
mod code;
pub mod event;
mod failure;
pub mod field;
mod people;
mod problem;
mod read;
mod secret;
mod text;

pub use code::Code;
pub use failure::{Failure, FieldError};
pub use people::{People, Profile};
pub use problem::{Ack, AckError, AckFailure, Problem, ack};
pub use read::{MAX_DEPTH, checked, read_bytes, read_optional_bytes, read_value};
pub use secret::Secret;
pub use text::{Text, Wire};

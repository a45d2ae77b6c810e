//! STUN messages and ChannelData: reading without allocating, writing into a reused buffer.
//!
//! | module | what |
//! |---|---|
//! | `message` | [`Message`], a checked view of one whole STUN message (RFC 8489 §5) |
//! | `attribute` | the values of the attributes TURN has, typed |
//! | `attr` | the numbers of attributes |
//! | `writer` | [`Writer`], and the head of a Data indication |
//! | `integrity` | [`Key`], MESSAGE-INTEGRITY by HMAC-SHA1 and HMAC-SHA256 |
//! | `fingerprint` | FINGERPRINT's CRC |
//! | `channel_data` | [`ChannelData`] (RFC 8656 §12.4) |
//! | `framer` | [`Framer`], messages out of a byte stream |
//!
//! Invariant: no input panics, and reading copies nothing.

pub mod attr;
mod attribute;
mod channel_data;
mod fingerprint;
mod framer;
mod integrity;
mod message;
mod writer;

pub use attribute::{Family, PasswordAlgorithm};
pub use channel_data::{ChannelData, ChannelDataError, is_channel_data, is_channel_number};
pub use framer::{Framer, FramingError, MAX_FRAME};
pub use integrity::{Integrity, Key};
pub use message::{
    Attributes, Class, HEADER_LEN, MAGIC_COOKIE, Message, Method, ParseError, TransactionId,
};
pub use writer::{DATA_HEAD_MAX, DataHead, Writer, data_indication_head};

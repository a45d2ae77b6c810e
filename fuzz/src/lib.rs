//! Targets for fuzzing: functions that take any bytes and panic when something does not hold.
//!
//! | target | what |
//! |---|---|
//! | [`stun_parse`] | one STUN message or ChannelData |
//! | [`turn_stream`] | a byte stream of them |
//! | [`turn_server`] | a story of clients, peers and time around a TURN server |

mod framing;
mod message;
mod turn_server;

pub use framing::turn_stream;
pub use message::stun_parse;
pub use turn_server::turn_server;

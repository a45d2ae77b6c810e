//! Targets for fuzzing: functions that take any bytes and panic when something does not hold.
//!
//! | target | what |
//! |---|---|
//! | [`stun_parse`] | one STUN message or ChannelData |
//! | [`turn_stream`] | a byte stream of them |
//! | [`turn_server`] | a story of clients, peers and time around a TURN server |
//! | [`sdp_gate`] | session descriptions, through the gate into the WebRTC library |
//! | [`sfu_demux`] | a datagram before it is known whose it is |

mod framing;
mod message;
mod sdp_gate;
mod sfu_demux;
mod turn_server;

pub use framing::turn_stream;
pub use message::stun_parse;
pub use sdp_gate::sdp_gate;
pub use sfu_demux::sfu_demux;
pub use turn_server::turn_server;

//! What `bench sfu` and `aethex-load` are made of.
//!
//! | module | what |
//! |---|---|
//! | `mark`, `vp8`, `camera` | packets that look like VP8 and Opus, and say who sent them and when |
//! | `publisher`, `peer` | one connection: str0m, its socket, what it sends |
//! | `bare`, `fleet` | the packets of the floor program, and what loads it |
//! | `crowd`, `members` | many connections on one thread |
//! | `seat`, `room` | participants over the real API, and whole calls of them |
//! | `servers`, `janus` | our server, Janus and the floor program; a call in Janus |
//! | `decoder`, `delay`, `sink` | what arrived: continuity, loss, frames that can be decoded, delays |

pub mod bare;
mod camera;
mod crowd;
mod decoder;
mod delay;
mod fleet;
mod janus;
mod mark;
mod members;
mod peer;
mod publisher;
mod room;
mod seat;
mod servers;
mod sink;
mod vp8;

pub use camera::{Camera, Microphone, Outgoing, Picture, picture_mark, sound_mark};
pub use crowd::{Counters, Crowd, CrowdThread, PeerId};
pub use decoder::{Decoded, Decoder};
pub use delay::Delays;
pub use fleet::Fleet;
pub use janus::{JanusRoom, JanusSettings};
pub use mark::{MARK_LEN, Mark};
pub use publisher::{Plan, Sent, Speaking};
pub use room::{Room, RoomPlan};
pub use seat::{Guest, Seat, Slot, State, Wanted};
pub use servers::{Programs, own_address};
pub use sink::{Change, Heard, Seen};
pub use vp8::{DESCRIPTOR_LEN, Descriptor, FRAME_HEAD_LEN, write_frame_head};

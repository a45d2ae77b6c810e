//! The rules of a room: who gets which sound and which picture, at which layer.
//!
//! Pure: time comes in as [`std::time::Instant`], nothing is sent from here. What the call tells
//! a room is an [`Order`]; what a room tells the call is a [`Report`].
//!
//! | module | what |
//! |---|---|
//! | `order`, `report` | what goes between a call and its room |
//! | `source`, `layer` | what a participant may send, in which sizes |
//! | `packet`, `output`, `settings` | what goes in and out of a room |
//! | `room` | the room itself: admission, assignment, the way of a packet |
//! | `source::live`, `encoding`, `arrivals`, `rate`, `payload`, `keyframe`, `watched` | a source and its layers, as they come |
//! | `subscriber`, `assignment`, `allocator` | what a subscriber gets: slots, and a share of the bandwidth |
//! | `layer_selector`, `forwarder` | one slot: which layer, and one continuous stream of it |
//! | `speakers` | who is speaking, and who is heard |
//! | [`gate`] | what a session description must be before anything else reads it |

mod allocator;
mod arrivals;
mod assignment;
mod encoding;
mod forwarder;
pub mod gate;
mod keyframe;
mod layer;
mod layer_selector;
mod order;
mod output;
mod packet;
mod payload;
mod rate;
mod report;
mod room;
mod settings;
mod source;
mod speakers;
mod subscriber;
mod watched;
mod way;

pub use layer::Layer;
pub use order::{Description, MediaPeer, Order, Rights, Wanted};
pub use output::{Output, SlotSpec, SourceSpec};
pub use packet::{
    AudioLevel, Codec, CodecSet, Egress, Member, Packet, Rewritten, SlotIndex, Vp8Rewrite,
};
pub use report::{ActiveLayers, Paused, Report, SlotKind, SlotView};
pub use room::Room;
pub use settings::RoomSettings;
pub use source::SourceKind;
pub use way::Measured;

/// Any moment: tests count from it.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an Instant can only be had from the clock")]
fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

//! The rules of a room: who gets which sound and which picture, at which layer.
//!
//! Pure: time comes in as [`std::time::Instant`], nothing is sent from here. What the call tells
//! a room is an [`Order`]; what a room tells the call is a [`Report`].
//!
//! | module | what |
//! |---|---|
//! | `order`, `report` | what goes between a call and its room |
//! | `source` | what a participant may send |

mod order;
mod report;
mod source;

pub use order::{Description, MediaPeer, Order, Rights, Wanted};
pub use report::{ActiveLayers, Paused, Report, SlotKind, SlotView};
pub use source::SourceKind;

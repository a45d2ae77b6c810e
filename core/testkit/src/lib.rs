//! What the tests of calls stand on: people and devices with fixed ids, a call under
//! watch, a naive model of it, and a generator of random lives of calls.
//!
//! | module | what |
//! |---|---|
//! | `cast` | ids of people and devices, ready-made new calls |
//! | `watched` | [`WatchedCall`]: a call whose every step is checked against the invariants |
//! | `oracle` | those invariants |
//! | `model` | [`Model`]: the rules of a call once more, written as one plain table |
//! | `story` | [`Story`]: bytes become people, devices, commands and faults |

mod cast;
mod model;
mod oracle;
mod story;
mod watched;

pub use cast::{at, device, direct_call, group_call, invitee, socket_device, user};
pub use model::{Model, Snapshot};
pub use story::{Act, Opening, Story, random_bytes};
pub use watched::WatchedCall;

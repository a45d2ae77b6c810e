//! The sending side of a connection: what leaves for one subscriber.
//!
//! Pure: time and random numbers come in, datagrams go out through a closure. ICE, DTLS and session
//! descriptions are somebody else's; what is needed of them is [`Keys`] and [`StreamSpec`].
//!
//! ```text
//!  packet of a room ──► Outgoing::write ──► header, payload, seal ──► one datagram
//!  SRTCP of the client ──► Outgoing::receive ──► Feedback: key frames wanted, what the way is like
//!                          └──► what is to be sent again, with Outgoing::poll
//! ```
//!
//! | module | what |
//! |---|---|
//! | `outgoing` | [`Outgoing`]: all streams of a connection |
//! | `stream` | one stream: its numbers, what was counted of it |
//! | `header` | the header of a packet with its extensions |
//! | `repair` | what is kept to be sent again, and how much of it |
//! | `report` | sender reports |
//! | `feedback` | what a receiver says |
//! | `srtp` | [`Keys`]: packets sealed and opened |

mod feedback;
mod header;
mod outgoing;
mod repair;
mod report;
mod srtp;
mod stream;

pub use feedback::Feedback;
pub use header::{ExtensionNumbers, Extensions};
pub use outgoing::{Media, Outgoing};
pub use report::WallClock;
pub use srtp::{BadKeys, Keys, Profile};
pub use stream::StreamSpec;

/// Any moment: tests count from it.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an Instant can only be had from the clock")]
fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

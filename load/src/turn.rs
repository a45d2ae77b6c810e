//! What `bench turn` is made of.
//!
//! | module | what |
//! |---|---|
//! | `client` | a TURN client without its socket, and its credentials |
//! | `hello` | how the floor program is told of an allocation |
//! | `lines` | many clients with a socket each, carrying out scripts of requests |
//! | `tally` | numbered packets, and the count of those that arrived |
//! | `fleet` | clients, peers, and packets through the relay at a fixed rate |
//! | `servers` | our server, coturn and the floor program, with the same settings |

mod client;
mod fleet;
mod hello;
mod lines;
mod servers;
mod tally;

pub use client::{Answer, Ask, CREDENTIAL_TTL, Client, Credentials};
pub use fleet::{FLOOR_SCRIPTS, Fleet, Load, Relayed, Scripts, TURN_SCRIPTS};
pub use hello::Hello;
pub use lines::{FIRST_CHANNEL, Line, Lines, wait_for};
pub use servers::{Kind, Programs, Room, Server};
pub use tally::{Arrived, MARK_LEN, Mark, Tally, Way};

//! Socket.IO: the events of `wire` between connected devices and the switchboard.
//!
//! | module | what |
//! |---|---|
//! | `layer` | [`layer`]: the HTTP layer that serves `/socket.io`, and [`Sockets`] to close them |
//! | `origin` | which pages of other sites may connect |
//! | `admission` | who connects: the socket's `auth` payload, limits of sockets |
//! | `census` | how many sockets a user and an address have |
//! | `intake` | what a socket sends, into its queue: size, rate and flood limits |
//! | `connection` | the one task of a connection: events in order, the token's time |
//! | `command` | each event of a client: what is asked of the switchboard |
//! | `token_watch` | when a token is warned about, looked at again, and run out |
//! | `line` | what a socket is sent, and how far it may fall behind |
//! | `pipe` | the network connection under a socket: how much was written; cutting it |
//!
//! Invariant: only this crate knows Socket.IO. Invariant: a handler of the library only pushes
//! into the connection's queue, so that events are carried out in the order they were sent.
//! Invariant: who sends is known from the connection, never from a payload.

mod admission;
mod census;
mod command;
mod connection;
mod intake;
mod layer;
mod line;
mod origin;
mod pipe;
mod token_watch;

pub use census::SocketLimits;
pub use command::handles;
pub use layer::{ClientAddress, Realtime, RealtimeLayer, RealtimeService, Sockets, layer};
pub use pipe::{Direction, Pipe};

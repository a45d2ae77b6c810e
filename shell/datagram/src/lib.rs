//! UDP in batches: many datagrams per system call, and runs of equal ones per message.
//!
//! | module | what |
//! |---|---|
//! | `receiver` | [`Receiver`]: `recvmmsg`, and what the kernel glued together (GRO) cut again |
//! | `batch` | [`Batch`]: datagrams that wait to be sent, copied into one piece of memory |
//! | `sender` | [`Sender`]: `sendmmsg`, with runs to one destination as one message (GSO) |
//! | `socket` | [`open`]: a socket with the options that batches want |
//! | `address` | socket addresses as the kernel reads and writes them |
//!
//! Invariant: this is the one crate with `unsafe`, and nothing here reads what is in a packet.
//!
//! Everything works on IPv4 and IPv6 alike, never waits, and goes on without GRO and GSO where
//! the kernel has none.

mod address;
mod batch;
mod receiver;
mod sender;
mod socket;

pub use batch::Batch;
pub use receiver::{ReceiveCounters, Received, Receiver};
pub use sender::{SendCounters, Sender};
pub use socket::{Opened, Options, open};

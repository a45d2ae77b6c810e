//! Calls on a real database with devices in memory: no HTTP, no sockets.

mod harness;
mod ringing;
mod seats;
mod signalling;

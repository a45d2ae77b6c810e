//! Calls on a real database with devices in memory: no HTTP, no sockets.

mod harness;
mod media_access;
mod quality;
mod ringing;
mod seats;
mod signalling;

//! Calls on a real database with devices in memory: no HTTP, no sockets.

mod gestures;
mod harness;
mod media_access;
mod negotiation;
mod quality;
mod ringing;
mod rooms;
mod seats;
mod signalling;
mod trio;
mod word_of_rooms;

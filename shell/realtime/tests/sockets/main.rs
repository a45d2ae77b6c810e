//! Sockets against the real switchboard: who is admitted, order, limits, hostile clients.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod admission;
mod hostile;
mod order;

mod harness;

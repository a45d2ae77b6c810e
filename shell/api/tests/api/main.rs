//! Asks the routes in process, on an SQLite database in a temporary folder.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod calls;
mod conversations;
mod founding;
mod harness;
mod host_product;
mod layers;
mod matrix;
mod people;
mod refusals;

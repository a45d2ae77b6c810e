//! The wire contract: founding payloads, refusals, and tables that agree with each other.

mod contract;
mod documentation;
mod founding;
mod refusals;
mod support;

//! Embedded accounts: registering, logging in, tokens.

pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod refresh;
pub(crate) mod register;
mod session;

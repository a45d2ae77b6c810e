//! What handlers ask of a request.

mod api_key;
mod asker;
mod body;
mod caller;
mod client_ip;
mod path;
mod query;

pub(crate) use api_key::KeyHolder;
pub(crate) use asker::Asker;
pub(crate) use body::{Body, MAX_BYTES as MAX_BODY_BYTES, OptionalBody};
pub(crate) use caller::{Caller, bearer};
pub(crate) use client_ip::ClientIp;
pub use client_ip::client_address;
pub(crate) use path::InPath;
pub(crate) use query::InQuery;

//! The public behaviour of the crate, one file per behaviour.

#[cfg(test)]
mod access_tokens;
#[cfg(test)]
mod common;
#[cfg(test)]
mod host_tokens;
#[cfg(test)]
mod jwks_fetch;
#[cfg(test)]
mod limits;

//! Calls, from ring to history. The rules are the switchboard's.

pub(crate) mod active;
pub(crate) mod answer;
pub(crate) mod config;
pub(crate) mod end;
pub(crate) mod events;
pub(crate) mod get;
pub(crate) mod initiate;
pub(crate) mod invite;
pub(crate) mod leave;
pub(crate) mod list;
pub(crate) mod media;
pub(crate) mod missed;
pub(crate) mod missed_seen;
pub(crate) mod mute_participant;
pub(crate) mod reject;
pub(crate) mod remove_participant;
pub(crate) mod seen_by_server;
pub(crate) mod set_role;
pub(crate) mod turn_credentials;

//! The REST API: one endpoint per file, on axum.
//!
//! | module | what |
//! |---|---|
//! | `state`, `settings` | [`ApiState`]: what handlers work with; what the operator decides |
//! | `router`, `openapi`, `route_table` | all routes; their document; who may use which |
//! | `accounts` `users` `conversations` `calls` `service` | the endpoints, by area |
//! | `extract` | what handlers ask of a request: caller, body, path, query |
//! | `layers` | what happens around every request |
//! | `refused` | a failure as an answer, rendered by `layers::problems` |
//! | `responses` | error answers that routes share, for the document |
//!
//! Invariant: no rule of calls is here; the switchboard has them. Invariant: a route is
//! registered together with its documentation, and has a row in the route table.

mod accounts;
mod calls;
mod conversations;
mod extract;
mod layers;
mod openapi;
mod refused;
mod responses;
mod route_table;
mod router;
mod service;
mod settings;
mod state;
mod users;

pub use extract::client_address;
pub use openapi::{openapi, openapi_text};
pub use route_table::{ROUTES, Route, Who};
pub use router::router;
pub use settings::{Accounts, CallSettings, HttpSettings, Identities};
pub use state::ApiState;

//! The only crate that knows the database: SQLite in a file, or PostgreSQL.
//!
//! | module | what |
//! |---|---|
//! | `settings`, `store` | where the database is, and the connections to it: [`Store`] |
//! | `migrate` | the literal SQL of `migrations/` |
//! | `sql` | one text for both databases, typed parameters and rows |
//! | `error` | [`StoreError`]: try again later, or a defect |
//! | `calls` | state, events, lookups, quality, history of calls |
//! | `people`, `conversations` | accounts, host users, blocks; who may call whom |
//! | `refresh_tokens`, `api_keys`, `invites` | sign-in, by hashes |
//! | `idempotency` | repeated requests |
//! | `turn_credentials` | a record of relay credentials |
//!
//! Invariant: ids and times come from the caller. Invariant: a change of a call is one
//! transaction whose first statement is conditional on the version. Invariant: no secret and
//! no address of a candidate is stored.

mod api_keys;
mod calls;
mod conversations;
mod error;
mod idempotency;
mod invites;
mod migrate;
mod people;
mod refresh_tokens;
mod settings;
mod sql;
mod store;
mod turn_credentials;

pub use api_keys::ApiKeyRow;
pub use calls::{
    CandidateKind, CandidateProtocol, HistoryFilter, HistoryPage, HistoryRow, InsertCallError,
    LoggedEvent, SaveCallError, StoredCall, Version,
};
pub use conversations::{
    Conversation, ConversationKind, Created, Member, MemberRole, NewConversation, Replaced,
};
pub use error::StoreError;
pub use idempotency::{Begun, RequestKey};
pub use migrate::MigrateError;
pub use people::{Blocked, CreateUserError, ExternalId, HostUser, NewUser, User};
pub use refresh_tokens::{NewRefreshToken, RotateOutcome, Successor};
pub use settings::{DatabaseUrl, InvalidDatabaseUrl, Settings};
pub use sql::FOREVER;
pub use store::{BackupError, Store};

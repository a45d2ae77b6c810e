//! People: their accounts, the host product's ids of them, whom they do not want to hear.

mod account;
mod blocks;
mod external;
mod lookup;

use vocab::{Redacted, UnixMillis, UserId};

use crate::StoreError;
use crate::sql::Row;

pub use blocks::Blocked;
pub use external::{ExternalId, HostUser};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The e-mail address, or what the host product shows instead.
    pub identifier: String,
    /// The name to show.
    pub name: String,
    /// The host product's id of them; `None` for an account of this program.
    pub external: Option<ExternalId>,
    /// Access tokens that name a lower epoch are no longer valid.
    pub token_epoch: u64,
    /// Their devices do not ring until then.
    pub do_not_disturb_until: Option<UnixMillis>,
    /// When they came.
    pub created_at: UnixMillis,
    /// When the account was closed; other people's history still shows the name.
    pub deleted_at: Option<UnixMillis>,
}

/// Somebody who opens an account of this program.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Their new id.
    pub id: UserId,
    /// The e-mail address; unique whatever its case.
    pub identifier: String,
    /// The name to show.
    pub name: String,
    /// The hash of their password.
    pub password_hash: Option<Redacted<String>>,
    /// The hash of the invite that lets them in; it is used up with it.
    pub invite: Option<[u8; 32]>,
}

/// Why an account was not opened. Nothing was stored, and the invite is not used up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateUserError {
    /// Somebody else has this identifier.
    #[error("the identifier is taken")]
    IdentifierTaken,
    /// The invite is unknown, used or expired.
    #[error("the invite is not valid")]
    InviteInvalid,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The columns of [`user`].
const COLUMNS: &str = "u.id, u.identifier, u.name, u.issuer, u.subject, u.token_epoch, \
                       u.do_not_disturb_until, u.created_at, u.deleted_at";

fn user(row: &Row) -> Result<User, StoreError> {
    let external = match (row.get("issuer")?, row.get("subject")?) {
        (Some(issuer), Some(subject)) => Some(ExternalId { issuer, subject }),
        _ => None,
    };
    Ok(User {
        id: row.id("id")?,
        identifier: row.get("identifier")?,
        name: row.get("name")?,
        external,
        token_epoch: row.number("token_epoch")?,
        do_not_disturb_until: row.time_or_none("do_not_disturb_until")?,
        created_at: row.time("created_at")?,
        deleted_at: row.time_or_none("deleted_at")?,
    })
}

/// What is compared and searched: without regard to case, and without the character that
/// PostgreSQL does not store.
fn key(text: &str) -> String {
    text.trim().replace('\0', "").to_lowercase()
}

fn search_key(name: &str, identifier: &str) -> String {
    format!("{} {}", key(name), key(identifier))
}

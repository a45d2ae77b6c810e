//! Users of a host product, known by its issuer and its own ids of them.

use std::collections::BTreeMap;

use vocab::{UnixMillis, UserId};

use crate::people::{COLUMNS, User, key, search_key, user};
use crate::sql::sql;
use crate::{Store, StoreError};

/// The host product's id of a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId {
    /// Who issued it: the `iss` of the host's tokens.
    pub issuer: String,
    /// The id itself: their `sub`.
    pub subject: String,
}

/// What the host product says of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostUser {
    /// Our id of them, computed from the external one.
    pub id: UserId,
    /// The host's id.
    pub external: ExternalId,
    /// Their name; `None` leaves the known one, at first the subject.
    pub name: Option<String>,
    /// Their e-mail address; `None` leaves the known one, at first the subject.
    pub email: Option<String>,
}

impl Store {
    /// Makes a host's user known, or takes in a changed name or address. Writes nothing when
    /// nothing is new, so that it may be called on every request. An account that was closed
    /// stays closed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn upsert_host_user(
        &self,
        host: &HostUser,
        now: UnixMillis,
    ) -> Result<User, StoreError> {
        let known = self.user(host.id).await?;
        let before = known.as_ref();
        let given = |new: &Option<String>, old: Option<&String>| {
            new.clone().or_else(|| old.cloned()).unwrap_or_else(|| host.external.subject.clone())
        };
        let name = given(&host.name, before.map(|user| &user.name));
        let identifier = given(&host.email, before.map(|user| &user.identifier));
        if let Some(known) = known
            && known.name == name
            && known.identifier == identifier
        {
            return Ok(known);
        }
        self.run(sql!(
            "INSERT INTO users (id, identifier, identifier_key, name, search_key, created_at, \
             issuer, subject) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (id) DO UPDATE SET identifier = excluded.identifier, \
             identifier_key = excluded.identifier_key, name = excluded.name, \
             search_key = excluded.search_key",
            host.id,
            identifier.as_str(),
            key(&identifier),
            name.as_str(),
            search_key(&name, &identifier),
            now,
            host.external.issuer.as_str(),
            host.external.subject.as_str(),
        ))
        .await?;
        let stored = self.user(host.id).await?;
        stored.ok_or_else(|| StoreError::Fault("a stored user is not found".to_owned()))
    }

    /// The user with this id at the host.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_by_external(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<User>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM users u WHERE u.issuer = $1 AND u.subject = $2");
        self.first(sql!(text, issuer, subject)).await?.as_ref().map(user).transpose()
    }

    /// Our ids of several users of a host, by the host's; unknown ones are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn users_by_external(
        &self,
        issuer: &str,
        subjects: &[String],
    ) -> Result<BTreeMap<String, UserId>, StoreError> {
        let mut found = BTreeMap::new();
        for some in subjects.chunks(500) {
            let mut query =
                sql!("SELECT id, subject FROM users WHERE issuer = $1 AND subject IN ", issuer);
            query.list(some.iter().map(String::as_str));
            for row in self.all(query).await? {
                found.insert(row.get("subject")?, row.id("id")?);
            }
        }
        Ok(found)
    }
}

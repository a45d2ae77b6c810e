//! Whether the user of a verified token may act, and who they are.

use auth::{HostIdentity, Identity};
use store::{ExternalId, HostUser, Store, StoreError, User};
use vocab::{UnixMillis, UserId};
use wire::body::UserBody;
use wire::{Code, Failure, Wire};

use crate::lately::{AsWhom, Lately};

/// Answers for verified tokens. One for the whole process, shared by REST and sockets.
///
/// In embedded mode a token is refused once its user's token epoch has moved on. In host mode
/// the user is made known, or takes on a changed name, from the token's claims.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    lately: Lately,
}

impl Sessions {
    /// Remembers nobody yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, lately: Lately::default() }
    }

    /// Whether the user of a verified token may act, as it was known within the last minute:
    /// for every request.
    ///
    /// # Errors
    /// `unauthorized` when the session was ended or the account closed, `unavailable`
    /// without a database.
    pub async fn admit(&self, identity: &Identity, now: UnixMillis) -> Result<(), Failure> {
        let admitted = match (self.lately.recall(identity.user, now), &identity.host) {
            (Some(AsWhom::Account(epoch)), None) => is_of_epoch(identity, epoch),
            (Some(AsWhom::Host { identity, present }), Some(host)) if *identity == *host => present,
            (Some(_) | None, _) => return self.user_of(identity, now).await.map(drop),
        };
        if admitted { Ok(()) } else { Err(over()) }
    }

    /// The user whom a verified token names, as the database has them now: when a connection
    /// begins or takes a newer token. A host product's user is made known here.
    ///
    /// # Errors
    /// As [`Sessions::admit`].
    pub async fn user_of(&self, identity: &Identity, now: UnixMillis) -> Result<UserBody, Failure> {
        let (found, as_whom) = match &identity.host {
            None => {
                let found = self.store.user(identity.user).await.map_err(failed)?.filter(is_there);
                let epoch = found.as_ref().map(|user| user.token_epoch);
                (found, AsWhom::Account(epoch))
            }
            Some(host) => {
                let claims = claims(identity.user, host);
                let found = self.store.upsert_host_user(&claims, now).await.map_err(failed)?;
                let found = Some(found).filter(is_there);
                let (identity, present) = (Box::new(host.clone()), found.is_some());
                (found, AsWhom::Host { identity, present })
            }
        };
        self.lately.remember(identity.user, now, as_whom);
        shown(found, identity)
    }

    /// The user of a connection as the database has them now. Claims of its token, which may
    /// be old, are not taken over again.
    ///
    /// # Errors
    /// As [`Sessions::admit`].
    pub async fn user_now(&self, identity: &Identity) -> Result<UserBody, Failure> {
        shown(self.store.user(identity.user).await.map_err(failed)?, identity)
    }

    /// Whether the user of a connection still stands behind its token. A database that is away
    /// is no reason to end calls.
    pub async fn still_good(&self, identity: &Identity) -> bool {
        match self.store.user(identity.user).await {
            Ok(user) => user.is_some_and(|user| stands_behind(&user, identity)),
            Err(error) => {
                tracing::debug!(%error, "a connected user could not be looked at again");
                true
            }
        }
    }

    /// Forgets a user whose sessions were ended, so that it holds at once.
    pub fn forget(&self, user: UserId) {
        self.lately.forget(user);
    }
}

fn shown(user: Option<User>, identity: &Identity) -> Result<UserBody, Failure> {
    let user = user.filter(|user| stands_behind(user, identity)).ok_or_else(over)?;
    Ok(UserBody { id: Wire(user.id), identifier: user.identifier, name: user.name, online: None })
}

fn stands_behind(user: &User, identity: &Identity) -> bool {
    is_there(user) && (identity.host.is_some() || is_of_epoch(identity, Some(user.token_epoch)))
}

fn is_there(user: &User) -> bool {
    user.deleted_at.is_none()
}

/// An embedded token always has an epoch, and it is the account's, neither older nor newer: a
/// newer one was issued before the database was set back.
fn is_of_epoch(identity: &Identity, account: Option<u64>) -> bool {
    let claimed = identity.token_epoch.and_then(|epoch| u64::try_from(epoch).ok());
    account.is_some() && account == claimed
}

fn claims(user: UserId, host: &HostIdentity) -> HostUser {
    HostUser {
        id: user,
        external: ExternalId { issuer: host.issuer.clone(), subject: host.subject.clone() },
        name: host.name.as_ref().map(|name| name.as_str().to_owned()),
        email: host.email.as_ref().map(|email| email.as_str().to_owned()),
    }
}

fn over() -> Failure {
    Failure::new(Code::Unauthorized, "The session is over.")
}

fn failed(error: StoreError) -> Failure {
    if error.is_retryable() {
        tracing::warn!(%error, "database unavailable");
        Failure::of(Code::Unavailable).with_retry_after(1)
    } else {
        tracing::error!(%error, "database fault");
        Failure::of(Code::Internal)
    }
}

//! A valid token against the stored user: its epoch, and the users of a host product.

use auth::Identity;
use store::{ExternalId, HostUser, Store, StoreError, User};
use vocab::UnixMillis;
use wire::body::UserBody;
use wire::{Code, Failure, Wire};

/// Looks users up for connections.
#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    store: Store,
}

impl Accounts {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The user whom a valid token names. A host product's user is made known here.
    ///
    /// # Errors
    /// `unauthorized` for a user that is gone or whose tokens were revoked, `unavailable`.
    pub(crate) async fn user_of(
        &self,
        identity: &Identity,
        now: UnixMillis,
    ) -> Result<UserBody, Failure> {
        let user = match &identity.host {
            Some(host) => {
                let external =
                    ExternalId { issuer: host.issuer.clone(), subject: host.subject.clone() };
                let user = HostUser {
                    id: identity.user,
                    external,
                    name: host.name.as_ref().map(|name| name.as_str().to_owned()),
                    email: host.email.as_ref().map(|email| email.as_str().to_owned()),
                };
                Some(self.store.upsert_host_user(&user, now).await.map_err(failed)?)
            }
            None => self.store.user(identity.user).await.map_err(failed)?,
        };
        let user = user.filter(|user| stands_behind(user, identity));
        let user = user.ok_or(Code::Unauthorized)?;
        Ok(UserBody {
            id: Wire(user.id),
            identifier: user.identifier,
            name: user.name,
            online: None,
        })
    }

    /// Whether the user still stands behind a token. A database that is away is no reason to
    /// end calls.
    pub(crate) async fn still_good(&self, identity: &Identity) -> bool {
        match self.store.user(identity.user).await {
            Ok(user) => user.is_some_and(|user| stands_behind(&user, identity)),
            Err(error) => {
                tracing::debug!(%error, "a connected user could not be looked at again");
                true
            }
        }
    }
}

fn stands_behind(user: &User, identity: &Identity) -> bool {
    let revoked = identity
        .token_epoch
        .is_some_and(|epoch| u64::try_from(epoch).is_ok_and(|epoch| epoch < user.token_epoch));
    user.deleted_at.is_none() && !revoked
}

fn failed(error: StoreError) -> Failure {
    if error.is_retryable() {
        Failure::of(Code::Unavailable).with_retry_after(1)
    } else {
        tracing::error!(%error, "database fault");
        Failure::of(Code::Internal)
    }
}

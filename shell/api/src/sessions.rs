//! Whether the user of a verified token may still act, without asking the database each time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use auth::{HostIdentity, Identity};
use store::{ExternalId, HostUser, Store};
use vocab::{UnixMillis, UserId};
use wire::{Code, Failure};

use crate::refused::Refused;

/// How long an answer of the database is good. Longer asks less, and lets a token that was
/// revoked by another process live longer (security: at most 60 s).
const GOOD_FOR: Duration = Duration::from_secs(60);

/// Users remembered. One costs about 300 bytes.
const REMEMBERED: usize = 50_000;

/// Who was admitted lately. Shared by REST and sockets.
///
/// In embedded mode a token is refused once its user's token epoch has moved on. In host mode
/// the user is created, or takes on a changed name, from the token's claims.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    lately: Mutex<HashMap<UserId, Admitted>>,
}

#[derive(Debug, Clone)]
struct Admitted {
    at: UnixMillis,
    as_whom: AsWhom,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum AsWhom {
    /// An account of ours at this token epoch; `None` when it is closed or unknown.
    Account(Option<u64>),
    /// A user of the host product with these claims, present or deleted.
    Host { identity: Box<HostIdentity>, present: bool },
}

impl Sessions {
    /// Remembers nobody yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, lately: Mutex::default() }
    }

    /// Whether the user of a verified token may act.
    ///
    /// # Errors
    /// `unauthorized` when the session was ended or the account closed, `unavailable`
    /// without a database.
    pub async fn admit(&self, identity: &Identity, now: UnixMillis) -> Result<(), Failure> {
        let admitted = match &identity.host {
            None => self.account(identity, now).await?,
            Some(host) => self.host_user(identity.user, host, now).await?,
        };
        if admitted {
            Ok(())
        } else {
            Err(Failure::new(Code::Unauthorized, "The session is over."))
        }
    }

    /// Forgets a user whose sessions were ended, so that it holds at once.
    pub fn forget(&self, user: UserId) {
        self.lock().remove(&user);
    }

    async fn account(&self, identity: &Identity, now: UnixMillis) -> Result<bool, Failure> {
        let epoch = match self.remembered(identity.user, now) {
            Some(AsWhom::Account(epoch)) => epoch,
            Some(AsWhom::Host { .. }) | None => {
                let found = self.store.user(identity.user).await.map_err(failed)?;
                let present = found.filter(|user| user.deleted_at.is_none());
                let epoch = present.map(|user| user.token_epoch);
                self.remember(identity.user, now, AsWhom::Account(epoch));
                epoch
            }
        };
        let claimed = identity.token_epoch.and_then(|epoch| u64::try_from(epoch).ok());
        Ok(epoch.is_some() && epoch == claimed)
    }

    async fn host_user(
        &self,
        user: UserId,
        host: &HostIdentity,
        now: UnixMillis,
    ) -> Result<bool, Failure> {
        if let Some(AsWhom::Host { identity, present }) = self.remembered(user, now)
            && *identity == *host
        {
            return Ok(present);
        }
        let claims = HostUser {
            id: user,
            external: ExternalId { issuer: host.issuer.clone(), subject: host.subject.clone() },
            name: host.name.as_ref().map(|name| name.as_str().to_owned()),
            email: host.email.as_ref().map(|email| email.as_str().to_owned()),
        };
        let found = self.store.upsert_host_user(&claims, now).await.map_err(failed)?;
        let present = found.deleted_at.is_none();
        self.remember(user, now, AsWhom::Host { identity: Box::new(host.clone()), present });
        Ok(present)
    }

    fn remembered(&self, user: UserId, now: UnixMillis) -> Option<AsWhom> {
        let lately = self.lock();
        let admitted = lately.get(&user)?;
        (now.saturating_since(admitted.at) < GOOD_FOR).then(|| admitted.as_whom.clone())
    }

    fn remember(&self, user: UserId, now: UnixMillis, as_whom: AsWhom) {
        let mut lately = self.lock();
        if lately.len() >= REMEMBERED {
            lately.retain(|_, one| now.saturating_since(one.at) < GOOD_FOR);
        }
        if lately.len() >= REMEMBERED {
            lately.clear();
        }
        lately.insert(user, Admitted { at: now, as_whom });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Admitted>> {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(error: store::StoreError) -> Failure {
    Refused::from(error).0
}

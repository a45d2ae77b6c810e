//! Who was looked up lately, so that the database is not asked at every request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use auth::HostIdentity;
use vocab::{UnixMillis, UserId};

/// How long an answer of the database is good. Longer asks less, and lets a token that was
/// revoked by another process live longer (security: at most 60 s).
const GOOD_FOR: Duration = Duration::from_secs(60);

/// Users remembered. One costs about 300 bytes.
const REMEMBERED: usize = 50_000;

/// What the database said of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AsWhom {
    /// An account of ours at this token epoch; `None` when it is closed or unknown.
    Account(Option<u64>),
    /// A user of the host product with these claims, present or deleted.
    Host { identity: Box<HostIdentity>, present: bool },
}

/// The answers of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Lately(Mutex<HashMap<UserId, (UnixMillis, AsWhom)>>);

impl Lately {
    pub(crate) fn recall(&self, user: UserId, now: UnixMillis) -> Option<AsWhom> {
        let lately = self.lock();
        let (at, as_whom) = lately.get(&user)?;
        is_good(*at, now).then(|| as_whom.clone())
    }

    pub(crate) fn remember(&self, user: UserId, now: UnixMillis, as_whom: AsWhom) {
        let mut lately = self.lock();
        if lately.len() >= REMEMBERED {
            lately.retain(|_, (at, _)| is_good(*at, now));
        }
        if lately.len() >= REMEMBERED {
            lately.clear();
        }
        lately.insert(user, (now, as_whom));
    }

    pub(crate) fn forget(&self, user: UserId) {
        self.lock().remove(&user);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, (UnixMillis, AsWhom)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_good(at: UnixMillis, now: UnixMillis) -> bool {
    now.saturating_since(at) < GOOD_FOR
}

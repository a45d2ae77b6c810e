//! The book of quotas: how many allocations a user and the server have.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use vocab::UserId;

use super::identity::Moment;
use super::registry::{Admitted, Holder, QuotaError};

/// Per user and in total. Pure; the owner puts it behind whatever lock it has.
///
/// A user at the quota loses the oldest allocation that relayed nothing for
/// [`Quotas::IDLE`], so that an ICE restart of a mesh finds room; busy ones are never taken.
#[derive(Debug)]
pub struct Quotas {
    start: Instant,
    per_user: usize,
    total: usize,
    held: usize,
    users: HashMap<UserId, Vec<Held>>,
}

/// One allocation; a user's list is in order of age.
#[derive(Debug)]
struct Held {
    holder: Holder,
    activity: Arc<AtomicU64>,
}

impl Quotas {
    /// Allocations of one user by default.
    pub const PER_USER: usize = 12;
    /// Allocations of the server by default.
    pub const TOTAL: usize = 1_200;
    /// How long an allocation must have relayed nothing to make room for a new one.
    pub const IDLE: Duration = Duration::from_secs(30);

    /// An empty book. `start` is the one that the servers were given.
    #[must_use]
    pub fn new(start: Instant, per_user: usize, total: usize) -> Self {
        Self { start, per_user, total, held: 0, users: HashMap::new() }
    }

    /// Enters an allocation.
    ///
    /// # Errors
    /// [`QuotaError`]; nothing changed then.
    pub fn admit(
        &mut self,
        now: Instant,
        user: UserId,
        holder: Holder,
    ) -> Result<Admitted, QuotaError> {
        let now = Moment::at(now, self.start);
        let of_user = self.users.get(&user).map_or(0, Vec::len);
        let mut evicts = None;
        if of_user >= self.per_user {
            let idle = self.longest_held_idle(user, now).ok_or(QuotaError::User)?;
            evicts = Some(idle);
            self.release(user, idle);
        } else if self.held >= self.total {
            return Err(QuotaError::Total);
        }
        let activity = Arc::new(AtomicU64::new(now.0));
        let held = Held { holder, activity: Arc::clone(&activity) };
        self.users.entry(user).or_default().push(held);
        self.held += 1;
        Ok(Admitted { activity, evicts })
    }

    fn longest_held_idle(&self, user: UserId, now: Moment) -> Option<Holder> {
        let idle = u64::try_from(Self::IDLE.as_millis()).unwrap_or(u64::MAX);
        let is_idle =
            |held: &&Held| now.0.saturating_sub(held.activity.load(Ordering::Relaxed)) >= idle;
        self.users.get(&user)?.iter().find(is_idle).map(|held| held.holder)
    }

    /// Strikes an allocation; one that is not in the book is left alone.
    pub fn release(&mut self, user: UserId, holder: Holder) {
        let Some(of_user) = self.users.get_mut(&user) else { return };
        let before = of_user.len();
        of_user.retain(|held| held.holder != holder);
        self.held -= before - of_user.len();
        if of_user.is_empty() {
            self.users.remove(&user);
        }
    }

    /// Strikes all allocations of a shard that lost its state.
    pub fn forget_shard(&mut self, shard: u8) {
        self.users.retain(|_, held| {
            held.retain(|held| held.holder.shard != shard);
            !held.is_empty()
        });
        self.held = self.users.values().map(Vec::len).sum();
    }

    /// Allocations in the book.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Allocations of one user.
    #[must_use]
    pub fn held_by(&self, user: UserId) -> usize {
        self.users.get(&user).map_or(0, Vec::len)
    }
}

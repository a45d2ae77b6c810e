//! Which users are in which live call.

use std::collections::HashMap;

use vocab::{CallId, UserId};

/// The sets that the switchboard told last; a call without users is over and forgotten.
#[derive(Debug, Default)]
pub(super) struct Calls {
    members: HashMap<CallId, Vec<UserId>>,
    /// In how many calls a user is; none with 0.
    calls_of: HashMap<UserId, usize>,
}

impl Calls {
    /// Replaces the set of a call; who lost the right by that.
    pub(super) fn set(&mut self, call: CallId, users: &[UserId]) -> Vec<UserId> {
        let mut now: Vec<UserId> = users.to_vec();
        now.sort_unstable();
        now.dedup();
        let before = self.members.remove(&call).unwrap_or_default();
        let removed: Vec<_> =
            before.iter().filter(|user| now.binary_search(user).is_err()).copied().collect();
        for user in now.iter().filter(|user| before.binary_search(user).is_err()) {
            *self.calls_of.entry(*user).or_default() += 1;
        }
        for user in &removed {
            self.leave(*user);
        }
        if !now.is_empty() {
            self.members.insert(call, now);
        }
        removed
    }

    /// Whether a user is in this live call.
    pub(super) fn has(&self, call: CallId, user: UserId) -> bool {
        self.members.get(&call).is_some_and(|users| users.binary_search(&user).is_ok())
    }

    /// Whether a user is in any live call.
    pub(super) fn has_anywhere(&self, user: UserId) -> bool {
        self.calls_of.contains_key(&user)
    }

    fn leave(&mut self, user: UserId) {
        if let Some(calls) = self.calls_of.get_mut(&user) {
            *calls -= 1;
            if *calls == 0 {
                self.calls_of.remove(&user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vocab::Uuid;

    use super::*;

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    fn call(number: u128) -> CallId {
        CallId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_set_replaces_the_one_before_and_tells_who_lost_the_right() {
        let mut calls = Calls::default();
        assert!(calls.set(call(1), &[user(1), user(2), user(2)]).is_empty());
        assert!(calls.has(call(1), user(2)) && !calls.has(call(1), user(3)));
        assert_eq!(calls.set(call(1), &[user(3), user(1)]), [user(2)]);
        assert!(calls.set(call(1), &[user(1), user(3)]).is_empty(), "said twice, done once");
        assert!(!calls.has(call(1), user(2)) && !calls.has_anywhere(user(2)));
        assert_eq!(calls.set(call(1), &[]), [user(1), user(3)]);
        assert!(calls.members.is_empty() && calls.calls_of.is_empty(), "nothing is kept");
    }

    #[test]
    fn a_user_in_two_calls_is_somewhere_until_both_are_over() {
        let mut calls = Calls::default();
        calls.set(call(1), &[user(1)]);
        calls.set(call(2), &[user(1), user(2)]);
        assert_eq!(calls.set(call(1), &[]), [user(1)]);
        assert!(calls.has_anywhere(user(1)) && !calls.has(call(1), user(1)));
        calls.set(call(2), &[user(2)]);
        assert!(!calls.has_anywhere(user(1)));
        assert!(calls.set(call(9), &[]).is_empty(), "a call never heard of is over");
    }
}

//! Where the names in bodies and payloads come from.

use std::sync::Arc;

use vocab::UserId;

/// How a person is shown to others.
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    /// The display name.
    pub name: Arc<str>,
    /// The e-mail address, or the host product's name for the person.
    pub identifier: Arc<str>,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile(‹redacted›)")
    }
}

/// The people of a call, loaded before the translation begins.
pub trait People {
    /// The profile of a user; of somebody unknown or deleted, a blank one.
    fn profile(&self, user: UserId) -> Profile;
}

impl<F: Fn(UserId) -> Profile> People for F {
    fn profile(&self, user: UserId) -> Profile {
        self(user)
    }
}

//! Calls as servers of the host product see them: all, and whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::StoredCall;
use switchboard::call_extras;
use vocab::UserId;
use wire::body::CallBody;
use wire::{People, Profile};

use crate::refused::Refused;
use crate::state::ApiState;

struct Names(BTreeMap<UserId, Profile>);

impl People for Names {
    fn profile(&self, user: UserId) -> Profile {
        let blank = || Profile { name: Arc::from(""), identifier: Arc::from("") };
        self.0.get(&user).cloned().unwrap_or_else(blank)
    }
}

/// The bodies of stored calls.
pub(crate) async fn bodies(
    state: &ApiState,
    calls: &[StoredCall],
) -> Result<Vec<CallBody>, Refused> {
    let mut users: Vec<UserId> =
        calls.iter().flat_map(|call| call.state.participants.iter().map(|one| one.user)).collect();
    users.sort_unstable();
    users.dedup();
    let found = state.store.users(&users).await?;
    let profile = |name: String, identifier: String| Profile {
        name: name.into(),
        identifier: identifier.into(),
    };
    let names = Names(
        found.into_iter().map(|user| (user.id, profile(user.name, user.identifier))).collect(),
    );
    Ok(calls.iter().map(|call| CallBody::new(&call.state, &names, &call_extras(call))).collect())
}

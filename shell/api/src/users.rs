//! People: who they are, whom they block, whether they may be disturbed.

pub(crate) mod block;
pub(crate) mod blocks;
pub(crate) mod me;
pub(crate) mod rename;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod unblock;

use store::User;
use vocab::UnixMillis;
use wire::Wire;
use wire::body::{StatusBody, UserBody, UserResponse};

/// A person as others see them.
pub(crate) fn user_body(user: &User, online: Option<bool>) -> UserBody {
    UserBody {
        id: Wire(user.id),
        identifier: user.identifier.clone(),
        name: user.name.clone(),
        online,
    }
}

/// A person as they see themselves.
pub(crate) fn own_body(user: &User, now: UnixMillis) -> UserResponse {
    UserResponse {
        user: user_body(user, None),
        status: status_body(user.do_not_disturb_until, now),
    }
}

/// Whether somebody may be disturbed.
pub(crate) fn status_body(until: Option<UnixMillis>, now: UnixMillis) -> StatusBody {
    let until = until.filter(|until| *until > now);
    StatusBody {
        do_not_disturb: until.is_some(),
        until: until.filter(|until| *until < store::FOREVER).map(Wire),
    }
}

//! Who may use the media servers: told to them after each change of a call.

use std::fmt;

use call::{CallState, Participant};
use vocab::{CallId, UserId};

/// The media servers of this process, as far as calls concern them.
pub trait MediaAccess: Send + Sync + fmt::Debug {
    /// Says who may send media for a call: the whole set, empty once the call is over. What is
    /// told twice changes nothing. Called while the call is being changed, so it never waits.
    fn set(&self, call: CallId, users: &[UserId]);
}

/// Everybody in a call who may send media for it, in the order of user ids.
pub(crate) fn entitled(state: &CallState) -> Vec<UserId> {
    if state.status.is_terminal() {
        return Vec::new();
    }
    let mut users: Vec<UserId> =
        state.participants.iter().filter(|one| is_entitled(one)).map(|one| one.user).collect();
    users.sort_unstable();
    users
}

/// Whether a participant of a live call may send media for it: those who are in it, also while
/// they reconnect, and those who are asked to come, whose browsers prepare meanwhile.
pub(crate) fn is_entitled(one: &Participant) -> bool {
    use call::ParticipantStatus as Status;
    let there = match one.status {
        Status::Invited | Status::Ringing | Status::Joined => true,
        Status::Left | Status::Rejected | Status::Missed => false,
    };
    there && one.hears_of_it()
}

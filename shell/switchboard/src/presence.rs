//! Who is online, told to those who share a conversation with them.

use std::time::Duration;

use vocab::UserId;

use crate::registry::Frame;
use crate::switchboard::Switchboard;

/// How long somebody may be away before it is told. A page reload fits in.
const SHOWN_AFTER: Duration = Duration::from_secs(3);

impl Switchboard {
    /// The first connection of a user opened.
    pub(crate) fn came_online(&self, user: UserId) {
        let board = self.clone();
        tokio::spawn(async move {
            if board.mark_shown_online(user) {
                board.tell_presence(user, true).await;
            }
        });
    }

    /// The last connection of a user closed.
    pub(crate) fn went_offline(&self, user: UserId) {
        let board = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(SHOWN_AFTER).await;
            if !board.is_online(user) && board.mark_shown_offline(user) {
                board.tell_presence(user, false).await;
            }
        });
    }

    async fn tell_presence(&self, user: UserId, online: bool) {
        let contacts = match self.store().contacts(user).await {
            Ok(contacts) => contacts,
            Err(error) => {
                tracing::warn!(%user, %error, "presence was not told");
                return;
            }
        };
        let payload = wire::event::PresenceEvent { user_id: wire::Wire(user), online };
        let Some(frame) = Frame::new("presence:changed", &payload) else { return };
        for contact in contacts {
            self.registry().send(contact, &frame);
        }
    }
}

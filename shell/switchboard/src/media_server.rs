//! The media server as calls see it: orders go there, word of its rooms comes back.

use std::fmt;

use sfu::{Order, Report};
use vocab::CallId;

use crate::message::Message;
use crate::switchboard::Switchboard;

/// The server through which the media of larger calls goes.
pub trait MediaServer: Send + Sync + fmt::Debug {
    /// An order for the room of a call; the orders of one call are carried out as they come.
    /// Called while the call is being changed, so it never waits.
    fn order(&self, call: CallId, order: Order);
}

impl Switchboard {
    /// Takes in word of a call's room, in the order it was said. Who is speaking is news for
    /// moments only: with a full mailbox it is left out, while anything else waits for room.
    pub async fn media_report(&self, call: CallId, report: Report) {
        let Some(mailbox) = self.directory().mailbox(call) else {
            tracing::debug!(%call, "the room of a call that is over was heard");
            return;
        };
        let passing = matches!(report, Report::Speakers(_));
        let message = Message::Report(report);
        if passing {
            drop(mailbox.try_send(message));
        } else {
            // A call that ended meanwhile has no use for it.
            drop(mailbox.send(message).await);
        }
    }
}

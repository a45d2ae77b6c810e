//! Taking up live calls after a restart, and finding those whose deadline nobody watched.

use std::time::Duration;

use call::Input;
use vocab::CallId;
use wire::Failure;

use crate::message::Message;
use crate::switchboard::{Switchboard, stored};

/// How often the database is asked for overdue calls that no task watches.
const SWEEP: Duration = Duration::from_secs(5);

impl Switchboard {
    /// Takes up every call that is not over: everybody in it is given time to come back.
    /// Call once, before the first connection.
    ///
    /// # Errors
    /// `unavailable` without a database.
    pub async fn recover(&self) -> Result<usize, Failure> {
        let live = self.store().live_calls().await.map_err(stored)?;
        for call in &live {
            self.observe(*call, Input::ServerRestarted).await;
        }
        Ok(live.len())
    }

    /// Wakes the tasks of overdue calls, for ever. Calls have their own timers; this finds
    /// what a crash or another process left behind.
    pub async fn sweep(self) {
        let mut tick = tokio::time::interval(SWEEP);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match self.store().overdue_calls(self.clock().now()).await {
                Ok(overdue) => {
                    for call in overdue {
                        // Starting the task is enough: it sees what is due.
                        if let Err(failure) = self.mailbox(call).await {
                            tracing::warn!(%call, code = %failure.code, "overdue call not taken up");
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "overdue calls could not be asked for"),
            }
        }
    }

    /// Tells a call's task something nobody waits for.
    pub(crate) async fn observe(&self, call: CallId, input: Input) {
        match self.mailbox(call).await {
            Ok(mailbox) => {
                if mailbox.send(Message::Observe(input)).await.is_err() {
                    tracing::debug!(%call, "the call ended before it could be told");
                }
            }
            Err(failure) => tracing::warn!(%call, code = %failure.code, "call could not be told"),
        }
    }
}

//! The event log, as it is replayed.

use vocab::CallId;

use crate::calls::LoggedEvent;
use crate::sql::{big, sql};
use crate::{Store, StoreError};

impl Store {
    /// The events of a call after number `seq`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events_after(
        &self,
        call: CallId,
        seq: u64,
        limit: u64,
    ) -> Result<Vec<LoggedEvent>, StoreError> {
        let text = "SELECT seq, name, payload, at FROM call_events \
                    WHERE call_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = self.all(sql!(text, call, big(seq), big(limit))).await?;
        rows.iter()
            .map(|row| {
                let payload = row.get::<String>("payload")?;
                let payload = serde_json::from_str(&payload);
                Ok(LoggedEvent {
                    seq: row.number("seq")?,
                    name: row.get("name")?,
                    at: row.time("at")?,
                    payload: payload.map_err(|_| StoreError::corrupt("payload"))?,
                })
            })
            .collect()
    }
}

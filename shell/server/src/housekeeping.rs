//! What is forgotten in time: idle limits, expired credentials and tokens, old history.

use std::sync::Arc;
use std::time::Duration;

use auth::Limits;
use store::{Store, StoreError};
use switchboard::Clock;

/// Full buckets of the rate limits are forgotten this often.
const LIMITS: Duration = Duration::from_secs(60);
/// Expired rows are deleted this often.
const ROWS: Duration = Duration::from_secs(10 * 60);

/// Forgets, for ever.
pub(crate) async fn keep(store: Store, limits: Arc<Limits>, clock: Clock, history: Duration) {
    let mut limits_tick = tokio::time::interval(LIMITS);
    let mut rows_tick = tokio::time::interval(ROWS);
    loop {
        tokio::select! {
            _ = limits_tick.tick() => limits.forget_idle(),
            _ = rows_tick.tick() => {
                if let Err(error) = purge(&store, clock, history).await {
                    tracing::warn!(%error, "expired rows were not deleted");
                }
            }
        }
    }
}

async fn purge(store: &Store, clock: Clock, history: Duration) -> Result<(), StoreError> {
    let now = clock.now();
    store.cleanup_turn_credentials(now).await?;
    store.purge_requests(now).await?;
    store.purge_refresh_tokens(now).await?;
    store.purge_invites(now).await?;
    let calls = store.purge_calls_ended_before(now - history).await?;
    if calls > 0 {
        tracing::info!(calls, "calls older than the retention time were deleted");
    }
    Ok(())
}

//! Looking back: finished calls by viewer, missed calls, and what is forgotten.

use call::{CallKind, Outcome, outcome};
use vocab::{CallId, ConversationId, UnixMillis, UserId};

use crate::calls::StoredCall;
use crate::calls::lookup::ids;
use crate::sql::{Sql, sql};
use crate::{Store, StoreError};

/// Calls looked at per statement while filtering by outcome.
const PAGE: u64 = 100;
/// Statements per page of an answer; a rare outcome then takes several pages to find.
const PAGES: usize = 10;
/// Calls deleted per transaction; more would keep other writers waiting.
const PURGED_AT_ONCE: i64 = 200;

/// Which calls of the viewer to list; `None` = all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistoryFilter {
    /// Of this conversation.
    pub conversation: Option<ConversationId>,
    /// Started as this.
    pub kind: Option<CallKind>,
    /// That went like this for the viewer.
    pub outcome: Option<Outcome>,
    /// Created at or after this moment.
    pub from: Option<UnixMillis>,
    /// Created before this moment.
    pub to: Option<UnixMillis>,
}

/// Part of a history, newest call first.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    /// The calls; fewer than asked for does not mean that there are no more.
    pub rows: Vec<HistoryRow>,
    /// Where the next page begins; `None` = this was the last one.
    pub next: Option<CallId>,
}

/// A call that the viewer looks back at.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// The call.
    pub call: StoredCall,
    /// When the viewer saw the missed entry.
    pub seen_at: Option<UnixMillis>,
    /// The viewer's last quality grade.
    pub quality: Option<String>,
}

impl Store {
    /// The calls that are over for the viewer: ended, or left, declined or missed by them.
    /// Calls kept from them because they blocked the caller are not among them. `cursor` is
    /// [`HistoryPage::next`] of the former page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history(
        &self,
        viewer: UserId,
        filter: HistoryFilter,
        cursor: Option<CallId>,
        limit: u64,
    ) -> Result<HistoryPage, StoreError> {
        let mut rows = Vec::new();
        let mut cursor = cursor;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
        let page = if filter.outcome.is_some() { PAGE } else { limit.max(1) };
        for _ in 0..PAGES {
            let query = history_ids(viewer, &filter, cursor, page + 1);
            let mut found = ids(&self.all(query).await?)?;
            let more = found.len() as u64 > page;
            found.truncate(usize::try_from(page).unwrap_or(usize::MAX));
            let last = found.len();
            for (index, call) in self.load_calls(&found).await?.into_iter().enumerate() {
                cursor = Some(call.state.id);
                if filter.outcome.is_some() && outcome(&call.state, viewer) != filter.outcome {
                    continue;
                }
                rows.push(HistoryRow::new(call, viewer));
                if rows.len() == wanted {
                    let next = cursor.filter(|_| more || index + 1 < last);
                    return Ok(HistoryPage { rows, next });
                }
            }
            if !more {
                return Ok(HistoryPage { rows, next: None });
            }
        }
        Ok(HistoryPage { rows, next: cursor })
    }

    /// The calls the viewer missed, newest first. `cursor` is [`HistoryPage::next`] of the
    /// former page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn missed(
        &self,
        viewer: UserId,
        unseen_only: bool,
        cursor: Option<CallId>,
        limit: u64,
    ) -> Result<HistoryPage, StoreError> {
        let limit = limit.max(1);
        let mut query =
            sql!("SELECT call_id AS id FROM call_participants WHERE missed_entry AND user_id = ");
        query.bind(viewer).push(" AND ring_mode <> 'withheld'");
        if unseen_only {
            query.push(" AND seen_at IS NULL");
        }
        if let Some(cursor) = cursor {
            query.push(" AND call_id < ").bind(cursor);
        }
        query.push(" ORDER BY call_id DESC LIMIT ").bind(crate::sql::big(limit + 1));
        let mut found = ids(&self.all(query).await?)?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().copied().filter(|_| more);
        let calls = self.load_calls(&found).await?;
        let rows = calls.into_iter().map(|call| HistoryRow::new(call, viewer)).collect();
        Ok(HistoryPage { rows, next })
    }

    /// Marks missed calls as seen, these or all; how many were unseen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_missed_seen(
        &self,
        viewer: UserId,
        calls: Option<&[CallId]>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        let mut query = sql!(
            "UPDATE call_participants SET seen_at = $1 \
             WHERE user_id = $2 AND missed_entry AND seen_at IS NULL",
            now,
            viewer,
        );
        if let Some(calls) = calls {
            query.push(" AND call_id IN ").list(calls.iter().take(10_000).copied());
        }
        Ok(self.run(query).await?)
    }

    /// How many missed calls the viewer has not seen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unseen_missed_count(&self, viewer: UserId) -> Result<u64, StoreError> {
        let text = "SELECT COUNT(*) AS n FROM call_participants WHERE missed_entry \
                    AND user_id = $1 AND seen_at IS NULL AND ring_mode <> 'withheld'";
        match self.first(sql!(text, viewer)).await? {
            Some(row) => row.number("n"),
            None => Ok(0),
        }
    }

    /// Forgets the calls that ended before this moment, with their participants and events,
    /// a few at a time; how many they were.
    ///
    /// # Errors
    /// [`StoreError`]; what was forgotten before it stays so.
    pub async fn purge_calls_ended_before(&self, moment: UnixMillis) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            let text = "DELETE FROM calls WHERE id IN \
                        (SELECT id FROM calls WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)";
            let some = self.run(sql!(text, moment, PURGED_AT_ONCE)).await?;
            if some == 0 {
                return Ok(purged);
            }
            purged += some;
        }
    }
}

impl HistoryRow {
    fn new(call: StoredCall, viewer: UserId) -> Self {
        let seen_at = call.seen.iter().find(|(user, _)| *user == viewer).map(|(_, at)| *at);
        let quality = call.quality.iter().find(|(user, _)| *user == viewer);
        let quality = quality.map(|(_, grade)| grade.clone());
        Self { call, seen_at, quality }
    }
}

fn history_ids(viewer: UserId, filter: &HistoryFilter, cursor: Option<CallId>, limit: u64) -> Sql {
    let mut query = sql!(
        "SELECT c.id FROM call_participants p JOIN calls c ON c.id = p.call_id \
         WHERE p.user_id = $1 AND p.ring_mode <> 'withheld' \
         AND (c.ended_at IS NOT NULL OR p.status IN ('left', 'rejected', 'missed'))",
        viewer,
    );
    if let Some(cursor) = cursor {
        query.push(" AND p.call_id < ").bind(cursor);
    }
    if let Some(conversation) = filter.conversation {
        query.push(" AND c.conversation_id = ").bind(conversation);
    }
    if let Some(kind) = filter.kind {
        query.push(" AND c.type = ").bind(kind.as_str());
    }
    if let Some(from) = filter.from {
        query.push(" AND c.created_at >= ").bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND c.created_at < ").bind(to);
    }
    query.push(" ORDER BY p.call_id DESC LIMIT ").bind(crate::sql::big(limit));
    query
}

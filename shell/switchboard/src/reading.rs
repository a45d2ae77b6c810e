//! Looking at calls: details, history, what is active, what was missed, the event log.

use call::CallState;
use serde::Deserialize as _;
use serde_json::Value;
use store::{HistoryFilter, HistoryPage, HistoryRow, LoggedEvent, StoredCall};
use vocab::{CallId, UserId};
use wire::body::{
    CallBody, CallExtras, CallResponse, ConnectionQuality, EventsResponse, HistoryEntry,
    HistoryExtras, HistoryQuery, LoggedEventBody, MissedSeenRequest, MissedSeenResponse, Page,
    SelectedPath, history_entry,
};
use wire::{Failure, Wire};

use crate::delivery::Profiles;
use crate::switchboard::{Switchboard, stored};

impl Switchboard {
    /// A call as its participants, and the members of its conversation, see it.
    ///
    /// # Errors
    /// `call_not_found`, `unavailable`.
    pub async fn get(&self, user: UserId, call: CallId) -> Result<CallResponse, Failure> {
        let found = self.visible(user, call).await?;
        let profiles = self.profiles_of([&found.state]).await?;
        let extras = call_extras(&found);
        Ok(CallResponse { call: CallBody::new(&found.state, &profiles, &extras) })
    }

    /// The viewer's calls that are over, newest first.
    ///
    /// # Errors
    /// `invalid` for a cursor that is none, `unavailable`.
    pub async fn history(
        &self,
        user: UserId,
        query: HistoryQuery,
    ) -> Result<Page<HistoryEntry>, Failure> {
        let filter = HistoryFilter {
            conversation: query.conversation_id.map(|id| id.0),
            kind: query.kind.map(|kind| kind.0),
            outcome: query.outcome.map(|outcome| outcome.0),
            from: query.from.map(|at| at.0),
            to: query.to.map(|at| at.0),
        };
        let cursor = cursor(query.cursor.as_deref())?;
        let limit = u64::from(query.limit());
        let page = self.store().history(user, filter, cursor, limit).await.map_err(stored)?;
        self.entries(user, page).await
    }

    /// The calls the viewer missed, newest first.
    ///
    /// # Errors
    /// `invalid` for a cursor that is none, `unavailable`.
    pub async fn missed(
        &self,
        user: UserId,
        from: Option<&str>,
        limit: u32,
        unseen_only: bool,
    ) -> Result<Page<HistoryEntry>, Failure> {
        let cursor = cursor(from)?;
        let limit = u64::from(limit);
        let page = self.store().missed(user, unseen_only, cursor, limit).await.map_err(stored)?;
        self.entries(user, page).await
    }

    /// Marks missed calls as seen.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn missed_seen(
        &self,
        user: UserId,
        request: MissedSeenRequest,
    ) -> Result<MissedSeenResponse, Failure> {
        let calls: Option<Vec<CallId>> =
            request.call_ids.map(|calls| calls.into_iter().map(|call| call.0).collect());
        let now = self.clock().now();
        let marked =
            self.store().mark_missed_seen(user, calls.as_deref(), now).await.map_err(stored)?;
        if marked > 0 {
            self.tell_missed(user).await;
        }
        Ok(MissedSeenResponse { marked })
    }

    /// The live calls of the viewer's conversations, newest first.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn active(&self, user: UserId) -> Result<Page<CallBody>, Failure> {
        let live = self.store().active_for(user).await.map_err(stored)?;
        let profiles = self.profiles_of(&live).await?;
        let extras = CallExtras::default();
        let items = live.iter().map(|call| CallBody::new(call, &profiles, &extras)).collect();
        Ok(Page { items, next_cursor: None })
    }

    /// The state events of a call after number `after`.
    ///
    /// # Errors
    /// `call_not_found`, `unavailable`.
    pub async fn events(
        &self,
        user: UserId,
        call: CallId,
        after: u64,
        limit: u32,
    ) -> Result<EventsResponse, Failure> {
        let state = self.visible_call(user, call).await?;
        let logged =
            self.store().events_after(call, after, u64::from(limit)).await.map_err(stored)?;
        let events = logged.into_iter().map(logged_body).collect();
        Ok(EventsResponse { events, rev: state.seq })
    }

    pub(crate) async fn entries(
        &self,
        user: UserId,
        page: HistoryPage,
    ) -> Result<Page<HistoryEntry>, Failure> {
        let profiles = self.profiles_of(page.rows.iter().map(|row| &row.call.state)).await?;
        let items = page.rows.into_iter().map(|row| entry(row, user, &profiles)).collect();
        Ok(Page { items, next_cursor: page.next.map(|call| call.to_string()) })
    }

    /// The names of everybody in some calls.
    pub(crate) async fn profiles_of<'a>(
        &self,
        calls: impl IntoIterator<Item = &'a CallState>,
    ) -> Result<Profiles, Failure> {
        let mut users: Vec<UserId> = calls
            .into_iter()
            .flat_map(|call| call.participants.iter().map(|one| one.user))
            .collect();
        users.sort_unstable();
        users.dedup();
        let mut profiles = Profiles::default();
        profiles.learn(self.store().users(&users).await.map_err(stored)?);
        Ok(profiles)
    }
}

fn entry(row: HistoryRow, user: UserId, profiles: &Profiles) -> HistoryEntry {
    let state = &row.call.state;
    let extras = HistoryExtras {
        video_used: state.used.video,
        screen_used: state.used.screen,
        quality: row.quality.as_deref().and_then(|word| word.parse().ok()),
        recording_url: row.call.recording_url.clone(),
        seen_at: row.seen_at,
    };
    history_entry(state, user, profiles, extras)
}

/// A logged event on the wire.
pub(crate) fn logged_body(event: LoggedEvent) -> LoggedEventBody {
    let LoggedEvent { seq, name, at, payload } = event;
    LoggedEventBody { seq, name, at: Wire(at), payload }
}

/// What is shown of a stored call beside its state.
#[must_use]
pub fn call_extras(call: &StoredCall) -> CallExtras {
    let graded = |(user, word): &(UserId, String)| {
        word.parse::<ConnectionQuality>().ok().map(|grade| (*user, grade))
    };
    let taken = |(user, stats): &(UserId, Value)| Some((*user, path_of(stats)?));
    CallExtras {
        sfu_room_id: call.sfu_room.clone(),
        recording_url: call.recording_url.clone(),
        quality_stats: call.quality_stats.clone(),
        quality: call.quality.iter().filter_map(graded).collect(),
        paths: call.measured.iter().filter_map(taken).collect(),
    }
}

/// The way of the media that stored measurements name, if they name one.
fn path_of(stats: &Value) -> Option<SelectedPath> {
    SelectedPath::deserialize(stats.get("path")?).ok()
}

fn cursor(text: Option<&str>) -> Result<Option<CallId>, Failure> {
    text.map(str::parse)
        .transpose()
        .map_err(|_| Failure::field("cursor", "is not a cursor of this list"))
}

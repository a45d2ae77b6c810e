//! Creating a call and storing its changes: one short transaction each.

use call::{CallState, Participant, ParticipantStatus};
use vocab::{CallId, UnixMillis};

use crate::calls::columns::{
    LIVE, PARTICIPANT_COLUMNS, PARTICIPANT_UPDATE, millis, push_participant, seq,
};
use crate::calls::{InsertCallError, LoggedEvent, SaveCallError, Version};
use crate::error::Failed;
use crate::sql::{Sql, big, sql};
use crate::store::Tx;
use crate::{Store, StoreError};

/// A refusal whose cause is gone when it is looked for is tried again this often.
const ATTEMPTS: usize = 3;
/// Rows of one statement, far below the parameter limits of both databases.
const ROWS: usize = 500;

impl Store {
    /// Stores a new call with its first events. `next_deadline` is the moment the call wants
    /// to be woken at, should the program restart.
    ///
    /// # Errors
    /// [`InsertCallError`]; nothing is stored then.
    pub async fn insert_call(
        &self,
        state: &CallState,
        next_deadline: Option<UnixMillis>,
        events: &[LoggedEvent],
    ) -> Result<Version, InsertCallError> {
        for _ in 0..ATTEMPTS {
            let failed = match self.within(self.try_insert(state, next_deadline, events)).await {
                Ok(()) => return Ok(Version(1)),
                Err(failed) => failed,
            };
            if failed.violates("calls_live_conversation", "calls.conversation_id") {
                if let Some(call) = self.live_call_in(state.conversation).await? {
                    return Err(InsertCallError::ConversationBusy { call });
                }
            } else if is_seat(&failed) {
                let joined: Vec<&Participant> = state.participants.iter().collect();
                if let Some(call) = self.call_of_a_device(state.id, &joined).await? {
                    return Err(InsertCallError::DeviceInCall { call });
                }
            } else {
                return Err(StoreError::from(failed).into());
            }
        }
        Err(busy().into())
    }

    /// Stores a change of a call: `after` came out of `before`, which was stored as `version`.
    ///
    /// # Errors
    /// [`SaveCallError`]; nothing is stored then.
    pub async fn save_call(
        &self,
        version: Version,
        before: &CallState,
        after: &CallState,
        next_deadline: Option<UnixMillis>,
        events: &[LoggedEvent],
    ) -> Result<Version, SaveCallError> {
        let changed = changed_participants(before, after);
        for _ in 0..ATTEMPTS {
            let attempt = self.try_save(version, after, &changed, next_deadline, events);
            match self.within(attempt).await {
                Ok(true) => return Ok(Version(version.0 + 1)),
                Ok(false) => return Err(SaveCallError::Conflict),
                Err(failed) if is_seat(&failed) => {
                    let joining: Vec<&Participant> =
                        changed.iter().map(|(_, participant)| *participant).collect();
                    if let Some(call) = self.call_of_a_device(after.id, &joining).await? {
                        return Err(SaveCallError::DeviceInCall { call });
                    }
                }
                Err(failed) => return Err(StoreError::from(failed).into()),
            }
        }
        Err(busy().into())
    }

    async fn try_insert(
        &self,
        state: &CallState,
        next_deadline: Option<UnixMillis>,
        events: &[LoggedEvent],
    ) -> Result<(), Failed> {
        let times = &state.times;
        let tx = self.begin().await?;
        tx.run(sql!(
            "INSERT INTO calls (id, conversation_id, type, status, initiated_by, created_at, \
             updated_at, started_at, ended_at, duration_seconds, end_reason, version, seq, shape, \
             host_id, topology, ring_ms, empty_until, alone_until, ended_by, metadata, \
             next_deadline_at, video_used, screen_used, topology_until, without_media_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
             $18, $19, $20, $21, $22, $23, $24, $25, $26)",
            state.id,
            state.conversation,
            state.kind.as_str(),
            state.status.as_str(),
            state.initiated_by,
            times.created_at,
            times.created_at,
            times.started_at,
            times.ended_at,
            duration(state),
            state.end_reason.map(|reason| reason.as_str()),
            1_i64,
            seq(state),
            state.shape.as_str(),
            state.host,
            state.topology.as_str(),
            millis(times.ring),
            times.empty_until,
            times.alone_until,
            state.ended_by,
            state.metadata.clone(),
            next_deadline,
            state.used.video,
            state.used.screen,
            times.topology_until,
            times.without_media_until,
        ))
        .await?;
        let everybody: Vec<(usize, &Participant)> = state.participants.iter().enumerate().collect();
        put_participants(&tx, state, &everybody, times.created_at).await?;
        log_events(&tx, state.id, events).await?;
        Ok(tx.commit().await?)
    }

    /// False when the version is not the stored one.
    async fn try_save(
        &self,
        version: Version,
        state: &CallState,
        changed: &[(usize, &Participant)],
        next_deadline: Option<UnixMillis>,
        events: &[LoggedEvent],
    ) -> Result<bool, Failed> {
        let times = &state.times;
        let at = events.last().map(|event| event.at);
        let tx = self.begin().await?;
        let found = tx
            .run(sql!(
                "UPDATE calls SET version = version + 1, status = $1, started_at = $2, \
                 ended_at = $3, duration_seconds = $4, end_reason = $5, seq = $6, host_id = $7, \
                 topology = $8, empty_until = $9, alone_until = $10, ended_by = $11, \
                 next_deadline_at = $12, updated_at = COALESCE($13, updated_at), \
                 video_used = $14, screen_used = $15, topology_until = $16, \
                 without_media_until = $17 WHERE id = $18 AND version = $19",
                state.status.as_str(),
                times.started_at,
                times.ended_at,
                duration(state),
                state.end_reason.map(|reason| reason.as_str()),
                seq(state),
                state.host,
                state.topology.as_str(),
                times.empty_until,
                times.alone_until,
                state.ended_by,
                next_deadline,
                at,
                state.used.video,
                state.used.screen,
                times.topology_until,
                times.without_media_until,
                state.id,
                version.0,
            ))
            .await?;
        if found == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        put_participants(&tx, state, changed, at.unwrap_or(times.created_at)).await?;
        log_events(&tx, state.id, events).await?;
        if state.status.is_terminal() {
            tx.run(sql!(
                "UPDATE call_participants SET ice_candidates = NULL \
                 WHERE call_id = $1 AND ice_candidates IS NOT NULL",
                state.id,
            ))
            .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The other call that one of these devices is in.
    async fn call_of_a_device(
        &self,
        this: CallId,
        participants: &[&Participant],
    ) -> Result<Option<CallId>, StoreError> {
        let seats = participants
            .iter()
            .filter(|one| one.status == ParticipantStatus::Joined)
            .filter_map(|one| one.seat.device.as_ref().map(|device| (one.user, device)));
        let mut query = sql!(
            "SELECT call_id FROM call_participants WHERE status = 'joined' AND call_id <> $1 \
             AND (FALSE",
            this,
        );
        for (user, device) in seats {
            query.push(" OR (user_id = ").bind(user).push(" AND device_id = ");
            query.bind(device.as_str()).push(")");
        }
        query.push(") LIMIT 1");
        self.first(query).await?.map(|row| row.id("call_id")).transpose()
    }

    /// The call of a conversation that is not over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_call_in(
        &self,
        conversation: vocab::ConversationId,
    ) -> Result<Option<CallId>, StoreError> {
        let text = format!("SELECT id FROM calls WHERE conversation_id = $1 AND status IN {LIVE}");
        self.first(sql!(text, conversation)).await?.map(|row| row.id("id")).transpose()
    }
}

/// What differs, and who is new, each with their place in the order.
fn changed_participants<'a>(
    before: &CallState,
    after: &'a CallState,
) -> Vec<(usize, &'a Participant)> {
    let known = |position: usize| before.participants.get(position);
    after
        .participants
        .iter()
        .enumerate()
        .filter(|(position, participant)| known(*position) != Some(*participant))
        .collect()
}

async fn put_participants(
    tx: &Tx,
    state: &CallState,
    participants: &[(usize, &Participant)],
    at: UnixMillis,
) -> Result<(), Failed> {
    for some in participants.chunks(ROWS) {
        let mut insert =
            sql!(format!("INSERT INTO call_participants ({PARTICIPANT_COLUMNS}) VALUES "));
        for (index, (position, participant)) in some.iter().enumerate() {
            if index > 0 {
                insert.push(", ");
            }
            push_participant(&mut insert, state, *position, participant, at);
        }
        insert.push(" ON CONFLICT (call_id, user_id) DO UPDATE SET ").push(PARTICIPANT_UPDATE);
        tx.run(insert).await?;
    }
    Ok(())
}

async fn log_events(tx: &Tx, call: CallId, events: &[LoggedEvent]) -> Result<(), Failed> {
    for some in events.chunks(ROWS) {
        let mut insert: Sql =
            sql!("INSERT INTO call_events (call_id, seq, name, payload, at) VALUES ");
        for (index, event) in some.iter().enumerate() {
            insert.push(if index > 0 { ", (" } else { "(" }).bind(call).push(", ");
            insert.bind(big(event.seq)).push(", ").bind(event.name.as_str()).push(", ");
            insert.bind(event.payload.to_string()).push(", ").bind(event.at).push(")");
        }
        tx.run(insert).await?;
    }
    Ok(())
}

fn is_seat(failed: &Failed) -> bool {
    let columns = "call_participants.user_id, call_participants.device_id";
    failed.violates("call_participants_seat", columns)
}

fn duration(state: &CallState) -> Option<i32> {
    state.duration_secs().map(|secs| i32::try_from(secs).unwrap_or(i32::MAX))
}

fn busy() -> StoreError {
    StoreError::Unavailable("calls come and go faster than one can be stored".to_owned())
}

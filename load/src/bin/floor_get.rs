//! The floor of `GET /api/calls/:callId`: bare axum, the two prepared queries, the same answer.
//! No token is checked, nothing is limited, logged or measured.

#![expect(clippy::print_stdout, reason = "the address is told on standard output")]

use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{Row as _, SqlitePool};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many as the server opens.
const CONNECTIONS: u32 = 8;

const CALL: &str = "SELECT c.id, c.conversation_id, c.type, c.status, c.initiated_by, \
     c.started_at, c.ended_at, c.end_reason, c.sfu_room_id, c.recording_url, c.quality_stats, \
     c.created_at, c.version, c.seq, c.shape, c.host_id, c.topology, c.ring_ms, c.empty_until, \
     c.alone_until, c.ended_by, c.metadata, c.duration_seconds, \
     p.user_id AS p_user, p.status AS p_status, p.joined_at AS p_joined_at, \
     p.left_at AS p_left_at, p.media_state AS p_media, p.connection_quality AS p_quality, \
     p.role AS p_role, p.device_id AS p_device, p.seat_number AS p_seat_number, \
     p.seat_since AS p_seat_since, p.link AS p_link, p.link_at AS p_link_at, \
     p.ring_mode AS p_ring_mode, p.ring_expires_at AS p_ring_expires_at, p.busy AS p_busy, \
     p.joins_on_activation AS p_joins, p.left_reason AS p_left_reason, \
     p.reject_reason AS p_reject_reason, p.earlier_stays_ms AS p_earlier_stays, \
     p.missed_entry AS p_missed_entry, p.seen_at AS p_seen_at, p.granted AS p_granted, \
     p.denied AS p_denied \
     FROM calls c JOIN call_participants p ON p.call_id = c.id \
     WHERE c.id IN ($1) ORDER BY c.id DESC, p.position";

const USERS: &str = "SELECT u.id, u.identifier, u.name, u.issuer, u.subject, u.token_epoch, \
     u.do_not_disturb_until, u.created_at, u.deleted_at FROM users u WHERE u.id IN ($1, $2)";

#[derive(Serialize)]
struct Answer {
    call: Call,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    id: Uuid,
    conversation_id: Uuid,
    #[serde(rename = "type")]
    kind: String,
    status: String,
    initiated_by: Uuid,
    host: Option<Uuid>,
    started_at: Option<String>,
    ended_at: Option<String>,
    duration: Option<i64>,
    end_reason: Option<String>,
    ended_by: Option<Uuid>,
    topology: String,
    sfu_room_id: Option<String>,
    recording_url: Option<String>,
    quality_stats: Option<Box<RawValue>>,
    metadata: Option<Box<RawValue>>,
    created_at: Option<String>,
    rev: i64,
    participants: Vec<Participant>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Participant {
    user_id: Uuid,
    user_name: String,
    user_identifier: String,
    status: String,
    role: String,
    joined_at: Option<String>,
    left_at: Option<String>,
    left_reason: Option<String>,
    media_state: Option<Box<RawValue>>,
    connection: Option<&'static str>,
    reconnecting_until: Option<String>,
    connection_quality: Option<String>,
    busy: bool,
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let file = std::env::args().nth(1).context("usage: floor_get DATABASE")?;
        let options = SqliteConnectOptions::new().filename(file).pragma("query_only", "ON");
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        let router = Router::new().route("/api/calls/{call}", get(call)).with_state(Arc::new(pool));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listens on http://{}", listener.local_addr()?);
        axum::serve(listener, router).await?;
        Ok(())
    })
}

async fn call(
    State(pool): State<Arc<SqlitePool>>,
    Path(id): Path<Uuid>,
) -> Result<Json<Answer>, StatusCode> {
    match find(&pool, id).await {
        Ok(Some(call)) => Ok(Json(Answer { call })),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn find(pool: &SqlitePool, id: Uuid) -> anyhow::Result<Option<Call>> {
    let rows = sqlx::query(CALL).bind(id.as_bytes().as_slice()).fetch_all(pool).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let one = uuid(first, "p_user")?.context("a participant is a user")?;
    let other = uuid(rows.last().unwrap_or(first), "p_user")?.context("a participant is a user")?;
    let people = sqlx::query(USERS)
        .bind(one.as_bytes().as_slice())
        .bind(other.as_bytes().as_slice())
        .fetch_all(pool)
        .await?;
    let mut names = Vec::with_capacity(people.len());
    for person in &people {
        let id = uuid(person, "id")?;
        let name: String = person.try_get("name")?;
        let identifier: String = person.try_get("identifier")?;
        names.push((id, name, identifier));
    }
    let participants = rows.iter().map(|row| participant(row, &names));
    let participants = participants.collect::<anyhow::Result<_>>()?;
    Ok(Some(call_of(first, id, participants)?))
}

fn call_of(row: &SqliteRow, id: Uuid, participants: Vec<Participant>) -> anyhow::Result<Call> {
    let started_at = row.try_get("started_at")?;
    Ok(Call {
        id,
        conversation_id: uuid(row, "conversation_id")?.context("conversation_id")?,
        kind: row.try_get("type")?,
        status: row.try_get("status")?,
        initiated_by: uuid(row, "initiated_by")?.context("initiated_by")?,
        host: uuid(row, "host_id")?,
        duration: row.try_get("duration_seconds")?,
        started_at: time(started_at),
        ended_at: time(row.try_get("ended_at")?),
        end_reason: row.try_get("end_reason")?,
        ended_by: uuid(row, "ended_by")?,
        topology: row.try_get("topology")?,
        sfu_room_id: row.try_get("sfu_room_id")?,
        recording_url: row.try_get("recording_url")?,
        quality_stats: raw(row.try_get("quality_stats")?)?,
        metadata: raw(row.try_get("metadata")?)?,
        created_at: time(row.try_get("created_at")?),
        rev: row.try_get("seq")?,
        participants,
    })
}

fn participant(
    row: &SqliteRow,
    names: &[(Option<Uuid>, String, String)],
) -> anyhow::Result<Participant> {
    let user = uuid(row, "p_user")?.context("p_user")?;
    let (_, name, identifier) =
        names.iter().find(|(id, ..)| *id == Some(user)).context("a participant has a name")?;
    Ok(Participant {
        user_id: user,
        user_name: name.clone(),
        user_identifier: identifier.clone(),
        status: row.try_get("p_status")?,
        role: row.try_get("p_role")?,
        joined_at: time(row.try_get("p_joined_at")?),
        left_at: time(row.try_get("p_left_at")?),
        left_reason: row.try_get("p_left_reason")?,
        media_state: raw(row.try_get("p_media")?)?,
        connection: None,
        reconnecting_until: None,
        connection_quality: row.try_get("p_quality")?,
        busy: row.try_get("p_busy")?,
    })
}

fn uuid(row: &SqliteRow, name: &str) -> anyhow::Result<Option<Uuid>> {
    let bytes: Option<&[u8]> = row.try_get(name)?;
    Ok(bytes.map(Uuid::from_slice).transpose()?)
}

fn raw(text: Option<String>) -> anyhow::Result<Option<Box<RawValue>>> {
    Ok(text.map(RawValue::from_string).transpose()?)
}

/// As it is shown: `Z` for UTC.
fn time(stored: Option<String>) -> Option<String> {
    stored.map(|text| match text.strip_suffix("+00:00") {
        Some(rest) => format!("{rest}Z"),
        None => text,
    })
}

//! How a call and its participants become rows, and rows a call again.

use std::time::Duration;

use call::{CallState, Capabilities, Link, MediaState, MediaUse, Participant, Ring, Seat, Times};
use serde_json::{Value, json};
use vocab::{RowId, UnixMillis};

use crate::StoreError;
use crate::calls::{StoredCall, Version};
use crate::sql::{Row, Sql, big};

/// Statuses of a call that is not over, as the partial indexes have them.
pub(super) const LIVE: &str = "('initiated', 'ringing', 'active')";

/// Every column of a stored call and one of its participants; `p_` marks the latter's.
pub(super) const SELECT: &str = "SELECT c.id, c.conversation_id, c.type, c.status, c.initiated_by, \
     c.started_at, c.ended_at, c.end_reason, c.sfu_room_id, c.recording_url, c.quality_stats, \
     c.created_at, c.version, c.seq, c.shape, c.host_id, c.topology, c.video_used, c.screen_used, c.ring_ms, c.empty_until, \
     c.alone_until, c.topology_until, c.without_media_until, c.ended_by, c.metadata, \
     p.user_id AS p_user, p.status AS p_status, p.joined_at AS p_joined_at, \
     p.left_at AS p_left_at, p.media_state AS p_media, p.connection_quality AS p_quality, \
     p.media_stats AS p_stats, \
     p.role AS p_role, p.device_id AS p_device, p.seat_number AS p_seat_number, \
     p.seat_since AS p_seat_since, p.link AS p_link, p.link_at AS p_link_at, \
     p.ring_mode AS p_ring_mode, p.ring_expires_at AS p_ring_expires_at, p.busy AS p_busy, \
     p.joins_on_activation AS p_joins, p.left_reason AS p_left_reason, \
     p.reject_reason AS p_reject_reason, p.earlier_stays_ms AS p_earlier_stays, \
     p.missed_entry AS p_missed_entry, p.seen_at AS p_seen_at, p.granted AS p_granted, \
     p.denied AS p_denied, p.media_ready AS p_media_ready, p.in_mesh AS p_in_mesh, \
     p.hand_raised_at AS p_hand_raised_at \
     FROM calls c JOIN call_participants p ON p.call_id = c.id ";

/// Goes with [`SELECT`]: newest call first, participants in the order of invitation.
pub(super) const ORDER: &str = " ORDER BY c.id DESC, p.position";

/// The columns of a participant in the order of [`push_participant`].
pub(super) const PARTICIPANT_COLUMNS: &str = "id, call_id, user_id, position, created_at, updated_at, \
     status, joined_at, left_at, media_state, role, device_id, seat_number, seat_since, link, \
     link_at, ring_mode, ring_expires_at, busy, joins_on_activation, left_reason, reject_reason, \
     earlier_stays_ms, missed_entry, granted, denied, media_ready, in_mesh, hand_raised_at";

/// What a changed participant overwrites. A new missed entry counts as unseen.
pub(super) const PARTICIPANT_UPDATE: &str = "updated_at = excluded.updated_at, \
     position = excluded.position, status = excluded.status, joined_at = excluded.joined_at, \
     left_at = excluded.left_at, media_state = excluded.media_state, role = excluded.role, \
     device_id = excluded.device_id, seat_number = excluded.seat_number, \
     seat_since = excluded.seat_since, link = excluded.link, link_at = excluded.link_at, \
     ring_mode = excluded.ring_mode, ring_expires_at = excluded.ring_expires_at, \
     busy = excluded.busy, joins_on_activation = excluded.joins_on_activation, \
     left_reason = excluded.left_reason, reject_reason = excluded.reject_reason, \
     earlier_stays_ms = excluded.earlier_stays_ms, \
     seen_at = CASE WHEN excluded.missed_entry AND NOT call_participants.missed_entry \
     THEN NULL ELSE call_participants.seen_at END, \
     missed_entry = excluded.missed_entry, granted = excluded.granted, denied = excluded.denied, \
     media_ready = excluded.media_ready, in_mesh = excluded.in_mesh, \
     hand_raised_at = excluded.hand_raised_at";

/// Appends `($n, …)`, one participant's row.
pub(super) fn push_participant(
    sql: &mut Sql,
    state: &CallState,
    position: usize,
    one: &Participant,
    at: UnixMillis,
) {
    let id = RowId::new(at, rand::random());
    let (link, link_at) = link_columns(one.seat.link);
    sql.push("(").bind(id).push(", ").bind(state.id).push(", ").bind(one.user).push(", ");
    sql.bind(i32::try_from(position).unwrap_or(i32::MAX)).push(", ").bind(at).push(", ");
    sql.bind(at).push(", ").bind(one.status.as_str()).push(", ").bind(one.joined_at).push(", ");
    sql.bind(one.left_at).push(", ").bind(media_json(one.media)).push(", ");
    sql.bind(one.role.as_str()).push(", ").bind(one.seat.device.as_ref()).push(", ");
    sql.bind(i64::from(one.seat.number)).push(", ").bind(one.seat.since).push(", ");
    sql.bind(link).push(", ").bind(link_at).push(", ").bind(one.ring.mode.as_str()).push(", ");
    sql.bind(one.ring.expires_at).push(", ").bind(one.ring.busy).push(", ");
    sql.bind(one.ring.joins_on_activation.as_ref()).push(", ");
    sql.bind(one.left_reason.map(|reason| reason.as_str())).push(", ");
    sql.bind(one.reject_reason.map(|reason| reason.as_str())).push(", ");
    sql.bind(millis(one.earlier_stays)).push(", ").bind(one.missed_entry).push(", ");
    sql.bind(i64::from(one.granted.bits())).push(", ").bind(i64::from(one.denied.bits()));
    sql.push(", ").bind(one.seat.media_ready).push(", ").bind(one.seat.in_mesh).push(", ");
    sql.bind(one.hand_raised_at);
    sql.push(")");
}

/// Calls from the rows of [`SELECT`], in their order.
pub(super) fn calls(rows: &[Row]) -> Result<Vec<StoredCall>, StoreError> {
    let mut calls: Vec<StoredCall> = Vec::new();
    for row in rows {
        let id = row.id("id")?;
        if calls.last().is_none_or(|last| last.state.id != id) {
            calls.push(call(row)?);
        }
        let Some(last) = calls.last_mut() else { continue };
        let one = participant(row)?;
        if let Some(grade) = row.get::<Option<String>>("p_quality")? {
            last.quality.push((one.user, grade));
        }
        if let Some(stats) = row.get::<Option<Value>>("p_stats")? {
            last.measured.push((one.user, stats));
        }
        if let Some(at) = row.time_or_none("p_seen_at")? {
            last.seen.push((one.user, at));
        }
        last.state.participants.push(one);
    }
    Ok(calls)
}

fn call(row: &Row) -> Result<StoredCall, StoreError> {
    let initiated_by = row.id("initiated_by")?;
    let state = CallState {
        id: row.id("id")?,
        conversation: row.id("conversation_id")?,
        shape: row.word("shape")?,
        kind: row.word("type")?,
        status: row.word("status")?,
        initiated_by,
        host: row.id_or_none("host_id")?.unwrap_or(initiated_by),
        topology: row.word("topology")?,
        seq: row.number("seq")?,
        times: Times {
            created_at: row.time("created_at")?,
            started_at: row.time_or_none("started_at")?,
            ended_at: row.time_or_none("ended_at")?,
            ring: Duration::from_millis(row.number("ring_ms")?),
            empty_until: row.time_or_none("empty_until")?,
            alone_until: row.time_or_none("alone_until")?,
            topology_until: row.time_or_none("topology_until")?,
            without_media_until: row.time_or_none("without_media_until")?,
        },
        used: MediaUse { video: row.get("video_used")?, screen: row.get("screen_used")? },
        end_reason: row.word_or_none("end_reason")?,
        ended_by: row.id_or_none("ended_by")?,
        metadata: row.get("metadata")?,
        participants: Vec::new(),
    };
    Ok(StoredCall {
        state,
        version: Version(row.get("version")?),
        recording_url: row.get("recording_url")?,
        sfu_room: row.get("sfu_room_id")?,
        quality_stats: row.get("quality_stats")?,
        quality: Vec::new(),
        measured: Vec::new(),
        seen: Vec::new(),
    })
}

fn participant(row: &Row) -> Result<Participant, StoreError> {
    Ok(Participant {
        user: row.id("p_user")?,
        role: row.word("p_role")?,
        status: row.word("p_status")?,
        media: media(&row.get("p_media")?)?,
        ring: Ring {
            mode: row.word("p_ring_mode")?,
            expires_at: row.time_or_none("p_ring_expires_at")?,
            busy: row.get("p_busy")?,
            joins_on_activation: row.word_or_none("p_joins")?,
        },
        seat: Seat {
            device: row.word_or_none("p_device")?,
            number: row.number("p_seat_number")?,
            link: link(row)?,
            since: row.time_or_none("p_seat_since")?,
            transport_failed: false,
            media_ready: row.get("p_media_ready")?,
            direct_ready: false,
            in_mesh: row.get("p_in_mesh")?,
        },
        joined_at: row.time_or_none("p_joined_at")?,
        left_at: row.time_or_none("p_left_at")?,
        left_reason: row.word_or_none("p_left_reason")?,
        reject_reason: row.word_or_none("p_reject_reason")?,
        hand_raised_at: row.time_or_none("p_hand_raised_at")?,
        earlier_stays: Duration::from_millis(row.number("p_earlier_stays")?),
        missed_entry: row.get("p_missed_entry")?,
        granted: Capabilities::from_bits(row.number("p_granted")?),
        denied: Capabilities::from_bits(row.number("p_denied")?),
    })
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn seq(state: &CallState) -> i64 {
    big(state.seq)
}

const fn link_columns(link: Link) -> (&'static str, Option<UnixMillis>) {
    match link {
        Link::Up => ("up", None),
        Link::Dropped { since } => ("dropped", Some(since)),
        Link::Reconnecting { until } => ("reconnecting", Some(until)),
        Link::Unheard { since } => ("unheard", Some(since)),
        Link::Silent { until } => ("silent", Some(until)),
    }
}

fn link(row: &Row) -> Result<Link, StoreError> {
    let at = row.time_or_none("p_link_at")?;
    match (row.get::<String>("p_link")?.as_str(), at) {
        ("up", _) => Ok(Link::Up),
        ("dropped", Some(since)) => Ok(Link::Dropped { since }),
        ("reconnecting", Some(until)) => Ok(Link::Reconnecting { until }),
        ("unheard", Some(since)) => Ok(Link::Unheard { since }),
        ("silent", Some(until)) => Ok(Link::Silent { until }),
        _ => Err(StoreError::corrupt("link")),
    }
}

fn media_json(media: MediaState) -> Value {
    json!({
        "audioEnabled": media.audio_enabled,
        "videoEnabled": media.video_enabled,
        "screenSharing": media.screen_sharing,
    })
}

fn media(stored: &Value) -> Result<MediaState, StoreError> {
    let flag = |name: &str| {
        let value = stored.get(name).and_then(Value::as_bool);
        value.ok_or_else(|| StoreError::corrupt("media_state"))
    };
    Ok(MediaState {
        audio_enabled: flag("audioEnabled")?,
        video_enabled: flag("videoEnabled")?,
        screen_sharing: flag("screenSharing")?,
    })
}

//! A call and its participants as everybody in it sees them.

use std::time::Duration;

use call::{CallState, Participant, ParticipantStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::ToSchema;
use vocab::UserId;

use crate::body::{MediaStateBody, SelectedPath};
use crate::field::{self, shown_device};
use crate::{People, Wire};

/// The whole call: the answer of `GET /api/calls/:callId` and the snapshot of `call:state`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallBody {
    /// Which call.
    pub id: field::CallId,
    /// The conversation it belongs to.
    pub conversation_id: field::ConversationId,
    /// What it was started as.
    #[serde(rename = "type")]
    pub kind: field::CallType,
    /// Where it is in its life.
    pub status: field::CallStatus,
    /// Who started it.
    pub initiated_by: field::UserId,
    /// Who may end it for all.
    pub host: field::UserId,
    /// The first accept.
    pub started_at: Option<field::Timestamp>,
    /// The end.
    pub ended_at: Option<field::Timestamp>,
    /// Whole seconds from the first accept to the end; null while it runs and for a call
    /// that was never answered.
    pub duration: Option<u32>,
    /// Why it ended.
    pub end_reason: Option<field::EndReason>,
    /// Who ended it.
    pub ended_by: Option<field::UserId>,
    /// How media travels.
    pub topology: field::Topology,
    /// The room on the server, when media goes through it.
    pub sfu_room_id: Option<String>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// Connection quality, summed up.
    #[ts(type = "unknown")]
    pub quality_stats: Option<Value>,
    /// What the caller attached.
    #[ts(type = "unknown")]
    pub metadata: Option<Value>,
    /// When it was created.
    pub created_at: field::Timestamp,
    /// The number (`seq`) of the newest state event in this body.
    pub rev: u64,
    /// Everybody, the caller first, then in the order of invitation.
    pub participants: Vec<ParticipantBody>,
}

/// One person in a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantBody {
    /// Who.
    pub user_id: field::UserId,
    /// Their display name.
    pub user_name: String,
    /// Their e-mail address, or the host product's name for them.
    pub user_identifier: String,
    /// Where they are.
    pub status: field::ParticipantStatus,
    /// Their part in the call.
    pub role: field::Role,
    /// The first time they joined.
    pub joined_at: Option<field::Timestamp>,
    /// The last time they left.
    pub left_at: Option<field::Timestamp>,
    /// Why they left.
    pub left_reason: Option<field::LeaveReason>,
    /// Microphone, camera and screen; meaningful while they are joined.
    pub media_state: MediaStateBody,
    /// Their signalling connection; null unless they are joined.
    pub connection: Option<Connection>,
    /// While reconnecting: when they are given up.
    pub reconnecting_until: Option<field::Timestamp>,
    /// Since when their hand is up; null while it is down.
    #[serde(default)]
    pub hand_raised_at: Option<field::Timestamp>,
    /// The last reported quality of their media connection.
    pub connection_quality: Option<ConnectionQuality>,
    /// The last reported way of their media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<SelectedPath>,
    /// Whether they were in another call when they were called.
    pub busy: bool,
    /// The device they are in the call with, when it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device_id: Option<field::DeviceId>,
}

/// The signalling connection of a joined participant's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum Connection {
    /// Open, or lost so shortly that nobody is shown it.
    Connected,
    /// Lost; the participant may come back.
    Reconnecting,
}

/// The quality of a media connection, in the bands of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionQuality {
    /// Round trip < 100 ms, loss < 2 %, more than 500 kbps available.
    Good,
    /// Round trip 100-300 ms, loss 2-5 %, 200-500 kbps available.
    Fair,
    /// Worse than that.
    Poor,
}

/// The whole call, wrapped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallResponse {
    /// The call.
    pub call: CallBody,
}

/// What is stored beside the state of a call and shown with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallExtras {
    /// The room on the server.
    pub sfu_room_id: Option<String>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// Connection quality, summed up.
    pub quality_stats: Option<Value>,
    /// The last reported quality of participants.
    pub quality: Vec<(UserId, ConnectionQuality)>,
    /// The last reported way of participants' media.
    pub paths: Vec<(UserId, SelectedPath)>,
}

impl CallBody {
    /// The body of a state.
    #[must_use]
    pub fn new(state: &CallState, people: &dyn People, extras: &CallExtras) -> Self {
        Self {
            id: Wire(state.id),
            conversation_id: Wire(state.conversation),
            kind: Wire(state.kind),
            status: Wire(state.status),
            initiated_by: Wire(state.initiated_by),
            host: Wire(state.host),
            started_at: state.times.started_at.map(Wire),
            ended_at: state.times.ended_at.map(Wire),
            duration: state.duration_secs(),
            end_reason: state.end_reason.map(Wire),
            ended_by: state.ended_by.map(Wire),
            topology: Wire(state.topology),
            sfu_room_id: extras.sfu_room_id.clone(),
            recording_url: extras.recording_url.clone(),
            quality_stats: extras.quality_stats.clone(),
            metadata: metadata(state),
            created_at: Wire(state.times.created_at),
            rev: state.seq,
            participants: ParticipantBody::all(state, people, extras),
        }
    }
}

impl ParticipantBody {
    /// Everybody in a call.
    #[must_use]
    pub fn all(state: &CallState, people: &dyn People, extras: &CallExtras) -> Vec<Self> {
        state.participants.iter().map(|one| Self::new(one, people, extras)).collect()
    }

    /// The body of one participant.
    #[must_use]
    pub fn new(one: &Participant, people: &dyn People, extras: &CallExtras) -> Self {
        let profile = people.profile(one.user);
        let joined = one.status == ParticipantStatus::Joined;
        let until = one.seat.link.shown_until().filter(|_| joined);
        let connection =
            if until.is_some() { Connection::Reconnecting } else { Connection::Connected };
        let quality = extras.quality.iter().find(|(user, _)| *user == one.user);
        let path = extras.paths.iter().find(|(user, _)| *user == one.user);
        Self {
            user_id: Wire(one.user),
            user_name: profile.name.as_ref().to_owned(),
            user_identifier: profile.identifier.as_ref().to_owned(),
            status: Wire(one.status),
            role: Wire(one.role),
            joined_at: one.joined_at.map(Wire),
            left_at: one.left_at.map(Wire),
            left_reason: one.left_reason.map(Wire),
            media_state: one.media.into(),
            connection: joined.then_some(connection),
            reconnecting_until: until.map(Wire),
            hand_raised_at: one.hand_raised_at.map(Wire),
            connection_quality: quality.map(|(_, grade)| *grade),
            path: path.map(|(_, path)| *path),
            busy: one.ring.busy,
            device_id: shown_device(one.seat.device.as_ref().filter(|_| joined)),
        }
    }
}

impl ConnectionQuality {
    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

impl std::str::FromStr for ConnectionQuality {
    type Err = call::UnknownWord;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "good" => Ok(Self::Good),
            "fair" => Ok(Self::Fair),
            "poor" => Ok(Self::Poor),
            _ => Err(call::UnknownWord),
        }
    }
}

/// What the caller attached; the state holds JSON text that was checked on the way in.
pub(crate) fn metadata(state: &CallState) -> Option<Value> {
    state.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// Whole milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

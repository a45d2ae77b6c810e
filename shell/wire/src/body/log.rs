//! The log of a call's state events.

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::field;

/// `GET /api/calls/:callId/events`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Only events after this number; all of them when left out.
    #[garde(skip)]
    pub after: Option<u64>,
    /// How many, 1 to 500; 500 when left out.
    #[garde(range(min = 1, max = 500))]
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// A stretch of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct EventsResponse {
    /// In order, without gaps.
    pub events: Vec<LoggedEventBody>,
    /// The number of the newest event of the call; more are to be had while it is larger
    /// than the last one given.
    pub rev: u64,
}

/// A state event as it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "LoggedEvent")]
#[schema(as = LoggedEvent)]
pub struct LoggedEventBody {
    /// Its number in the call.
    pub seq: u64,
    /// Its socket name, for example `call:accepted`.
    pub name: String,
    /// When.
    pub at: field::Timestamp,
    /// What was sent with it.
    #[ts(type = "unknown")]
    pub payload: Value,
}

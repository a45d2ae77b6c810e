//! Reports on media connections. Not numbered, not logged.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vocab::UserId;

use crate::Wire;
use crate::body::{ConnectionQuality, SelectedPath};
use crate::field;

/// `call:quality` from a client: how its own media connection is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct QualityReport {
    /// Which call.
    #[garde(skip)]
    pub call_id: field::CallId,
    /// The worst of the three bands.
    #[garde(skip)]
    pub grade: ConnectionQuality,
    /// Which of the three is the worst.
    #[garde(skip)]
    pub cause: Option<QualityCause>,
    /// The measurements.
    #[garde(dive)]
    pub stats: Option<QualityStats>,
    /// The way that the media takes now. Left out: as last reported.
    #[garde(skip)]
    pub path: Option<SelectedPath>,
}

/// Which measurement is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum QualityCause {
    /// The round-trip time.
    Rtt,
    /// Lost packets.
    Loss,
    /// The available bit rate.
    Bitrate,
}

/// Measurements of a media connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Validate, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct QualityStats {
    /// Round-trip time in milliseconds.
    #[garde(range(min = 0.0, max = 600_000.0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<f64>,
    /// Lost packets in percent.
    #[garde(range(min = 0.0, max = 100.0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_percent: Option<f64>,
    /// Available bit rate in kbps.
    #[garde(range(min = 0.0, max = 10_000_000.0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_kbps: Option<f64>,
    /// Jitter in milliseconds.
    #[garde(range(min = 0.0, max = 600_000.0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<f64>,
}

/// `call:quality` from the server: how a participant's media connection is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QualityEvent {
    /// Which call.
    pub call_id: field::CallId,
    /// Whose.
    pub user_id: field::UserId,
    /// How it is.
    pub grade: ConnectionQuality,
    /// What is the worst about it.
    pub cause: Option<QualityCause>,
}

impl QualityReport {
    /// What the others get; the measurements stay with the server.
    #[must_use]
    pub const fn heard_from(&self, user: UserId) -> QualityEvent {
        QualityEvent {
            call_id: self.call_id,
            user_id: Wire(user),
            grade: self.grade,
            cause: self.cause,
        }
    }
}

//! People, whom they block, and whether they may be disturbed.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::field;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "User")]
#[schema(as = User)]
pub struct UserBody {
    /// Who.
    pub id: field::UserId,
    /// The e-mail address, or the host product's name for the person.
    pub identifier: String,
    /// The display name.
    pub name: String,
    /// Whether a device of theirs is connected; only in lists of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub online: Option<bool>,
}

/// `GET /api/users/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct UserResponse {
    /// The person.
    pub user: UserBody,
    /// Whether they may be disturbed.
    pub status: StatusBody,
}

/// `PATCH /api/users/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateUserRequest {
    /// The display name, 1 to 64 characters; becomes `userName`.
    #[garde(length(chars, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub name: String,
}

/// `GET /api/users?search=`.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct UserSearchQuery {
    /// A part of the name or of the identifier.
    #[garde(length(chars, max = 100))]
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// How many entries, 1 to 100; 50 when left out.
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Where to go on: `nextCursor` of the page before.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    pub cursor: Option<String>,
}

/// Somebody whom the viewer has blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Block")]
#[schema(as = Block)]
pub struct BlockBody {
    /// Who is blocked.
    pub user: UserBody,
    /// Since when.
    pub created_at: field::Timestamp,
}

/// `PUT /api/users/me/status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct StatusRequest {
    /// No device rings; calls become missed calls.
    #[garde(skip)]
    pub do_not_disturb: bool,
    /// Until when; until it is switched off when left out.
    #[garde(skip)]
    pub until: Option<field::Timestamp>,
}

/// Whether somebody may be disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Status")]
#[schema(as = Status)]
pub struct StatusBody {
    /// No device rings.
    pub do_not_disturb: bool,
    /// Until when; null until it is switched off.
    pub until: Option<field::Timestamp>,
}

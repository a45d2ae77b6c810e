//! Embedded accounts: registering, logging in, tokens.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::Secret;
use crate::body::UserBody;

/// `POST /api/auth/register`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct RegisterRequest {
    /// The e-mail address; becomes `userIdentifier`.
    #[garde(length(min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    /// 8 to 128 characters, and none of the commonest ones.
    #[garde(length(max = 512))]
    pub password: Secret,
    /// The display name, 1 to 64 characters; becomes `userName`.
    #[garde(length(chars, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub name: String,
    /// The invitation, when registering needs one.
    #[garde(length(max = 256))]
    pub invite: Option<Secret>,
}

/// `POST /api/auth/login`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct LoginRequest {
    /// The e-mail address.
    #[garde(length(max = 254))]
    #[schema(max_length = 254)]
    pub email: String,
    /// The password.
    #[garde(length(max = 512))]
    pub password: Secret,
}

/// `POST /api/auth/refresh`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefreshRequest {
    /// Good for one use; the answer holds its successor.
    #[garde(length(max = 512))]
    pub refresh_token: Secret,
}

/// `POST /api/auth/logout`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct LogoutRequest {
    /// The session to close; all sessions of the bearer when left out.
    #[garde(length(max = 512))]
    pub refresh_token: Option<Secret>,
}

/// The answer to `register` (201) and `login` (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse {
    /// Who is logged in.
    pub user: UserBody,
    /// For the `Authorization` header and the socket's `auth`.
    pub access_token: Secret,
    /// For `refresh`.
    pub refresh_token: Secret,
    /// How long the access token is good for, in seconds.
    pub expires_in: u32,
}

/// The answer to `refresh`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokensResponse {
    /// For the `Authorization` header and the socket's `auth`.
    pub access_token: Secret,
    /// For the next `refresh`.
    pub refresh_token: Secret,
    /// How long the access token is good for, in seconds.
    pub expires_in: u32,
}

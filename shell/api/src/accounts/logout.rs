//! `POST /api/auth/logout`: closes one session, or all of them.

use auth::RefreshToken;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::StatusCode;
use wire::Problem;
use wire::body::LogoutRequest;

use crate::accounts::refresh::end_sessions;
use crate::extract::{Caller, OptionalBody};
use crate::refused::Refused;
use crate::responses::{Anywhere, WithBody};
use crate::state::ApiState;

/// Log out
///
/// With a refresh token its session is closed, and nothing else is needed. Without one all
/// sessions of the bearer are.
#[utoipa::path(
    post, path = "/api/auth/logout", operation_id = "logout", tag = "accounts",
    request_body(content = Option<LogoutRequest>, example = json!({"refreshToken": "Zk3.."})),
    responses(
        (status = 204, description = "Closed, or there was nothing to close"),
        WithBody, Anywhere,
        (status = 401, description = "`unauthorized`: neither a refresh token nor a bearer token",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`managed_elsewhere`", body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = [])),
)]
pub(crate) async fn logout(
    State(state): State<ApiState>,
    request: Request,
) -> Result<StatusCode, Refused> {
    state.accounts()?;
    let (mut parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let OptionalBody(asked) = OptionalBody::<LogoutRequest>::from_request(request, &state).await?;
    match asked.refresh_token {
        Some(token) => {
            if let Ok(token) = RefreshToken::parse(token.expose()) {
                let hash = token.hash();
                state.store.revoke_refresh_family(hash.as_bytes(), state.now()).await?;
            }
        }
        None => {
            let caller = Caller::from_request_parts(&mut parts, &state).await?;
            end_sessions(&state, caller.user).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

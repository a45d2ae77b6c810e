//! `POST /api/auth/refresh`: the next tokens of a session.

use std::time::Duration;

use auth::RefreshToken;
use axum::Json;
use axum::extract::State;
use store::{RotateOutcome, Successor};
use switchboard::Close;
use vocab::UserId;
use wire::body::{RefreshRequest, TokensResponse};
use wire::{Code, Problem};

use crate::accounts::session;
use crate::extract::Body;
use crate::refused::{Answer, Refused};
use crate::responses::{Anywhere, WithBody};
use crate::state::ApiState;

/// Two tabs that refresh at once both get an answer within this. Longer gives a thief of the
/// newest token more time, shorter logs slow tabs out.
const GRACE: Duration = Duration::from_secs(10);

/// Get the next tokens of a session
///
/// A refresh token is good for one use. One that is used again ends all sessions of its user.
#[utoipa::path(
    post, path = "/api/auth/refresh", operation_id = "refresh", tag = "accounts",
    request_body(content = RefreshRequest, example = json!({"refreshToken": "Zk3.."})),
    responses(
        (status = 200, description = "The next tokens", body = TokensResponse,
            example = json!({"accessToken": "eyJ..", "refreshToken": "b9Q..", "expiresIn": 900})),
        WithBody, Anywhere,
        (status = 401, description = "`invalid_refresh_token`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`managed_elsewhere`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refresh(
    State(state): State<ApiState>,
    Body(request): Body<RefreshRequest>,
) -> Answer<TokensResponse> {
    let accounts = state.accounts()?;
    let refused = || Refused::from(Code::InvalidRefreshToken);
    let presented = RefreshToken::parse(request.refresh_token.expose()).map_err(|_| refused())?;
    let (next, now) = (RefreshToken::generate(), state.now());
    let successor = Successor { hash: *next.hash().as_bytes(), expires_at: now + accounts.session };
    let hash = presented.hash();
    let rotated = state.store.rotate_refresh_token(hash.as_bytes(), &successor, GRACE, now).await?;
    match rotated {
        RotateOutcome::Rotated { user, .. } => {
            let user = state.store.user(user).await?;
            let user = user.filter(|user| user.deleted_at.is_none()).ok_or_else(refused)?;
            Ok(Json(session::tokens(&state, accounts, user.id, user.token_epoch, &next)))
        }
        RotateOutcome::Reused { user, .. } => {
            tracing::warn!(%user, "a used refresh token came again; all sessions are ended");
            end_sessions(&state, user).await?;
            Err(refused())
        }
        RotateOutcome::Unknown | RotateOutcome::Expired => Err(refused()),
    }
}

/// Ends all sessions of a user, at once and everywhere in this process.
pub(crate) async fn end_sessions(state: &ApiState, user: UserId) -> Result<(), Refused> {
    state.store.revoke_sessions(user, state.now()).await?;
    state.sessions.forget(user);
    state.switchboard.close_user(user, Close::TokenExpired);
    Ok(())
}

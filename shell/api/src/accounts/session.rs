//! Tokens of a session.

use auth::RefreshToken;
use store::{NewRefreshToken, User};
use vocab::{RowId, UserId};
use wire::Secret;
use wire::body::{SessionResponse, TokensResponse};

use crate::refused::Refused;
use crate::settings::Accounts;
use crate::state::{ApiState, random_id_bytes};
use crate::users::user_body;

/// Opens a session for a user who proved who they are.
pub(crate) async fn open(
    state: &ApiState,
    accounts: &Accounts,
    user: &User,
) -> Result<SessionResponse, Refused> {
    let (now, token) = (state.now(), RefreshToken::generate());
    let stored = NewRefreshToken {
        hash: *token.hash().as_bytes(),
        family: RowId::new(now, random_id_bytes()),
        user: user.id,
        expires_at: now + accounts.session,
    };
    state.store.insert_refresh_token(&stored, now).await?;
    let tokens = tokens(state, accounts, user.id, user.token_epoch, &token);
    Ok(SessionResponse {
        user: user_body(user, None),
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        expires_in: tokens.expires_in,
    })
}

/// An access token beside a refresh token.
pub(crate) fn tokens(
    state: &ApiState,
    accounts: &Accounts,
    user: UserId,
    token_epoch: u64,
    refresh: &RefreshToken,
) -> TokensResponse {
    let epoch = i64::try_from(token_epoch).unwrap_or(i64::MAX);
    let access = accounts.tokens.issue(user, epoch, state.now());
    let lifetime = accounts.tokens.lifetime().as_secs();
    TokensResponse {
        access_token: Secret::new(access.token.into_exposed()),
        refresh_token: Secret::new(refresh.expose().to_owned()),
        expires_in: u32::try_from(lifetime).unwrap_or(u32::MAX),
    }
}

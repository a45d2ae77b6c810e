//! `POST /api/auth/login`: opens a session.

use auth::{Email, LimitKey, NewPassword, needs_rehash};
use axum::Json;
use axum::extract::State;
use store::User;
use vocab::Redacted;
use wire::Code;
use wire::Problem;
use wire::body::{LoginRequest, SessionResponse};

use crate::accounts::session;
use crate::extract::{Body, ClientIp};
use crate::refused::{Answer, Refused};
use crate::responses::{Anywhere, WithBody};
use crate::settings::Accounts;
use crate::state::{ApiState, limited};

/// Log in
///
/// An unknown address and a wrong password get the same answer after the same time.
#[utoipa::path(
    post, path = "/api/auth/login", operation_id = "login", tag = "accounts",
    request_body(content = LoginRequest, example = json!({
        "email": "ada@example.com", "password": "seven green ladders",
    })),
    responses(
        (status = 200, description = "A new session", body = SessionResponse, example = json!({
            "user": {"id": "01941f29-7c00-7aaa-8bbb-000000000001", "identifier": "ada@example.com", "name": "Ada"},
            "accessToken": "eyJ..", "refreshToken": "Zk3..", "expiresIn": 900,
        })),
        WithBody, Anywhere,
        (status = 401, description = "`invalid_credentials`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`managed_elsewhere`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn login(
    State(state): State<ApiState>,
    client: ClientIp,
    Body(request): Body<LoginRequest>,
) -> Answer<SessionResponse> {
    let accounts = state.accounts()?;
    let identifier = match Email::parse(&request.email) {
        Ok(email) => email.into_string(),
        Err(_) => request.email.trim().to_lowercase(),
    };
    let (account, ip) = (LimitKey::account(&identifier), LimitKey::ip(client.0));
    state.limits.check_login(account, ip).map_err(limited)?;
    let password = request.password.into_exposed();
    match proven(&state, accounts, &identifier, &password).await? {
        Some(user) => {
            state.limits.login_succeeded(account, ip);
            Ok(Json(session::open(&state, accounts, &user).await?))
        }
        None => {
            state.limits.login_failed(account, ip);
            Err(Code::InvalidCredentials.into())
        }
    }
}

/// The user of this account, if the password is theirs. Takes one hash in any case.
async fn proven(
    state: &ApiState,
    accounts: &Accounts,
    identifier: &str,
    password: &str,
) -> Result<Option<User>, Refused> {
    let user = state.store.user_by_identifier(identifier).await?;
    let stored = match &user {
        Some(user) => state.store.password_hash(user.id).await?,
        None => None,
    };
    let (Some(user), Some(stored)) = (user, stored) else {
        accounts.passwords.verify_dummy(password.to_owned()).await?;
        return Ok(None);
    };
    let stored = stored.into_exposed();
    if !accounts.passwords.verify(password.to_owned(), stored.clone()).await? {
        return Ok(None);
    }
    if needs_rehash(&stored)
        && let Ok(password) = NewPassword::parse(password)
    {
        let hash = Redacted::new(accounts.passwords.hash(password).await?);
        state.store.set_password_hash(user.id, &hash).await?;
    }
    Ok(Some(user))
}

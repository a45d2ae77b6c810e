//! `POST /api/auth/register`: opens an account.

use auth::{DisplayName, Email, Limit, NewPassword, TokenHash};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use store::{CreateUserError, NewUser};
use vocab::{Redacted, UserId};
use wire::body::{RegisterRequest, Registration, SessionResponse};
use wire::{Code, Failure, FieldError, Problem};

use crate::accounts::session;
use crate::extract::{Body, ClientIp};
use crate::refused::Refused;
use crate::responses::{Anywhere, WithBody};
use crate::settings::Accounts;
use crate::state::{ApiState, random_id_bytes};

struct Checked {
    email: Email,
    name: DisplayName,
    password: NewPassword,
}

/// Open an account
#[utoipa::path(
    post, path = "/api/auth/register", operation_id = "register", tag = "accounts",
    request_body(content = RegisterRequest, example = json!({
        "email": "ada@example.com", "password": "seven green ladders", "name": "Ada",
    })),
    responses(
        (status = 201, description = "The account and its first session", body = SessionResponse,
            example = json!({
                "user": {"id": "01941f29-7c00-7aaa-8bbb-000000000001", "identifier": "ada@example.com", "name": "Ada"},
                "accessToken": "eyJ..", "refreshToken": "Zk3..", "expiresIn": 900,
            })),
        WithBody, Anywhere,
        (status = 403, description = "`registration_closed`, `invite_invalid`, `managed_elsewhere`",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`email_taken`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn register(
    State(state): State<ApiState>,
    client: ClientIp,
    Body(request): Body<RegisterRequest>,
) -> Result<(StatusCode, Json<SessionResponse>), Refused> {
    let accounts = state.accounts()?;
    if accounts.registration == Registration::Closed {
        return Err(Code::RegistrationClosed.into());
    }
    state.limit_address(Limit::Register, client.0)?;
    let Checked { email, name, password } = checked(&request)?;
    let invite = invite(&state, accounts, &request).await?;
    if state.store.user_by_identifier(email.as_str()).await?.is_some() {
        return Err(Code::EmailTaken.into());
    }
    let password_hash = Some(Redacted::new(accounts.passwords.hash(password).await?));
    let now = state.now();
    let new = NewUser {
        id: UserId::new(now, random_id_bytes()),
        identifier: email.into_string(),
        name: name.into_string(),
        password_hash,
        invite,
    };
    let user = state.store.create_user(new, now).await.map_err(|error| match error {
        CreateUserError::IdentifierTaken => Code::EmailTaken.into(),
        CreateUserError::InviteInvalid => Code::InviteInvalid.into(),
        CreateUserError::Store(error) => Refused::from(error),
    })?;
    Ok((StatusCode::CREATED, Json(session::open(&state, accounts, &user).await?)))
}

/// Every field that is wrong is told at once.
fn checked(request: &RegisterRequest) -> Result<Checked, Failure> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    let email = Email::parse(&request.email).map_err(|rule| wrong("email", rule.to_string()));
    let password = NewPassword::parse(request.password.expose());
    let password = password.map_err(|rule| wrong("password", rule.to_string()));
    let name = DisplayName::parse(&request.name).map_err(|rule| wrong("name", rule.to_string()));
    match (email, name, password) {
        (Ok(email), Ok(name), Ok(password)) => Ok(Checked { email, name, password }),
        _ => Err(Failure::of(Code::Invalid).with_errors(errors)),
    }
}

/// The hash of a good invitation, where one is needed.
async fn invite(
    state: &ApiState,
    accounts: &Accounts,
    request: &RegisterRequest,
) -> Result<Option<[u8; 32]>, Refused> {
    if accounts.registration != Registration::Invite {
        return Ok(None);
    }
    let invite = request.invite.as_ref().ok_or(Code::InviteInvalid)?;
    let hash = *TokenHash::of(invite.expose()).as_bytes();
    if state.store.invite_is_valid(&hash, state.now()).await? {
        Ok(Some(hash))
    } else {
        Err(Code::InviteInvalid.into())
    }
}

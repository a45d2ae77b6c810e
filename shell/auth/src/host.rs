//! Tokens of a host product: whom they name, and the user that this person is here.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use sha1::{Digest, Sha1};
use uuid::Uuid;
use vocab::{UnixMillis, UserId};

use crate::jws::{Audience, Jws, NumericDate, check_times};
use crate::{DisplayName, Email, KeySet, TokenError};

/// The namespace of [`user_id`]: UUIDv5 of the URL namespace (RFC 9562 §6.6) and
/// `urn:aethex-connect:host-user`. Changing it would make every user of every host a new one.
pub const HOST_USER_NAMESPACE: Uuid = Uuid::from_u128(0x5532_d3fc_2341_5769_a499_d5cc_c21d_6df9);

/// Longest `sub` and `iss` in bytes (`sub`: OpenID Connect Core §2).
const MAX_NAME_LEN: usize = 255;

/// What the tokens of the host product must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// The `iss` that every token must have; `None` accepts any and none.
    ///
    /// Users are told apart by issuer and subject, so ids that come without a token (members of a
    /// conversation by API key) can be mapped only when this is set or the tokens have no `iss`.
    pub issuer: Option<String>,
    /// A token must name one of these in its `aud`; empty accepts any and none.
    pub audiences: Vec<String>,
    /// How far the clocks of the host product and this server may differ.
    pub leeway: Duration,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self { issuer: None, audiences: Vec::new(), leeway: Duration::from_secs(30) }
    }
}

/// A person of the host product, as a valid token names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostIdentity {
    /// The `iss`, empty when the token has none.
    pub issuer: String,
    /// The `sub`: the person's id at the host product.
    pub subject: String,
    /// The `name`, made to keep our rules; `None` when nothing of it is left.
    pub name: Option<DisplayName>,
    /// The `email`, when it is one.
    pub email: Option<Email>,
    /// The `exp`, without the leeway.
    pub expires_at: UnixMillis,
}

impl HostIdentity {
    /// The user that this person is here.
    #[must_use]
    pub fn user(&self) -> UserId {
        user_id(&self.issuer, &self.subject)
    }
}

/// The user that a person of a host product is here, the same for ever and on every node.
///
/// `UUIDv5(UUIDv5(HOST_USER_NAMESPACE, issuer), subject)`: two steps, so that no issuer and
/// subject together read like another issuer and subject.
#[must_use]
pub fn user_id(issuer: &str, subject: &str) -> UserId {
    uuid_v5(uuid_v5(HOST_USER_NAMESPACE, issuer), subject).into()
}

#[derive(Deserialize)]
struct Presented {
    iss: Option<String>,
    aud: Option<Audience>,
    sub: Option<String>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    name: Option<Value>,
    email: Option<Value>,
}

/// Verifies a parsed token with the keys at hand.
pub(crate) fn verify(
    settings: &HostSettings,
    keys: &KeySet,
    jws: &Jws<'_>,
    now: UnixMillis,
) -> Result<HostIdentity, TokenError> {
    let claims: Presented = keys.claims(jws)?;
    let missing = TokenError::MissingClaim;
    let expires_at = claims.exp.ok_or(missing)?.at();
    check_times(now, settings.leeway, expires_at, claims.nbf.map(NumericDate::at))?;
    check_issuer(settings, claims.iss.as_deref())?;
    check_audience(settings, claims.aud.as_ref())?;
    let subject = claims.sub.filter(|subject| !subject.is_empty()).ok_or(missing)?;
    let issuer = claims.iss.unwrap_or_default();
    if subject.len() > MAX_NAME_LEN || issuer.len() > MAX_NAME_LEN {
        return Err(TokenError::Malformed);
    }
    let name = claims.name.as_ref().and_then(Value::as_str).and_then(DisplayName::cleaned);
    let email = claims.email.as_ref().and_then(Value::as_str);
    let email = email.and_then(|email| Email::parse(email).ok());
    Ok(HostIdentity { issuer, subject, name, email, expires_at })
}

fn check_issuer(settings: &HostSettings, issuer: Option<&str>) -> Result<(), TokenError> {
    let Some(expected) = settings.issuer.as_deref() else { return Ok(()) };
    match issuer {
        None => Err(TokenError::MissingClaim),
        Some(issuer) if issuer == expected => Ok(()),
        Some(_) => Err(TokenError::WrongIssuer),
    }
}

fn check_audience(settings: &HostSettings, audience: Option<&Audience>) -> Result<(), TokenError> {
    if settings.audiences.is_empty() {
        return Ok(());
    }
    let audience = audience.ok_or(TokenError::MissingClaim)?;
    let named = settings.audiences.iter().any(|ours| audience.names(ours));
    if named { Ok(()) } else { Err(TokenError::WrongAudience) }
}

/// A name-based UUID (RFC 9562 §5.5).
fn uuid_v5(namespace: Uuid, name: &str) -> Uuid {
    let digest = Sha1::new().chain_update(namespace.as_bytes()).chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_sha1_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values come from Python's `uuid.uuid5`.
    #[test]
    fn user_ids_are_the_uuids_that_other_programs_compute() {
        let namespace = uuid_v5(Uuid::NAMESPACE_URL, "urn:aethex-connect:host-user");
        assert_eq!(namespace, HOST_USER_NAMESPACE);
        let user = user_id("https://chat.example", "user-42");
        assert_eq!(user.to_string(), "228a19ae-061f-510a-a8e9-53fa538751d8");
    }

    #[test]
    fn the_border_between_issuer_and_subject_counts() {
        assert_ne!(user_id("ab", "c"), user_id("a", "bc"));
        assert_ne!(user_id("", "abc"), user_id("abc", ""));
    }
}

//! Our own access tokens: HS256, short-lived, tied to the user's token epoch.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocab::{Redacted, UnixMillis, UserId, uuid_v7};

use crate::jws::{Audience, Jws, NumericDate, check_times};
use crate::random::random_bytes;
use crate::{Secret, TokenError};

/// The one algorithm of our own tokens (RFC 7518 §3.2).
const ALGORITHM: Algorithm = Algorithm::HS256;

/// What our own tokens say about themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenSettings {
    /// The `iss` of every token.
    pub issuer: String,
    /// The `aud` of every token.
    pub audience: String,
    /// From issue to expiry, whole seconds. Longer means that a stolen token works longer;
    /// shorter means more refreshes.
    pub lifetime: Duration,
    /// How far clocks of several nodes may differ.
    pub leeway: Duration,
}

impl Default for AccessTokenSettings {
    fn default() -> Self {
        Self {
            issuer: "aethex-connect".into(),
            audience: "aethex-connect".into(),
            lifetime: Duration::from_secs(15 * 60),
            leeway: Duration::from_secs(30),
        }
    }
}

/// An access token, ready to be handed out.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The compact JWT.
    pub token: Redacted<String>,
    /// Its `exp`.
    pub expires_at: UnixMillis,
}

/// What a valid access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose token it is.
    pub user: UserId,
    /// The user's token epoch when it was issued. The caller refuses the token when the user's
    /// epoch has moved on.
    pub token_epoch: i64,
    /// The token's own id.
    pub token_id: Uuid,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// Its `exp`, without the leeway.
    pub expires_at: UnixMillis,
}

/// Issues and verifies our own access tokens.
///
/// Shape: one secret, at most one more during a rotation; immutable, shared by reference.
pub struct AccessTokens {
    signing: EncodingKey,
    accepted: Vec<DecodingKey>,
    settings: AccessTokenSettings,
}

#[derive(Serialize)]
struct Issued<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    ver: i64,
}

#[derive(Deserialize)]
struct Presented {
    iss: Option<String>,
    aud: Option<Audience>,
    sub: Option<String>,
    jti: Option<String>,
    iat: Option<NumericDate>,
    nbf: Option<NumericDate>,
    exp: Option<NumericDate>,
    ver: Option<i64>,
}

impl AccessTokens {
    /// Signs with `current`; `previous` is still accepted, during a rotation.
    #[must_use]
    pub fn new(current: &Secret, previous: Option<&Secret>, settings: AccessTokenSettings) -> Self {
        let accept = |secret: &Secret| DecodingKey::from_secret(secret.expose().as_bytes());
        Self {
            signing: EncodingKey::from_secret(current.expose().as_bytes()),
            accepted: std::iter::once(current).chain(previous).map(accept).collect(),
            settings,
        }
    }

    /// From issue to expiry.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        self.settings.lifetime
    }

    /// Issues a token for a user at their current token epoch.
    #[must_use]
    pub fn issue(&self, user: UserId, token_epoch: i64, now: UnixMillis) -> AccessToken {
        let expiry = (now + self.settings.lifetime).as_secs();
        let claims = Issued {
            iss: &self.settings.issuer,
            aud: &self.settings.audience,
            sub: user.to_string(),
            jti: uuid_v7(now, random_bytes()).to_string(),
            iat: now.as_secs(),
            nbf: now.as_secs(),
            exp: expiry,
            ver: token_epoch,
        };
        let token = jsonwebtoken::encode(&Header::new(ALGORITHM), &claims, &self.signing)
            .expect("plain claims and an HMAC key always give a token");
        let expires_at = NumericDate::Whole(expiry).at();
        AccessToken { token: Redacted::new(token), expires_at }
    }

    /// Verifies everything but the epoch, which the caller compares with the user's.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str, now: UnixMillis) -> Result<AccessClaims, TokenError> {
        let jws = Jws::parse(token)?;
        let read = |key| jws.claims::<Presented>(key, ALGORITHM);
        let claims = self
            .accepted
            .iter()
            .map(read)
            .find(|claims| !matches!(claims, Err(TokenError::BadSignature)))
            .unwrap_or(Err(TokenError::BadSignature))?;
        self.check(claims, now)
    }

    fn check(&self, claims: Presented, now: UnixMillis) -> Result<AccessClaims, TokenError> {
        let missing = TokenError::MissingClaim;
        let expires_at = claims.exp.ok_or(missing)?.at();
        let not_before = claims.nbf.ok_or(missing)?.at();
        check_times(now, self.settings.leeway, expires_at, Some(not_before))?;
        if claims.iss.ok_or(missing)? != self.settings.issuer {
            return Err(TokenError::WrongIssuer);
        }
        if !claims.aud.ok_or(missing)?.names(&self.settings.audience) {
            return Err(TokenError::WrongAudience);
        }
        let user = claims.sub.ok_or(missing)?.parse().map_err(|_| TokenError::Malformed)?;
        let token_id = claims.jti.ok_or(missing)?.parse().map_err(|_| TokenError::Malformed)?;
        let issued_at = claims.iat.ok_or(missing)?.at();
        let token_epoch = claims.ver.ok_or(missing)?;
        Ok(AccessClaims { user, token_epoch, token_id, issued_at, expires_at })
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens").field("settings", &self.settings).finish_non_exhaustive()
    }
}

//! Signed compact tokens (RFC 7515 §7.1): taking them apart, and the checks that all share.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use vocab::UnixMillis;

use crate::TokenError;

/// Longest token in bytes. Higher lets strangers make us decode more; lower refuses host tokens
/// with many claims.
const MAX_LEN: usize = 8 * 1024;

/// Latest moment that a claim can name: the end of the year 9999, in seconds.
const LATEST_SECOND: i64 = 253_402_300_799;

/// A token taken apart. Nothing in it is trusted until [`claims`](Self::claims) gives it.
pub(crate) struct Jws<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
}

/// The part of the header that we read (RFC 7515 §4.1); keys carried by the token are ignored.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
    enc: Option<serde::de::IgnoredAny>,
    b64: Option<serde::de::IgnoredAny>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart.
    pub(crate) fn parse(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MAX_LEN {
            return Err(TokenError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        if payload.contains('.') {
            return Err(TokenError::Malformed);
        }
        let header: Header = decode(header)?;
        // An extension that the token calls critical must be refused when it is not understood,
        // and we understand none (RFC 7515 §4.1.11).
        if header.crit.is_some() || header.enc.is_some() || header.b64.is_some() {
            return Err(TokenError::Malformed);
        }
        let algorithm = match header.alg.as_str() {
            "HS256" => Algorithm::HS256,
            "RS256" => Algorithm::RS256,
            "ES256" => Algorithm::ES256,
            "EdDSA" => Algorithm::EdDSA,
            _ => return Err(TokenError::Malformed),
        };
        Ok(Self { signed, payload, signature, algorithm, key_id: header.kid })
    }

    /// The claims, when `key` gave the signature by `algorithm`. The algorithm is the key's, never
    /// the token's choice.
    pub(crate) fn claims<T: DeserializeOwned>(
        &self,
        key: &DecodingKey,
        algorithm: Algorithm,
    ) -> Result<T, TokenError> {
        if self.algorithm != algorithm || self.signature.is_empty() {
            return Err(TokenError::BadSignature);
        }
        let genuine =
            jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm);
        if !genuine.unwrap_or(false) {
            return Err(TokenError::BadSignature);
        }
        decode(self.payload)
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

/// A moment as tokens carry it: seconds since the epoch, possibly with a fraction (RFC 7519 §2).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum NumericDate {
    Whole(i64),
    Fraction(f64),
}

impl NumericDate {
    /// The moment, cut to whole seconds and to the years 1970 to 9999.
    pub(crate) fn at(self) -> UnixMillis {
        let seconds = match self {
            Self::Whole(seconds) => seconds,
            #[expect(clippy::cast_possible_truncation, reason = "float to integer saturates")]
            Self::Fraction(seconds) => seconds.floor() as i64,
        };
        UnixMillis::from_millis(seconds.clamp(0, LATEST_SECOND) * 1_000)
    }
}

/// The audience of a token: one name or several (RFC 7519 §4.1.3).
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub(crate) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(name) => name == wanted,
            Self::Many(names) => names.iter().any(|name| name == wanted),
        }
    }
}

/// Checks `exp` and `nbf` (RFC 7519 §4.1.4, §4.1.5) with a leeway for clocks that differ.
pub(crate) fn check_times(
    now: UnixMillis,
    leeway: Duration,
    expires_at: UnixMillis,
    not_before: Option<UnixMillis>,
) -> Result<(), TokenError> {
    if now >= expires_at + leeway {
        return Err(TokenError::Expired);
    }
    if not_before.is_some_and(|start| now + leeway < start) {
        return Err(TokenError::NotYetValid);
    }
    Ok(())
}

//! Why a token is refused.

/// Why a token is refused. Never holds any part of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No JWT that we read: wrong form, unknown algorithm, critical extension, claim of the
    /// wrong type, or too long. The client needs another token.
    #[error("the token is malformed")]
    Malformed,
    /// No key of ours gives this signature.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Its `exp` is past; the client refreshes.
    #[error("the token has expired")]
    Expired,
    /// Its `nbf` is still to come; the issuer's clock is ahead.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Its `iss` is not the configured one.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// Its `aud` does not name us.
    #[error("the token is for another audience")]
    WrongAudience,
    /// A required claim is missing or empty.
    #[error("the token lacks a required claim")]
    MissingClaim,
    /// It names a key that is not in the key set.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// The key set could not be fetched yet; answer 503, the client retries.
    #[error("the keys to check the token with are not available")]
    Unavailable,
}

//! Who somebody is, and how often they may ask: passwords, tokens, keys, limits.
//!
//! | module | what |
//! |---|---|
//! | `password`, `common_passwords` | rules for new passwords; argon2id on a bounded share of the machine |
//! | `jwt` | our own access tokens, issued and verified |
//! | `refresh`, `api_key`, `token_hash` | opaque random tokens, of which only a hash is stored |
//! | `host`, `keys`, `jwks` | tokens of a host product, the keys they are verified with, and fetching these |
//! | `verifier` | [`Verifier`]: a presented token becomes an [`Identity`], in either identity mode |
//! | `jws`, `token_error` | what all signed tokens share |
//! | `limits`, `limit_settings`, `rate`, `backoff` | named rate limits per user, account, address and socket |
//! | `secrets` | which secrets are strong enough; secret files of the data folder |
//! | `text` | display names and e-mail addresses |
//!
//! Invariant: nothing is stored here, and no error or `Debug` shows a token, password or secret.
//! The wall clock comes in as [`vocab::UnixMillis`]; only the rate limits read a clock, the
//! monotonic one, through [`LimitClock`].

mod api_key;
mod backoff;
mod common_passwords;
mod host;
mod jwks;
mod jws;
mod jwt;
mod keys;
mod limit_settings;
mod limits;
mod password;
mod random;
mod rate;
mod refresh;
mod secrets;
mod text;
mod token_error;
mod token_hash;
mod verifier;

pub use api_key::{ApiKey, InvalidApiKey};
pub use host::{HOST_USER_NAMESPACE, HostIdentity, HostSettings, user_id};
pub use jwks::{InvalidJwksUrl, JwksCache, JwksClientError, JwksUrl};
pub use jwt::{AccessClaims, AccessToken, AccessTokenSettings, AccessTokens};
pub use keys::{InvalidKeys, KeySet};
pub use limit_settings::{BackoffSettings, LimitSettings};
pub use limits::{Limit, LimitClock, LimitKey, Limits, RetryAfter, limited_address};
pub use password::{
    NewPassword, PasswordError, PasswordRule, PasswordSettings, Passwords, needs_rehash,
};
pub use rate::{InvalidRate, Rate};
pub use refresh::{InvalidRefreshToken, RefreshToken};
pub use secrets::{Secret, SecretFileError, WeakSecret};
pub use text::{DisplayName, Email, InvalidEmail, InvalidName};
pub use token_error::TokenError;
pub use token_hash::TokenHash;
pub use verifier::{HostKeys, Identity, Verifier};

//! The one place that turns a presented token into an identity, in either identity mode.

use std::sync::Arc;

use vocab::{UnixMillis, UserId};

use crate::jws::Jws;
use crate::{AccessTokens, HostIdentity, HostSettings, JwksCache, KeySet, TokenError, host};

/// Whom a valid token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user: UserId,
    /// The token's `exp`, without the leeway.
    pub expires_at: UnixMillis,
    /// The user's token epoch at the time of issue, in embedded mode; the caller refuses the
    /// token when the user's epoch has moved on.
    pub token_epoch: Option<i64>,
    /// What the token tells about the person, in host mode; the caller creates or renews the user
    /// from it.
    pub host: Option<HostIdentity>,
}

/// Where the keys of the host product come from.
#[derive(Debug, Clone)]
pub enum HostKeys {
    /// A secret, a public key or a key set from the configuration.
    Fixed(Arc<KeySet>),
    /// A key set by URL.
    Fetched(JwksCache),
}

/// Verifies tokens: our own (embedded accounts) or those of a host product.
///
/// Shape: immutable but for the fetched keys; shared by reference.
#[derive(Debug)]
pub struct Verifier(Mode);

#[derive(Debug)]
enum Mode {
    Embedded(Arc<AccessTokens>),
    Host { settings: HostSettings, keys: HostKeys },
}

impl Verifier {
    /// Accepts our own access tokens only.
    #[must_use]
    pub const fn embedded(tokens: Arc<AccessTokens>) -> Self {
        Self(Mode::Embedded(tokens))
    }

    /// Accepts tokens of the host product only.
    #[must_use]
    pub const fn host(settings: HostSettings, keys: HostKeys) -> Self {
        Self(Mode::Host { settings, keys })
    }

    /// Verifies a token. In embedded mode the caller still compares the token epoch.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn verify(&self, token: &str, now: UnixMillis) -> Result<Identity, TokenError> {
        match &self.0 {
            Mode::Embedded(tokens) => {
                let claims = tokens.verify(token, now)?;
                Ok(Identity {
                    user: claims.user,
                    expires_at: claims.expires_at,
                    token_epoch: Some(claims.token_epoch),
                    host: None,
                })
            }
            Mode::Host { settings, keys } => {
                let host = verify_host(settings, keys, token, now).await?;
                let (user, expires_at) = (host.user(), host.expires_at);
                Ok(Identity { user, expires_at, token_epoch: None, host: Some(host) })
            }
        }
    }
}

async fn verify_host(
    settings: &HostSettings,
    keys: &HostKeys,
    token: &str,
    now: UnixMillis,
) -> Result<HostIdentity, TokenError> {
    let jws = Jws::parse(token)?;
    let cache = match keys {
        HostKeys::Fixed(keys) => return host::verify(settings, keys, &jws, now),
        HostKeys::Fetched(cache) => cache,
    };
    let keys = cache.keys(now).await.ok_or(TokenError::Unavailable)?;
    match host::verify(settings, &keys, &jws, now) {
        Err(TokenError::UnknownKey) => {
            cache.refresh(now).await;
            let keys = cache.keys(now).await.ok_or(TokenError::Unavailable)?;
            host::verify(settings, &keys, &jws, now)
        }
        verified => verified,
    }
}

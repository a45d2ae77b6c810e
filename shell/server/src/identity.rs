//! Who verifies tokens: our own accounts, or the host product.

use std::sync::Arc;

use anyhow::Context as _;
use auth::{
    AccessTokenSettings, AccessTokens, HostKeys, HostSettings, JwksCache, JwksUrl, KeySet, Secret,
    Verifier,
};

use crate::config::{Config, HostKey, Identity};
use crate::opening;

/// The verifier, and the issuer of our own tokens when accounts are ours.
pub(crate) fn verifier(config: &Config) -> anyhow::Result<(Verifier, Option<Arc<AccessTokens>>)> {
    match &config.identity {
        Identity::Embedded { .. } => {
            let tokens = access_tokens(config)?;
            Ok((Verifier::embedded(Arc::clone(&tokens)), Some(tokens)))
        }
        Identity::Host { key, issuer, audience } => {
            let audiences = audience.iter().cloned().collect();
            let settings =
                HostSettings { issuer: issuer.clone(), audiences, ..HostSettings::default() };
            Ok((Verifier::host(settings, host_keys(key)?), None))
        }
    }
}

/// What signs our own access tokens.
pub(crate) fn access_tokens(config: &Config) -> anyhow::Result<Arc<AccessTokens>> {
    let secret = opening::secret(config, opening::TOKEN_SECRET)?;
    Ok(Arc::new(AccessTokens::new(&secret, None, AccessTokenSettings::default())))
}

fn host_keys(key: &HostKey) -> anyhow::Result<HostKeys> {
    let fixed = |keys: KeySet| HostKeys::Fixed(Arc::new(keys));
    Ok(match key {
        HostKey::Secret(secret) => {
            let secret = Secret::parse(secret.expose()).context("the JWT secret is too weak")?;
            fixed(KeySet::from_secret(&secret))
        }
        HostKey::PublicKey(pem) => fixed(KeySet::from_pem(pem).context("the JWT public key")?),
        HostKey::JwksUrl(url) => {
            let url = JwksUrl::parse(url).context("the JWKS address")?;
            HostKeys::Fetched(JwksCache::new(url).context("the JWKS client")?)
        }
    })
}

//! The key set of a host product, fetched by URL and kept.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use tokio::sync::Mutex;
use vocab::UnixMillis;

use crate::{InvalidKeys, KeySet};

/// One fetch, from connecting to the last byte. Longer lets a slow host hold up the tokens of
/// unknown keys; shorter fails where the host is far away.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Largest key set in bytes. Higher lets a broken host fill memory.
const MAX_BYTES: usize = 256 * 1024;
/// Age at which a set is fetched anew, in the background. Longer accepts withdrawn keys longer.
const REFRESH_AFTER: Duration = Duration::from_secs(3_600);
/// Shortest time between two fetches while there is a set, because strangers can name unknown keys.
const RETRY_AFTER: Duration = Duration::from_secs(60);
/// Shortest time between two fetches while there is no set, so that a late host is found soon.
const FIRST_RETRY_AFTER: Duration = Duration::from_secs(5);

/// The address of a key set: `https`, because whoever changes the keys on the way can be anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksUrl(Url);

/// Why an address is no address of a key set; it stops the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwksUrl {
    /// No absolute URL.
    #[error("the JWKS address is no URL")]
    NoUrl,
    /// Not `https`, and not `http` on this machine.
    #[error("the JWKS address must begin with https:// (http:// only on this machine)")]
    NotEncrypted,
}

/// The HTTP client could not be set up (no root certificates, for example); it stops the start.
#[derive(Debug, thiserror::Error)]
#[error("the client that fetches the JWKS cannot be set up: {0}")]
pub struct JwksClientError(reqwest::Error);

/// A key set that is fetched when it is first needed, then hourly, and when a token names a key
/// that it lacks, but not more than once a minute. A failed fetch keeps the old set.
///
/// Shape: cheap to clone, all clones share one set. At most one fetch runs at a time, on a task
/// of its own, so that callers that go away do not break it off.
#[derive(Debug, Clone)]
pub struct JwksCache(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    url: JwksUrl,
    client: Client,
    kept: RwLock<Option<Kept>>,
    last_attempt: Mutex<Option<UnixMillis>>,
}

#[derive(Debug, Clone)]
struct Kept {
    keys: Arc<KeySet>,
    fetched_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("{0}")]
    Http(#[source] reqwest::Error),
    #[error("the host answered {0}")]
    Status(StatusCode),
    #[error("the answer is larger than 256 KiB")]
    TooLarge,
    #[error(transparent)]
    Keys(#[from] InvalidKeys),
}

impl JwksUrl {
    /// An address that is encrypted, or on this machine.
    ///
    /// # Errors
    /// [`InvalidJwksUrl`].
    pub fn parse(text: &str) -> Result<Self, InvalidJwksUrl> {
        let url = Url::parse(text).map_err(|_| InvalidJwksUrl::NoUrl)?;
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            _ => Err(InvalidJwksUrl::NotEncrypted),
        }
    }

    /// Any `http` or `https` address, for an operator who vouches for the network between.
    ///
    /// # Errors
    /// [`InvalidJwksUrl`].
    pub fn parse_insecure(text: &str) -> Result<Self, InvalidJwksUrl> {
        let url = Url::parse(text).map_err(|_| InvalidJwksUrl::NoUrl)?;
        if matches!(url.scheme(), "http" | "https") {
            Ok(Self(url))
        } else {
            Err(InvalidJwksUrl::NotEncrypted)
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

impl JwksCache {
    /// An empty cache; nothing is fetched yet.
    ///
    /// # Errors
    /// [`JwksClientError`].
    pub fn new(url: JwksUrl) -> Result<Self, JwksClientError> {
        let client = Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("aethex-connect/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(JwksClientError)?;
        Ok(Self(Arc::new(Shared {
            url,
            client,
            kept: RwLock::default(),
            last_attempt: Mutex::default(),
        })))
    }

    /// The keys at hand, fetched now if there are none yet. An old set is given at once while a
    /// newer one is fetched in the background. `None` when the host was never reached.
    pub async fn keys(&self, now: UnixMillis) -> Option<Arc<KeySet>> {
        let Some(kept) = self.0.kept() else {
            self.refresh(now).await;
            return self.0.kept().map(|kept| kept.keys);
        };
        if now.saturating_since(kept.fetched_at) >= REFRESH_AFTER {
            self.start_refresh(now);
        }
        Some(kept.keys)
    }

    /// Fetches the set anew, unless that was tried a moment ago; waits for a fetch that runs.
    pub async fn refresh(&self, now: UnixMillis) {
        if self.start_refresh(now).await.is_err() {
            tracing::error!("the task that fetches the JWKS was broken off");
        }
    }

    fn start_refresh(&self, now: UnixMillis) -> tokio::task::JoinHandle<()> {
        let shared = Arc::clone(&self.0);
        tokio::spawn(async move { shared.refresh(now).await })
    }
}

impl Shared {
    fn kept(&self) -> Option<Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn refresh(&self, now: UnixMillis) {
        let mut last_attempt = self.last_attempt.lock().await;
        let pause = if self.kept().is_some() { RETRY_AFTER } else { FIRST_RETRY_AFTER };
        if last_attempt.is_some_and(|last| now.saturating_since(last) < pause) {
            return;
        }
        *last_attempt = Some(now);
        match self.fetch().await {
            Ok(keys) => {
                tracing::debug!(?keys, "fetched the JWKS");
                let kept = Kept { keys: Arc::new(keys), fetched_at: now };
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
            }
            Err(error) => {
                tracing::warn!(%error, "the JWKS could not be fetched; the old keys stay");
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let http = |error: reqwest::Error| FetchError::Http(error.without_url());
        let mut response = self.client.get(self.url.0.clone()).send().await.map_err(http)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(http)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(body).map_err(|_| InvalidKeys::Jwks)?;
        Ok(KeySet::from_jwks(&text)?)
    }
}

//! API keys for server-to-server calls: `axk_<id>_<secret>`.
//!
//! The id (32 hex digits) finds the stored row, the secret (43 characters of base64url, 256 bits)
//! is proven against the row's [`TokenHash`]. The prefix lets secret scanners find leaked keys.

use uuid::Uuid;
use vocab::{Redacted, RowId};

use crate::TokenHash;
use crate::random::{is_random_text, random_text};

/// What every key starts with.
const PREFIX: &str = "axk";

/// A server-to-server key, as it is handed out once and presented ever after.
#[derive(Debug, Clone)]
pub struct ApiKey {
    id: RowId,
    secret: Redacted<String>,
}

/// The text has not the form of an API key; answer 401 as for an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no API key")]
pub struct InvalidApiKey;

impl ApiKey {
    /// A new key for the row `id`.
    #[must_use]
    pub fn generate(id: RowId) -> Self {
        Self { id, secret: Redacted::new(random_text()) }
    }

    /// A key as a server presents it.
    ///
    /// # Errors
    /// [`InvalidApiKey`] for a text of any other form.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        let mut parts = text.splitn(3, '_');
        let (Some(PREFIX), Some(id), Some(secret)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidApiKey);
        };
        let canonical = id.len() == 32 && !id.bytes().any(|byte| byte.is_ascii_uppercase());
        if !canonical || !is_random_text(secret) {
            return Err(InvalidApiKey);
        }
        let id = Uuid::parse_str(id).map_err(|_| InvalidApiKey)?;
        Ok(Self { id: id.into(), secret: Redacted::new(secret.to_owned()) })
    }

    /// Whether a text claims to be an API key, to tell it from a user's token.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('_'))
    }

    /// The row to look up.
    #[must_use]
    pub const fn id(&self) -> RowId {
        self.id
    }

    /// What to store.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.secret.expose())
    }

    /// Whether this key is the one that was stored, in constant time.
    #[must_use]
    pub fn matches(&self, stored: &TokenHash) -> bool {
        self.hash() == *stored
    }

    /// The whole key, for the one answer that hands it out.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{PREFIX}_{}_{}", self.id.as_uuid().simple(), self.secret.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> RowId {
        "0190a0b0-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn a_presented_key_finds_its_row_and_matches_its_hash() {
        for _ in 0..200 {
            let issued = ApiKey::generate(id());
            let presented = ApiKey::parse(&issued.expose()).unwrap();
            assert_eq!(presented.id(), id());
            assert!(presented.matches(&issued.hash()));
            assert!(!presented.matches(&ApiKey::generate(id()).hash()));
            assert!(ApiKey::looks_like(&issued.expose()));
        }
    }

    #[test]
    fn texts_of_another_form_are_no_api_keys() {
        let good = ApiKey::generate(id()).expose();
        let shorter = &good[..good.len() - 1];
        let upper = good.replace("axk_0190a0b0", "axk_0190A0B0");
        let other_prefix = good.replacen("axk", "sk", 1);
        for text in ["", "axk", "axk__", "axk_1_2", shorter, &upper, &other_prefix] {
            assert_eq!(ApiKey::parse(text).err(), Some(InvalidApiKey), "{text}");
        }
        assert!(!ApiKey::looks_like("eyJhbGciOiJIUzI1NiJ9.e30."));
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        let key = ApiKey::generate(id());
        let secret = key.expose().rsplit_once('_').unwrap().1.to_owned();
        assert!(!format!("{key:?}").contains(&secret));
    }
}

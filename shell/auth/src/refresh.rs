//! Opaque refresh tokens, and the scheme by which they rotate.
//!
//! - Login starts a *family*: one [`RowId`](vocab::RowId) that all its successors share.
//! - A token is used once. The caller, in one transaction, marks the row of the presented hash
//!   used by a conditional update (`used_at IS NULL`) and inserts the hash of a new token of the
//!   same family.
//! - A presented hash whose row is already used was copied: the caller revokes the whole family,
//!   so that the thief and the owner both have to log in again. Two tabs that refresh at once look
//!   the same; a grace of some seconds for the *latest* used token of a family keeps them apart
//!   from theft.
//! - Logout revokes the family; a changed password revokes all families of the user and raises
//!   the user's token epoch, which ends the access tokens too.
//!
//! Only the [`TokenHash`] is stored, so a stolen database opens no session.

use vocab::Redacted;

use crate::TokenHash;
use crate::random::{is_random_text, random_text};

/// A refresh token: 256 random bits as 43 characters of base64url.
#[derive(Debug, Clone)]
pub struct RefreshToken(Redacted<String>);

/// The text has not the form of a refresh token; answer as for an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no refresh token")]
pub struct InvalidRefreshToken;

impl RefreshToken {
    /// A new token.
    #[must_use]
    pub fn generate() -> Self {
        Self(Redacted::new(random_text()))
    }

    /// A token as a client presents it.
    ///
    /// # Errors
    /// [`InvalidRefreshToken`] for anything but 43 characters of base64url.
    pub fn parse(text: &str) -> Result<Self, InvalidRefreshToken> {
        if is_random_text(text) {
            Ok(Self(Redacted::new(text.to_owned())))
        } else {
            Err(InvalidRefreshToken)
        }
    }

    /// What to store, and to look a presented token up by.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.expose())
    }

    /// The text, for the one answer that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presented_token_has_the_hash_of_the_issued_one_and_no_other() {
        let issued = RefreshToken::generate();
        let presented = RefreshToken::parse(issued.expose()).unwrap();
        assert_eq!(presented.hash(), issued.hash());
        assert_eq!(TokenHash::from_slice(issued.hash().as_bytes()), Some(issued.hash()));
        assert_ne!(RefreshToken::generate().hash(), issued.hash());
    }

    #[test]
    fn texts_of_another_form_are_no_refresh_tokens() {
        for text in ["", "short", &"=".repeat(43), &"a".repeat(44), &"a".repeat(100_000)] {
            assert_eq!(RefreshToken::parse(text).err(), Some(InvalidRefreshToken));
        }
        assert_eq!(TokenHash::from_slice(&[0; 31]), None);
    }

    #[test]
    fn debug_does_not_show_the_token() {
        let token = RefreshToken::generate();
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}

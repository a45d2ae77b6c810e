//! Time-limited TURN credentials (the REST scheme of draft-uberti-behave-turn-rest-00 §2.2).
//!
//! `username = <unix expiry>:<userId>[:<callId>]`, `credential = base64(HMAC-SHA1(secret, username))`.
//! A TURN server that knows the secret can check both without asking anybody.

use std::str::FromStr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::{Choice, ConstantTimeEq};
use vocab::{CallId, Redacted, UnixMillis, UserId};

/// The secrets shared with the TURN server: the one that signs, and during a rotation the one
/// before it, which is still accepted.
#[derive(Debug, Clone)]
pub struct TurnSecrets {
    /// Signs every new credential.
    pub current: Redacted<String>,
    /// Still accepted, until the last credential it signed has expired.
    pub previous: Option<Redacted<String>>,
}

/// What a client hands to its TURN server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnCredential {
    /// `<unix expiry>:<userId>[:<callId>]`, expiry in seconds.
    pub username: String,
    /// Base64 of the HMAC-SHA1 of the username.
    pub credential: Redacted<String>,
    /// When the server stops accepting it: the expiry of the username, a whole second.
    pub expires_at: UnixMillis,
}

/// What a valid credential says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialClaims {
    /// Whom it was issued to.
    pub user: UserId,
    /// The call it is bound to, if any.
    pub call: Option<CallId>,
    /// When it stops being accepted.
    pub expires_at: UnixMillis,
}

/// Why a credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The username is none that we issue; answer 401.
    #[error("the TURN username is malformed")]
    Malformed,
    /// It was ours and its time is over; the client fetches a new one.
    #[error("the TURN credential has expired")]
    Expired,
    /// No live secret gives this credential; answer 401.
    #[error("the TURN credential does not match its username")]
    Mismatch,
}

impl TurnSecrets {
    /// One secret, outside a rotation.
    #[must_use]
    pub const fn new(current: Redacted<String>) -> Self {
        Self { current, previous: None }
    }

    /// Issues a credential for a user, optionally bound to one call.
    ///
    /// The expiry is cut to a whole second, so it is up to 999 ms earlier than `now + ttl`.
    #[must_use]
    pub fn issue(
        &self,
        now: UnixMillis,
        ttl: Duration,
        user: UserId,
        call: Option<CallId>,
    ) -> TurnCredential {
        let expiry = (now + ttl).as_secs();
        let username = match call {
            Some(call) => format!("{expiry}:{user}:{call}"),
            None => format!("{expiry}:{user}"),
        };
        let credential = Redacted::new(STANDARD.encode(sign(&self.current, &username)));
        TurnCredential { username, credential, expires_at: at_second(expiry) }
    }

    /// Checks a credential against every live secret, in time independent of where it differs.
    ///
    /// # Errors
    /// [`CredentialError`]; `Expired` is only told about a credential that is ours.
    pub fn verify(
        &self,
        now: UnixMillis,
        username: &str,
        credential: &str,
    ) -> Result<CredentialClaims, CredentialError> {
        let claims = parse(username).ok_or(CredentialError::Malformed)?;
        let presented = STANDARD.decode(credential).map_err(|_| CredentialError::Mismatch)?;
        let mut matches = Choice::from(0);
        for secret in std::iter::once(&self.current).chain(&self.previous) {
            matches |= sign(secret, username).ct_eq(&presented);
        }
        if !bool::from(matches) {
            return Err(CredentialError::Mismatch);
        }
        if now >= claims.expires_at {
            return Err(CredentialError::Expired);
        }
        Ok(claims)
    }
}

pub(crate) fn sign(secret: &Redacted<String>, username: &str) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(username.as_bytes());
    mac.finalize().into_bytes().into()
}

pub(crate) fn parse(username: &str) -> Option<CredentialClaims> {
    let mut parts = username.split(':');
    let expiry = parts.next()?;
    if expiry.is_empty() || !expiry.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let expires_at = at_second(expiry.parse().ok()?);
    let user = hyphenated(parts.next()?)?;
    let call = match parts.next() {
        Some(call) => Some(hyphenated(call)?),
        None => None,
    };
    parts.next().is_none().then_some(CredentialClaims { user, call, expires_at })
}

/// An id in the one spelling that we write (RFC 9562 §4), not in the others that parse.
fn hyphenated<Id: FromStr>(text: &str) -> Option<Id> {
    if text.len() == 36 { text.parse().ok() } else { None }
}

fn at_second(seconds: i64) -> UnixMillis {
    UnixMillis::from_millis(seconds.saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis::from_millis(1_735_686_000_250);
    const TTL: Duration = Duration::from_secs(3_600);

    fn secrets() -> TurnSecrets {
        TurnSecrets::new(Redacted::new("known-answer-turn-secret-of-32-by".into()))
    }

    fn user() -> UserId {
        "0190a0b0-0000-7000-8000-000000000001".parse().unwrap()
    }

    fn call() -> CallId {
        "0190a0b0-0000-7000-8000-0000000000c1".parse().unwrap()
    }

    /// The values come from
    /// `printf %s USERNAME | openssl dgst -sha1 -hmac SECRET -binary | base64`.
    #[test]
    fn credentials_are_what_openssl_computes_for_the_same_secret_and_username() {
        let plain = secrets().issue(NOW, TTL, user(), None);
        assert_eq!(plain.username, "1735689600:0190a0b0-0000-7000-8000-000000000001");
        assert_eq!(plain.credential.expose(), "9tbmyoLYhBoj6VF6yQVge5sLijQ=");
        assert_eq!(plain.expires_at, UnixMillis::from_millis(1_735_689_600_000));

        let bound = secrets().issue(NOW, TTL, user(), Some(call()));
        assert_eq!(
            bound.username,
            "1735689600:0190a0b0-0000-7000-8000-000000000001:0190a0b0-0000-7000-8000-0000000000c1"
        );
        assert_eq!(bound.credential.expose(), "Mj24R6zmVY/6MCrLHpqhwdvwjd8=");
    }

    #[test]
    fn a_credential_tells_its_user_call_and_expiry_until_it_expires() {
        for bound_to in [None, Some(call())] {
            let issued = secrets().issue(NOW, TTL, user(), bound_to);
            let verify = |now| secrets().verify(now, &issued.username, issued.credential.expose());
            let claims =
                CredentialClaims { user: user(), call: bound_to, expires_at: issued.expires_at };
            assert_eq!(verify(NOW), Ok(claims));
            let last = issued.expires_at - Duration::from_millis(1);
            assert_eq!(verify(last), Ok(claims));
            assert_eq!(verify(issued.expires_at), Err(CredentialError::Expired));
        }
    }

    #[test]
    fn during_a_rotation_both_secrets_are_accepted_and_the_new_one_signs() {
        let old = secrets();
        let new = Redacted::new("the-secret-after-the-rotation-0123".to_owned());
        let rotating = TurnSecrets { current: new, previous: Some(old.current.clone()) };
        let before = old.issue(NOW, TTL, user(), None);
        let after = rotating.issue(NOW, TTL, user(), None);
        assert_ne!(before.credential, after.credential);
        for issued in [&before, &after] {
            assert!(rotating.verify(NOW, &issued.username, issued.credential.expose()).is_ok());
        }
        assert_eq!(
            old.verify(NOW, &after.username, after.credential.expose()),
            Err(CredentialError::Mismatch)
        );
    }

    #[test]
    fn a_changed_username_or_credential_does_not_match() {
        let issued = secrets().issue(NOW, TTL, user(), None);
        let longer = issued.username.replacen('1', "2", 1);
        let stolen = format!("{}:{}", issued.username, call());
        for username in [longer, stolen] {
            let refused = secrets().verify(NOW, &username, issued.credential.expose());
            assert_eq!(refused, Err(CredentialError::Mismatch), "{username}");
        }
        for credential in ["", "9tbmyoLYhBoj6VF6yQVge5sLijR=", "AAAA", "not base64!"] {
            let refused = secrets().verify(NOW, &issued.username, credential);
            assert_eq!(refused, Err(CredentialError::Mismatch), "{credential}");
        }
    }

    #[test]
    fn a_forged_expired_credential_is_a_mismatch_and_not_expired() {
        let username = format!("1:{}", user());
        let refused = secrets().verify(NOW, &username, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assert_eq!(refused, Err(CredentialError::Mismatch));
    }

    #[test]
    fn usernames_that_are_none_of_ours_are_malformed() {
        let user = user();
        let call = call();
        for username in [
            String::new(),
            "1735689600".into(),
            format!("{user}:1735689600"),
            format!("+1735689600:{user}"),
            format!("-5:{user}"),
            format!("99999999999999999999:{user}"),
            "1735689600:alice".into(),
            format!("1735689600:{user}:"),
            format!("1735689600:{user}:{call}:more"),
            format!("1735689600:{}", user.as_uuid().simple()),
            format!("1735689600:{}", user.as_uuid().braced()),
        ] {
            let refused = secrets().verify(NOW, &username, "AAAA");
            assert_eq!(refused, Err(CredentialError::Malformed), "{username}");
        }
    }

    #[test]
    fn neither_secret_nor_credential_is_shown_by_debug() {
        let issued = secrets().issue(NOW, TTL, user(), None);
        let shown = format!("{:?} {issued:?}", secrets());
        assert!(!shown.contains("known-answer"));
        assert!(!shown.contains(issued.credential.expose()));
    }
}

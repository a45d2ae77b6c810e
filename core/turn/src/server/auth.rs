//! Who sent a request: long-term credentials (RFC 8489 §9.2) of the REST scheme.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vocab::UnixMillis;

use super::Server;
use super::allocation::Allocation;
use super::answer::{ErrorCode, Request, Signer};
use crate::CredentialClaims;
use crate::credential;
use crate::nonce::Freshness;
use crate::stun::{Key, Method, PasswordAlgorithm, attr};

/// The password algorithms that are offered, best first.
pub(super) const ALGORITHMS: [PasswordAlgorithm; 2] =
    [PasswordAlgorithm::Sha256, PasswordAlgorithm::Md5];

/// The value of PASSWORD-ALGORITHMS that offers them; a client has to repeat it.
const ALGORITHMS_VALUE: [u8; 8] = [0, 2, 0, 0, 0, 1, 0, 0];

/// Who sent a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender<'p> {
    pub(super) username: &'p str,
    pub(super) claims: CredentialClaims,
    pub(super) signer: Signer,
}

impl Server {
    /// Checks a request's credential and nonce, in the order of RFC 8489 §9.2.4. Nothing is kept.
    ///
    /// The sender of a live allocation is known by the key kept with it, whether or not the
    /// credential has expired; anybody else by the secrets.
    ///
    /// # Errors
    /// 400, 401 or 438, to be answered without a signature.
    pub(super) fn authenticate<'p>(
        &self,
        request: &Request<'p>,
        allocation: Option<&Allocation>,
    ) -> Result<Sender<'p>, ErrorCode> {
        let message = &request.message;
        let integrity = message.integrity().ok_or(ErrorCode::Unauthenticated)?;
        let (Some(username), Some(realm), Some(nonce)) =
            (message.username(), message.realm(), message.nonce())
        else {
            return Err(ErrorCode::BadRequest);
        };
        let (Ok(username), Ok(realm)) = (username, realm) else {
            return Err(ErrorCode::BadRequest);
        };
        let algorithm = self.algorithm(request, nonce)?;
        if realm != self.settings.realm {
            return Err(ErrorCode::Unauthenticated);
        }
        let known = allocation.filter(|allocation| *allocation.username == *username);
        let found = match known {
            Some(allocation) => known_key(request, allocation).or_else(|| {
                // The same user may have been told another secret since.
                let fresh = message.method() == Method::Allocate;
                fresh.then(|| self.key(request, username, algorithm)).flatten()
            }),
            None => self.key(request, username, algorithm),
        };
        let (key, claims) = found.ok_or(ErrorCode::Unauthenticated)?;
        match self.nonces.check(request.now.unix, request.tuple.client, nonce) {
            Freshness::Fresh => {}
            Freshness::Stale | Freshness::Foreign => return Err(ErrorCode::StaleNonce),
        }
        Ok(Sender { username, claims, signer: Signer { key, integrity } })
    }

    /// What the client made its key with (RFC 8489 §9.2.4).
    fn algorithm(
        &self,
        request: &Request<'_>,
        nonce: &[u8],
    ) -> Result<PasswordAlgorithm, ErrorCode> {
        if !self.settings.password_algorithms || !nonce.starts_with(b"obMatJos2") {
            return Ok(PasswordAlgorithm::Md5);
        }
        let list = request.message.attribute(attr::PASSWORD_ALGORITHMS);
        match (list, request.message.password_algorithm()) {
            (None, None) => Ok(PasswordAlgorithm::Md5),
            (Some(list), Some(Ok(chosen))) if list == ALGORITHMS_VALUE => Ok(chosen),
            _ => Err(ErrorCode::BadRequest),
        }
    }

    /// The key of a credential that one of the secrets signed and that has not expired.
    fn key(
        &self,
        request: &Request<'_>,
        username: &str,
        algorithm: PasswordAlgorithm,
    ) -> Option<(Key, CredentialClaims)> {
        let claims = credential::parse(username)?;
        let secrets = &self.settings.secrets;
        let realm = &self.settings.realm;
        let signs = |secret: &vocab::Redacted<String>| {
            let mut password = [0; 28];
            let signed = credential::sign(secret, username);
            let len = STANDARD.encode_slice(signed, &mut password).ok()?;
            let password = str::from_utf8(password.get(..len)?).ok()?;
            let key = match algorithm {
                PasswordAlgorithm::Md5 => Key::md5(username, realm, password),
                PasswordAlgorithm::Sha256 => Key::sha256(username, realm, password),
            };
            request.message.verify(&key).then_some(key)
        };
        let key = std::iter::once(&secrets.current).chain(&secrets.previous).find_map(signs)?;
        (request.now.unix < claims.expires_at).then_some((key, claims))
    }

    /// Whether claims give a right to relay now, and if only for a while: how long.
    ///
    /// # Errors
    /// 403: the call or the user is gone.
    pub(super) fn right_to_relay(
        &self,
        claims: &CredentialClaims,
        now: UnixMillis,
    ) -> Result<Option<Duration>, ErrorCode> {
        if claims.call.is_none() {
            let issued = claims.expires_at - self.settings.credential_ttl;
            let left = (issued + self.settings.unbound_for).saturating_since(now);
            if left > Duration::ZERO {
                return Ok(Some(left));
            }
        }
        let may = self.registry.may_allocate(claims);
        may.then_some(None).ok_or(ErrorCode::Forbidden)
    }
}

fn known_key(request: &Request<'_>, allocation: &Allocation) -> Option<(Key, CredentialClaims)> {
    request.message.verify(&allocation.key).then_some((allocation.key, allocation.claims))
}

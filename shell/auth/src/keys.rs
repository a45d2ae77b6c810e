//! The keys that host tokens are verified with, each bound to one algorithm.

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::jws::Jws;
use crate::{Secret, TokenError};

/// Most keys taken from one set; the rest is ignored.
const MAX_KEYS: usize = 32;

/// The keys of one host product.
///
/// Every key has exactly one algorithm, which follows from the key's type: shared secret HS256,
/// RSA RS256, P-256 ES256, Ed25519 EdDSA. So a token cannot have an RSA public key used as an
/// HMAC secret.
pub struct KeySet {
    keys: Vec<Key>,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Why a text gives no keys; it stops the start, or keeps the old set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeys {
    /// Neither PEM nor a key of a known type.
    #[error("this is no PEM public key of type RSA, P-256 or Ed25519")]
    Pem,
    /// A private key does not belong on this server.
    #[error("this is a private key; give the public one")]
    Private,
    /// No JSON of the form `{\"keys\":[…]}` (RFC 7517 §5).
    #[error("this is no JSON Web Key Set")]
    Jwks,
    /// A key set without a single key that we can verify with.
    #[error("the key set holds no signing key for RS256, ES256 or EdDSA")]
    NoUsableKey,
}

#[derive(Deserialize)]
struct JwksText {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// One secret shared with the host product: HS256.
    #[must_use]
    pub fn from_secret(secret: &Secret) -> Self {
        let key = DecodingKey::from_secret(secret.expose().as_bytes());
        Self { keys: vec![Key { id: None, algorithm: Algorithm::HS256, key }] }
    }

    /// One public key in PEM: RS256, ES256 or EdDSA by the key's type.
    ///
    /// # Errors
    /// [`InvalidKeys::Pem`] and [`InvalidKeys::Private`].
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKeys> {
        if pem.contains("PRIVATE KEY-----") {
            return Err(InvalidKeys::Private);
        }
        if !pem.contains("PUBLIC KEY-----") {
            return Err(InvalidKeys::Pem);
        }
        let bytes = pem.as_bytes();
        let (algorithm, key) = if let Ok(key) = DecodingKey::from_rsa_pem(bytes) {
            (Algorithm::RS256, key)
        } else if let Ok(key) = DecodingKey::from_ec_pem(bytes) {
            // The uncompressed point of P-256; the points of other curves are longer.
            if key.try_get_as_bytes().map_or(0, <[u8]>::len) != 65 {
                return Err(InvalidKeys::Pem);
            }
            (Algorithm::ES256, key)
        } else {
            let key = DecodingKey::from_ed_pem(bytes).map_err(|_| InvalidKeys::Pem)?;
            (Algorithm::EdDSA, key)
        };
        Ok(Self { keys: vec![Key { id: None, algorithm, key }] })
    }

    /// The public signing keys of a JSON Web Key Set (RFC 7517 §5). Keys of other types, uses or
    /// algorithms are ignored, symmetric ones too: a published secret is none.
    ///
    /// # Errors
    /// [`InvalidKeys::Jwks`] and [`InvalidKeys::NoUsableKey`].
    pub fn from_jwks(json: &str) -> Result<Self, InvalidKeys> {
        let set: JwksText = serde_json::from_str(json).map_err(|_| InvalidKeys::Jwks)?;
        let keys: Vec<Key> = set.keys.into_iter().filter_map(usable).take(MAX_KEYS).collect();
        if keys.is_empty() { Err(InvalidKeys::NoUsableKey) } else { Ok(Self { keys }) }
    }

    /// The claims of a token that one of the keys signed.
    ///
    /// A token that names a key (`kid`) is checked with the keys of that name and with those that
    /// have no name; any other token with all keys of its algorithm.
    pub(crate) fn claims<T: DeserializeOwned>(&self, jws: &Jws<'_>) -> Result<T, TokenError> {
        let named = |key: &&Key| jws.key_id.as_deref().is_none_or(|id| key.may_be(id));
        if !self.keys.iter().any(|key| named(&key)) {
            return Err(TokenError::UnknownKey);
        }
        let fitting = self.keys.iter().filter(named).filter(|key| key.algorithm == jws.algorithm);
        fitting
            .map(|key| jws.claims(&key.key, key.algorithm))
            .find(|claims| !matches!(claims, Err(TokenError::BadSignature)))
            .unwrap_or(Err(TokenError::BadSignature))
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Key {
    fn may_be(&self, id: &str) -> bool {
        self.id.as_deref().is_none_or(|own| own == id)
    }
}

fn usable(json: serde_json::Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(json).ok()?;
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        AlgorithmParameters::EllipticCurve(_)
        | AlgorithmParameters::OctetKeyPair(_)
        | AlgorithmParameters::OctetKey(_)
        | AlgorithmParameters::Other(_)
        | _ => return None,
    };
    let common = &jwk.common;
    let signs = common.public_key_use.as_ref().is_none_or(|on| *on == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
    let fits = common.key_algorithm.is_none_or(|alg| alg == named);
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    (signs && fits).then(|| Key { id: common.key_id.clone(), algorithm, key })
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| (&key.id, key.algorithm)).collect();
        f.debug_tuple("KeySet").field(&ids).finish()
    }
}

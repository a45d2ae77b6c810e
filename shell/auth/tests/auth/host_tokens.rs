//! Tokens of a host product: each key type, and every bad token refused for its reason.

use std::sync::Arc;
use std::time::Duration;

use auth::{
    HostIdentity, HostKeys, HostSettings, InvalidKeys, KeySet, Secret, TokenError, Verifier,
    user_id,
};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use serde_json::{Value, json};

use crate::common::{
    ED25519, NOW, NOW_SECS, OTHER_RSA, P256, P384, RSA, SECRET, ecdsa, ed25519_jwk, eddsa,
    host_claims, hs256, jwks, p256_jwk, parts, pem, rs256, rsa_jwk, tampered, with,
};

fn secret_keys() -> KeySet {
    KeySet::from_secret(&Secret::parse(SECRET).unwrap())
}

fn rsa_keys() -> KeySet {
    KeySet::from_pem(&pem(RSA.public_key())).unwrap()
}

fn rsa_header() -> Value {
    json!({ "alg": "RS256", "typ": "JWT" })
}

fn settings() -> HostSettings {
    HostSettings {
        issuer: Some("https://chat.example".into()),
        audiences: vec!["calls".into(), "video".into()],
        ..HostSettings::default()
    }
}

async fn verify_with(
    settings: HostSettings,
    keys: KeySet,
    token: &str,
) -> Result<HostIdentity, TokenError> {
    let verifier = Verifier::host(settings, HostKeys::Fixed(Arc::new(keys)));
    let identity = verifier.verify(token, NOW).await?;
    let host = identity.host.expect("host mode tells the host's identity");
    assert_eq!((identity.user, identity.token_epoch), (host.user(), None));
    assert_eq!(identity.expires_at, host.expires_at);
    Ok(host)
}

async fn verify(keys: KeySet, token: &str) -> Result<HostIdentity, TokenError> {
    verify_with(settings(), keys, token).await
}

#[tokio::test]
async fn a_valid_token_of_each_key_type_yields_the_person() {
    let header = |alg: &str| json!({ "alg": alg });
    let claims = host_claims();
    let set = jwks(&[rsa_jwk("r", &RSA), p256_jwk("p", &P256), ed25519_jwk("e", &ED25519)]);
    let set = || KeySet::from_jwks(&set).unwrap();
    for (keys, token) in [
        (secret_keys(), hs256(&header("HS256"), &claims, SECRET.as_bytes())),
        (rsa_keys(), rs256(&rsa_header(), &claims, &RSA)),
        (
            KeySet::from_pem(&pem(P256.public_key())).unwrap(),
            ecdsa(&header("ES256"), &claims, &P256),
        ),
        (
            KeySet::from_pem(&pem(ED25519.public_key())).unwrap(),
            eddsa(&header("EdDSA"), &claims, &ED25519),
        ),
        (set(), rs256(&with(rsa_header(), "kid", json!("r")), &claims, &RSA)),
        (set(), ecdsa(&with(header("ES256"), "kid", json!("p")), &claims, &P256)),
        (set(), eddsa(&with(header("EdDSA"), "kid", json!("e")), &claims, &ED25519)),
        (set(), eddsa(&header("EdDSA"), &claims, &ED25519)),
    ] {
        assert_eq!(keys.len(), if keys.len() == 1 { 1 } else { 3 });
        let host = verify(keys, &token).await.unwrap();
        assert_eq!(
            (host.issuer.as_str(), host.subject.as_str()),
            ("https://chat.example", "user-42")
        );
        assert_eq!(host.name.as_ref().map(auth::DisplayName::as_str), Some("Ann"));
        assert_eq!(host.email.as_ref().map(auth::Email::as_str), Some("ann@example.com"));
        assert_eq!(host.expires_at, NOW + Duration::from_secs(600));
        assert_eq!(host.user(), user_id("https://chat.example", "user-42"));
    }
}

#[tokio::test]
async fn a_public_key_is_never_taken_for_a_shared_secret() {
    let text = pem(RSA.public_key());
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(RSA.public_key()).unwrap();
    let pkcs1 = RSA.public_key().as_ref();
    let forgeries: [&[u8]; 4] = [text.as_bytes(), text.trim().as_bytes(), der.as_ref(), pkcs1];
    for secret in forgeries {
        for kid in [Value::Null, json!("r")] {
            let header = with(json!({ "alg": "HS256" }), "kid", kid);
            let token = hs256(&header, &host_claims(), secret);
            assert_eq!(verify(rsa_keys(), &token).await, Err(TokenError::BadSignature));
            let set = KeySet::from_jwks(&jwks(&[rsa_jwk("r", &RSA)])).unwrap();
            assert_eq!(verify(set, &token).await, Err(TokenError::BadSignature));
        }
    }
}

#[tokio::test]
async fn unsigned_tokens_and_unknown_algorithms_are_refused() {
    for alg in ["none", "NONE", "RS1", "RS384", "PS256", "ES384", "HS512", "eddsa"] {
        let unsigned = format!("{}.", parts(&json!({ "alg": alg }), &host_claims()));
        for keys in [secret_keys(), rsa_keys()] {
            assert_eq!(verify(keys, &unsigned).await, Err(TokenError::Malformed), "{alg}");
        }
    }
    let token = rs256(&rsa_header(), &host_claims(), &RSA);
    let (signed, _) = token.rsplit_once('.').unwrap();
    assert_eq!(verify(rsa_keys(), &format!("{signed}.")).await, Err(TokenError::BadSignature));
}

#[tokio::test]
async fn foreign_and_changed_signatures_are_refused() {
    let foreign = rs256(&rsa_header(), &host_claims(), &OTHER_RSA);
    assert_eq!(verify(rsa_keys(), &foreign).await, Err(TokenError::BadSignature));
    let token = rs256(&rsa_header(), &host_claims(), &RSA);
    for part in [1, 2] {
        let changed = verify(rsa_keys(), &tampered(&token, part)).await;
        assert_eq!(changed, Err(TokenError::BadSignature), "part {part}");
    }
    assert!(verify(rsa_keys(), &tampered(&token, 0)).await.is_err());
    let zeros = format!("{}.{}", parts(&json!({"alg": "ES256"}), &host_claims()), "A".repeat(86));
    let p256 = KeySet::from_pem(&pem(P256.public_key())).unwrap();
    assert_eq!(verify(p256, &zeros).await, Err(TokenError::BadSignature));
}

#[tokio::test]
async fn critical_extensions_are_refused_even_when_signed() {
    let header = with(rsa_header(), "crit", json!(["exp"]));
    let token = rs256(&header, &host_claims(), &RSA);
    assert_eq!(verify(rsa_keys(), &token).await, Err(TokenError::Malformed));
}

#[tokio::test]
async fn genuine_tokens_with_wrong_claims_are_refused() {
    for (name, value, error) in [
        ("sub", Value::Null, TokenError::MissingClaim),
        ("sub", json!(""), TokenError::MissingClaim),
        ("sub", json!(42), TokenError::Malformed),
        ("sub", json!("x".repeat(256)), TokenError::Malformed),
        ("exp", Value::Null, TokenError::MissingClaim),
        ("exp", json!(NOW_SECS - 30), TokenError::Expired),
        ("exp", json!((NOW_SECS - 30) as f64 + 0.5), TokenError::Expired),
        ("exp", json!("2099-01-01"), TokenError::Malformed),
        ("nbf", json!(NOW_SECS + 31), TokenError::NotYetValid),
        ("iss", Value::Null, TokenError::MissingClaim),
        ("iss", json!("https://chat.example/"), TokenError::WrongIssuer),
        ("aud", Value::Null, TokenError::MissingClaim),
        ("aud", json!("mail"), TokenError::WrongAudience),
        ("aud", json!(["mail", "CALLS"]), TokenError::WrongAudience),
        ("aud", json!({ "calls": true }), TokenError::Malformed),
    ] {
        let token = rs256(&rsa_header(), &with(host_claims(), name, value.clone()), &RSA);
        assert_eq!(verify(rsa_keys(), &token).await, Err(error), "{name} = {value}");
    }
    for (name, value) in [
        ("exp", json!(NOW_SECS - 29)),
        ("nbf", json!(NOW_SECS + 30)),
        ("aud", json!(["mail", "video"])),
    ] {
        let token = rs256(&rsa_header(), &with(host_claims(), name, value.clone()), &RSA);
        assert!(verify(rsa_keys(), &token).await.is_ok(), "{name} = {value}");
    }
}

#[tokio::test]
async fn without_configured_issuer_and_audience_subject_and_expiry_are_enough() {
    let claims = json!({ "sub": "user-42", "exp": NOW_SECS + 1 });
    let token = rs256(&rsa_header(), &claims, &RSA);
    let host = verify_with(HostSettings::default(), rsa_keys(), &token).await.unwrap();
    assert_eq!((host.issuer.as_str(), host.name, host.email), ("", None, None));
    for name in ["sub", "exp"] {
        let token = rs256(&rsa_header(), &with(claims.clone(), name, Value::Null), &RSA);
        let refused = verify_with(HostSettings::default(), rsa_keys(), &token).await;
        assert_eq!(refused, Err(TokenError::MissingClaim), "{name}");
    }
}

#[tokio::test]
async fn names_and_addresses_that_break_our_rules_are_cleaned_or_left_out() {
    let claims = with(host_claims(), "name", json!("  \u{202E}Ann\n\u{0}  "));
    let claims = with(claims, "email", json!("not an address"));
    let host = verify(rsa_keys(), &rs256(&rsa_header(), &claims, &RSA)).await.unwrap();
    assert_eq!(host.name.map(auth::DisplayName::into_string), Some("Ann".into()));
    assert_eq!(host.email, None);
    let claims = with(with(host_claims(), "name", json!(7)), "email", json!(["a@b.de"]));
    let host = verify(rsa_keys(), &rs256(&rsa_header(), &claims, &RSA)).await.unwrap();
    assert_eq!((host.name, host.email), (None, None));
}

#[tokio::test]
async fn a_key_set_is_chosen_from_by_the_name_of_the_key() {
    let set = || {
        let keys = [rsa_jwk("one", &RSA), rsa_jwk("two", &OTHER_RSA)];
        KeySet::from_jwks(&jwks(&keys)).unwrap()
    };
    let sign =
        |kid: Value, key: &RsaKeyPair| rs256(&with(rsa_header(), "kid", kid), &host_claims(), key);
    assert!(verify(set(), &sign(json!("one"), &RSA)).await.is_ok());
    assert!(verify(set(), &sign(json!("two"), &OTHER_RSA)).await.is_ok());
    assert!(verify(set(), &sign(Value::Null, &OTHER_RSA)).await.is_ok());
    let crossed = verify(set(), &sign(json!("one"), &OTHER_RSA)).await;
    assert_eq!(crossed, Err(TokenError::BadSignature));
    let unknown = verify(set(), &sign(json!("three"), &RSA)).await;
    assert_eq!(unknown, Err(TokenError::UnknownKey));
}

#[test]
fn only_public_signing_keys_of_known_types_are_taken_from_a_key_set() {
    let good = p256_jwk("good", &P256);
    let ignored = [
        json!({ "kty": "oct", "kid": "secret", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "XYZ", "kid": "unknown" }),
        json!({ "kty": "EC", "crv": "secp256k1", "kid": "curve", "x": "AA", "y": "AA" }),
        with(rsa_jwk("enc", &RSA), "use", json!("enc")),
        with(rsa_jwk("pss", &RSA), "alg", json!("PS256")),
        with(rsa_jwk("oaep", &RSA), "alg", json!("RSA-OAEP")),
        with(with(rsa_jwk("ops", &RSA), "use", Value::Null), "key_ops", json!(["encrypt"])),
        json!("no object"),
    ];
    for key in &ignored {
        let alone = KeySet::from_jwks(&jwks(std::slice::from_ref(key))).err();
        assert_eq!(alone, Some(InvalidKeys::NoUsableKey), "{key}");
    }
    let set = KeySet::from_jwks(&jwks(&[&ignored[..], &[good]].concat())).unwrap();
    assert_eq!(set.len(), 1);
}

#[test]
fn texts_that_are_no_keys_are_refused_with_the_reason() {
    let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    for (text, error) in [
        ("", InvalidKeys::Pem),
        (SECRET, InvalidKeys::Pem),
        (private, InvalidKeys::Private),
        (certificate, InvalidKeys::Pem),
        (broken, InvalidKeys::Pem),
        (&pem(P384.public_key()), InvalidKeys::Pem),
    ] {
        assert_eq!(KeySet::from_pem(text).err(), Some(error), "{text}");
    }
    for text in ["", "{}", "[]", "null", "<html>", r#"{"keys":7}"#] {
        assert_eq!(KeySet::from_jwks(text).err(), Some(InvalidKeys::Jwks), "{text}");
    }
    assert_eq!(KeySet::from_jwks(r#"{"keys":[]}"#).err(), Some(InvalidKeys::NoUsableKey));
}

#[test]
fn debug_shows_no_key_material() {
    let shown = format!("{:?} {:?}", secret_keys(), rsa_keys());
    assert_eq!(shown, "KeySet([(None, HS256)]) KeySet([(None, RS256)])");
}

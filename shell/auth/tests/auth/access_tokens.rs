//! Our own access tokens: what they say, and every bad one refused for its reason.

use std::sync::Arc;
use std::time::Duration;

use crate::common::{NOW, NOW_SECS, SECRET, b64, hs256, parts, tampered, with};
use auth::{AccessTokenSettings, AccessTokens, Secret, TokenError, Verifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use vocab::UserId;

const USER: &str = "0190a0b0-0000-7000-8000-000000000001";

fn tokens() -> AccessTokens {
    let secret = Secret::parse(SECRET).unwrap();
    AccessTokens::new(&secret, None, AccessTokenSettings::default())
}

fn user() -> UserId {
    USER.parse().unwrap()
}

fn claims() -> Value {
    json!({
        "iss": "aethex-connect", "aud": "aethex-connect", "sub": USER, "jti": USER, "ver": 3,
        "iat": NOW_SECS, "nbf": NOW_SECS, "exp": NOW_SECS + 900,
    })
}

fn header() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

fn signed(claims: &Value) -> String {
    hs256(&header(), claims, SECRET.as_bytes())
}

fn refused(token: &str) -> Option<TokenError> {
    tokens().verify(token, NOW).err()
}

#[test]
fn an_issued_token_carries_every_required_claim_and_verifies() {
    let issued = tokens().issue(user(), 3, NOW + Duration::from_millis(700));
    let payload = issued.token.expose().split('.').nth(1).unwrap().to_owned();
    let json: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    for name in ["exp", "nbf", "iss", "aud", "sub", "jti", "iat", "ver"] {
        assert!(json.get(name).is_some(), "{name}");
    }
    assert_eq!(json["exp"], NOW_SECS + 900);
    let claims = tokens().verify(issued.token.expose(), NOW).unwrap();
    assert_eq!((claims.user, claims.token_epoch), (user(), 3));
    assert_eq!(claims.expires_at, issued.expires_at);
    assert_eq!(claims.expires_at, NOW + Duration::from_secs(900));
    let next = tokens().issue(user(), 3, NOW);
    assert_ne!(tokens().verify(next.token.expose(), NOW).unwrap().token_id, claims.token_id);
}

#[test]
fn a_token_made_by_hand_with_the_same_claims_verifies() {
    assert_eq!(tokens().verify(&signed(&claims()), NOW).unwrap().user, user());
}

#[test]
fn times_are_checked_against_the_given_time_with_30_seconds_of_leeway() {
    let token = signed(&claims());
    let at = |seconds: i64| {
        tokens().verify(&token, vocab::UnixMillis::from_millis((NOW_SECS + seconds) * 1_000)).err()
    };
    assert_eq!(at(-31), Some(TokenError::NotYetValid));
    assert_eq!(at(-30), None);
    assert_eq!(at(929), None);
    assert_eq!(at(930), Some(TokenError::Expired));
}

#[test]
fn a_token_without_any_one_of_its_claims_is_refused() {
    for name in ["exp", "nbf", "iss", "aud", "sub", "jti", "iat", "ver"] {
        let token = signed(&with(claims(), name, Value::Null));
        assert_eq!(refused(&token), Some(TokenError::MissingClaim), "{name}");
    }
}

#[test]
fn claims_of_the_wrong_value_or_type_are_refused() {
    for (name, value, error) in [
        ("exp", json!(NOW_SECS - 30), TokenError::Expired),
        ("exp", json!(-1), TokenError::Expired),
        ("exp", json!("soon"), TokenError::Malformed),
        ("exp", json!(u64::MAX), TokenError::NotYetValid),
        ("nbf", json!(NOW_SECS + 31), TokenError::NotYetValid),
        ("iss", json!("https://elsewhere.example"), TokenError::WrongIssuer),
        ("iss", json!(["aethex-connect"]), TokenError::Malformed),
        ("aud", json!("elsewhere"), TokenError::WrongAudience),
        ("aud", json!(["elsewhere", "nowhere"]), TokenError::WrongAudience),
        ("aud", json!([]), TokenError::WrongAudience),
        ("sub", json!("alice"), TokenError::Malformed),
        ("sub", json!(7), TokenError::Malformed),
        ("ver", json!("3"), TokenError::Malformed),
        ("ver", json!(3.5), TokenError::Malformed),
    ] {
        let mut claims = with(claims(), name, value.clone());
        if value == json!(u64::MAX) {
            claims = with(claims, "nbf", json!(u64::MAX));
        }
        assert_eq!(refused(&signed(&claims)), Some(error), "{name} = {value}");
    }
}

#[test]
fn an_expiry_beyond_all_calendars_stays_a_date() {
    for far in [json!(i64::MAX), json!(u64::MAX), json!(1e300)] {
        let token = signed(&with(claims(), "exp", far));
        let expires_at = tokens().verify(&token, NOW).unwrap().expires_at;
        assert_eq!(expires_at.as_secs(), 253_402_300_799);
    }
}

#[test]
fn a_changed_header_payload_or_signature_is_refused() {
    let token = signed(&claims());
    assert_eq!(refused(&tampered(&token, 2)), Some(TokenError::BadSignature));
    assert!(matches!(refused(&tampered(&token, 1)), Some(TokenError::BadSignature)));
    assert!(refused(&tampered(&token, 0)).is_some());
    let (signed_part, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = token.rsplit_once('.').unwrap();
    let other = parts(&header(), &with(claims(), "ver", json!(4)));
    for token in [
        format!("{other}.{signature}"),
        format!("{signed_part}."),
        format!("{token}A"),
        format!("{token}="),
        format!("{signed_part}.{}", &signature[..signature.len() - 1]),
        format!("{signed_part}.{}", b64([0; 32])),
    ] {
        assert_eq!(refused(&token), Some(TokenError::BadSignature), "{token}");
    }
}

#[test]
fn tokens_of_another_secret_are_refused() {
    let token = hs256(&header(), &claims(), b"another-secret-that-is-long-enough-012345");
    assert_eq!(refused(&token), Some(TokenError::BadSignature));
    assert_eq!(refused(&hs256(&header(), &claims(), b"")), Some(TokenError::BadSignature));
}

#[test]
fn no_other_algorithm_than_the_pinned_one_is_accepted() {
    for alg in ["none", "None", "NONE", "nOnE", "hs256", "HS384", "HS512", "PS256", ""] {
        let header = json!({ "alg": alg, "typ": "JWT" });
        let unsigned = format!("{}.", parts(&header, &claims()));
        assert_eq!(refused(&unsigned), Some(TokenError::Malformed), "{alg}");
        let token = hs256(&header, &claims(), SECRET.as_bytes());
        assert_eq!(refused(&token), Some(TokenError::Malformed), "{alg}");
    }
    for alg in ["RS256", "ES256", "EdDSA"] {
        let token = hs256(&json!({ "alg": alg }), &claims(), SECRET.as_bytes());
        assert_eq!(refused(&token), Some(TokenError::BadSignature), "{alg}");
    }
    assert_eq!(
        refused(&format!("{}.", parts(&header(), &claims()))),
        Some(TokenError::BadSignature)
    );
}

#[test]
fn critical_extensions_and_doubled_names_are_refused() {
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("enc", json!("A128GCM")),
    ] {
        let token = hs256(&with(header(), name, value), &claims(), SECRET.as_bytes());
        assert_eq!(refused(&token), Some(TokenError::Malformed), "{name}");
    }
    let doubled = r#"{"alg":"HS256","alg":"none"}"#;
    let token = format!("{}.{}.", b64(doubled), b64(claims().to_string()));
    assert_eq!(refused(&token), Some(TokenError::Malformed));
}

#[test]
fn a_key_that_the_token_brings_along_is_ignored() {
    let header = json!({
        "alg": "HS256", "jku": "https://evil.example/jwks", "kid": "../../dev/null",
        "jwk": { "kty": "oct", "k": b64("attacker") },
    });
    let token = hs256(&header, &claims(), b"attacker");
    assert_eq!(refused(&token), Some(TokenError::BadSignature));
}

#[test]
fn garbage_is_malformed() {
    let token = signed(&claims());
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    for text in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
        "Bearer x".into(),
        "ééé.ééé.ééé".into(),
        "\0\0.\0.\0".into(),
        token.replace('.', ""),
        token.replacen('.', "", 1),
        format!("{token}\n.x"),
        format!("{}.{}.{}", b64("null"), b64("null"), b64("null")),
        format!("{}.{}.x", b64("[]"), b64("{}")),
        format!("{}.{}.x", b64(deep), b64("{}")),
        "a".repeat(1_000_000),
        ".".repeat(1_000_000),
    ] {
        let shown = text.chars().take(80).collect::<String>();
        assert_eq!(refused(&text), Some(TokenError::Malformed), "{shown}");
    }
}

#[test]
fn a_genuine_token_that_is_huge_is_malformed() {
    let token = signed(&with(claims(), "padding", json!("x".repeat(8_192))));
    assert_eq!(refused(&token), Some(TokenError::Malformed));
}

#[test]
fn genuine_signatures_over_something_that_is_no_claims_are_malformed() {
    for payload in [json!(null), json!([]), json!("claims"), json!(7)] {
        assert_eq!(refused(&signed(&payload)), Some(TokenError::Malformed), "{payload}");
    }
}

#[test]
fn during_a_rotation_tokens_of_both_secrets_are_accepted() {
    let old = Secret::parse(SECRET).unwrap();
    let new = Secret::generate();
    let rotating = AccessTokens::new(&new, Some(&old), AccessTokenSettings::default());
    let rotated = AccessTokens::new(&new, None, AccessTokenSettings::default());
    let before = tokens().issue(user(), 0, NOW);
    let after = rotating.issue(user(), 0, NOW);
    assert!(rotating.verify(before.token.expose(), NOW).is_ok());
    assert!(rotating.verify(after.token.expose(), NOW).is_ok());
    assert!(rotated.verify(after.token.expose(), NOW).is_ok());
    assert_eq!(rotated.verify(before.token.expose(), NOW), Err(TokenError::BadSignature));
    let late = NOW + Duration::from_secs(3_600);
    assert_eq!(rotating.verify(before.token.expose(), late), Err(TokenError::Expired));
}

#[tokio::test]
async fn the_embedded_verifier_yields_user_expiry_and_epoch() {
    let verifier = Verifier::embedded(Arc::new(tokens()));
    let issued = tokens().issue(user(), 9, NOW);
    let identity = verifier.verify(issued.token.expose(), NOW).await.unwrap();
    assert_eq!((identity.user, identity.token_epoch), (user(), Some(9)));
    assert_eq!(identity.expires_at, issued.expires_at);
    assert_eq!(identity.host, None);
    assert_eq!(verifier.verify("x", NOW).await, Err(TokenError::Malformed));
}

#[test]
fn debug_shows_neither_secrets_nor_tokens() {
    let issued = tokens().issue(user(), 0, NOW);
    let shown = format!("{:?} {issued:?}", tokens());
    assert!(!shown.contains(SECRET) && !shown.contains(issued.token.expose()), "{shown}");
}

//! Fetching a key set by URL: when it is fetched, and what a failure leaves.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth::{HostKeys, HostSettings, InvalidJwksUrl, JwksCache, JwksUrl, TokenError, Verifier};
use aws_lc_rs::signature::RsaKeyPair;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use vocab::UnixMillis;

use crate::common::{NOW, NOW_SECS, OTHER_RSA, RSA, host_claims, jwks, rs256, rsa_jwk, with};

/// A host that answers every request with the same, which a test can change.
struct Host {
    url: String,
    answer: Arc<Mutex<String>>,
    requests: Arc<AtomicUsize>,
}

impl Host {
    async fn start(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let host = Self { url, answer: Arc::new(Mutex::new(answer)), requests: Arc::default() };
        let (answer, requests) = (Arc::clone(&host.answer), Arc::clone(&host.requests));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                requests.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().unwrap().clone();
                // The client may hang up in the middle of an answer that is too large.
                stream.write_all(answer.as_bytes()).await.ok();
            }
        });
        host
    }

    fn set(&self, answer: String) {
        *self.answer.lock().unwrap() = answer;
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn cache(&self) -> JwksCache {
        JwksCache::new(JwksUrl::parse(&self.url).unwrap()).unwrap()
    }

    fn verifier(&self) -> Verifier {
        Verifier::host(HostSettings::default(), HostKeys::Fetched(self.cache()))
    }
}

fn ok(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn status(line: &str) -> String {
    format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn set_of(kid: &str, key: &RsaKeyPair) -> String {
    ok(&jwks(&[rsa_jwk(kid, key)]))
}

fn token(kid: &str, key: &RsaKeyPair) -> String {
    let claims = with(host_claims(), "exp", json!(NOW_SECS + 86_400));
    rs256(&json!({ "alg": "RS256", "kid": kid }), &claims, key)
}

fn after(seconds: u64) -> UnixMillis {
    NOW + Duration::from_secs(seconds)
}

#[tokio::test]
async fn the_set_is_fetched_at_the_first_token_and_kept() {
    let host = Host::start(set_of("one", &RSA)).await;
    let verifier = host.verifier();
    for second in [0, 1, 3_599] {
        assert!(verifier.verify(&token("one", &RSA), after(second)).await.is_ok());
    }
    assert_eq!(host.requests(), 1);
}

#[tokio::test]
async fn a_malformed_token_causes_no_fetch() {
    let host = Host::start(set_of("one", &RSA)).await;
    assert_eq!(host.verifier().verify("a.b.c", NOW).await, Err(TokenError::Malformed));
    assert_eq!(host.requests(), 0);
}

#[tokio::test]
async fn an_unknown_key_causes_a_fetch_but_not_more_than_once_a_minute() {
    let host = Host::start(set_of("one", &RSA)).await;
    let verifier = host.verifier();
    let new = token("two", &OTHER_RSA);
    assert_eq!(verifier.verify(&new, after(0)).await, Err(TokenError::UnknownKey));
    assert_eq!(verifier.verify(&new, after(59)).await, Err(TokenError::UnknownKey));
    assert_eq!(host.requests(), 1);
    host.set(set_of("two", &OTHER_RSA));
    assert!(verifier.verify(&new, after(60)).await.is_ok());
    assert_eq!(host.requests(), 2);
    let old = verifier.verify(&token("one", &RSA), after(61)).await;
    assert_eq!(old, Err(TokenError::UnknownKey), "a withdrawn key is gone");
    assert_eq!(host.requests(), 2);
}

#[tokio::test]
async fn many_tokens_at_once_share_one_fetch() {
    let host = Host::start(set_of("one", &RSA)).await;
    let verifier = Arc::new(host.verifier());
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let verifier = Arc::clone(&verifier);
            tokio::spawn(async move { verifier.verify(&token("one", &RSA), NOW).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(host.requests(), 1);
}

#[tokio::test]
async fn an_old_set_serves_while_a_new_one_is_fetched() {
    let host = Host::start(set_of("one", &RSA)).await;
    let cache = host.cache();
    let first = cache.keys(NOW).await.unwrap();
    let served = cache.keys(after(3_600)).await.unwrap();
    assert!(Arc::ptr_eq(&first, &served), "nobody waits for the hourly fetch");
    cache.refresh(after(3_600)).await;
    let renewed = cache.keys(after(3_600)).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &renewed));
    assert_eq!(host.requests(), 2);
}

#[tokio::test]
async fn a_failed_fetch_keeps_the_old_set() {
    let host = Host::start(set_of("one", &RSA)).await;
    let cache = host.cache();
    let first = cache.keys(NOW).await.unwrap();
    let too_large = " ".repeat(256 * 1024) + &jwks(&[rsa_jwk("two", &OTHER_RSA)]);
    let endless = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_owned() + &too_large;
    let elsewhere = Host::start(set_of("two", &OTHER_RSA)).await;
    let moved = status(&format!("302 Found\r\nlocation: {}", elsewhere.url));
    let failures = [
        status("500 Internal Server Error"),
        status("204 No Content"),
        moved,
        ok("<html>"),
        ok(r#"{"keys":[]}"#),
        ok(&too_large),
        endless,
        String::new(),
    ];
    for (minutes, answer) in (1_u64..).zip(failures) {
        host.set(answer);
        cache.refresh(after(minutes * 60)).await;
        assert_eq!(host.requests(), usize::try_from(minutes).unwrap() + 1);
        assert!(Arc::ptr_eq(&first, &cache.keys(after(minutes * 60)).await.unwrap()));
    }
    assert_eq!(elsewhere.requests(), 0, "redirects are not followed");
}

#[tokio::test]
async fn while_there_never_was_a_set_tokens_are_neither_right_nor_wrong() {
    let host = Host::start(status("503 Service Unavailable")).await;
    let verifier = host.verifier();
    for second in [0, 4] {
        let verified = verifier.verify(&token("one", &RSA), after(second)).await;
        assert_eq!(verified, Err(TokenError::Unavailable));
    }
    assert_eq!(host.requests(), 1);
    host.set(set_of("one", &RSA));
    assert!(verifier.verify(&token("one", &RSA), after(5)).await.is_ok());
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_break_off_the_fetch() {
    let host = Host::start(set_of("one", &RSA)).await;
    let cache = host.cache();
    {
        let mut gone = Box::pin(cache.refresh(NOW));
        tokio::select! {
            biased;
            () = &mut gone => panic!("a fetch takes more than one poll"),
            () = std::future::ready(()) => {}
        }
    }
    cache.refresh(NOW).await;
    assert!(cache.keys(NOW).await.is_some());
    assert_eq!(host.requests(), 1);
}

#[test]
fn a_key_set_comes_encrypted_or_from_this_machine() {
    for text in [
        "https://chat.example/.well-known/jwks.json",
        "http://127.0.0.1:3000/jwks",
        "http://[::1]/jwks",
        "http://localhost/jwks",
    ] {
        assert!(JwksUrl::parse(text).is_ok(), "{text}");
    }
    for (text, error) in [
        ("", InvalidJwksUrl::NoUrl),
        ("/jwks", InvalidJwksUrl::NoUrl),
        ("http://chat.example/jwks", InvalidJwksUrl::NotEncrypted),
        ("http://127.0.0.1.evil.example/", InvalidJwksUrl::NotEncrypted),
        ("http://localhost@evil.example/", InvalidJwksUrl::NotEncrypted),
        ("file:///etc/passwd", InvalidJwksUrl::NotEncrypted),
    ] {
        assert_eq!(JwksUrl::parse(text), Err(error), "{text}");
    }
    assert!(JwksUrl::parse_insecure("http://chat/jwks").is_ok());
    let file = JwksUrl::parse_insecure("file:///etc/passwd");
    assert_eq!(file, Err(InvalidJwksUrl::NotEncrypted));
}

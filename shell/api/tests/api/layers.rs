//! What surrounds every answer: headers, other origins, limits.

use std::time::Duration;

use api::HttpSettings;
use auth::LimitSettings;

use crate::harness::{Plan, World};

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_an_id() {
    let world = World::new().await;
    for path in ["/healthz", "/api/users/me", "/api/nothing"] {
        let reply = world.get(path).send().await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", ""),
            ("access-control-allow-origin", ""),
        ] {
            assert_eq!(reply.header(name), value, "{path} {name}");
        }
        assert_eq!(reply.header("x-request-id").len(), 36);
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let http = HttpSettings { tls: true, ..HttpSettings::default() };
    let world = World::with(Plan { http, ..Plan::default() }).await;
    let reply = world.get("/healthz").send().await;
    assert!(reply.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn only_configured_origins_may_call_from_other_sites() {
    let origin = "https://app.example.com";
    let allowed_origins = vec![origin.to_owned()];
    let http = HttpSettings { allowed_origins, ..HttpSettings::default() };
    let world = World::with(Plan { http, ..Plan::default() }).await;
    let preflight = |origin: &str| {
        let ask = world.ask("OPTIONS", "/api/calls/initiate").header("origin", origin);
        ask.header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,x-device-id")
    };
    let reply = preflight(origin).send().await;
    assert_eq!(reply.header("access-control-allow-origin"), origin);
    assert!(reply.header("access-control-allow-headers").contains("x-device-id"));
    assert_eq!(reply.header("access-control-allow-credentials"), "");
    let reply = preflight("https://evil.example.com").send().await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let reply = world.get("/api/users/me").header("origin", origin).send().await;
    assert_eq!(reply.header("access-control-allow-origin"), origin);
    assert!(reply.header("vary").contains("origin"));
    reply.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_person_who_asks_too_often_is_told_when_to_come_back() {
    let limits = LimitSettings { api: "2/min".parse().unwrap(), ..LimitSettings::load() };
    let world = World::with(Plan { limits, ..Plan::default() }).await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let me = |person| world.get("/api/users/me").by(person);
    me(&ada).send().await.expect(200);
    me(&ada).send().await.expect(200);
    let limited = me(&ada).send().await;
    assert_eq!(limited.header("retry-after"), "30");
    assert_eq!(limited.refused(429, "rate_limited")["retryAfter"], 30);
    me(&bob).send().await.expect(200);
    world.limit_clock.advance(Duration::from_secs(30));
    me(&ada).send().await.expect(200);
}

#[tokio::test]
async fn an_address_is_limited_by_itself_also_behind_a_trusted_proxy() {
    let limits = LimitSettings { api_ip: "1/min".parse().unwrap(), ..LimitSettings::load() };
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let http = HttpSettings { trusted_proxies, ..HttpSettings::default() };
    let world = World::with(Plan { limits, http, ..Plan::default() }).await;
    let ask = |peer, client| world.get("/healthz").from(peer).header("x-forwarded-for", client);
    ask("10.0.0.1", "198.51.100.1").send().await.expect(200);
    ask("10.0.0.2", "198.51.100.1").send().await.refused(429, "rate_limited");
    ask("10.0.0.1", "198.51.100.2").send().await.expect(200);
    ask("203.0.113.5", "198.51.100.3").send().await.expect(200);
    ask("203.0.113.5", "198.51.100.4").send().await.refused(429, "rate_limited");
}

#[tokio::test]
async fn readiness_fails_when_the_database_is_gone() {
    let world = World::new().await;
    let ok = serde_json::json!({"status": "ok"});
    assert_eq!(world.get("/readyz").send().await.expect(200), ok);
    world.state.store.close().await;
    world.get("/readyz").send().await.refused(503, "unavailable");
    assert_eq!(world.get("/healthz").send().await.expect(200), ok);
}

#[tokio::test]
async fn the_document_is_served_as_it_is_committed() {
    let world = World::new().await;
    let served = world.get("/api/openapi.json").send().await.expect(200);
    let written: serde_json::Value = serde_json::from_str(&api::openapi_text()).unwrap();
    assert_eq!(served, written);
    assert!(served["openapi"].as_str().unwrap().starts_with("3."));
}

//! Registering, logging in, refreshing, logging out.

use std::time::Duration;

use auth::TokenHash;
use serde_json::{Value, json};
use vocab::UnixMillis;
use wire::body::Registration;

use crate::harness::{Plan, Reply, World, masked};

const PASSWORD: &str = "seven green ladders";

async fn register(world: &World, email: &str) -> Reply {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
    world.post("/api/auth/register").json(&body).send().await
}

async fn login(world: &World, email: &str, password: &str) -> Reply {
    let body = json!({"email": email, "password": password});
    world.post("/api/auth/login").json(&body).send().await
}

async fn refresh(world: &World, token: &Value) -> Reply {
    world.post("/api/auth/refresh").json(&json!({"refreshToken": token})).send().await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn who_registers_is_logged_in_and_can_log_in_again() {
    let world = World::new().await;
    let session = register(&world, " Ada@Example.com ").await.expect(201);
    assert_eq!(
        masked(session.clone()),
        json!({
            "user": {"id": session["user"]["id"], "identifier": "ada@example.com", "name": "Ada"},
            "accessToken": "<token>", "refreshToken": "<token>", "expiresIn": 900,
        })
    );
    let me = world.get("/api/users/me").bearer(text(&session["accessToken"]));
    assert_eq!(me.send().await.expect(200)["user"], session["user"]);
    let again = login(&world, "ADA@example.com", PASSWORD).await.expect(200);
    assert_eq!(again["user"], session["user"]);
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let world = World::new().await;
    register(&world, "ada@example.com").await.expect(201);
    register(&world, "ADA@example.com").await.refused(409, "email_taken");
}

#[tokio::test]
async fn every_field_of_a_registration_that_is_wrong_is_named() {
    let world = World::new().await;
    let body = json!({"email": "nobody", "password": "password", "name": "\u{202e}"});
    let ask = world.post("/api/auth/register").json(&body);
    let problem = ask.send().await.refused(422, "invalid");
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|one| text(&one["field"])).collect();
    assert_eq!(fields, ["email", "password", "name"]);
    assert!(!problem.to_string().contains("nobody"), "what was sent is not echoed");
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_get_the_same_answer() {
    let world = World::new().await;
    register(&world, "ada@example.com").await.expect(201);
    let wrong = login(&world, "ada@example.com", "wrong").await;
    let unknown = login(&world, "bob@example.com", "wrong").await;
    let no_address = login(&world, "bob", "wrong").await;
    let strip = |reply: Reply| {
        let mut body = reply.refused(401, "invalid_credentials");
        body["requestId"] = Value::Null;
        body
    };
    let wrong = strip(wrong);
    assert_eq!(wrong, strip(unknown));
    assert_eq!(wrong, strip(no_address));
}

#[tokio::test]
async fn failed_logins_make_the_next_ones_wait() {
    let world =
        World::with(Plan { limits: auth::LimitSettings::default(), ..Plan::default() }).await;
    register(&world, "ada@example.com").await.expect(201);
    for _ in 0..4 {
        login(&world, "ada@example.com", "wrong").await.refused(401, "invalid_credentials");
    }
    let limited = login(&world, "ada@example.com", PASSWORD).await;
    assert_eq!(limited.header("retry-after"), "1");
    limited.refused(429, "rate_limited");
    world.limit_clock.advance(Duration::from_secs(60));
    login(&world, "ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_all_sessions() {
    let world = World::new().await;
    let session = register(&world, "ada@example.com").await.expect(201);
    let second = refresh(&world, &session["refreshToken"]).await.expect(200);
    let third = refresh(&world, &second["refreshToken"]).await.expect(200);
    let me = |token: &Value| world.get("/api/users/me").bearer(text(token));
    me(&third["accessToken"]).send().await.expect(200);

    let reused = refresh(&world, &session["refreshToken"]).await;
    reused.refused(401, "invalid_refresh_token");
    refresh(&world, &third["refreshToken"]).await.refused(401, "invalid_refresh_token");
    me(&third["accessToken"]).send().await.refused(401, "unauthorized");
    let again = login(&world, "ada@example.com", PASSWORD).await.expect(200);
    me(&again["accessToken"]).send().await.expect(200);
}

#[tokio::test]
async fn a_text_that_is_no_refresh_token_is_refused() {
    let world = World::new().await;
    refresh(&world, &json!("nonsense")).await.refused(401, "invalid_refresh_token");
    refresh(&world, &json!("")).await.refused(401, "invalid_refresh_token");
    refresh(&world, &json!(7)).await.refused(422, "invalid");
}

#[tokio::test]
async fn logging_out_closes_one_session_or_all() {
    let world = World::new().await;
    let one = register(&world, "ada@example.com").await.expect(201);
    let other = login(&world, "ada@example.com", PASSWORD).await.expect(200);
    let logout = |body: &Value| world.post("/api/auth/logout").json(body);
    let token = json!({"refreshToken": one["refreshToken"]});
    logout(&token).send().await.expect(204);
    refresh(&world, &one["refreshToken"]).await.refused(401, "invalid_refresh_token");
    let other = refresh(&world, &other["refreshToken"]).await.expect(200);

    logout(&json!({})).send().await.refused(401, "unauthorized");
    let access = text(&other["accessToken"]);
    world.post("/api/auth/logout").bearer(access).send().await.expect(204);
    world.get("/api/users/me").bearer(access).send().await.refused(401, "unauthorized");
    refresh(&world, &other["refreshToken"]).await.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn where_registration_is_closed_nobody_registers() {
    let plan = Plan { registration: Registration::Closed, ..Plan::default() };
    let world = World::with(plan).await;
    register(&world, "ada@example.com").await.refused(403, "registration_closed");
}

#[tokio::test]
async fn an_invitation_lets_one_person_in() {
    let plan = Plan { registration: Registration::Invite, ..Plan::default() };
    let world = World::with(plan).await;
    let now = world.state.switchboard.clock().now();
    let later = now + Duration::from_secs(60);
    let hash = |text: &str| *TokenHash::of(text).as_bytes();
    let store = &world.state.store;
    store.insert_invite(&hash("good"), None, later, now).await.unwrap();
    let past = UnixMillis::from_millis(1);
    store.insert_invite(&hash("old"), None, past, past).await.unwrap();
    let register = async |email: &str, invite: Option<&str>| {
        let mut body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        if let Some(invite) = invite {
            body["invite"] = json!(invite);
        }
        world.post("/api/auth/register").json(&body).send().await
    };
    register("a@example.com", None).await.refused(403, "invite_invalid");
    register("a@example.com", Some("old")).await.refused(403, "invite_invalid");
    register("a@example.com", Some("good")).await.expect(201);
    register("b@example.com", Some("good")).await.refused(403, "invite_invalid");
}

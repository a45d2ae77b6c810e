//! The users of a host product: its tokens, and its servers with an API key.

use serde_json::{Value, json};
use vocab::ConversationId;

use crate::harness::{HOST_ISSUER, HOST_SECRET, Person, Plan, World, random};

const GROUP: &str = "0b9e6f8e-3c1f-4c1e-9a55-1f2e3d4c5b6a";

async fn host() -> World {
    World::with(Plan { host: true, ..Plan::default() }).await
}

fn token(subject: &str, name: &str) -> String {
    let claims = json!({
        "iss": HOST_ISSUER, "sub": subject, "name": name,
        "email": format!("{subject}@product.example.com"), "exp": 4_000_000_000_u64,
    });
    let key = jsonwebtoken::EncodingKey::from_secret(HOST_SECRET.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
}

fn person(subject: &str, name: &str) -> Person {
    Person { id: auth::user_id(HOST_ISSUER, subject), token: token(subject, name) }
}

async fn put(world: &World, key: &str, members: Value) -> Value {
    let body = json!({"kind": "group", "title": "Support", "members": members});
    let ask = world.ask("PUT", format!("/api/conversations/{GROUP}")).header("x-api-key", key);
    ask.json(&body).send().await.expect(200)["conversation"].clone()
}

#[tokio::test]
async fn a_person_appears_with_their_first_token_and_takes_on_a_new_name() {
    let world = host().await;
    let ada = person("agent-7", "Ada");
    let me = world.get("/api/users/me").by(&ada).send().await.expect(200);
    assert_eq!(
        me["user"],
        json!({
            "id": ada.id.to_string(), "identifier": "agent-7@product.example.com", "name": "Ada",
        })
    );
    let renamed = world.get("/api/users/me").by(&person("agent-7", "Ada L.")).send().await;
    assert_eq!(renamed.expect(200)["user"]["name"], "Ada L.");
}

#[tokio::test]
async fn accounts_and_changes_of_people_are_the_host_products_matter() {
    let world = host().await;
    let ada = person("agent-7", "Ada");
    let login = json!({"email": "a@example.com", "password": "x", "name": "A"});
    for path in ["/api/auth/register", "/api/auth/login"] {
        world.post(path).json(&login).send().await.refused(403, "managed_elsewhere");
    }
    let token = json!({"refreshToken": "x"});
    for path in ["/api/auth/refresh", "/api/auth/logout"] {
        world.post(path).json(&token).send().await.refused(403, "managed_elsewhere");
    }
    let create = json!({"kind": "direct", "memberIds": [GROUP]});
    let ask = world.post("/api/conversations").by(&ada).json(&create);
    ask.send().await.refused(403, "managed_elsewhere");
    let rename = world.ask("PATCH", "/api/users/me").by(&ada).json(&json!({"name": "X"}));
    rename.send().await.refused(403, "managed_elsewhere");
    let config = world.get("/api/calls/config").send().await.expect(200);
    assert_eq!((&config["identity"], &config["registration"]), (&json!("host"), &json!("closed")));
}

#[tokio::test]
async fn a_server_puts_a_conversation_and_its_members_call_each_other() {
    let world = host().await;
    let key = world.api_key().await;
    let conversation = put(
        &world,
        &key,
        json!([
            {"externalId": "agent-7", "name": "Ada", "email": "ada@example.com", "role": "owner"},
            {"externalId": "customer-12"},
        ]),
    )
    .await;
    let (ada, bob) = (person("agent-7", "Ada"), person("customer-12", "Bob"));
    let mut names: Vec<String> = Vec::new();
    for one in conversation["members"].as_array().unwrap() {
        names.push(format!("{} {}", one["userName"], one["userIdentifier"]));
    }
    names.sort();
    assert_eq!(names, ["\"Ada\" \"ada@example.com\"", "\"customer-12\" \"customer-12\""]);

    let group: ConversationId = GROUP.parse().unwrap();
    let call = world.initiate(&ada, group).await;
    world.answer(&bob, &call).await;
    let by_key = |method, path: String| world.ask(method, path).bearer(&key);
    let list = by_key("GET", format!("/api/calls?conversationId={GROUP}")).send().await;
    assert_eq!(list.expect(200)["items"][0]["id"], call.as_str());
    let shown = by_key("GET", format!("/api/conversations/{GROUP}")).send().await.expect(200);
    assert_eq!(shown["conversation"]["activeCallId"], call.as_str());
    let all = by_key("GET", "/api/conversations".to_owned()).send().await.expect(200);
    assert_eq!(all["items"][0]["id"], GROUP);
    let got = by_key("GET", format!("/api/calls/{call}")).send().await.expect(200);
    assert_eq!(got["call"]["status"], "active");
    let ended = by_key("POST", format!("/api/calls/{call}/end")).send().await.expect(200);
    assert_eq!((&ended["status"], &ended["endReason"]), (&json!("ended"), &json!("ended-by-host")));
    by_key("GET", "/api/calls".to_owned()).send().await.refused(422, "invalid");
}

#[tokio::test]
async fn who_is_no_longer_listed_is_no_longer_a_member() {
    let world = host().await;
    let key = world.api_key().await;
    put(&world, &key, json!([{"externalId": "a"}, {"externalId": "b"}, {"externalId": "c"}])).await;
    let kept = put(&world, &key, json!([{"externalId": "a"}, {"externalId": "b"}])).await;
    assert_eq!(kept["members"].as_array().unwrap().len(), 2);
    let path = format!("/api/conversations/{GROUP}");
    world.get(&path).by(&person("b", "B")).send().await.expect(200);
    let gone = world.get(&path).by(&person("c", "C")).send().await;
    gone.refused(404, "conversation_not_found");
}

#[tokio::test]
async fn a_put_that_names_nobody_somebody_twice_or_somebody_unknown_changes_nothing() {
    let world = host().await;
    let key = world.api_key().await;
    let path = format!("/api/conversations/{GROUP}");
    for (members, status, code) in [
        (json!([{}]), 422, "invalid"),
        (json!([{"externalId": "a"}, {"externalId": "a"}]), 422, "invalid"),
        (json!([{"externalId": "a", "email": "nobody"}]), 422, "invalid"),
        (json!([{"userId": GROUP}]), 404, "user_not_found"),
    ] {
        let body = json!({"kind": "group", "members": members});
        let reply = world.ask("PUT", &path).header("x-api-key", &key).json(&body).send().await;
        reply.refused(status, code);
    }
    let direct = json!({"kind": "direct", "members": [{"externalId": "a"}]});
    let reply = world.ask("PUT", &path).header("x-api-key", &key).json(&direct).send().await;
    reply.refused(422, "invalid");
    let found = world.get(&path).header("x-api-key", &key).send().await;
    found.refused(404, "conversation_not_found");
}

#[tokio::test]
async fn a_key_that_is_wrong_or_withdrawn_opens_nothing() {
    let world = host().await;
    let key = world.api_key().await;
    let list = |key: &str| world.get("/api/conversations").header("x-api-key", key);
    list(&key).send().await.expect(200);
    let other =
        auth::ApiKey::generate(vocab::RowId::new(world.state.switchboard.clock().now(), random()));
    for wrong in ["", "axk_x", &other.expose(), &key.replace("axk", "key")] {
        list(wrong).send().await.refused(401, "unauthorized");
    }
    let id = auth::ApiKey::parse(&key).unwrap().id();
    let now = world.state.switchboard.clock().now();
    world.state.store.revoke_api_key(id, now).await.unwrap();
    list(&key).send().await.refused(401, "unauthorized");
}

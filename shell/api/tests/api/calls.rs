//! The routes of calls beyond the founding seven.

use serde_json::{Value, json};

use crate::harness::{Person, World};

struct Three {
    world: World,
    ada: Person,
    bob: Person,
    cleo: Person,
    conversation: String,
    call: String,
}

/// A group call of Ada and Bob; Cleo is invited too.
async fn group() -> Three {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let cleo = world.person("Cleo").await;
    let conversation = world.conversation(&[&ada, &bob, &cleo]).await;
    let call = world.initiate(&ada, conversation).await;
    world.answer(&bob, &call).await;
    Three { world, ada, bob, cleo, conversation: conversation.to_string(), call }
}

fn status_of(body: &Value, person: &Person) -> String {
    let participants = body["participants"].as_array().unwrap();
    let id = person.id.to_string();
    let one = participants.iter().find(|one| one["userId"] == id.as_str()).unwrap();
    one["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_guest_leaves_and_the_group_goes_on() {
    let three = group().await;
    let path = format!("/api/calls/{}/leave", three.call);
    let left = three.world.post(path).by(&three.bob).send().await.expect(200);
    assert_eq!((&left["status"], &left["left"]), (&json!("active"), &json!(true)));
}

#[tokio::test]
async fn a_member_who_declined_joins_late() {
    let three = group().await;
    let path = format!("/api/calls/{}/reject", three.call);
    let ask = three.world.post(path).by(&three.cleo).json(&json!({"reason": "busy"}));
    assert_eq!(ask.send().await.expect(200)["callStatus"], "active");
    let joined = three.world.answer(&three.cleo, &three.call).await;
    assert_eq!(status_of(&joined, &three.cleo), "joined");
}

#[tokio::test]
async fn the_host_gives_a_role_mutes_and_removes_and_a_guest_may_not() {
    let three = group().await;
    let path = format!("/api/calls/{}/participants/{}", three.call, three.bob.id);
    let role = json!({"role": "viewer"});
    for (method, path, body) in [
        ("PATCH", path.clone(), Some(&role)),
        ("POST", format!("{path}/mute"), None),
        ("POST", format!("{path}/remove"), None),
    ] {
        let ask = |person| {
            let ask = three.world.ask(method, &path).by(person);
            match body {
                Some(body) => ask.json(body),
                None => ask,
            }
        };
        let refused = ask(&three.cleo).send().await;
        assert!([403, 409].contains(&refused.status.as_u16()), "{method} {path} {refused:?}");
        let changed = ask(&three.ada).send().await.expect(200);
        assert_eq!(changed["callId"], three.call.as_str());
    }
    let path = format!("/api/calls/{}", three.call);
    let call = three.world.get(path).by(&three.ada).send().await.expect(200);
    assert_eq!(status_of(&call["call"], &three.bob), "left");
}

#[tokio::test]
async fn a_participant_invites_a_member_and_nobody_else() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let (cleo, dan) = (world.person("Cleo").await, world.person("Dan").await);
    let conversation = world.conversation(&[&ada, &bob, &cleo]).await;
    let body = json!({
        "conversationId": conversation.to_string(), "participantIds": [bob.id.to_string()],
    });
    let started = world.post("/api/calls/initiate").by(&ada).json(&body).send().await.expect(201);
    let path = format!("/api/calls/{}/invite", started["callId"].as_str().unwrap());
    let invite = |person: &Person| {
        world.post(&path).by(&ada).json(&json!({"userIds": [person.id.to_string()]}))
    };
    assert_eq!(status_of(&invite(&cleo).send().await.expect(200), &cleo), "invited");
    invite(&dan).send().await.refused(403, "not_member");
}

#[tokio::test]
async fn live_calls_are_listed_and_their_events_can_be_read_again() {
    let three = group().await;
    let active = three.world.get("/api/calls/active").by(&three.cleo).send().await.expect(200);
    assert_eq!(active["items"][0]["id"], three.call.as_str());
    let path = format!("/api/calls/{}/events", three.call);
    let all = three.world.get(&path).by(&three.ada).send().await.expect(200);
    let seqs: Vec<u64> =
        all["events"].as_array().unwrap().iter().map(|one| one["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=all["rev"].as_u64().unwrap()).collect::<Vec<_>>());
    let ask = three.world.get(format!("{path}?after=1&limit=1")).by(&three.ada);
    assert_eq!(ask.send().await.expect(200)["events"][0], all["events"][1]);
}

#[tokio::test]
async fn a_missed_call_is_listed_until_it_was_seen() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let conversation = world.conversation(&[&ada, &bob]).await;
    let call = world.initiate(&ada, conversation).await;
    world.post(format!("/api/calls/{call}/end")).by(&ada).send().await.expect(200);

    let missed = world.get("/api/calls/missed?unseen=true").by(&bob).send().await.expect(200);
    assert_eq!(missed["items"][0]["id"], call.as_str());
    assert_eq!(missed["items"][0]["outcome"], "missed");
    let seen = world.post("/api/calls/missed/seen").by(&bob);
    let seen = seen.json(&json!({"callIds": [call]})).send().await.expect(200);
    assert_eq!(seen, json!({"marked": 1}));
    let missed = world.get("/api/calls/missed?unseen=true").by(&bob).send().await.expect(200);
    assert_eq!(missed, json!({"items": [], "nextCursor": null}));
    let missed = world.get("/api/calls/missed").by(&bob).send().await.expect(200);
    assert!(missed["items"][0]["seenAt"].is_string());
}

#[tokio::test]
async fn history_is_read_page_by_page_and_filtered() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let conversation = world.conversation(&[&ada, &bob]).await;
    let mut calls = Vec::new();
    for _ in 0..3 {
        let call = world.initiate(&ada, conversation).await;
        world.post(format!("/api/calls/{call}/end")).by(&ada).send().await.expect(200);
        calls.insert(0, call);
    }
    let mut found = Vec::new();
    let mut path = "/api/calls?limit=2".to_owned();
    for _ in 0..2 {
        let page = world.get(&path).by(&ada).send().await.expect(200);
        let ids = page["items"].as_array().unwrap().iter().map(|one| one["id"].clone());
        found.extend(ids);
        path = format!("/api/calls?limit=2&cursor={}", page["nextCursor"].as_str().unwrap_or(""));
    }
    assert_eq!(found, calls);
    let path = "/api/calls?outcome=answered";
    let page = world.get(path).by(&ada).send().await.expect(200);
    assert_eq!(page["items"], json!([]));
    world.get("/api/calls?cursor=nonsense").by(&ada).send().await.refused(422, "invalid");
}

#[tokio::test]
async fn the_same_idempotency_key_gets_the_same_call_and_another_body_is_refused() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let conversation = world.conversation(&[&ada, &bob]).await.to_string();
    let ask = |kind: &str| {
        let body = json!({"conversationId": conversation, "type": kind});
        world.post("/api/calls/initiate").by(&ada).header("idempotency-key", "k-1").json(&body)
    };
    let first = ask("audio").send().await.expect(201);
    let again = ask("audio").send().await.expect(201);
    assert_eq!(first, again);
    ask("video").send().await.refused(422, "idempotency_mismatch");
}

#[tokio::test]
async fn a_second_call_in_a_conversation_is_refused_with_the_true_state() {
    let three = group().await;
    let body = json!({"conversationId": three.conversation});
    let path = format!("/api/calls/{}/leave", three.call);
    three.world.post(path).by(&three.bob).send().await.expect(200);
    let ask = three.world.post("/api/calls/initiate").by(&three.bob).json(&body);
    let problem = ask.send().await.refused(409, "call_active");
    assert_eq!(problem["callId"], three.call.as_str());
}

#[tokio::test]
async fn another_device_of_the_same_user_is_told_that_the_call_was_answered_elsewhere() {
    let three = group().await;
    let path = format!("/api/calls/{}/answer", three.call);
    let ask = || three.world.post(&path).by(&three.bob);
    let same = ask().header("x-device-id", "first").send().await.expect(200);
    assert_eq!(same["status"], "active");
    let other = ask().json(&json!({"deviceId": "second"})).send().await;
    let problem = other.refused(409, "answered_elsewhere");
    assert_eq!(problem["call"]["id"], three.call.as_str());
    let taken = ask().json(&json!({"deviceId": "second", "takeOver": true})).send().await;
    assert_eq!(taken.expect(200)["deviceId"], "second");
}

#[tokio::test]
async fn the_configuration_is_open_and_tells_how_to_register() {
    let world = World::new().await;
    let config = world.get("/api/calls/config").send().await.expect(200);
    assert_eq!(config["identity"], "embedded");
    assert_eq!(config["registration"], "open");
    assert_eq!(config["features"]["turn"], true);
    assert_eq!(config["times"]["ringMs"], 45_000);
    assert_eq!(config["features"]["sfu"], false);
    assert_eq!(config["limits"]["maxParticipants"], 4, "without a media server all is a mesh");
    assert_eq!(config["limits"]["meshParticipants"], 4);
}

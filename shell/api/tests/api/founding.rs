//! The seven routes of the founding document, with its payload fields, to the letter.

use serde_json::{Value, json};

use crate::harness::{Person, Plan, World, masked};

struct Two {
    world: World,
    ada: Person,
    bob: Person,
    conversation: String,
}

async fn two() -> Two {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let conversation = world.conversation(&[&ada, &bob]).await.to_string();
    Two { world, ada, bob, conversation }
}

fn invited(person: &Person, name: &str) -> Value {
    json!({
        "userId": person.id.to_string(), "userName": name,
        "userIdentifier": format!("{}@example.com", name.to_lowercase()),
        "status": "invited", "role": "member",
        "joinedAt": null, "leftAt": null, "leftReason": null,
        "mediaState": {"audioEnabled": true, "videoEnabled": true, "screenSharing": false},
        "connection": null, "reconnectingUntil": null, "handRaisedAt": null,
        "connectionQuality": null, "busy": false,
    })
}

fn joined(person: &Person, name: &str, role: &str) -> Value {
    let mut body = invited(person, name);
    body["status"] = json!("joined");
    body["role"] = json!(role);
    body["joinedAt"] = json!("<time>");
    body["connection"] = json!("connected");
    body["deviceId"] = json!("first");
    body
}

async fn initiate(two: &Two) -> Value {
    let body = json!({
        "conversationId": two.conversation, "type": "video",
        "participantIds": [two.bob.id.to_string()],
    });
    let ask = two.world.post("/api/calls/initiate").by(&two.ada).header("x-device-id", "first");
    ask.json(&body).send().await.expect(201)
}

#[tokio::test]
async fn initiate_answers_with_the_call_and_its_participants() {
    let two = two().await;
    let started = masked(initiate(&two).await);
    assert_eq!(
        started,
        json!({
            "callId": started["callId"], "status": "initiated", "topology": "mesh",
            "participants": [joined(&two.ada, "Ada", "host"), invited(&two.bob, "Bob")],
            "ringTimeoutMs": 45_000, "seq": started["seq"], "serverTime": "<time>",
            "deviceId": "first", "resumeToken": "<token>",
        })
    );
}

#[tokio::test]
async fn answer_answers_with_the_active_call() {
    let two = two().await;
    let call = initiate(&two).await["callId"].clone();
    let answered = masked(two.world.answer(&two.bob, call.as_str().unwrap()).await);
    assert_eq!(
        answered,
        json!({
            "callId": call, "status": "active", "topology": "mesh", "startedAt": "<time>",
            "seq": answered["seq"],
            "deviceId": "first", "resumeToken": "<token>",
            "participants": [joined(&two.ada, "Ada", "host"), joined(&two.bob, "Bob", "member")],
            "mediaState": {"audioEnabled": true, "videoEnabled": true, "screenSharing": false},
        })
    );
}

#[tokio::test]
async fn reject_ends_a_call_of_two_as_rejected() {
    let two = two().await;
    let call = initiate(&two).await["callId"].clone();
    let path = format!("/api/calls/{}/reject", call.as_str().unwrap());
    let rejected = two.world.post(path).by(&two.bob).send().await.expect(200);
    assert_eq!(
        rejected,
        json!({
            "callId": call, "status": "rejected", "callStatus": "rejected",
            "seq": rejected["seq"],
        })
    );
}

#[tokio::test]
async fn end_tells_the_duration_and_says_the_same_when_asked_again() {
    let two = two().await;
    let call = initiate(&two).await["callId"].clone();
    two.world.answer(&two.bob, call.as_str().unwrap()).await;
    let path = format!("/api/calls/{}/end", call.as_str().unwrap());
    let ended = two.world.post(&path).by(&two.bob).send().await.expect(200);
    assert_eq!(
        ended,
        json!({
            "callId": call, "status": "ended", "duration": ended["duration"],
            "endReason": "ended-by-user", "seq": ended["seq"],
        })
    );
    let again = two.world.post(&path).by(&two.ada).json(&json!({})).send().await.expect(200);
    assert_eq!(again, ended);
}

#[tokio::test]
async fn the_caller_cancels_with_end_before_the_accept() {
    let two = two().await;
    let call = initiate(&two).await["callId"].clone();
    let path = format!("/api/calls/{}/end", call.as_str().unwrap());
    let ended = two.world.post(path).by(&two.ada).send().await.expect(200);
    assert_eq!(
        ended,
        json!({
            "callId": call, "status": "missed", "duration": 0, "endReason": "cancelled",
            "seq": ended["seq"],
        })
    );
}

#[tokio::test]
async fn media_merges_what_is_given_into_what_was() {
    let two = two().await;
    let call = initiate(&two).await["callId"].clone();
    two.world.answer(&two.bob, call.as_str().unwrap()).await;
    let path = format!("/api/calls/{}/media", call.as_str().unwrap());
    let ask = two.world.ask("PATCH", path).by(&two.bob).header("x-device-id", "first");
    assert_eq!(
        ask.json(&json!({"videoEnabled": false})).send().await.expect(200),
        json!({
            "success": true,
            "mediaState": {"audioEnabled": true, "videoEnabled": false, "screenSharing": false},
        })
    );
}

#[tokio::test]
async fn turn_credentials_are_an_ice_server_with_an_expiry() {
    let two = two().await;
    let ask = two.world.get("/api/calls/turn-credentials").by(&two.ada);
    let given = ask.send().await.expect(200);
    let username = given["credentials"]["username"].as_str().unwrap();
    assert!(username.ends_with(&format!(":{}", two.ada.id)), "{username}");
    assert_eq!(given["credentials"]["credential"].as_str().unwrap().len(), 28);
    assert_eq!(
        masked(given.clone()),
        json!({
            "credentials": {
                "urls": ["turn:turn.example.com:3478"], "username": username,
                "credential": given["credentials"]["credential"],
            },
            "ttl": 86_400, "expiresAt": "<time>",
        })
    );
}

#[tokio::test]
async fn without_a_relay_turn_credentials_say_so() {
    let world = World::with(Plan { relay: false, ..Plan::default() }).await;
    let ada = world.person("Ada").await;
    let reply = world.get("/api/calls/turn-credentials").by(&ada).send().await;
    reply.refused(503, "turn_not_configured");
}

#[tokio::test]
async fn get_shows_the_whole_call() {
    let two = two().await;
    let call = initiate(&two).await["callId"].clone();
    two.world.answer(&two.bob, call.as_str().unwrap()).await;
    let path = format!("/api/calls/{}", call.as_str().unwrap());
    let got = masked(two.world.get(path).by(&two.ada).send().await.expect(200));
    let ada = two.ada.id.to_string();
    assert_eq!(
        got,
        json!({"call": {
            "id": call, "conversationId": two.conversation, "type": "video", "status": "active",
            "initiatedBy": ada, "host": ada, "startedAt": "<time>", "endedAt": null,
            "duration": null, "endReason": null, "endedBy": null, "topology": "mesh",
            "sfuRoomId": null, "recordingUrl": null, "qualityStats": null, "metadata": null,
            "createdAt": "<time>", "rev": got["call"]["rev"],
            "participants": [joined(&two.ada, "Ada", "host"), joined(&two.bob, "Bob", "member")],
        }})
    );
}

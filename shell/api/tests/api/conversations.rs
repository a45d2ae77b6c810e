//! Conversations: creating, listing, and who is in them.

use serde_json::{Value, json};

use crate::harness::{Person, World, masked};

async fn create(world: &World, by: &Person, kind: &str, others: &[&Person]) -> Value {
    let others: Vec<String> = others.iter().map(|one| one.id.to_string()).collect();
    let body = json!({"kind": kind, "title": "Team", "memberIds": others});
    let reply = world.post("/api/conversations").by(by).json(&body).send().await;
    assert!(reply.status.is_success(), "{}", reply.body);
    json!({"status": reply.status.as_u16(), "conversation": reply.body["conversation"]})
}

fn member(person: &Person, name: &str, role: &str) -> Value {
    json!({
        "userId": person.id.to_string(), "userName": name, "role": role, "online": false,
        "userIdentifier": format!("{}@example.com", name.to_lowercase()),
    })
}

#[tokio::test]
async fn the_same_two_people_have_one_direct_conversation() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let first = create(&world, &ada, "direct", &[&bob]).await;
    let again = create(&world, &bob, "direct", &[&ada]).await;
    assert_eq!((&first["status"], &again["status"]), (&json!(201), &json!(200)));
    assert_eq!(first["conversation"], again["conversation"]);
    let mut shown = masked(first["conversation"].clone());
    let members = shown["members"].as_array_mut().unwrap();
    members.sort_by_key(|one| one["userName"].to_string());
    assert_eq!(
        shown,
        json!({
            "id": shown["id"], "kind": "direct", "title": null,
            "members": [member(&ada, "Ada", "member"), member(&bob, "Bob", "member")],
            "createdAt": "<time>", "activeCallId": null,
        })
    );
}

#[tokio::test]
async fn a_conversation_needs_others_who_exist() {
    let world = World::new().await;
    let (ada, bob, cleo) =
        (world.person("Ada").await, world.person("Bob").await, world.person("Cleo").await);
    let ask = |body: Value| world.post("/api/conversations").by(&ada).json(&body);
    let unknown = "01941f29-7c00-7aaa-8bbb-000000000001";
    let direct = |ids: Value| json!({"kind": "direct", "memberIds": ids});
    ask(direct(json!([unknown]))).send().await.refused(404, "user_not_found");
    ask(direct(json!([ada.id.to_string()]))).send().await.refused(422, "invalid");
    let two = json!([bob.id.to_string(), cleo.id.to_string()]);
    ask(direct(two)).send().await.refused(422, "invalid");
    ask(json!({"kind": "group", "memberIds": []})).send().await.refused(422, "invalid");
    let hostile =
        json!({"kind": "group", "title": "a\u{202e}b", "memberIds": [bob.id.to_string()]});
    ask(hostile).send().await.refused(422, "invalid");
}

#[tokio::test]
async fn conversations_are_listed_page_by_page_with_the_call_that_runs() {
    let world = World::new().await;
    let (ada, bob, cleo) =
        (world.person("Ada").await, world.person("Bob").await, world.person("Cleo").await);
    let first = world.conversation(&[&ada, &bob]).await;
    let second = world.conversation(&[&ada, &cleo]).await;
    let call = world.initiate(&ada, second).await;
    let (mut path, mut found) = ("/api/conversations?limit=1".to_owned(), Vec::new());
    loop {
        let page = world.get(&path).by(&ada).send().await.expect(200);
        found.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("/api/conversations?limit=1&cursor={next}");
    }
    let active = |id: vocab::ConversationId| {
        let one = found.iter().find(|one| one["id"] == id.to_string().as_str()).unwrap();
        one["activeCallId"].clone()
    };
    assert_eq!(found.len(), 2);
    assert_eq!((active(first), active(second)), (Value::Null, json!(call)));
    world.get("/api/conversations?cursor=x").by(&ada).send().await.refused(422, "invalid");
}

#[tokio::test]
async fn only_the_owner_changes_a_group_and_outsiders_do_not_see_it() {
    let world = World::new().await;
    let (ada, bob, cleo) =
        (world.person("Ada").await, world.person("Bob").await, world.person("Cleo").await);
    let dan = world.person("Dan").await;
    let group = create(&world, &ada, "group", &[&bob, &cleo]).await;
    let path = format!("/api/conversations/{}", group["conversation"]["id"].as_str().unwrap());
    let members = format!("{path}/members");
    let title = json!({"title": "Crew"});
    let users = json!({"userIds": [dan.id.to_string()]});

    world.get(&path).by(&dan).send().await.refused(404, "conversation_not_found");
    let retitle = |by| world.ask("PATCH", &path).by(by).json(&title);
    let add = |by| world.post(&members).by(by).json(&users);
    retitle(&dan).send().await.refused(404, "conversation_not_found");
    retitle(&bob).send().await.refused(403, "forbidden");
    add(&bob).send().await.refused(403, "forbidden");
    assert_eq!(retitle(&ada).send().await.expect(200)["conversation"]["title"], "Crew");
    let changed = add(&ada).send().await.expect(200);
    assert_eq!(changed["conversation"]["members"].as_array().unwrap().len(), 4);
    world.get(&path).by(&dan).send().await.expect(200);
}

#[tokio::test]
async fn everybody_may_leave_a_group_and_the_last_owner_is_followed_by_the_next_member() {
    let world = World::new().await;
    let (ada, bob, cleo) =
        (world.person("Ada").await, world.person("Bob").await, world.person("Cleo").await);
    let group = world.conversation(&[&ada, &bob, &cleo]).await;
    let member = |who: &Person| format!("/api/conversations/{group}/members/{}", who.id);
    let remove = |by, who| world.ask("DELETE", member(who)).by(by);
    remove(&bob, &cleo).send().await.refused(403, "forbidden");
    remove(&ada, &cleo).send().await.expect(204);
    remove(&ada, &cleo).send().await.refused(404, "user_not_found");
    remove(&ada, &ada).send().await.expect(204);
    let left = world.get(format!("/api/conversations/{group}")).by(&bob).send().await.expect(200);
    let members = left["conversation"]["members"].as_array().unwrap();
    assert_eq!((members.len(), &members[0]["role"]), (1, &json!("owner")));
    remove(&ada, &bob).send().await.refused(404, "conversation_not_found");
}

#[tokio::test]
async fn the_two_of_a_direct_conversation_stay() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let direct = world.conversation(&[&ada, &bob]).await;
    let path = format!("/api/conversations/{direct}");
    let users = json!({"userIds": [bob.id.to_string()]});
    let add = world.post(format!("{path}/members")).by(&ada).json(&users);
    add.send().await.refused(403, "forbidden");
    let leave = world.ask("DELETE", format!("{path}/members/{}", ada.id)).by(&ada);
    leave.send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn who_is_removed_from_a_group_is_out_of_its_call() {
    let world = World::new().await;
    let (ada, bob, cleo) =
        (world.person("Ada").await, world.person("Bob").await, world.person("Cleo").await);
    let group = world.conversation(&[&ada, &bob, &cleo]).await;
    let call = world.initiate(&ada, group).await;
    world.answer(&bob, &call).await;
    let path = format!("/api/conversations/{group}/members/{}", bob.id);
    world.ask("DELETE", path).by(&ada).send().await.expect(204);
    let again = world.post(format!("/api/calls/{call}/answer")).by(&bob).send().await;
    assert!([403, 404].contains(&again.status.as_u16()), "{}", again.body);
    // The switchboard was told by message; a command after it is carried out after it.
    world.post(format!("/api/calls/{call}/leave")).by(&cleo).send().await;
    let shown = world.get(format!("/api/calls/{call}")).by(&ada).send().await.expect(200);
    let all = shown["call"]["participants"].as_array().unwrap();
    let bob = all.iter().find(|one| one["userId"] == bob.id.to_string().as_str()).unwrap();
    assert_eq!((&bob["status"], &bob["leftReason"]), (&json!("left"), &json!("removed")));
}

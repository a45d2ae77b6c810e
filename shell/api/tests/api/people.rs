//! The bearer, people to call, blocks, and whether one may be disturbed.

use serde_json::{Value, json};

use crate::harness::{Person, World, masked};

async fn found(world: &World, by: &Person, query: &str) -> Vec<String> {
    let page = world.get(format!("/api/users{query}")).by(by).send().await.expect(200);
    let items = page["items"].as_array().unwrap();
    items.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_bearer_sees_and_changes_their_name() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    let me = world.get("/api/users/me").by(&ada).send().await.expect(200);
    assert_eq!(
        me,
        json!({
            "user": {"id": ada.id.to_string(), "identifier": "ada@example.com", "name": "Ada"},
            "status": {"doNotDisturb": false, "until": null},
        })
    );
    let rename =
        |name: &str| world.ask("PATCH", "/api/users/me").by(&ada).json(&json!({"name": name}));
    assert_eq!(rename(" Ada L. ").send().await.expect(200)["user"]["name"], "Ada L.");
    rename("a\u{7}b").send().await.refused(422, "invalid");
    rename("").send().await.refused(422, "invalid");
    let bob = world.person("Bob").await;
    assert_eq!(found(&world, &bob, "?search=ada%20l").await, ["Ada L."]);
}

#[tokio::test]
async fn two_letters_find_everybody_and_fewer_only_those_one_talks_with() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    world.person("Boris").await;
    world.conversation(&[&ada, &bob]).await;
    assert_eq!(found(&world, &ada, "?search=BO").await, ["Bob", "Boris"]);
    assert_eq!(found(&world, &ada, "?search=bo&limit=1").await, ["Bob"]);
    assert_eq!(found(&world, &ada, "?search=b").await, ["Bob"]);
    assert_eq!(found(&world, &ada, "").await, ["Bob"]);
    assert_eq!(found(&world, &ada, "?search=%25%25").await, Vec::<String>::new());
}

#[tokio::test]
async fn who_is_blocked_is_listed_and_not_found_on_either_side() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let path = format!("/api/users/me/blocks/{}", bob.id);
    for _ in 0..2 {
        let blocked = world.ask("PUT", &path).by(&ada).send().await;
        assert_eq!(blocked.expect(204), Value::Null);
    }
    let blocks = world.get("/api/users/me/blocks").by(&ada).send().await.expect(200);
    assert_eq!(
        masked(blocks),
        json!({
            "items": [{
                "user": {"id": bob.id.to_string(), "identifier": "bob@example.com", "name": "Bob"},
                "createdAt": "<time>",
            }],
            "nextCursor": null,
        })
    );
    assert!(found(&world, &ada, "?search=bob").await.is_empty());
    assert!(found(&world, &bob, "?search=ada").await.is_empty());
    for _ in 0..2 {
        world.ask("DELETE", &path).by(&ada).send().await.expect(204);
    }
    assert_eq!(found(&world, &bob, "?search=ada").await, ["Ada"]);

    let own = format!("/api/users/me/blocks/{}", ada.id);
    world.ask("PUT", own).by(&ada).send().await.refused(422, "invalid");
    let unknown = "/api/users/me/blocks/01941f29-7c00-7aaa-8bbb-000000000001";
    world.ask("PUT", unknown).by(&ada).send().await.refused(404, "user_not_found");
}

#[tokio::test]
async fn do_not_disturb_holds_until_a_moment_or_until_it_is_switched_off() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    let set = |body: Value| world.ask("PUT", "/api/users/me/status").by(&ada).json(&body);
    let on = set(json!({"doNotDisturb": true})).send().await.expect(200);
    assert_eq!(on, json!({"doNotDisturb": true, "until": null}));
    let until = json!({"doNotDisturb": true, "until": "2999-01-01T00:00:00Z"});
    let on = set(until).send().await.expect(200);
    assert_eq!(on, json!({"doNotDisturb": true, "until": "2999-01-01T00:00:00.000Z"}));
    let me = world.get("/api/users/me").by(&ada).send().await.expect(200);
    assert_eq!(me["status"], on);
    let past = json!({"doNotDisturb": true, "until": "2001-01-01T00:00:00Z"});
    set(past).send().await.refused(422, "invalid");
    let off = set(json!({"doNotDisturb": false})).send().await.expect(200);
    assert_eq!(off, json!({"doNotDisturb": false, "until": null}));
}

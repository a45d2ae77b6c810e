//! What is refused, and how: every answer is a whole problem document.

use serde_json::json;

use crate::harness::World;

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    let me = || world.get("/api/users/me");
    let bare = me().send().await;
    assert_eq!(bare.header("www-authenticate"), "Bearer");
    bare.refused(401, "unauthorized");
    for token in ["x", "a.b.c", &format!("{}x", ada.token)] {
        me().bearer(token).send().await.refused(401, "unauthorized");
    }
    me().header("authorization", "Basic YTpi").send().await.refused(401, "unauthorized");
    me().header("authorization", "Bearer ").send().await.refused(401, "unauthorized");
    me().bearer("axk_0_0").send().await.refused(403, "forbidden");
    me().by(&ada).send().await.expect(200);
}

#[tokio::test]
async fn an_old_token_is_told_apart_from_a_wrong_one() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    let long_ago = world.state.switchboard.clock().now() - std::time::Duration::from_secs(3_600);
    let old = world.tokens.issue(ada.id, 0, long_ago).token.into_exposed();
    world.get("/api/users/me").bearer(&old).send().await.refused(401, "token_expired");
    let now = world.state.switchboard.clock().now();
    let revoked = world.tokens.issue(ada.id, 1, now).token.into_exposed();
    world.get("/api/users/me").bearer(&revoked).send().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn an_unknown_call_a_foreign_one_and_no_uuid_are_the_same_404() {
    let world = World::new().await;
    let (ada, bob, eve) =
        (world.person("Ada").await, world.person("Bob").await, world.person("Eve").await);
    let conversation = world.conversation(&[&ada, &bob]).await;
    let foreign = world.initiate(&ada, conversation).await;
    for call in [foreign.as_str(), "01941f29-7c00-7aaa-8bbb-0000000000ca", "nonsense", "%ff"] {
        for (method, action) in [("GET", ""), ("POST", "/answer"), ("POST", "/end")] {
            let path = format!("/api/calls/{call}{action}");
            let problem = world.ask(method, &path).by(&eve).send().await;
            assert_eq!(problem.status, 404, "{method} {path} {}", problem.body);
            problem.refused(404, "call_not_found");
        }
    }
    let body = json!({"conversationId": conversation.to_string()});
    let ask = world.post("/api/calls/initiate").by(&eve).json(&body);
    ask.send().await.refused(404, "conversation_not_found");
}

#[tokio::test]
async fn unknown_routes_and_wrong_methods_are_problems_too() {
    let world = World::new().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/calls/x/y/z", "/nothing"] {
        world.get(path).send().await.refused(404, "not_found");
    }
    let reply = world.ask("DELETE", "/api/calls/initiate").send().await;
    assert_eq!(reply.header("allow"), "POST");
    reply.refused(405, "method_not_allowed");
    let reply = world.ask("PUT", "/api/calls/turn-credentials").send().await;
    assert_eq!(reply.header("allow"), "GET,HEAD");
    reply.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_body_must_be_json_of_a_bearable_size_and_depth() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    let ask = || world.post("/api/calls/initiate").by(&ada);
    ask().raw("{}").send().await.refused(415, "unsupported_media_type");
    let form = ask().header("content-type", "application/x-www-form-urlencoded").raw("a=b");
    form.send().await.refused(415, "unsupported_media_type");
    let json = || ask().header("content-type", "application/json; charset=utf-8");
    json().raw("{\"a\":").send().await.refused(400, "bad_request");
    json().raw("").send().await.refused(400, "bad_request");
    json().raw(vec![0xff, 0xfe]).send().await.refused(400, "bad_request");
    json().raw("[".repeat(17)).send().await.refused(400, "bad_request");
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(64 * 1024));
    json().raw(large).send().await.refused(413, "payload_too_large");
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    let conversation = "01941f29-7c00-7aaa-8bbb-00000000000c";
    for (body, field) in [
        (json!({}), ""),
        (json!({"conversationId": 7}), "conversationId"),
        (json!({"conversationId": "x"}), "conversationId"),
        (json!({"conversationId": conversation, "type": "smell"}), "type"),
        (json!({"conversationId": conversation, "participantIds": ["x"]}), "participantIds[0]"),
        (json!({"conversationId": conversation, "metadata": "x".repeat(5_000)}), "metadata"),
        (json!([]), ""),
    ] {
        let reply = world.post("/api/calls/initiate").by(&ada).json(&body).send().await;
        let problem = reply.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{body} {problem}");
    }
}

#[tokio::test]
async fn wrong_queries_and_headers_are_named() {
    let world = World::new().await;
    let ada = world.person("Ada").await;
    for (path, field) in [
        ("/api/calls?limit=0", "limit"),
        ("/api/calls?limit=101", "limit"),
        ("/api/calls?limit=x", "limit"),
        ("/api/calls?type=smell", "type"),
        ("/api/calls/turn-credentials?callId=x", "callId"),
        ("/api/users?cursor=x", "cursor"),
    ] {
        let problem = world.get(path).by(&ada).send().await.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{path} {problem}");
    }
    let me = || world.get("/api/users/me").by(&ada);
    let problem = me().header("x-device-id", "a b").send().await.refused(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "X-Device-Id");
    me().header("x-device-id", "socket:abc").send().await.refused(422, "invalid");
    let body = json!({"conversationId": "01941f29-7c00-7aaa-8bbb-00000000000c"});
    let long = "k".repeat(256);
    let ask = world.post("/api/calls/initiate").by(&ada).header("idempotency-key", &long);
    let problem = ask.json(&body).send().await.refused(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
}

#[tokio::test]
async fn bodies_that_may_be_missing_may_also_be_empty_with_or_without_a_type() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let conversation = world.conversation(&[&ada, &bob]).await;
    let call = world.initiate(&ada, conversation).await;
    let answer = || {
        let ask = world.post(format!("/api/calls/{call}/answer")).by(&bob);
        ask.header("x-device-id", "first")
    };
    answer().send().await.expect(200);
    answer().header("content-type", "application/json").send().await.expect(200);
    answer().header("content-type", "text/plain").raw("  ").send().await.expect(200);
    answer().json(&json!({})).send().await.expect(200);
    answer().json(&json!(null)).send().await.expect(200);
    answer().raw("{}").send().await.refused(415, "unsupported_media_type");
    answer().json(&json!({"deviceId": 7})).send().await.refused(422, "invalid");
}

#[tokio::test]
async fn an_answer_after_the_end_is_refused_with_the_true_state() {
    let world = World::new().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let conversation = world.conversation(&[&ada, &bob]).await;
    let call = world.initiate(&ada, conversation).await;
    world.post(format!("/api/calls/{call}/end")).by(&ada).send().await.expect(200);
    let late = world.post(format!("/api/calls/{call}/answer")).by(&bob).send().await;
    let problem = late.refused(409, "call_ended");
    assert_eq!(problem["call"]["status"], "missed");
}

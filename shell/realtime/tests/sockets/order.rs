//! Events of one connection are carried out in the order they were sent.

use serde_json::{Value, json};

use crate::harness::Server;

fn candidate(call: &str, target: &str, number: usize) -> Value {
    let text = format!("candidate:{number} 1 udp 2122260223 192.0.2.1 50000 typ host");
    json!({
        "callId": call, "targetUserId": target,
        "candidate": {"candidate": text, "sdpMid": "0", "sdpMLineIndex": 0},
    })
}

#[tokio::test]
async fn slow_commands_do_not_let_candidates_overtake() {
    let server = Server::start().await;
    let (mut one, mut other, users, call) = server.active_call().await;
    let target = users[1].to_string();
    for number in 0..60 {
        if number % 20 == 0 {
            one.begin("call:media", &json!({"callId": call, "audioEnabled": number == 20})).await;
        }
        one.begin("call:ice-candidate", &candidate(&call, &target, number)).await;
    }
    let last = one.begin("call:end", &json!({"callId": call})).await;
    assert_eq!(one.answer(last).await["ok"], true);
    let order: Vec<u64> = one.answers.iter().map(|(number, _)| *number).collect();
    assert!(order.is_sorted(), "{order:?}");
    for number in 0..60 {
        let heard = other.event("call:ice-candidate").await;
        let text = heard["candidate"]["candidate"].as_str().unwrap();
        assert!(text.starts_with(&format!("candidate:{number} ")), "{number}: {text}");
    }
    other.event("call:ended").await;
}

#[tokio::test]
async fn what_is_sent_right_before_closing_is_carried_out() {
    let server = Server::start().await;
    let (mut one, mut other, _, call) = server.active_call().await;
    one.emit("call:end", &json!({"callId": call})).await;
    drop(one);
    let ended = other.event("call:ended").await;
    assert_eq!(ended["callId"], call.as_str());
}

#[tokio::test]
async fn without_an_acknowledgement_a_refusal_is_an_event() {
    let server = Server::start().await;
    let user = server.user(1).await;
    let mut client = server.connect(user).await;
    let call = "01890000-0000-7000-8000-000000000001";
    client.emit("call:end", &json!({"callId": call})).await;
    let error = client.event("call:error").await;
    assert_eq!(error["event"], "call:end");
    assert_eq!(error["code"], "call_not_found");
    assert_eq!(error["callId"], call);
    client.emit("call:nothing", &json!({})).await;
    assert_eq!(client.event("call:error").await["code"], "unknown_event");
}

//! Hostile clients are limited or closed, and nobody else notices.

use std::time::Duration;

use auth::LimitSettings;
use realtime::SocketLimits;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Client, Server};

/// Whether a socket is served as usual.
async fn is_served(client: &mut Client) {
    let answer = client.ask("call:turn-credentials", &json!({})).await;
    assert_eq!(answer["error"]["code"], "turn_not_configured");
}

#[tokio::test]
async fn malformed_packets_close_their_socket_only() {
    let server = Server::start().await;
    let (user, other) = (server.user(1).await, server.user(2).await);
    let mut bystander = server.connect(other).await;
    let packets = [
        Message::text("9"),
        Message::text("4"),
        Message::text("49"),
        Message::text("42"),
        Message::text("42{}"),
        Message::text("42[7]"),
        Message::text("42[\"call:end\""),
        Message::text("42/é"),
        Message::text("451-[\"call:end\",{\"_placeholder\":true,\"num\":0}]"),
        Message::text("46"),
        Message::binary(vec![1, 2, 3]),
        Message::text("x".repeat(300 * 1024)),
    ];
    for packet in packets {
        let mut client = server.connect(user).await;
        let shown =
            packet.clone().into_text().map(|text| text.chars().take(20).collect::<String>());
        client.send(packet).await;
        // Either closed, or the packet was dropped and the socket goes on.
        if shown.as_ref().is_ok_and(|text| text == "42/é") {
            is_served(&mut client).await;
        } else {
            client.until_closed().await;
        }
        drop(client);
        server.until_connections(user, 0).await;
    }
    is_served(&mut bystander).await;
}

#[tokio::test]
async fn deep_oversized_and_misshapen_payloads_are_refused_and_the_socket_goes_on() {
    let server = Server::start().await;
    let user = server.user(1).await;
    let mut client = server.connect(user).await;
    let deep = format!("{{\"callId\":{}{}}}", "[".repeat(3_000), "]".repeat(3_000));
    client.send(Message::text(format!("42900[\"call:end\",{deep}]"))).await;
    assert_eq!(client.answer(900).await["error"]["code"], "bad_request");
    let long = json!({"callId": "x".repeat(9_000)});
    assert_eq!(client.ask("call:end", &long).await["error"]["code"], "payload_too_large");
    for payload in [json!(7), json!("x"), json!([]), json!({}), json!({"callId": 7}), json!(null)] {
        let answer = client.ask("call:end", &payload).await;
        assert_eq!(answer["error"]["code"], "invalid", "{payload}");
    }
    client.send(Message::text("42901[\"call:turn-credentials\"]")).await;
    assert_eq!(client.answer(901).await["error"]["code"], "turn_not_configured");
    is_served(&mut client).await;
}

#[tokio::test]
async fn a_flood_is_limited_and_then_closed_and_others_are_served() {
    let server = Server::start().await;
    let (user, other) = (server.user(1).await, server.user(2).await);
    let (mut flooder, mut bystander) = (server.connect(user).await, server.connect(other).await);
    for _ in 0..110 {
        flooder.begin("call:get", &json!({})).await;
    }
    let limited = flooder.ask("call:get", &json!({})).await;
    assert_eq!(limited["error"]["code"], "rate_limited", "{limited}");
    is_served(&mut bystander).await;
    for _ in 0..1_500 {
        let packet = Message::text("42[\"call:get\",{}]");
        if flooder.try_send(packet).await.is_err() {
            break;
        }
    }
    flooder.until_closed().await;
    server.until_connections(user, 0).await;
    is_served(&mut bystander).await;
}

#[tokio::test]
async fn a_reader_that_stops_is_cut_off_at_one_mebibyte_and_others_are_served() {
    let server = Server::with(&LimitSettings::load(), SocketLimits::default()).await;
    let (mut one, other, users, call) = server.active_call().await;
    let sdp = format!("v=0\r\n{}", format!("a={}\r\n", "x".repeat(1_000)).repeat(200));
    let answer = json!({
        "callId": call, "targetUserId": users[1].to_string(),
        "answer": {"type": "answer", "sdp": sdp},
    });
    let mut sent = 0;
    // `other` is not read: its share of the system's buffers fills up, then its queue.
    while server.board.connections(users[1]) > 0 {
        one.ask("call:answer", &answer).await;
        sent += 1;
        assert!(sent < 200, "{} MiB were queued", sent * answer.to_string().len() / 1_048_576);
    }
    let participants = one.ask("call:get", &json!({"callId": call})).await;
    assert_eq!(participants["ok"], true, "{participants}");
    drop(other);
}

#[tokio::test]
async fn closing_all_sockets_ends_them_and_leaves_their_seats_for_the_next_start() {
    let server = Server::start().await;
    let (mut one, mut other, users, _) = server.active_call().await;
    server.sockets.close().await;
    one.until_closed().await;
    other.until_closed().await;
    assert_eq!(server.sockets.count(), 0);
    // Told of a departure, the switchboard would start to count the seats' time at once.
    let told = server.until_connections(users[0], 0);
    assert!(tokio::time::timeout(Duration::from_millis(200), told).await.is_err());
}

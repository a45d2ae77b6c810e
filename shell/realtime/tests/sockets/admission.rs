//! Who is admitted, and for how long.

use std::time::Duration;

use auth::LimitSettings;
use realtime::SocketLimits;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Client, Server};

#[tokio::test]
async fn a_socket_without_a_good_token_is_unauthorized() {
    let server = Server::start().await;
    let user = server.user(1).await;
    let token = server.token(user);
    let (head, tail) = token.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", tail.chars().rev().collect::<String>());
    for auth in [
        json!({}),
        json!({"token": ""}),
        json!({"token": 7}),
        json!({"token": forged}),
        json!([token]),
        json!("x"),
    ] {
        let refused = Client::connect(server.address, &auth).await.err();
        assert_eq!(refused.as_deref(), Some("unauthorized"), "{auth}");
    }
    let device = json!({"token": token, "deviceId": "socket:x"});
    let refused = Client::connect(server.address, &device).await.err();
    assert_eq!(refused.as_deref(), Some("invalid_device"));
    assert_eq!(server.board.connections(user), 0);
}

#[tokio::test]
async fn a_revoked_token_is_unauthorized() {
    let server = Server::start().await;
    let user = server.user(1).await;
    let token = server.token(user);
    server.store.revoke_sessions(user, server.board.clock().now()).await.unwrap();
    let refused = Client::connect(server.address, &json!({"token": token})).await.err();
    assert_eq!(refused.as_deref(), Some("unauthorized"));
}

#[tokio::test]
async fn a_user_has_as_many_sockets_as_the_limit_until_one_closes() {
    let limits = SocketLimits { per_user: 2, per_address: 3 };
    let server = Server::with(&LimitSettings::default(), limits).await;
    let (user, other, third) = (server.user(1).await, server.user(2).await, server.user(3).await);
    let (first, _second) = (server.connect(user).await, server.connect(user).await);
    let again = json!({"token": server.token(user)});
    let refused = Client::connect(server.address, &again).await.err();
    assert_eq!(refused.as_deref(), Some("too_many_sockets"));
    let _other = server.connect(other).await;
    let refused = Client::connect(server.address, &json!({"token": server.token(third)})).await;
    assert_eq!(refused.err().as_deref(), Some("too_many_sockets"), "of one address");
    drop(first);
    server.until_connections(user, 1).await;
    assert_eq!(server.sockets.count(), 2);
}

#[tokio::test]
async fn a_refresh_takes_a_token_of_the_same_user_only() {
    let server = Server::start().await;
    let (user, other) = (server.user(1).await, server.user(2).await);
    let mut client = server.connect(user).await;
    let refreshed = client.ask("auth:refresh", &json!({"token": server.token(user)})).await;
    assert_eq!(refreshed["ok"], true, "{refreshed}");
    assert_eq!(refreshed["user"]["name"], "User 1");
    let foreign = client.ask("auth:refresh", &json!({"token": server.token(other)})).await;
    assert_eq!(foreign["error"]["code"], "forbidden");
    let bad = client.ask("auth:refresh", &json!({"token": "x"})).await;
    assert_eq!(bad["error"]["code"], "unauthorized");
}

#[tokio::test]
async fn a_token_that_expires_within_a_minute_is_warned_about() {
    let server = Server::start().await;
    let user = server.user(1).await;
    let token = server.token_good_for(user, Duration::from_secs(30));
    let mut client = Client::connect(server.address, &json!({"token": token})).await.unwrap();
    let expiring = client.event("auth:expiring").await;
    assert!(expiring["expiresAt"].as_str().unwrap().ends_with("Z"), "{expiring}");
}

#[tokio::test]
async fn pages_of_unknown_origins_are_refused_before_the_upgrade() {
    let server = Server::start().await;
    for (origin, status, allowed) in [
        ("https://evil.example", "403", None),
        ("null", "403", None),
        ("https://chat.example", "200", Some("https://chat.example")),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!(
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: {}\r\n\
             origin: {origin}\r\nconnection: close\r\n\r\n",
            server.address
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{origin}: {answer}");
        let header = "access-control-allow-origin: ";
        let found = answer.lines().find_map(|line| line.strip_prefix(header));
        assert_eq!(found, allowed, "{origin}");
    }
}

//! Accounts and conversations over the real API, one request per connection (HTTP/1.1).

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::Person;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// A server that limits requests is asked again so often.
const AGAIN: u32 = 20;

/// Somebody who registered.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who they are in calls.
    pub person: Person,
    /// With what they sign in.
    pub email: String,
    /// As above.
    pub password: String,
}

/// Makes an account. `name` is part of its address, `@example.com`.
///
/// # Errors
/// When the server refuses or does not answer.
pub async fn register(server: SocketAddr, name: &str) -> anyhow::Result<Account> {
    let (email, password) =
        (format!("{name}@example.com"), format!("pw-{:032x}", rand::random::<u128>()));
    let body = json!({ "email": email, "password": password, "name": name });
    let made = post(server, "/api/auth/register", None, &body).await.context("registering")?;
    let text = |value: &Value| value.as_str().map(str::to_owned).context("an account");
    let person = Person { id: text(&made["user"]["id"])?, token: text(&made["accessToken"])? };
    Ok(Account { person, email, password })
}

/// Makes a group conversation of somebody with others; its id.
///
/// # Errors
/// When the server refuses or does not answer.
pub async fn converse(
    server: SocketAddr,
    owner: &Person,
    others: &[Person],
    title: &str,
) -> anyhow::Result<String> {
    let members: Vec<_> = others.iter().map(|person| &person.id).collect();
    let body = json!({ "kind": "group", "title": title, "memberIds": members });
    let made = post(server, "/api/conversations", Some(&owner.token), &body);
    let made = made.await.context("making a conversation")?;
    made["conversation"]["id"].as_str().map(str::to_owned).context("a conversation has an id")
}

/// Sends JSON and returns the answer's, which must be a success. A server that says "too many
/// requests" is asked again when it says.
async fn post(
    server: SocketAddr,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> anyhow::Result<Value> {
    for _ in 0..AGAIN {
        let (status, answer) = timeout(PATIENCE, once(server, path, token, body)).await??;
        match status {
            200..300 => return Ok(answer),
            429 => {
                let seconds = answer["retryAfter"].as_u64().unwrap_or(1).clamp(1, 60);
                sleep(Duration::from_secs(seconds)).await;
            }
            _ => bail!("{status}: {answer}"),
        }
    }
    bail!("the server goes on limiting requests; start it with --limits load")
}

async fn once(
    server: SocketAddr,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> anyhow::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(server).await.context("the server does not accept")?;
    let body = body.to_string();
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{token}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    parsed(&answer)
}

/// Status and body of a whole answer.
fn parsed(answer: &[u8]) -> anyhow::Result<(u16, Value)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("a whole answer")?;
    let head = std::str::from_utf8(&answer[..end]).context("a head is ASCII")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("no status in {head}"))?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    ensure!(!chunked, "an answer has a length");
    let body = &answer[end + 4..];
    let value = if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? };
    Ok((status, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_body_are_read() {
        let answer = b"HTTP/1.1 201 Created\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
        let (status, body) = parsed(answer).unwrap();
        assert_eq!((status, &body["a"]), (201, &json!(1)));
        let (status, body) = parsed(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        assert_eq!((status, body), (204, Value::Null));
        assert!(parsed(b"HTTP/1.1 200 OK\r\n").is_err());
    }
}

//! Accounts and conversations over the real API, one request per connection (HTTP/1.1).

use std::fmt::Write as _;
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
    let made = asked(server, "POST", "/api/auth/register", None, Some(&body)).await;
    let made = made.context("registering")?;
    let text = |value: &Value| value.as_str().map(str::to_owned).context("an account");
    let person = Person { id: text(&made["user"]["id"])?, token: text(&made["accessToken"])? };
    Ok(Account { person, email, password })
}

/// Somebody who has an account already, by their e-mail address; their id.
///
/// # Errors
/// When nobody has that address, or the server refuses or does not answer.
pub async fn find(server: SocketAddr, asker: &Person, email: &str) -> anyhow::Result<String> {
    let path = format!("/api/users?search={}", in_query(email));
    let found = asked(server, "GET", &path, Some(&asker.token), None).await;
    let found = found.with_context(|| format!("looking for {email}"))?;
    let people = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_it = |person: &&Value| {
        person["identifier"].as_str().is_some_and(|one| one.eq_ignore_ascii_case(email))
    };
    let id = people.iter().find(is_it).and_then(|person| person["id"].as_str());
    id.map(str::to_owned).with_context(|| format!("nobody has the address {email}"))
}

/// Makes a group conversation of somebody with others, by their ids; its id.
///
/// # Errors
/// When the server refuses or does not answer.
pub async fn converse(
    server: SocketAddr,
    owner: &Person,
    others: &[&str],
    title: &str,
) -> anyhow::Result<String> {
    let body = json!({ "kind": "group", "title": title, "memberIds": others });
    let made = asked(server, "POST", "/api/conversations", Some(&owner.token), Some(&body));
    let made = made.await.context("making a conversation")?;
    made["conversation"]["id"].as_str().map(str::to_owned).context("a conversation has an id")
}

/// Returns the JSON of an answer, which must be a success. A server that says "too many requests"
/// is asked again when it says.
async fn asked(
    server: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> anyhow::Result<Value> {
    let request = request(server, method, path, token, body);
    for _ in 0..AGAIN {
        let (status, answer) = timeout(PATIENCE, once(server, &request)).await??;
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

fn request(
    server: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> String {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{token}");
    let Some(body) = body else { return format!("{head}\r\n") };
    let body = body.to_string();
    let length = body.len();
    format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// A value in a query (RFC 3986 §2.1): everything but letters and digits by its bytes.
fn in_query(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            written.push(byte.into());
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

async fn once(server: SocketAddr, request: &str) -> anyhow::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(server).await.context("the server does not accept")?;
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
    fn a_request_has_a_body_only_when_it_has_one_and_a_query_is_written_by_its_bytes() {
        let server = SocketAddr::from(([127, 0, 0, 1], 8080));
        let path = format!("/api/users?search={}", in_query("a+b@example.com"));
        let asked = request(server, "GET", &path, Some("t"), None);
        assert!(asked.starts_with("GET /api/users?search=a%2Bb%40example%2Ecom HTTP/1.1\r\n"));
        assert!(asked.ends_with("Authorization: Bearer t\r\n\r\n"), "{asked}");
        let made = request(server, "POST", "/x", None, Some(&json!({ "a": 1 })));
        assert!(made.ends_with("Content-Length: 7\r\n\r\n{\"a\":1}"), "{made}");
    }

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

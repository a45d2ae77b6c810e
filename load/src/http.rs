//! `GET` requests at a fixed rate over kept connections (HTTP/1.1).

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::Latency;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest head and body that a load run expects.
const LARGEST: usize = 64 * 1024;

/// What is asked, and how often.
#[derive(Debug, Clone)]
pub struct Requests {
    /// Whole requests as they are written; taken in turn.
    pub texts: Vec<String>,
    /// Connections that share the rate.
    pub connections: u32,
    /// Requests per second, of all connections.
    pub rate: u32,
    /// For how long.
    pub time: Duration,
}

/// What was answered. Every answer had status 200.
#[derive(Debug, Clone, Default)]
pub struct Served {
    /// Answers.
    pub count: u64,
    /// Bytes of all bodies.
    pub body_bytes: u64,
    /// From the moment a request was due, not sent: waiting behind a slow answer counts.
    pub latency: Latency,
}

impl Requests {
    /// Sends them all.
    ///
    /// # Errors
    /// When an answer is not 200, or does not come.
    pub async fn run(&self, server: SocketAddr) -> anyhow::Result<Served> {
        let mut running = JoinSet::new();
        let start = Instant::now() + Duration::from_millis(50);
        let step = Duration::from_secs(1) / self.rate;
        let due = self.time.as_nanos() / step.as_nanos();
        let due = u32::try_from(due).context("too many requests")?;
        for connection in 0..self.connections {
            let texts = self.texts.clone();
            let connections = self.connections;
            running.spawn(async move {
                let mut one = Connection::open(server).await?;
                let mut served = Served::default();
                for index in (connection..due).step_by(connections as usize) {
                    let at = start + step * index;
                    sleep_until(at).await;
                    let body = one.get(&texts[index as usize % texts.len()]).await?;
                    served.latency.record(at.elapsed());
                    served.count += 1;
                    served.body_bytes += body.len() as u64;
                }
                anyhow::Ok(served)
            });
        }
        let mut all = Served::default();
        while let Some(served) = running.join_next().await {
            let served = served.context("a connection's task")??;
            all.count += served.count;
            all.body_bytes += served.body_bytes;
            all.latency.add(&served.latency);
        }
        Ok(all)
    }
}

/// One request's text.
pub(crate) fn get_request(server: SocketAddr, path: &str, token: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {token}\r\n\
         Accept: application/json\r\n\r\n"
    )
}

/// A connection that stays open between requests.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(server: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server).await.context("the server does not accept")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(8 * 1024) })
    }

    /// The body of the answer, which must be 200.
    pub(crate) async fn get(&mut self, request: &str) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request.as_bytes()).await?;
        self.received.clear();
        let (head, length) = timeout(PATIENCE, self.receive()).await.context("no answer")??;
        Ok(&self.received[head..head + length])
    }

    async fn receive(&mut self) -> anyhow::Result<(usize, usize)> {
        loop {
            if let Some((head, length)) = measured(&self.received)?
                && self.received.len() >= head + length
            {
                return Ok((head, length));
            }
            ensure!(self.received.len() < LARGEST, "an answer is too large");
            let read = self.stream.read_buf(&mut self.received).await?;
            ensure!(read > 0, "the server closed the connection");
        }
    }
}

/// Lengths of head and body, once the head is complete.
fn measured(received: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&received[..end]).context("a head is ASCII")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    if !status.starts_with("HTTP/1.1 200") {
        bail!("{status}: {}", String::from_utf8_lossy(&received[end + 4..]));
    }
    let length = lines.filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok(Some((end + 4, length.context("an answer has a length")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_measured_once_its_head_is_complete() {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: x\r\nContent-Length: 5\r\n\r\n";
        assert_eq!(measured(b"HTTP/1.1 200 OK\r\nconte").unwrap(), None);
        assert_eq!(measured(head.as_bytes()).unwrap(), Some((head.len(), 5)));
    }

    #[test]
    fn another_status_is_an_error() {
        let refused = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno";
        assert!(measured(refused).unwrap_err().to_string().contains("401"));
    }
}

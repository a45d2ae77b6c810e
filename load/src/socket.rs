//! A small Engine.IO (protocol 4) and Socket.IO (protocol 5) client over WebSocket.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long the server may take to answer a single command.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes; thousands of sockets of one process have one each.
const READ_BUFFER: usize = 4 * 1024;

/// Something the server sent, beside pings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// An event: `["name",{…}]`.
    Event(Utf8Bytes),
    /// The acknowledgement of the event with this number: `43` and the number and `[{…}]`.
    Ack(u64, Utf8Bytes),
}

/// A connected and authenticated socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    sent: u64,
}

impl Socket {
    /// Connects from a loopback address and waits until the server has accepted the token.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn connect(
        server: SocketAddr,
        from: IpAddr,
        token: &str,
        device: &str,
    ) -> anyhow::Result<Self> {
        let connecting = async {
            let tcp = TcpSocket::new_v4()?;
            tcp.bind(SocketAddr::new(from, 0)).context("the address to connect from")?;
            let tcp = tcp.connect(server).await.context("the server does not accept")?;
            tcp.set_nodelay(true)?;
            let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket");
            let sizes = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
            let (stream, _) =
                client_async_with_config(url, tcp, Some(sizes)).await.context("the upgrade")?;
            let mut socket = Self { stream, sent: 0 };
            let open = socket.text().await?;
            ensure!(open.starts_with('0'), "no opening packet but {open}");
            let auth = json!({ "token": token, "deviceId": device });
            socket.write(format!("40{auth}")).await?;
            let accepted = socket.text().await?;
            ensure!(accepted.starts_with("40"), "the server refused: {accepted}");
            Ok(socket)
        };
        timeout(PATIENCE, connecting).await.context("connecting took too long")?
    }

    /// Sends an event that is acknowledged; its number. `payload` is JSON.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn emit(&mut self, name: &str, payload: &str) -> anyhow::Result<u64> {
        let number = self.sent;
        self.sent += 1;
        self.write(format!("42{number}[\"{name}\",{payload}]")).await?;
        Ok(number)
    }

    /// The next packet. Pings are answered on the way. Safe to drop while it waits.
    ///
    /// # Errors
    /// When the server closed the connection or sent what is no packet.
    pub async fn next(&mut self) -> anyhow::Result<Packet> {
        loop {
            let text = self.text().await?;
            if let Some(packet) = packet(&text)? {
                return Ok(packet);
            }
        }
    }

    /// Sends an event and returns the answer without `ok`-ness: it must be `ok`. Events that
    /// arrive meanwhile are dropped.
    ///
    /// # Errors
    /// When the answer is a refusal or does not come.
    pub async fn ask(&mut self, name: &str, payload: &Value) -> anyhow::Result<Value> {
        let number = self.emit(name, &payload.to_string()).await?;
        let asking = async {
            loop {
                if let Packet::Ack(of, body) = self.next().await?
                    && of == number
                {
                    return answer(&body).with_context(|| format!("{name} was refused"));
                }
            }
        };
        timeout(PATIENCE, asking).await.with_context(|| format!("{name} got no answer"))?
    }

    /// Waits for an event; others are dropped.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn expect(&mut self, name: &str) -> anyhow::Result<Value> {
        let waiting = async {
            loop {
                if let Packet::Event(body) = self.next().await?
                    && event_name(&body) == name
                {
                    return payload(&body);
                }
            }
        };
        timeout(PATIENCE, waiting).await.with_context(|| format!("no {name} came"))?
    }

    /// Keeps the socket open, answering pings, until it is closed.
    pub async fn idle(mut self) {
        while self.next().await.is_ok() {}
    }

    async fn write(&mut self, text: String) -> anyhow::Result<()> {
        self.stream.send(Message::text(text)).await.context("the server closed the connection")
    }

    /// The next text message that is no ping.
    async fn text(&mut self) -> anyhow::Result<Utf8Bytes> {
        loop {
            let message =
                self.stream.next().await.context("the server closed the connection")??;
            match message {
                Message::Text(text) if text.as_str() == "2" => self.write("3".to_owned()).await?,
                Message::Text(text) => return Ok(text),
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(_) => bail!("the server closed the connection"),
                Message::Binary(_) | Message::Frame(_) => bail!("a binary message"),
            }
        }
    }
}

/// `None` for packets that say nothing to a load run.
fn packet(text: &Utf8Bytes) -> anyhow::Result<Option<Packet>> {
    let bytes = text.as_str();
    if bytes.starts_with("42[") {
        return Ok(Some(Packet::Event(text.clone())));
    }
    if let Some(rest) = bytes.strip_prefix("43") {
        let digits = rest.find('[').context("an acknowledgement has a body")?;
        let number = rest[..digits].parse().context("an acknowledgement has a number")?;
        return Ok(Some(Packet::Ack(number, text.clone())));
    }
    ensure!(!bytes.starts_with("41"), "the server closed the socket");
    ensure!(!bytes.starts_with("44"), "the server refused the socket: {bytes}");
    Ok(None)
}

/// The name of an event packet; empty when it has none.
pub(crate) fn event_name(packet: &str) -> &str {
    packet.split('"').nth(1).unwrap_or_default()
}

/// The payload of an event packet.
pub(crate) fn payload(packet: &str) -> anyhow::Result<Value> {
    let mut list = list(packet)?;
    ensure!(list.len() == 2, "an event has one payload");
    list.pop().context("an event has one payload")
}

/// The answer in an acknowledgement, when it is `ok`.
pub(crate) fn answer(packet: &str) -> anyhow::Result<Value> {
    let answer = list(packet)?.pop().context("an acknowledgement has an answer")?;
    ensure!(answer["ok"] == true, "{answer}");
    Ok(answer)
}

fn list(packet: &str) -> anyhow::Result<Vec<Value>> {
    let start = packet.find('[').context("a packet has a list")?;
    serde_json::from_str(&packet[start..]).context("a packet is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Option<Packet>> {
        packet(&Utf8Bytes::from(text))
    }

    #[test]
    fn events_and_acknowledgements_are_told_apart() {
        assert!(matches!(read(r#"42["a",{}]"#), Ok(Some(Packet::Event(_)))));
        assert!(matches!(read(r#"4317[{"ok":true}]"#), Ok(Some(Packet::Ack(17, _)))));
        assert!(matches!(read("6"), Ok(None)));
        assert!(read("41").is_err() && read(r#"44{"message":"unauthorized"}"#).is_err());
    }

    #[test]
    fn an_event_has_a_name_and_a_payload() {
        let text = r#"42["call:ended",{"callId":"7"}]"#;
        assert_eq!(event_name(text), "call:ended");
        assert_eq!(payload(text).unwrap()["callId"], "7");
    }

    #[test]
    fn an_answer_that_is_not_ok_is_an_error() {
        assert_eq!(answer(r#"431[{"ok":true,"callId":"7"}]"#).unwrap()["callId"], "7");
        assert!(answer(r#"431[{"ok":false,"error":{}}]"#).is_err());
    }
}

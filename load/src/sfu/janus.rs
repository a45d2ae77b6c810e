//! Janus as the reference: its video room over its WebSocket API, with our clients and media.
//!
//! What is used of it: `create`, `attach`, `keepalive`-free sessions, and of the video room
//! `create`, `join` as publisher and subscriber, `publish`, `start`.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::crowd::{Crowd, PeerId};
use super::publisher::Plan;
use super::sink::PATIENCE;

/// The one room.
const ROOM: u32 = 1_234;
/// Bits a second of one publisher, so that Janus limits nobody (it asks senders by REMB).
const BITRATE: u32 = 100_000_000;
/// Between two tries.
const BREATH: Duration = Duration::from_millis(50);

type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<Value>>>>;

/// A call in a Janus video room.
#[derive(Debug)]
pub struct JanusRoom {
    api: Api,
    /// Feeds of the publishers.
    feeds: Vec<u64>,
    /// Subscribers of the crowd.
    pub subscribers: Vec<PeerId>,
    crowd: Crowd,
}

/// A session over one WebSocket.
#[derive(Debug)]
struct Api {
    sink: SplitSink<WebSocketStream<TcpStream>, Message>,
    waiting: Waiting,
    session: u64,
    sent: u64,
}

impl JanusRoom {
    /// Opens the room.
    ///
    /// # Errors
    /// When Janus refuses.
    pub async fn open(server: SocketAddr, crowd: &Crowd) -> anyhow::Result<Self> {
        let mut api = Api::connect(server).await?;
        let handle = api.attach().await?;
        let create = json!({
            "request": "create", "room": ROOM, "publishers": 1_000, "bitrate": BITRATE,
            "audiocodec": "opus", "videocodec": "vp8", "fir_freq": 0, "notify_joining": false,
            "audiolevel_ext": true, "transport_wide_cc_ext": true,
        });
        let created = api.message(handle, &create, None, false).await.context("creating a room")?;
        ensure!(created["plugindata"]["data"]["videoroom"] == "created", "no room: {created}");
        Ok(Self { api, feeds: Vec::new(), subscribers: Vec::new(), crowd: crowd.clone() })
    }

    /// Adds somebody who publishes.
    ///
    /// # Errors
    /// When Janus refuses, or media does not come up.
    pub async fn publisher(&mut self, plan: Plan) -> anyhow::Result<()> {
        let handle = self.api.attach().await?;
        let join = json!({ "request": "join", "room": ROOM, "ptype": "publisher" });
        let joined = self.api.message(handle, &join, None, true).await.context("joining")?;
        let feed = joined["plugindata"]["data"]["id"].as_u64();
        self.feeds.push(feed.with_context(|| format!("a publisher has an id: {joined}"))?);
        let (peer, offer) = self.crowd.publisher(plan).await?;
        let jsep = json!({ "type": "offer", "sdp": offer, "trickle": false });
        let publish = json!({ "request": "publish" });
        let answer = self.api.message(handle, &publish, Some(jsep), true).await?;
        let answer =
            answer["jsep"]["sdp"].as_str().with_context(|| format!("no answer: {answer}"))?;
        self.crowd.answered(peer, answer.to_owned()).await.context("the answer of Janus")?;
        self.crowd.connected(peer).await?;
        Ok(())
    }

    /// Adds somebody who listens to every publisher so far. A `light` one decrypts nothing.
    ///
    /// # Errors
    /// When Janus refuses, or media does not come up.
    pub async fn subscriber(&mut self, light: bool) -> anyhow::Result<()> {
        let handle = self.api.attach().await?;
        let streams: Vec<_> = self.feeds.iter().map(|feed| json!({ "feed": feed })).collect();
        let join = json!({
            "request": "join", "room": ROOM, "ptype": "subscriber", "streams": streams,
        });
        let deadline = Instant::now() + PATIENCE;
        let offered = loop {
            // Whose media came up only now is known to the room a moment later.
            match self.api.message(handle, &join, None, true).await {
                Err(early) if early.to_string().contains("No such feed") => {
                    ensure!(Instant::now() < deadline, "subscribing: {early}");
                    tokio::time::sleep(BREATH).await;
                }
                answered => break answered.context("subscribing")?,
            }
        };
        let offer =
            offered["jsep"]["sdp"].as_str().with_context(|| format!("no offer: {offered}"))?;
        let (peer, answer) = self.crowd.subscriber(offer.to_owned(), light).await?;
        let jsep = json!({ "type": "answer", "sdp": answer, "trickle": false });
        let start = json!({ "request": "start", "room": ROOM });
        self.api.message(handle, &start, Some(jsep), true).await.context("starting")?;
        self.crowd.connected(peer).await?;
        self.subscribers.push(peer);
        Ok(())
    }
}

impl Api {
    async fn connect(server: SocketAddr) -> anyhow::Result<Self> {
        let tcp = TcpStream::connect(server).await.context("Janus does not accept")?;
        tcp.set_nodelay(true)?;
        let mut request = format!("ws://{server}/").into_client_request()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", "janus-protocol".parse()?);
        let (stream, _) = client_async(request, tcp).await.context("the upgrade")?;
        let (sink, stream) = stream.split();
        let waiting = Waiting::default();
        tokio::spawn(read(stream, Arc::clone(&waiting)));
        let mut api = Self { sink, waiting, session: 0, sent: 0 };
        let created = api.ask(json!({ "janus": "create" }), false).await?;
        api.session = created["data"]["id"].as_u64().context("a session has an id")?;
        Ok(api)
    }

    async fn attach(&mut self) -> anyhow::Result<u64> {
        let attach = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" });
        let attached = self.ask(attach, false).await?;
        attached["data"]["id"].as_u64().context("a handle has an id")
    }

    /// Sends the plugin something; with `event`, the answer is what comes after the
    /// acknowledgement.
    async fn message(
        &mut self,
        handle: u64,
        body: &Value,
        jsep: Option<Value>,
        event: bool,
    ) -> anyhow::Result<Value> {
        let mut message = json!({ "janus": "message", "handle_id": handle, "body": body });
        if let Some(jsep) = jsep {
            message["jsep"] = jsep;
        }
        let answer = self.ask(message, event).await?;
        let data = &answer["plugindata"]["data"];
        ensure!(data["error"].is_null(), "{body} was refused: {}", data["error"]);
        Ok(answer)
    }

    async fn ask(&mut self, mut request: Value, event: bool) -> anyhow::Result<Value> {
        self.sent += 1;
        let transaction = format!("{}{}", if event { "e" } else { "a" }, self.sent);
        request["transaction"] = json!(transaction);
        if self.session != 0 {
            request["session_id"] = json!(self.session);
        }
        let (reply, answer) = oneshot::channel();
        self.waiting.lock().await.insert(transaction, reply);
        self.sink.send(Message::text(request.to_string())).await?;
        let answer = timeout(PATIENCE, answer).await.context("Janus does not answer")?;
        let answer = answer.context("Janus closed the connection")?;
        if answer["janus"] == "error" {
            bail!("Janus refused: {}", answer["error"]);
        }
        Ok(answer)
    }
}

/// Hands answers to those who wait for them. An acknowledgement is no answer to an `e`.
async fn read(mut stream: SplitStream<WebSocketStream<TcpStream>>, waiting: Waiting) {
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        let Ok(answer) = serde_json::from_str::<Value>(&text) else { continue };
        let Some(transaction) = answer["transaction"].as_str() else { continue };
        if answer["janus"] == "ack" && transaction.starts_with('e') {
            continue;
        }
        if let Some(reply) = waiting.lock().await.remove(transaction) {
            let _ = reply.send(answer);
        }
    }
}

/// The settings of a Janus that serves video rooms over a WebSocket and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct JanusSettings<'a> {
    /// The WebSocket.
    pub websocket: SocketAddr,
    /// Where the settings and the log are.
    pub folder: &'a std::path::Path,
    /// Where its media is; it does not take loopback addresses.
    pub media: IpAddr,
    /// Threads that share all connections; 0 for one thread each, as by default.
    pub event_loops: u32,
}

/// Plugins and transports that are not wanted.
const UNUSED: (&str, &str) = (
    "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,\
     libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,\
     libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so",
    "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so",
);

impl JanusSettings<'_> {
    /// Writes the files.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self) -> anyhow::Result<()> {
        let Self { websocket, folder, media, event_loops } = *self;
        let (plugins, transports) = UNUSED;
        let (ip, port) = (websocket.ip(), websocket.port());
        let loops =
            if event_loops == 0 { String::new() } else { format!("event_loops = {event_loops}\n") };
        let main = format!(
            "general: {{\nconfigs_folder = \"{folder}\"\nlog_to_stdout = true\ndebug_level = 3\n\
             {loops}session_timeout = 0\n}}\n\
             nat: {{\nice_lite = false\nice_tcp = false\nfull_trickle = false\n\
             ice_enforce_list = \"{media}\"\n}}\n\
             media: {{\nipv6 = false\nno_media_timer = 60\n}}\n\
             plugins: {{\ndisable = \"{plugins}\"\n}}\n\
             transports: {{\ndisable = \"{transports}\"\n}}\n\
             events: {{\nbroadcast = false\n}}\n",
            folder = folder.display(),
        );
        std::fs::write(folder.join("janus.jcfg"), main)?;
        let websockets = format!(
            "general: {{\njson = \"plain\"\nws = true\nws_ip = \"{ip}\"\nws_port = {port}\n\
             wss = false\n}}\nadmin: {{\nadmin_ws = false\nadmin_wss = false\n}}\n"
        );
        std::fs::write(folder.join("janus.transport.websockets.jcfg"), websockets)?;
        std::fs::write(folder.join("janus.plugin.videoroom.jcfg"), "general: {\n}\n")?;
        Ok(())
    }
}

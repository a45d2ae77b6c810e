//! A server on a temporary database, and a client that speaks the bare protocol.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use auth::{
    AccessTokenSettings, AccessTokens, LimitClock, LimitSettings, Limits, Secret, Verifier,
};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use realtime::{Direction, Pipe, Realtime, SocketLimits, Sockets};
use serde_json::{Value, json};
use sessions::Sessions;
use store::{ConversationKind, MemberRole, NewConversation, NewUser, Store};
use switchboard::{Clock, ResumeSecret, Settings, Switchboard};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tower::Service as _;
use vocab::{ConversationId, UserId, Uuid};
use wire::Wire;
use wire::body::{
    ConfigResponse, FeaturesBody, IceBody, IceTransport, IdentityMode, LimitsBody, Registration,
    TimesBody,
};

/// Nothing that is waited for takes this long.
const LONG: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) board: Switchboard,
    pub(crate) store: Store,
    pub(crate) sockets: Sockets,
    tokens: Arc<AccessTokens>,
    _folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(&LimitSettings::default(), SocketLimits::default()).await
    }

    pub(crate) async fn with(limits: &LimitSettings, socket_limits: SocketLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("calls.db").display());
        let store = Store::open(&store::Settings::new(url.parse().unwrap())).await.unwrap();
        store.migrate().await.unwrap();
        let limits = Arc::new(Limits::new(limits, LimitClock::monotonic()));
        let settings = Settings {
            policy: call::Policy::default(),
            named_at_most: 20,
            rings_per_callee: 3,
            relay: None,
            access: None,
            media: None,
            resume_secret: ResumeSecret::new(vec![7; 32]),
        };
        let clock = Clock::start(None);
        let board = Switchboard::new(store.clone(), Arc::clone(&limits), clock, settings);
        let secret = Secret::generate();
        let tokens = Arc::new(AccessTokens::new(&secret, None, AccessTokenSettings::default()));
        let (layer, sockets) = realtime::layer(Realtime {
            switchboard: board.clone(),
            sessions: Arc::new(Sessions::new(store.clone())),
            verifier: Arc::new(Verifier::embedded(Arc::clone(&tokens))),
            limits,
            config: config(&board),
            socket_limits,
            allowed_origins: vec!["https://chat.example".to_owned()],
            client_address: realtime::ClientAddress::default(),
        });
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        tokio::spawn(accept(tcp, Router::new().layer(layer)));
        Self { address, board, store, sockets, tokens, _folder: folder }
    }

    pub(crate) async fn user(&self, number: u128) -> UserId {
        let id = UserId::from_uuid(Uuid::from_u128(number));
        let new = NewUser {
            id,
            identifier: format!("u{number}@example.org"),
            name: format!("User {number}"),
            password_hash: None,
            invite: None,
        };
        self.store.create_user(new, self.board.clock().now()).await.unwrap();
        id
    }

    pub(crate) async fn conversation(&self, users: &[UserId]) -> String {
        let id = ConversationId::from_uuid(Uuid::from_u128(900));
        let new = NewConversation {
            id,
            kind: ConversationKind::Group,
            title: None,
            created_by: Some(users[0]),
            members: users.iter().map(|user| (*user, MemberRole::Member)).collect(),
        };
        self.store.create_conversation(&new, self.board.clock().now()).await.unwrap();
        id.to_string()
    }

    pub(crate) fn token(&self, user: UserId) -> String {
        self.token_good_for(user, self.tokens.lifetime())
    }

    pub(crate) fn token_good_for(&self, user: UserId, time: Duration) -> String {
        let issued = self.board.clock().now() - self.tokens.lifetime() + time;
        self.tokens.issue(user, 0, issued).token.expose().clone()
    }

    pub(crate) async fn connect(&self, user: UserId) -> Client {
        Client::connect(self.address, &json!({"token": self.token(user)})).await.unwrap()
    }

    /// Waits until a user has so many sockets.
    pub(crate) async fn until_connections(&self, user: UserId, count: usize) {
        let mut look = tokio::time::interval(Duration::from_millis(10));
        let wait = async {
            while self.board.connections(user) != count {
                look.tick().await;
            }
        };
        tokio::time::timeout(LONG, wait).await.expect("the number of sockets was reached");
    }

    /// A call of two who are both in it; the second began by polling.
    pub(crate) async fn active_call(&self) -> (Client, Client, [UserId; 2], String) {
        let users = [self.user(1).await, self.user(2).await];
        let conversation = self.conversation(&users).await;
        let auth = json!({"token": self.token(users[1])});
        let mut other = Client::upgrade(self.address, &auth).await.unwrap();
        let mut one = self.connect(users[0]).await;
        let initiate = json!({"conversationId": conversation, "type": "video"});
        let call = one.ask("call:initiate", &initiate).await["callId"].as_str().unwrap().to_owned();
        other.event("call:incoming").await;
        let accepted = other.ask("call:accept", &json!({"callId": call})).await;
        assert_eq!(accepted["ok"], true, "{accepted}");
        (one, other, users, call)
    }
}

/// What this server tells its sockets.
fn config(board: &Switchboard) -> ConfigResponse {
    let policy = board.policy();
    ConfigResponse {
        protocol: 1,
        server_time: Wire(board.clock().now()),
        identity: IdentityMode::Embedded,
        registration: Registration::Closed,
        features: FeaturesBody { turn: false, sfu: false, recording: false, call_waiting: true },
        limits: LimitsBody::from(policy),
        times: TimesBody::from(policy),
        ice: IceBody { transport_policy: IceTransport::All, stun_urls: Vec::new() },
    }
}

async fn accept(tcp: TcpListener, router: Router) {
    loop {
        let (stream, peer) = tcp.accept().await.unwrap();
        let (router, pipe) = (router.clone(), Pipe::default());
        let stream = Piped { stream, pipe: pipe.clone() };
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(pipe.clone());
            router.clone().call(request)
        });
        let serving = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::spawn(serving);
    }
}

/// What the accepting side of the server does with a pipe.
struct Piped {
    stream: TcpStream,
    pipe: Pipe,
}

impl AsyncRead for Piped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pipe.poll_cut(Direction::Read, cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Piped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.pipe.poll_cut(Direction::Write, cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(written)) = &outcome {
            self.pipe.add_written(*written as u64);
        }
        outcome
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A client over a WebSocket. It reads only while something is waited for.
pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    asked: u64,
    events: VecDeque<(String, Value)>,
    /// Acknowledgements in the order they came.
    pub(crate) answers: Vec<(u64, Value)>,
}

impl Client {
    /// Connects; the message of the `connect_error` otherwise.
    pub(crate) async fn connect(address: SocketAddr, auth: &Value) -> Result<Self, String> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let stream = TcpStream::connect(address).await.unwrap();
        let request = url.into_client_request().unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let open = socket.next().await.unwrap().unwrap();
        assert!(open.to_text().unwrap().starts_with('0'), "{open}");
        Self::hello(socket, auth).await
    }

    /// Connects by polling, and moves to a WebSocket before it says who it is.
    pub(crate) async fn upgrade(address: SocketAddr, auth: &Value) -> Result<Self, String> {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: {address}\r\n\
             connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut open = String::new();
        stream.read_to_string(&mut open).await.unwrap();
        let (_, session) = open.split_once(r#""sid":""#).unwrap();
        let (session, _) = session.split_once('"').unwrap();
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket&sid={session}");
        let stream = TcpStream::connect(address).await.unwrap();
        let request = url.into_client_request().unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        socket.send(Message::text("2probe")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("3probe"));
        socket.send(Message::text("5")).await.unwrap();
        Self::hello(socket, auth).await
    }

    async fn hello(mut socket: WebSocketStream<TcpStream>, auth: &Value) -> Result<Self, String> {
        socket.send(Message::text(format!("40{auth}"))).await.unwrap();
        let mut answer = socket.next().await.unwrap().unwrap().into_text().unwrap();
        while !answer.starts_with('4') {
            if answer == "2" {
                socket.send(Message::text("3")).await.unwrap();
            }
            answer = socket.next().await.unwrap().unwrap().into_text().unwrap();
        }
        let (kind, body) = answer.split_at(2);
        let body: Value = serde_json::from_str(body).unwrap();
        match kind {
            "40" => Ok(Self { socket, asked: 0, events: VecDeque::new(), answers: Vec::new() }),
            "44" => Err(body["message"].as_str().unwrap().to_owned()),
            _ => panic!("{answer}"),
        }
    }

    pub(crate) async fn send(&mut self, packet: impl Into<Message>) {
        self.socket.feed(packet.into()).await.unwrap();
        self.socket.flush().await.unwrap();
    }

    /// Sends unless the server has closed.
    pub(crate) async fn try_send(&mut self, packet: Message) -> Result<(), ()> {
        self.socket.send(packet).await.map_err(drop)
    }

    /// Sends an event that asks for no acknowledgement.
    pub(crate) async fn emit(&mut self, event: &str, payload: &Value) {
        self.send(Message::text(format!("42{}", json!([event, payload])))).await;
    }

    /// Sends an event, and does not wait for its acknowledgement.
    pub(crate) async fn begin(&mut self, event: &str, payload: &Value) -> u64 {
        self.asked += 1;
        let packet = format!("42{}{}", self.asked, json!([event, payload]));
        self.send(Message::text(packet)).await;
        self.asked
    }

    pub(crate) async fn ask(&mut self, event: &str, payload: &Value) -> Value {
        let number = self.begin(event, payload).await;
        self.answer(number).await
    }

    pub(crate) async fn answer(&mut self, number: u64) -> Value {
        loop {
            if let Some((_, answer)) = self.answers.iter().find(|(asked, _)| *asked == number) {
                return answer.clone();
            }
            assert!(self.read().await, "closed before answer {number}");
        }
    }

    /// The next event of this name; others before it are dropped.
    pub(crate) async fn event(&mut self, wanted: &str) -> Value {
        loop {
            while let Some((name, payload)) = self.events.pop_front() {
                if name == wanted {
                    return payload;
                }
            }
            assert!(self.read().await, "closed before {wanted}");
        }
    }

    /// Reads until the server has closed or dismissed the socket.
    pub(crate) async fn until_closed(&mut self) {
        while self.read().await {}
    }

    /// Takes in one packet; false when there are no more.
    async fn read(&mut self) -> bool {
        let message = tokio::time::timeout(LONG, self.socket.next()).await;
        let message = message.expect("something comes");
        let Some(Ok(Message::Text(text))) = message else { return false };
        let text = text.as_str();
        if text == "2" {
            // The pong of a socket that is closing goes nowhere.
            let _ = self.socket.send(Message::text("3")).await;
        } else if text == "41" || text == "1" {
            return false;
        } else if let Some(event) = text.strip_prefix("42") {
            let mut parts: Vec<Value> = serde_json::from_str(event).unwrap();
            let payload = parts.pop().unwrap();
            self.events.push_back((parts[0].as_str().unwrap().to_owned(), payload));
        } else if let Some(answer) = text.strip_prefix("43") {
            let (number, body) = answer.split_at(answer.find('[').unwrap());
            let mut body: Vec<Value> = serde_json::from_str(body).unwrap();
            self.answers.push((number.parse().unwrap(), body.pop().unwrap()));
        }
        true
    }
}

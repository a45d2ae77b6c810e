//! The HTTP layer that serves `/socket.io`, and the handle to all sockets.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use auth::{Limits, Verifier};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, MatchedPath, OriginalUri};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use sessions::Sessions;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::ConnectHandler as _;
use socketioxide::layer::SocketIoLayer;
use socketioxide::service::SocketIoService;
use socketioxide::{ParserConfig, SocketIo};
use switchboard::Switchboard;
use tower::{Layer, Service};
use wire::body::ConfigResponse;
use wire::{Code, Failure, Problem};

use crate::admission::{Admission, connected};
use crate::census::{Census, SocketLimits};
use crate::connection::Services;
use crate::line::{Outbox, QUEUED_EVENTS};
use crate::origin::{AllowedOrigins, From as Origin};
use crate::pipe::{Pipe, Pipes};

/// Where the layer answers.
const PATH: &str = "/socket.io";
/// The largest WebSocket message and polling payload, in bytes; a session description of
/// 256 KiB of text does not fit with its call and target, and none is that large.
const MAX_MESSAGE: usize = 256 * 1024;
/// What a WebSocket reads at once, in bytes: most messages in one go. Each socket holds one.
const READ_BUFFER: usize = 2 * 1024;
/// Ping every 10 s, pong within 8 s: a device that is silently gone is noticed within 18 s.
const PING_EVERY: Duration = Duration::from_secs(10);
const PONG_WITHIN: Duration = Duration::from_secs(8);
/// From the handshake to an admitted socket; a transport that is not admitted is closed then.
const ADMITTED_WITHIN: Duration = Duration::from_secs(10);

/// What the layer works with.
#[derive(Debug)]
pub struct Realtime {
    /// What events ask for.
    pub switchboard: Switchboard,
    /// Whether a token's user may connect, and stay.
    pub sessions: Arc<Sessions>,
    /// What tokens are checked with.
    pub verifier: Arc<Verifier>,
    /// How often events may come.
    pub limits: Arc<Limits>,
    /// What sockets are told about this server (`auth:whoami`).
    pub config: ConfigResponse,
    /// How many sockets there may be.
    pub socket_limits: SocketLimits,
    /// Pages of other sites that may connect: origins as browsers write them (lower case, no
    /// default port). The server's own origin always may.
    pub allowed_origins: Vec<String>,
    /// Whose address a request comes from.
    pub client_address: ClientAddress,
}

/// Finds the client's address, behind proxies that are trusted. By default the peer of the
/// network connection ([`ConnectInfo`]).
#[derive(Clone)]
pub struct ClientAddress(Arc<FindAddress>);

type FindAddress = dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync;

impl ClientAddress {
    /// Finds it in this way.
    pub fn new(find: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    pub(crate) fn of(&self, parts: &Parts) -> Option<IpAddr> {
        (self.0)(parts)
    }
}

impl Default for ClientAddress {
    fn default() -> Self {
        Self::new(|parts| parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip()))
    }
}

impl fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAddress")
    }
}

/// All sockets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sockets {
    io: SocketIo,
    services: Arc<Services>,
}

impl Sockets {
    /// Closes every socket for good, as a network would that goes away: clients come back by
    /// themselves, to the next start of the server. The switchboard is not told that their
    /// devices are gone, so that their seats in calls wait as after a crash. Returns when all
    /// are closed; whoever calls it sets a time limit.
    pub async fn close(&self) {
        self.services.going_away.store(true, Ordering::SeqCst);
        // The library forgets its sockets here, and would not tell them.
        let sockets = self.io.of("/").map(|namespace| namespace.sockets()).unwrap_or_default();
        for socket in sockets {
            if let Some(outbox) = socket.extensions.get::<Arc<Outbox>>() {
                outbox.close();
            }
        }
        self.io.close().await;
    }

    /// How many sockets are admitted, for a metric.
    #[must_use]
    pub fn count(&self) -> usize {
        self.io.of("/").map_or(0, |namespace| namespace.sockets().len())
    }
}

/// Builds the layer, to be put around the routes of the server, and the handle to its sockets.
#[must_use]
pub fn layer(realtime: Realtime) -> (RealtimeLayer, Sockets) {
    let Realtime { switchboard, sessions, verifier, limits, config, .. } = realtime;
    let (socket_io, io) = SocketIo::builder()
        .req_path(PATH)
        .ping_interval(PING_EVERY)
        .ping_timeout(PONG_WITHIN)
        .connect_timeout(ADMITTED_WITHIN)
        .upgrade_timeout(ADMITTED_WITHIN)
        .max_buffer_size(QUEUED_EVENTS)
        .max_payload(MAX_MESSAGE as u64)
        .ws_read_buffer_size(READ_BUFFER)
        .ws_max_message_size(MAX_MESSAGE)
        .ws_max_frame_size(MAX_MESSAGE)
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
        .build_layer();
    let going_away = AtomicBool::new(false);
    let board = switchboard;
    let services = Arc::new(Services { board, sessions, verifier, limits, config, going_away });
    let pipes = Arc::new(Pipes::default());
    let admission = Arc::new(Admission {
        services: Arc::clone(&services),
        census: Census::new(realtime.socket_limits),
        pipes: Arc::clone(&pipes),
        address: realtime.client_address,
    });
    let admit = move |socket: SocketRef, auth: TryData<serde_json::Value>| {
        Arc::clone(&admission).admit(socket, auth)
    };
    io.ns("/", connected.with(admit));
    let gate = Gate { origins: AllowedOrigins::new(realtime.allowed_origins), pipes };
    (RealtimeLayer { socket_io, gate }, Sockets { io, services })
}

#[derive(Debug, Clone)]
struct Gate {
    origins: AllowedOrigins,
    pipes: Arc<Pipes>,
}

/// Serves `/socket.io` and passes everything else on.
#[derive(Clone)]
pub struct RealtimeLayer {
    socket_io: SocketIoLayer,
    gate: Gate,
}

impl fmt::Debug for RealtimeLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealtimeLayer").field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl<S: Clone> Layer<S> for RealtimeLayer {
    type Service = RealtimeService<SocketIoService<S>>;

    fn layer(&self, inner: S) -> Self::Service {
        RealtimeService { inner: self.socket_io.layer(inner), gate: self.gate.clone() }
    }
}

/// The service of [`RealtimeLayer`].
#[derive(Debug, Clone)]
pub struct RealtimeService<S> {
    inner: S,
    gate: Gate,
}

type Answering<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S, B> Service<Request<Body>> for RealtimeService<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answering<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let origin = match self.gate.open(&request) {
            Ok(origin) => origin,
            Err(answer) => return Box::pin(std::future::ready(Ok(*answer))),
        };
        let answer = self.inner.call(compact(request));
        Box::pin(async move {
            let mut answer = answer.await?.map(Body::new);
            if let Some(origin) = origin {
                let headers = answer.headers_mut();
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                headers.append(VARY, HeaderValue::from_static("Origin"));
            }
            Ok(answer)
        })
    }
}

/// The same request in memory of its own. The library keeps a socket's first request for as
/// long as the socket lives; address and headers would pin the connection's whole read buffer
/// of 8 KiB with it.
fn compact(request: Request<Body>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    if let Ok(uri) = parts.uri.to_string().parse() {
        parts.uri = uri;
    }
    let mut headers = HeaderMap::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            headers.append(name, value);
        }
    }
    parts.headers = headers;
    parts.extensions.remove::<OriginalUri>();
    parts.extensions.remove::<MatchedPath>();
    Request::from_parts(parts, body)
}

impl Gate {
    /// Lets a request through, with the origin that may read the answer; or answers it.
    fn open(&self, request: &Request<Body>) -> Result<Option<HeaderValue>, Box<Response<Body>>> {
        let path = request.uri().path().strip_prefix(PATH);
        if !path.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Ok(None);
        }
        let origin = match self.origins.origin_of(request.uri(), request.headers()) {
            Origin::Here => None,
            Origin::Allowed(origin) if request.method() == Method::OPTIONS => {
                return Err(Box::new(preflight(origin)));
            }
            Origin::Allowed(origin) => Some(origin),
            Origin::Elsewhere => return Err(Box::new(refused(request))),
        };
        let field = |name| query_field(request.uri(), name);
        if let (Some("websocket"), Some(session)) = (field("transport"), field("sid"))
            && let Some(pipe) = request.extensions().get::<Pipe>()
        {
            self.pipes.moved(session, pipe);
        }
        Ok(origin)
    }
}

/// A field of the query, as it is written.
pub(crate) fn query_field<'a>(uri: &'a Uri, name: &str) -> Option<&'a str> {
    let mut fields = uri.query()?.split('&').filter_map(|field| field.split_once('='));
    fields.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn preflight(origin: HeaderValue) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    answer
}

fn refused(request: &Request<Body>) -> Response<Body> {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let failure = Failure::new(Code::Forbidden, "Pages of this origin may not connect.");
    let problem = Problem::new(failure, id.unwrap_or_default());
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::FORBIDDEN;
    let kind = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

/// The layer fits around an axum router.
const _: fn() = || {
    fn fits<S>(_: fn() -> S)
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send,
    {
    }
    fits::<RealtimeService<SocketIoService<axum::routing::Route>>>(|| unreachable!());
};

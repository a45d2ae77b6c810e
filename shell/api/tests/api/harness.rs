//! A server without a network, and short ways to ask it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::{Accounts, ApiState, CallSettings, HttpSettings, Identities};
use auth::{
    AccessTokenSettings, AccessTokens, ApiKey, HostKeys, HostSettings, KeySet, LimitClock,
    LimitSettings, Limits, PasswordSettings, Passwords, Secret, Verifier,
};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use sessions::Sessions;
use store::{
    ConversationKind, Created, DatabaseUrl, MemberRole, NewConversation, NewUser, Settings, Store,
};
use switchboard::{Clock, Relay, ResumeSecret, Switchboard};
use tower::ServiceExt as _;
use turn::TurnSecrets;
use vocab::{ConversationId, Redacted, RowId, UserId};
use wire::body::Registration;

pub(crate) const HOST_SECRET: &str = "the host product's secret, 0123456789abcdef";
pub(crate) const HOST_ISSUER: &str = "https://product.example.com";

/// What differs between tests.
pub(crate) struct Plan {
    pub(crate) registration: Registration,
    pub(crate) host: bool,
    pub(crate) limits: LimitSettings,
    pub(crate) http: HttpSettings,
    pub(crate) relay: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            registration: Registration::Open,
            host: false,
            limits: LimitSettings::load(),
            http: HttpSettings::default(),
            relay: true,
        }
    }
}

pub(crate) struct World {
    router: Router,
    pub(crate) state: ApiState,
    pub(crate) tokens: Arc<AccessTokens>,
    pub(crate) limit_clock: LimitClock,
    _folder: tempfile::TempDir,
}

/// A person with an account.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) token: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// The error code of a problem document; empty for any other answer.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks the status and gives the body.
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// Checks that this is a whole problem document with a status and a code.
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.code()), (status, code), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:aethex:error:{code}"));
        assert_eq!(self.body["requestId"], self.header("x-request-id"));
        self.body
    }
}

/// A request on its way.
pub(crate) struct Ask<'a> {
    world: &'a World,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    peer: SocketAddr,
}

impl Ask<'_> {
    pub(crate) fn by(self, person: &Person) -> Self {
        self.bearer(&person.token)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").raw(body.to_string())
    }

    pub(crate) fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn from(mut self, peer: &str) -> Self {
        self.peer = format!("{peer}:4711").parse().unwrap();
        self
    }

    pub(crate) async fn send(self) -> Reply {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(self.body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.world.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
        let body = match bytes.len() {
            0 => Value::Null,
            _ => serde_json::from_slice(&bytes).expect("an answer is JSON"),
        };
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Plan::default()).await
    }

    pub(crate) async fn with(plan: Plan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("calls.db"));
        let store = Store::open(&Settings::new(url)).await.unwrap();
        store.migrate().await.unwrap();
        let limit_clock = LimitClock::turned();
        let limits = Arc::new(Limits::new(&plan.limits, limit_clock.clone()));
        let tokens = AccessTokens::new(&Secret::generate(), None, AccessTokenSettings::default());
        let tokens = Arc::new(tokens);
        let (identities, verifier) = identities(&plan, &tokens);
        let relay = plan.relay.then(|| Relay {
            urls: vec!["turn:turn.example.com:3478".to_owned()],
            secrets: TurnSecrets::new(Redacted::new("turn secret".to_owned())),
            ttl: Duration::from_secs(86_400),
        });
        let settings = switchboard::Settings {
            policy: call::Policy::default(),
            named_at_most: 20,
            rings_per_callee: 3,
            relay,
            access: None,
            media: None,
            resume_secret: ResumeSecret::new(vec![7; 32]),
        };
        let board =
            Switchboard::new(store.clone(), Arc::clone(&limits), Clock::start(None), settings);
        let state = ApiState {
            sessions: Arc::new(Sessions::new(store.clone())),
            store,
            switchboard: board,
            limits,
            verifier: Arc::new(verifier),
            identities: Arc::new(identities),
            http: Arc::new(plan.http),
            calls: Arc::new(CallSettings { relay: plan.relay, ..CallSettings::default() }),
        };
        let router = api::router(state.clone());
        Self { router, state, tokens, limit_clock, _folder: folder }
    }

    pub(crate) fn ask(&self, method: &str, path: impl Into<String>) -> Ask<'_> {
        let method = method.parse().unwrap();
        let peer = SocketAddr::from(([192, 0, 2, 1], 4711));
        let (path, headers) = (path.into(), Vec::new());
        Ask { world: self, method, path, headers, body: Vec::new(), peer }
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask("POST", path)
    }

    /// Somebody with an account, without the work of a password.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let now = self.state.switchboard.clock().now();
        let id = UserId::new(now, random());
        let identifier = format!("{}@example.com", name.to_lowercase());
        let new =
            NewUser { id, identifier, name: name.to_owned(), password_hash: None, invite: None };
        self.state.store.create_user(new, now).await.unwrap();
        let token = self.tokens.issue(id, 0, now).token.into_exposed();
        Person { id, token }
    }

    /// A conversation whose first member owns it.
    pub(crate) async fn conversation(&self, members: &[&Person]) -> ConversationId {
        let now = self.state.switchboard.clock().now();
        let id = ConversationId::new(now, random());
        let (kind, first) = match members.len() {
            2 => (ConversationKind::Direct, MemberRole::Member),
            _ => (ConversationKind::Group, MemberRole::Owner),
        };
        let roles = std::iter::once(first).chain(std::iter::repeat(MemberRole::Member));
        let members: Vec<_> = members.iter().map(|one| one.id).zip(roles).collect();
        let created_by = Some(members[0].0);
        let new = NewConversation { id, kind, title: None, created_by, members };
        match self.state.store.create_conversation(&new, now).await.unwrap() {
            Created::New(found) | Created::Existing(found) => found.id,
        }
    }

    /// A call that this person starts; its id.
    pub(crate) async fn initiate(&self, by: &Person, conversation: ConversationId) -> String {
        let body = json!({"conversationId": conversation.to_string(), "type": "video"});
        let ask = self.post("/api/calls/initiate").by(by).header("x-device-id", "first");
        let started = ask.json(&body).send().await.expect(201);
        started["callId"].as_str().unwrap().to_owned()
    }

    /// Accepts a call, or joins it late.
    pub(crate) async fn answer(&self, by: &Person, call: &str) -> Value {
        let ask = self.post(format!("/api/calls/{call}/answer")).by(by);
        ask.header("x-device-id", "first").send().await.expect(200)
    }

    /// A key for servers.
    pub(crate) async fn api_key(&self) -> String {
        let now = self.state.switchboard.clock().now();
        let key = ApiKey::generate(RowId::new(now, random()));
        let hash = *key.hash().as_bytes();
        self.state.store.insert_api_key(key.id(), &hash, "test", now).await.unwrap();
        key.expose()
    }
}

fn identities(plan: &Plan, tokens: &Arc<AccessTokens>) -> (Identities, Verifier) {
    if plan.host {
        let secret = Secret::parse(HOST_SECRET).unwrap();
        let keys = HostKeys::Fixed(Arc::new(KeySet::from_secret(&secret)));
        let settings =
            HostSettings { issuer: Some(HOST_ISSUER.to_owned()), ..HostSettings::default() };
        let identities = Identities::Host { issuer: HOST_ISSUER.to_owned() };
        return (identities, Verifier::host(settings, keys));
    }
    let accounts = Accounts {
        tokens: Arc::clone(tokens),
        passwords: Passwords::new(PasswordSettings::default()),
        registration: plan.registration,
        session: Accounts::SESSION,
    };
    (Identities::Embedded(accounts), Verifier::embedded(Arc::clone(tokens)))
}

pub(crate) fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    rand::fill(&mut bytes[..]);
    bytes
}

/// The same JSON with every moment and every token replaced, for golden comparisons.
pub(crate) fn masked(mut value: Value) -> Value {
    mask(&mut value);
    value
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if key.ends_with("Token") && value.is_string() {
                    *value = json!("<token>");
                }
                mask(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) => {
            let is_time = text.len() == 24 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
            if is_time {
                *text = "<time>".to_owned();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

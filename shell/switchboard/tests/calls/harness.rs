//! A switchboard on a database in a temporary folder, people, and devices that remember.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth::{LimitClock, LimitSettings, Limits};
use serde_json::Value;
use sfu::Order;
use store::{ConversationKind, DatabaseUrl, MemberRole, NewConversation, NewUser, Store};
use switchboard::{
    Actor, Clock, Close, ConnectionId, Frame, Line, LineFull, MediaAccess, MediaServer, Relay,
    ResumeSecret, Settings, Switchboard,
};
use tokio::sync::Notify;
use turn::TurnSecrets;
use vocab::{CallId, ConversationId, DeviceId, Redacted, UserId};
use wire::body::{AnswerRequest, AnswerResponse, InitiateRequest};

/// Everything one test needs.
pub(crate) struct World {
    pub(crate) board: Switchboard,
    pub(crate) store: Store,
    /// What the relays were told.
    pub(crate) media: Arc<Media>,
    /// What the media server was told.
    pub(crate) rooms: Arc<Rooms>,
    policy: call::Policy,
    people: AtomicU8,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(call::Policy::default()).await
    }

    /// With other numbers of a call.
    pub(crate) async fn with(policy: call::Policy) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("calls.db"));
        let store = Store::open(&store::Settings::new(url)).await.expect("a database");
        store.migrate().await.expect("an empty database takes the schema");
        let (media, rooms) = (Arc::new(Media::default()), Arc::new(Rooms::default()));
        let board = board(store.clone(), &media, &rooms, policy.clone());
        Self { board, store, media, rooms, policy, people: AtomicU8::new(0), _folder: folder }
    }

    /// A second switchboard on the same database, as after a crash of the first.
    pub(crate) fn restarted(&self) -> Switchboard {
        board(self.store.clone(), &self.media, &self.rooms, self.policy.clone())
    }

    /// Ids are in the order of the calls, also within a millisecond.
    pub(crate) async fn person(&self, name: &str) -> UserId {
        let now = self.board.clock().now();
        let mut random: [u8; 10] = rand::random();
        random[..2].copy_from_slice(&[0, self.people.fetch_add(1, Ordering::Relaxed)]);
        let id = UserId::new(now, random);
        let identifier = format!("{name}-{id}@example.com");
        let new =
            NewUser { id, identifier, name: name.to_owned(), password_hash: None, invite: None };
        self.store.create_user(new, now).await.expect("a new person").id
    }

    pub(crate) async fn conversation(&self, members: &[UserId]) -> ConversationId {
        let now = self.board.clock().now();
        let id = ConversationId::new(now, rand::random());
        let direct = members.len() == 2;
        let kind = if direct { ConversationKind::Direct } else { ConversationKind::Group };
        let new = NewConversation {
            id,
            kind,
            title: None,
            created_by: members.first().copied(),
            members: members.iter().map(|user| (*user, MemberRole::Member)).collect(),
        };
        self.store.create_conversation(&new, now).await.expect("a new conversation");
        id
    }

    pub(crate) fn connect(&self, user: UserId, device: &str) -> Device {
        Device::connect(&self.board, user, device)
    }
}

/// Two people with a tab each, and a call from the first that rings at the second.
pub(crate) struct Couple {
    pub(crate) world: World,
    pub(crate) ann: UserId,
    pub(crate) ben: UserId,
    pub(crate) ann_tab: Device,
    pub(crate) ben_tab: Device,
    pub(crate) conversation: ConversationId,
}

impl Couple {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let (ann, ben) = (world.person("Ann").await, world.person("Ben").await);
        let conversation = world.conversation(&[ann, ben]).await;
        let (ann_tab, ben_tab) = (world.connect(ann, "tab-a"), world.connect(ben, "tab-b"));
        Self { world, ann, ben, ann_tab, ben_tab, conversation }
    }

    /// Ann calls.
    pub(crate) async fn ring(&self) -> CallId {
        let request = video(self.conversation);
        let started = self.world.board.initiate(&self.ann_tab.actor, request, None).await;
        started.expect("Ann may call").call_id.0
    }

    /// Ben answers on his tab.
    pub(crate) async fn answer(&self, call: CallId) -> AnswerResponse {
        let request = AnswerRequest::default();
        let answered = self.world.board.answer(&self.ben_tab.actor, call, request).await;
        answered.expect("Ben may answer")
    }
}

/// Relays that remember what they were told.
#[derive(Debug, Default)]
pub(crate) struct Media(Mutex<Vec<(CallId, Vec<UserId>)>>);

impl MediaAccess for Media {
    fn set(&self, call: CallId, users: &[UserId]) {
        self.0.lock().expect("no panic before").push((call, users.to_vec()));
    }
}

impl Media {
    /// All they were told since the last time.
    pub(crate) fn told(&self) -> Vec<(CallId, Vec<UserId>)> {
        std::mem::take(&mut *self.0.lock().expect("no panic before"))
    }
}

/// A media server that remembers its orders, and has no media.
#[derive(Debug, Default)]
pub(crate) struct Rooms(Mutex<Vec<(CallId, Order)>>);

impl MediaServer for Rooms {
    fn order(&self, call: CallId, order: Order) {
        self.0.lock().expect("no panic before").push((call, order));
    }
}

impl Rooms {
    /// The orders for a call since the last time.
    pub(crate) fn orders(&self, call: CallId) -> Vec<Order> {
        let mut all = self.0.lock().expect("no panic before");
        let (these, others) =
            std::mem::take(&mut *all).into_iter().partition(|(of, _)| *of == call);
        *all = others;
        let these: Vec<(CallId, Order)> = these;
        these.into_iter().map(|(_, order)| order).collect()
    }
}

fn board(
    store: Store,
    media: &Arc<Media>,
    rooms: &Arc<Rooms>,
    policy: call::Policy,
) -> Switchboard {
    let limits = Limits::new(&LimitSettings::load(), LimitClock::monotonic());
    let relay = Relay {
        urls: vec!["turn:turn.test:3478?transport=udp".to_owned()],
        secrets: TurnSecrets::new(Redacted::new("a-turn-secret-of-this-test".to_owned())),
        ttl: Duration::from_secs(3_600),
    };
    let settings = Settings {
        policy,
        named_at_most: 20,
        rings_per_callee: 3,
        relay: Some(relay),
        access: Some(Arc::clone(media) as _),
        media: Some(Arc::clone(rooms) as _),
        resume_secret: ResumeSecret::new(vec![1; 32]),
    };
    Switchboard::new(store, Arc::new(limits), Clock::start(None), settings)
}

/// A connected device and all it was sent.
pub(crate) struct Device {
    pub(crate) actor: Actor,
    board: Switchboard,
    inbox: Arc<Inbox>,
    connection: ConnectionId,
}

#[derive(Debug, Default)]
struct Inbox {
    frames: Mutex<Vec<(&'static str, Value)>>,
    arrived: Notify,
}

impl Line for Inbox {
    fn send(&self, frame: &Frame) -> Result<(), LineFull> {
        let payload = serde_json::from_str(frame.payload.get()).expect("JSON");
        self.frames.lock().expect("no panic before").push((frame.name, payload));
        self.arrived.notify_waiters();
        Ok(())
    }

    fn close(&self, _: Close) {}
}

impl Device {
    pub(crate) fn connect(board: &Switchboard, user: UserId, device: &str) -> Self {
        let device: DeviceId = device.parse().expect("a device name");
        let inbox = Arc::new(Inbox::default());
        let line: Arc<dyn Line> = Arc::clone(&inbox) as _;
        let connection = board.connect(user, device.clone(), line);
        let actor = Actor { user, device: Some(device) };
        Self { actor, board: board.clone(), inbox, connection }
    }

    pub(crate) fn disconnect(&self) {
        self.board.disconnect(self.actor.user, self.connection);
    }

    /// All it was sent so far.
    pub(crate) fn heard(&self) -> Vec<(&'static str, Value)> {
        self.inbox.frames.lock().expect("no panic before").clone()
    }

    /// The names of all it was sent so far.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.heard().into_iter().map(|(name, _)| name).collect()
    }

    /// The first event of this name, waited for.
    pub(crate) async fn hears(&self, name: &str) -> Value {
        self.hears_that(name, |_| true).await
    }

    /// The first event of this name that fits, waited for.
    pub(crate) async fn hears_that(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                let arrived = self.inbox.arrived.notified();
                let is_it = |(heard, payload): &(&str, Value)| *heard == name && fits(payload);
                if let Some((_, payload)) = self.heard().into_iter().find(is_it) {
                    return payload;
                }
                arrived.await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(10), wait).await {
            Ok(payload) => payload,
            Err(_) => panic!("{name} did not come; heard {:?}", self.names()),
        }
    }
}

/// A video call to everybody in a conversation.
pub(crate) fn video(conversation: ConversationId) -> InitiateRequest {
    let body = serde_json::json!({ "conversationId": conversation.to_string(), "type": "video" });
    serde_json::from_value(body).expect("a good request")
}

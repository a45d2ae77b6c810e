//! Every role asks every route of the route table. Who may not is refused and changes nothing.

use api::{ROUTES, Route, Who};
use serde_json::{Value, json};

use crate::harness::{Ask, Person, Reply, World};

/// From the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Anonymous,
    Outsider,
    Member,
    Participant,
    /// Host of the call and owner of the conversation.
    Host,
    Server,
}

const ROLES: [Role; 6] =
    [Role::Anonymous, Role::Outsider, Role::Member, Role::Participant, Role::Host, Role::Server];

/// A group of three with a call of two, an outsider, and a key.
struct Scene {
    world: World,
    host: Person,
    participant: Person,
    member: Person,
    outsider: Person,
    /// A member whom nobody has called yet.
    spare: Person,
    key: String,
    group: String,
    call: String,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        let (host, participant) = (world.person("Ada").await, world.person("Bob").await);
        let (member, outsider) = (world.person("Cleo").await, world.person("Dan").await);
        let spare = world.person("Eve").await;
        let group = world.conversation(&[&host, &participant, &member, &spare]).await;
        let body = json!({
            "conversationId": group.to_string(), "participantIds": [participant.id.to_string()],
        });
        let ask = world.post("/api/calls/initiate").by(&host).header("x-device-id", "first");
        let started = ask.json(&body).send().await.expect(201);
        let call = started["callId"].as_str().unwrap().to_owned();
        world.answer(&participant, &call).await;
        let (key, group) = (world.api_key().await, group.to_string());
        Self { world, host, participant, member, outsider, spare, key, group, call }
    }

    fn person(&self, role: Role) -> Option<&Person> {
        match role {
            Role::Outsider => Some(&self.outsider),
            Role::Member => Some(&self.member),
            Role::Participant => Some(&self.participant),
            Role::Host => Some(&self.host),
            Role::Anonymous | Role::Server => None,
        }
    }

    /// A request that somebody with every right gets through.
    fn ask(&self, route: &Route, role: Role) -> Ask<'_> {
        let user = match route.path {
            "/api/users/me/blocks/{userId}" => "00000000-0000-7000-8000-000000000000".to_owned(),
            // Whom the host may remove; others would be removing somebody else, too.
            "/api/conversations/{conversationId}/members/{userId}" if role == Role::Member => {
                self.participant.id.to_string()
            }
            "/api/conversations/{conversationId}/members/{userId}" => self.member.id.to_string(),
            _ => self.participant.id.to_string(),
        };
        let path = route.path.replace("{callId}", &self.call).replace("{userId}", &user);
        let path = path.replace("{conversationId}", &self.group);
        let path = match (route.method, route.path) {
            ("GET", "/api/calls") => format!("{path}?conversationId={}", self.group),
            _ => path,
        };
        let ask = self.world.ask(route.method, path);
        let ask = match self.body(route) {
            Some(body) => ask.json(&body),
            None => ask,
        };
        match (role, self.person(role)) {
            (Role::Server, _) => ask.header("x-api-key", &self.key),
            (_, Some(person)) => ask.by(person).header("x-device-id", "first"),
            (_, None) => ask,
        }
    }

    /// A body for every route that takes one. A new route fails here until it has a row.
    fn body(&self, route: &Route) -> Option<Value> {
        let dan = self.outsider.id.to_string();
        Some(match (route.method, route.path) {
            ("GET" | "DELETE", _) | ("PUT", "/api/users/me/blocks/{userId}") => return None,
            ("POST", "/api/auth/register") => {
                json!({"email": "new@example.com", "password": "seven green ladders", "name": "N"})
            }
            ("POST", "/api/auth/login") => json!({"email": "no@example.com", "password": "x"}),
            ("POST", "/api/auth/refresh" | "/api/auth/logout") => json!({"refreshToken": "x"}),
            ("PATCH", "/api/users/me") => json!({"name": "New"}),
            ("PUT", "/api/users/me/status") => json!({"doNotDisturb": true}),
            ("POST", "/api/conversations") => json!({"kind": "group", "memberIds": [
                self.host.id.to_string(), self.member.id.to_string(), dan,
            ]}),
            ("PUT", "/api/conversations/{conversationId}") => json!({"kind": "group", "members": [
                {"userId": self.host.id.to_string()}, {"userId": dan},
            ]}),
            ("PATCH", "/api/conversations/{conversationId}") => json!({"title": "New"}),
            ("POST", "/api/conversations/{conversationId}/members") => json!({"userIds": [dan]}),
            ("POST", "/api/calls/initiate") => {
                json!({"conversationId": self.group, "ifActive": "join"})
            }
            ("POST", "/api/calls/missed/seen") => json!({}),
            ("POST", "/api/calls/{callId}/answer" | "/api/calls/{callId}/reject") => json!({}),
            ("POST", "/api/calls/{callId}/end" | "/api/calls/{callId}/leave") => return None,
            ("PATCH", "/api/calls/{callId}/media") => json!({"audioEnabled": false}),
            ("POST", "/api/calls/{callId}/invite") => {
                json!({"userIds": [self.spare.id.to_string()]})
            }
            ("PATCH", "/api/calls/{callId}/participants/{userId}") => json!({"role": "viewer"}),
            (
                "POST",
                "/api/calls/{callId}/participants/{userId}/remove"
                | "/api/calls/{callId}/participants/{userId}/mute",
            ) => return None,
            (method, path) => panic!("{method} {path} has no row in this matrix"),
        })
    }

    /// Everything that a refused request must leave as it was.
    async fn state(&self) -> Value {
        let read = async |path: String| self.world.get(path).by(&self.host).send().await.body;
        json!([
            read(format!("/api/conversations/{}", self.group)).await,
            read(format!("/api/calls/{}/events", self.call)).await,
            read(format!("/api/calls/{}", self.call)).await,
            read("/api/conversations".to_owned()).await,
        ])
    }
}

fn may(role: Role, route: &Route) -> bool {
    let least = match route.who {
        Who::Anyone => Role::Anonymous,
        Who::User => Role::Outsider,
        Who::Member => Role::Member,
        Who::Participant => Role::Participant,
        Who::Owner | Who::Host => Role::Host,
        Who::NoPerson => return role == Role::Server,
    };
    if role == Role::Server {
        return route.servers || route.who == Who::Anyone;
    }
    role >= least
}

/// What refuses somebody for who they are.
const FOR_WHO_THEY_ARE: &[&str] = &[
    "unauthorized",
    "forbidden",
    "call_not_found",
    "conversation_not_found",
    "capability_missing",
    "not_joined",
    "not_member",
];

fn refused_for_who(reply: &Reply) -> bool {
    FOR_WHO_THEY_ARE.contains(&reply.code())
}

#[tokio::test]
async fn who_may_not_use_a_route_is_refused_and_changes_nothing() {
    let scene = Scene::new().await;
    let before = scene.state().await;
    for route in ROUTES {
        for role in ROLES.into_iter().filter(|role| !may(*role, route)) {
            let reply = scene.ask(route, role).send().await;
            let context = format!("{role:?} {route:?}: {} {}", reply.status, reply.body);
            assert!(refused_for_who(&reply), "{context}");
            if role == Role::Anonymous {
                assert_eq!(reply.code(), "unauthorized", "{context}");
            }
            assert!(!reply.body.to_string().contains("Bob"), "names leak: {context}");
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn who_may_use_a_route_is_not_refused_for_who_they_are() {
    for route in ROUTES {
        let readonly = route.method == "GET";
        let mut scene = Scene::new().await;
        for role in ROLES.into_iter().filter(|role| may(*role, route)) {
            let reply = scene.ask(route, role).send().await;
            let context = format!("{role:?} {route:?}: {} {}", reply.status, reply.body);
            assert!(!refused_for_who(&reply), "{context}");
            assert!(reply.status.as_u16() < 500, "{context}");
            if !readonly {
                scene = Scene::new().await;
            }
        }
    }
}

//! Every route, and who may use it. The tests compare it with the document and ask each route
//! as each role.

/// The least that a person must be to use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody in particular.
    Anyone,
    /// Somebody with a token.
    User,
    /// A member of the conversation that the path or the body names.
    Member,
    /// An owner of that conversation.
    Owner,
    /// Somebody with a part in the call.
    Participant,
    /// The host of the call.
    Host,
    /// No person: only servers with an API key.
    NoPerson,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, ...
    pub method: &'static str,
    /// As in the OpenAPI document.
    pub path: &'static str,
    /// The least that a person must be.
    pub who: Who,
    /// Whether servers with an API key may use it.
    pub servers: bool,
}

const fn people(method: &'static str, path: &'static str, who: Who) -> Route {
    Route { method, path, who, servers: false }
}

const fn servers_too(method: &'static str, path: &'static str, who: Who) -> Route {
    Route { method, path, who, servers: true }
}

/// Every route there is.
pub const ROUTES: &[Route] = &[
    people("GET", "/healthz", Who::Anyone),
    people("GET", "/readyz", Who::Anyone),
    people("GET", "/api/openapi.json", Who::Anyone),
    people("POST", "/api/auth/register", Who::Anyone),
    people("POST", "/api/auth/login", Who::Anyone),
    people("POST", "/api/auth/refresh", Who::Anyone),
    people("POST", "/api/auth/logout", Who::Anyone),
    people("GET", "/api/users", Who::User),
    people("GET", "/api/users/me", Who::User),
    people("PATCH", "/api/users/me", Who::User),
    people("PUT", "/api/users/me/status", Who::User),
    people("GET", "/api/users/me/blocks", Who::User),
    people("PUT", "/api/users/me/blocks/{userId}", Who::User),
    people("DELETE", "/api/users/me/blocks/{userId}", Who::User),
    people("POST", "/api/conversations", Who::User),
    servers_too("GET", "/api/conversations", Who::User),
    servers_too("GET", "/api/conversations/{conversationId}", Who::Member),
    servers_too("PUT", "/api/conversations/{conversationId}", Who::NoPerson),
    people("PATCH", "/api/conversations/{conversationId}", Who::Owner),
    people("POST", "/api/conversations/{conversationId}/members", Who::Owner),
    people("DELETE", "/api/conversations/{conversationId}/members/{userId}", Who::Owner),
    servers_too("GET", "/api/calls", Who::User),
    people("POST", "/api/calls/initiate", Who::Member),
    people("GET", "/api/calls/turn-credentials", Who::User),
    people("GET", "/api/calls/active", Who::User),
    people("GET", "/api/calls/missed", Who::User),
    people("POST", "/api/calls/missed/seen", Who::User),
    people("GET", "/api/calls/config", Who::Anyone),
    servers_too("GET", "/api/calls/{callId}", Who::Member),
    people("POST", "/api/calls/{callId}/answer", Who::Member),
    people("POST", "/api/calls/{callId}/reject", Who::Participant),
    servers_too("POST", "/api/calls/{callId}/end", Who::Participant),
    people("POST", "/api/calls/{callId}/leave", Who::Participant),
    people("PATCH", "/api/calls/{callId}/media", Who::Participant),
    people("GET", "/api/calls/{callId}/events", Who::Member),
    people("POST", "/api/calls/{callId}/invite", Who::Participant),
    people("PATCH", "/api/calls/{callId}/participants/{userId}", Who::Host),
    people("POST", "/api/calls/{callId}/participants/{userId}/remove", Who::Host),
    people("POST", "/api/calls/{callId}/participants/{userId}/mute", Who::Host),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_and_the_document_name_the_same_routes() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                documented.insert((method.to_uppercase(), path.clone()));
            }
        }
        let table: BTreeSet<_> =
            ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
        assert_eq!(table, documented);
        assert_eq!(table.len(), ROUTES.len(), "no route is listed twice");
    }

    #[test]
    fn the_document_asks_for_what_the_table_says() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        for route in ROUTES {
            let operation = &document["paths"][route.path][route.method.to_lowercase()];
            let schemes: Vec<String> = operation["security"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|scheme| scheme.as_object().unwrap().keys().cloned())
                .collect();
            let has = |scheme: &str| schemes.iter().any(|one| one == scheme);
            assert_eq!(has("apiKey"), route.servers, "{route:?}");
            let person = !matches!(route.who, Who::Anyone | Who::NoPerson);
            assert!(!person || has("bearer"), "{route:?}");
        }
    }
}

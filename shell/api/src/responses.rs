//! Error answers that many routes share, for the document.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use wire::Code;

/// Declares sets of error answers by their codes.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident: $($code:ident)+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                described(&[$(Code::$code),+])
            }
        }
    )+};
}

refusals! {
    /// What any route may answer.
    Anywhere: RateLimited Internal Unavailable;
    /// What a route for people may answer.
    ForPeople: Unauthorized TokenExpired Forbidden Invalid RateLimited Internal Unavailable;
    /// What a route for servers may answer.
    ForServers: Unauthorized Forbidden RateLimited Internal Unavailable;
    /// What a route with a body may answer.
    WithBody: BadRequest RequestTimeout PayloadTooLarge UnsupportedMediaType Invalid;
    /// What a route about a call may answer.
    OfCall: CallNotFound;
    /// What a route about a conversation may answer.
    OfConversation: ConversationNotFound;
    /// What a route about a person may answer.
    OfUser: UserNotFound;
    /// What a route about a participant may answer.
    OfParticipant: CallNotFound UserNotFound TargetNotInCall;
    /// What a route about a member may answer.
    OfMember: ConversationNotFound UserNotFound;
}

fn described(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut texts: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for code in codes {
        texts.entry(code.status()).or_default().push(format!("`{code}`: {}", code.title()));
    }
    let problem = || {
        let schema = Ref::from_schema_name("Problem");
        ContentBuilder::new().schema(Some(schema)).build()
    };
    texts
        .into_iter()
        .map(|(status, texts)| {
            let response = ResponseBuilder::new()
                .description(texts.join("; "))
                .content("application/problem+json", problem())
                .build();
            (status.to_string(), response.into())
        })
        .collect()
}

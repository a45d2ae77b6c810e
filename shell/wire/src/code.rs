//! Public error codes: stable words that clients branch on.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Declares the codes with their word, HTTP status, title and whether repeating helps.
macro_rules! codes {
    ($($variant:ident $word:literal $status:literal $title:literal $retryable:literal,)+) => {
        /// A public error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// A short sentence that is the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// Whether the same request may succeed later without a change.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                match self { $(Self::$variant => $retryable,)+ }
            }
        }

        impl std::str::FromStr for Code {
            type Err = call::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(call::UnknownWord) }
            }
        }
    };
}

codes! {
    // Who is asking.
    Unauthorized "unauthorized" 401 "A valid token is needed" false,
    TokenExpired "token_expired" 401 "The token has expired" false,
    InvalidCredentials "invalid_credentials" 401 "The e-mail address or the password is wrong" false,
    InvalidRefreshToken "invalid_refresh_token" 401 "The refresh token is used up, expired or unknown" false,
    Forbidden "forbidden" 403 "This is not allowed" false,
    RegistrationClosed "registration_closed" 403 "Nobody can register here" false,
    InviteInvalid "invite_invalid" 403 "The invitation is unknown, used or expired" false,
    EmailTaken "email_taken" 409 "The e-mail address has an account already" false,
    ManagedElsewhere "managed_elsewhere" 403 "People and conversations are managed by the host product" false,
    // What is asked about.
    NotFound "not_found" 404 "There is nothing here" false,
    CallNotFound "call_not_found" 404 "There is no such call" false,
    ConversationNotFound "conversation_not_found" 404 "There is no such conversation" false,
    UserNotFound "user_not_found" 404 "There is no such user" false,
    // Who may be called.
    NotMember "not_member" 403 "Somebody is not a member of the conversation" false,
    NoInvitees "no_invitees" 422 "There is nobody to call" false,
    CalleeBlocked "callee_blocked" 403 "The caller has blocked this person" false,
    TooManyInvitees "too_many_invitees" 422 "More people than a call may hold" false,
    // What the call allows now.
    CallActive "call_active" 409 "The conversation has a call already" false,
    CallEnded "call_ended" 409 "The call is over" false,
    CallNotActive "call_not_active" 409 "The call has not been answered yet" false,
    AnsweredElsewhere "answered_elsewhere" 409 "The call was answered on another device" false,
    AlreadyAnswered "already_answered" 409 "The call was answered already" false,
    OwnCall "own_call" 409 "The caller cannot decline their own call" false,
    Full "full" 409 "The call is full" true,
    NotJoined "not_joined" 409 "Not in the call" false,
    Removed "removed" 403 "Removed from the call" false,
    CapabilityMissing "capability_missing" 403 "A right is missing in this call" false,
    SeatGone "seat_gone" 409 "The seat was given up or taken over" false,
    TargetNotInCall "target_not_in_call" 404 "The other person is not in this call" false,
    TargetGone "target_gone" 409 "The other person has left the call" false,
    NotThisDevice "not_this_device" 409 "Another device of the user is in the call" false,
    DeviceInCall "device_in_call" 409 "The device is in another call" false,
    TopologySfu "topology_sfu" 409 "Media goes through the server" false,
    TopologyMesh "topology_mesh" 409 "Media goes between the participants" false,
    InvalidDescription "invalid_description" 422 "The session description cannot be used" false,
    // How it was asked.
    BadRequest "bad_request" 400 "The request cannot be read" false,
    UnknownEvent "unknown_event" 400 "There is no such event" false,
    Invalid "invalid" 422 "A field has a value that is not allowed" false,
    MethodNotAllowed "method_not_allowed" 405 "The method is not allowed here" false,
    PayloadTooLarge "payload_too_large" 413 "The request is too large" false,
    UnsupportedMediaType "unsupported_media_type" 415 "The body must be application/json" false,
    RequestTimeout "request_timeout" 408 "The request took too long to arrive" true,
    IdempotencyMismatch "idempotency_mismatch" 422 "The idempotency key was used with another body" false,
    IdempotencyInProgress "idempotency_in_progress" 409 "The first request with this key is still running" true,
    // How often it was asked.
    RateLimited "rate_limited" 429 "Too many requests" true,
    TooManySockets "too_many_sockets" 429 "Too many connections" true,
    // What the server can do now.
    TurnNotConfigured "turn_not_configured" 503 "No TURN server is configured" false,
    Unavailable "unavailable" 503 "Not available for a moment" true,
    Internal "internal" 500 "A fault of the server" true,
}

impl Code {
    /// The `type` of its problem document (RFC 9457 §3.1.1).
    #[must_use]
    pub fn urn(self) -> String {
        format!("urn:aethex:error:{}", self.as_str())
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<'de, str>::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let words = Self::ALL.iter().map(|code| code.as_str());
        let object = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        let object = object.description(Some("A stable error code; clients branch on it."));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl utoipa::ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ErrorCode")
    }
}

impl ts_rs::TS for Code {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn docs() -> Option<String> {
        Some("/**\n * A stable error code; clients branch on it.\n */\n".to_owned())
    }

    fn name(_: &ts_rs::Config) -> String {
        "ErrorCode".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        let words: Vec<String> = Self::ALL.iter().map(|code| format!("\"{code}\"")).collect();
        words.join(" | ")
    }

    fn decl(cfg: &ts_rs::Config) -> String {
        format!("type ErrorCode = {};", Self::inline(cfg))
    }

    fn decl_concrete(cfg: &ts_rs::Config) -> String {
        Self::decl(cfg)
    }

    fn output_path() -> Option<std::path::PathBuf> {
        Some("ErrorCode.ts".into())
    }
}

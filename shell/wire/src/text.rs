//! Values whose JSON form is one string: ids, device names, words, moments.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use vocab::{CallId, ConversationId, DeviceId, RowId, UnixMillis, UserId};

/// A type of the core that is one string on the wire.
pub trait Text: Sized {
    /// Its name in OpenAPI and TypeScript.
    const NAME: &'static str;
    /// What a string that does not parse is told.
    const EXPECTED: &'static str;
    /// One sentence for the generated contracts.
    const DOC: &'static str;

    /// The string.
    fn to_text(&self) -> Cow<'_, str>;

    /// The value of a string; `None` for any other string.
    fn from_text(text: &str) -> Option<Self>;

    /// Every string there is, for a closed set of words.
    fn words() -> Vec<&'static str> {
        Vec::new()
    }

    /// The OpenAPI format, for an open set.
    fn format() -> Option<SchemaFormat> {
        None
    }
}

/// Carries a value of the core over the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wire<T>(pub T);

impl<T> From<T> for Wire<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Wire<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Text> Serialize for Wire<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_text())
    }
}

impl<'de, T: Text> Deserialize<'de> for Wire<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        T::from_text(&text).map(Self).ok_or_else(|| serde::de::Error::custom(T::EXPECTED))
    }
}

impl<T: Text> PartialSchema for Wire<T> {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(T::DOC));
        let object = object.format(T::format());
        let words = T::words();
        let object = if words.is_empty() { object } else { object.enum_values(Some(words)) };
        RefOr::T(Schema::Object(object.build()))
    }
}

impl<T: Text> ToSchema for Wire<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

impl<T: Text + 'static> ts_rs::TS for Wire<T> {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn docs() -> Option<String> {
        Some(format!("/**\n * {}\n */\n", T::DOC))
    }

    fn name(_: &ts_rs::Config) -> String {
        T::NAME.to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        let words = T::words();
        if words.is_empty() {
            return "string".to_owned();
        }
        words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
    }

    fn decl(cfg: &ts_rs::Config) -> String {
        format!("type {} = {};", T::NAME, Self::inline(cfg))
    }

    fn decl_concrete(cfg: &ts_rs::Config) -> String {
        Self::decl(cfg)
    }

    fn output_path() -> Option<std::path::PathBuf> {
        Some(format!("{}.ts", T::NAME).into())
    }
}

macro_rules! ids {
    ($($id:ident: $doc:literal,)+) => {$(
        impl Text for $id {
            const NAME: &'static str = stringify!($id);
            const EXPECTED: &'static str = "must be a UUID";
            const DOC: &'static str = $doc;

            fn to_text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }

            fn from_text(text: &str) -> Option<Self> {
                // Only the hyphenated form: one id has one spelling in paths and bodies.
                if text.len() != 36 { return None; }
                Self::from_str(text).ok()
            }

            fn format() -> Option<SchemaFormat> {
                Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))
            }
        }
    )+};
}

ids! {
    CallId: "The id of a call (UUIDv7).",
    ConversationId: "The id of a conversation.",
    UserId: "The id of a user.",
    RowId: "The id of a stored entry.",
}

/// What is read names a device of the client; names that the server gives to sockets are
/// refused on the way in and never sent.
impl Text for DeviceId {
    const NAME: &'static str = "DeviceId";
    const EXPECTED: &'static str =
        "must have 1 to 64 visible ASCII characters and not begin with \"socket:\"";
    const DOC: &'static str =
        "A browser tab or app, as it names itself: 1 to 64 visible ASCII characters.";

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::named(text).ok()
    }
}

/// The last moment that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
const LAST_MOMENT: i64 = 253_402_300_799_999;

impl Text for UnixMillis {
    const NAME: &'static str = "Timestamp";
    const EXPECTED: &'static str = "must be an RFC 3339 moment, for example 2025-01-10T14:30:00Z";
    const DOC: &'static str = "A moment: RFC 3339 in UTC with milliseconds.";

    fn to_text(&self) -> Cow<'_, str> {
        let moment = DateTime::<Utc>::from_timestamp_millis(self.as_millis().min(LAST_MOMENT))
            .unwrap_or_default();
        Cow::Owned(moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    fn from_text(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Self::from_millis(moment.timestamp_millis()))
    }

    fn format() -> Option<SchemaFormat> {
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))
    }
}

macro_rules! words {
    ($($word:ident $name:literal: $doc:literal,)+) => {$(
        impl Text for call::$word {
            const NAME: &'static str = $name;
            const EXPECTED: &'static str = "is not one of the known words";
            const DOC: &'static str = $doc;

            fn to_text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.as_str())
            }

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|word| word.as_str()).collect()
            }
        }
    )+};
}

words! {
    CallKind "CallType": "What a call was started as.",
    CallStatus "CallStatus": "Where a call is in its life.",
    ParticipantStatus "ParticipantStatus": "Where a participant is.",
    Topology "Topology": "How media travels: between the participants (`mesh`), through the server (`sfu`), or on the way from one to the other, with the old way still open.",
    Role "Role": "A participant's part in the call.",
    Capability "Capability": "A single right in a call.",
    EndReason "EndReason": "Why a call ended. Tolerate words that are not listed.",
    LeaveReason "LeaveReason": "Why a participant is no longer in the call. Tolerate words that are not listed.",
    MissReason "MissReason": "Why a participant missed the call. Tolerate words that are not listed.",
    RejectReason "RejectReason": "Why a participant rejected the call.",
    StopReason "StopReason": "Why a device stops showing a call. Tolerate words that are not listed.",
    Direction "Direction": "Which way the call went for the viewer.",
    Outcome "Outcome": "How the call went for the viewer.",
}

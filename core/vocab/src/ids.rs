//! Identifiers. Each is its own type, so that a call can never be looked up by a user's id.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use uuid::Uuid;

use crate::UnixMillis;

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an existing UUID.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// A new UUIDv7 (RFC 9562 §5.7): sorted by creation time.
            #[must_use]
            pub fn new(now: UnixMillis, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }

            /// The UUID itself, for storage and the wire.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

uuid_newtype! {
    /// A person with an account.
    UserId
}
uuid_newtype! {
    /// Two or more people who may call each other.
    ConversationId
}
uuid_newtype! {
    /// One call, from its first ring to its history entry.
    CallId
}
uuid_newtype! {
    /// A table row that is no user, conversation or call.
    RowId
}

/// A UUIDv7 (RFC 9562 §5.7) of a moment and ten random bytes.
#[must_use]
pub fn uuid_v7(now: UnixMillis, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(now.unsigned(), &random).into_uuid()
}

/// One browser tab or app of a user, as it names itself.
///
/// 1 to 64 visible ASCII characters. A client that names no device gets the name of its
/// socket, which starts with [`DeviceId::SOCKET_PREFIX`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(Arc<str>);

/// The text is empty, longer than 64 characters, or has characters outside visible ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a device id has 1 to 64 visible ASCII characters")]
pub struct InvalidDeviceId;

impl DeviceId {
    /// Longest name, in bytes.
    pub const MAX_LEN: usize = 64;
    /// Names with this beginning are given by the server to sockets that name no device.
    pub const SOCKET_PREFIX: &'static str = "socket:";

    /// A device named by its client.
    ///
    /// # Errors
    /// [`InvalidDeviceId`] for a name of the wrong length or alphabet, or one that only the
    /// server gives.
    pub fn named(text: &str) -> Result<Self, InvalidDeviceId> {
        if text.starts_with(Self::SOCKET_PREFIX) {
            return Err(InvalidDeviceId);
        }
        text.parse()
    }

    /// The device of a socket that names none.
    ///
    /// # Errors
    /// [`InvalidDeviceId`] when the socket id is no visible ASCII of at most 57 characters.
    pub fn of_socket(socket_id: &str) -> Result<Self, InvalidDeviceId> {
        format!("{}{socket_id}", Self::SOCKET_PREFIX).parse()
    }

    /// Whether the client named no device of its own.
    #[must_use]
    pub fn is_unnamed(&self) -> bool {
        self.0.starts_with(Self::SOCKET_PREFIX)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceId {
    type Err = InvalidDeviceId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=Self::MAX_LEN).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidDeviceId)
        }
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({})", self.0)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_sort_later() {
        let first = CallId::new(UnixMillis::from_millis(1_000), [0xff; 10]);
        let second = CallId::new(UnixMillis::from_millis(1_001), [0; 10]);
        assert!(first < second);
        assert_eq!(first.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn device_names_are_visible_ascii_of_at_most_64_characters() {
        assert!(DeviceId::named("tab-1").is_ok());
        for bad in ["", " ", "tab 1", "täb", &"x".repeat(65), "socket:abc"] {
            assert_eq!(DeviceId::named(bad), Err(InvalidDeviceId), "{bad:?}");
        }
        assert!(DeviceId::of_socket("AbC").is_ok_and(|device| device.is_unnamed()));
    }
}

//! The words that stand for the state of a call on the wire and in the database.

/// A word from the wire or the database that names no known variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known word")]
pub struct UnknownWord;

/// Declares an enum whose variants are the words of the wire and the database.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $error:path { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($error) }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What the call was started as (founding table `calls.type`).
    CallKind, UnknownWord {
        /// Voice; cameras start switched off.
        Audio = "audio",
        /// Voice and camera.
        Video = "video",
        /// Voice and a shared screen; cameras start switched off.
        Screen = "screen",
    }
}

words! {
    /// Where a call is in its life (founding table `calls.status`).
    CallStatus, UnknownWord {
        /// Created; no callee's device has been reached.
        Initiated = "initiated",
        /// `call:incoming` was written to at least one callee's live socket.
        Ringing = "ringing",
        /// At least one callee has accepted.
        Active = "active",
        /// Was active and is over.
        Ended = "ended",
        /// Nobody answered, or the caller gave up.
        Missed = "missed",
        /// Every callee declined or was busy.
        Rejected = "rejected",
        /// The server or the network could not carry it.
        Failed = "failed",
    }
}

impl CallStatus {
    /// Whether nothing can change any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Initiated | Self::Ringing | Self::Active => false,
            Self::Ended | Self::Missed | Self::Rejected | Self::Failed => true,
        }
    }

    /// Whether the call waits for its first answer.
    #[must_use]
    pub const fn is_unanswered(self) -> bool {
        matches!(self, Self::Initiated | Self::Ringing)
    }
}

words! {
    /// Where a participant is (founding table `call_participants.status`).
    ParticipantStatus, UnknownWord {
        /// Asked to join; no device reached yet.
        Invited = "invited",
        /// A device of theirs shows the call.
        Ringing = "ringing",
        /// In the call, on one device.
        Joined = "joined",
        /// Was in the call.
        Left = "left",
        /// Declined, or was busy.
        Rejected = "rejected",
        /// Did not answer in time, or before the caller gave up.
        Missed = "missed",
    }
}

impl ParticipantStatus {
    /// Whether an answer is still awaited.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Invited | Self::Ringing)
    }
}

words! {
    /// Whether hanging up ends the call for everybody.
    Shape, UnknownWord {
        /// Two people; either side ends it.
        Direct = "direct",
        /// A group; who hangs up leaves, the host ends.
        Group = "group",
    }
}

words! {
    /// How media travels.
    Topology, UnknownWord {
        /// Between the participants.
        Mesh = "mesh",
        /// Between the participants still, while everybody connects to the server as well.
        /// Who joined last has no direct link.
        Upgrading = "upgrading",
        /// Through the server.
        Sfu = "sfu",
        /// Through the server still, while the two who are left connect to each other as well.
        Downgrading = "downgrading",
    }
}

words! {
    /// How a participant learns of the call.
    RingMode, UnknownWord {
        /// Their devices ring.
        Ring = "ring",
        /// Their devices show the call without a sound.
        Notify = "notify",
        /// Nothing is shown by itself.
        Silent = "silent",
        /// They blocked the caller: nothing of the call reaches them, now or later.
        Withheld = "withheld",
    }
}

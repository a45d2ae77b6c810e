//! Offers, answers and candidates on their way between two participants, or between a
//! participant and the server's media.

use std::borrow::Cow;

use call::SignalKind;
use garde::Validate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use ts_rs::TS;
use vocab::{CallId, DeviceId, UserId};

use crate::Text as _;
use crate::event::{AnswerDescription, IceCandidate, OfferDescription};
use crate::field::{self, shown_device};

/// To whom a signal goes: a user's id, or `sfu` for the server's media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, TS)]
#[ts(type = "string")]
pub enum SignalTarget {
    /// Another participant.
    User(UserId),
    /// The server's media.
    Sfu,
}

const SFU: &str = "sfu";

impl Serialize for SignalTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(user) => serializer.serialize_str(&user.to_text()),
            Self::Sfu => serializer.serialize_str(SFU),
        }
    }
}

impl<'de> Deserialize<'de> for SignalTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        if text == SFU {
            return Ok(Self::Sfu);
        }
        let user = UserId::from_text(&text).map(Self::User);
        user.ok_or_else(|| serde::de::Error::custom("must be a user's id or \"sfu\""))
    }
}

/// Which of the two connections with the server's media a signal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum MediaPeer {
    /// The one that sends; the client offers.
    Publisher,
    /// The one that receives; the server offers.
    Subscriber,
}

macro_rules! signals {
    ($sent:ident, $heard:ident, $field:ident: $payload:ty, $what:literal) => {
        #[doc = concat!($what, " that a client sends.")]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, TS)]
        #[serde(rename_all = "camelCase")]
        #[garde(allow_unvalidated)]
        #[ts(optional_fields)]
        pub struct $sent {
            /// Which call.
            pub call_id: field::CallId,
            /// To whom: a user's id, or `sfu`.
            pub target_user_id: SignalTarget,
            /// To which device of theirs; the one in the call when left out.
            pub target_device_id: Option<field::DeviceId>,
            #[doc = concat!($what, ".")]
            #[serde(deserialize_with = "present")]
            #[ts(optional = false)]
            pub $field: $payload,
            /// Numbers the offer of a pair; its answer and candidates carry the same number.
            pub negotiation_id: Option<u32>,
            /// With `sfu`: which of the two connections.
            pub transport: Option<MediaPeer>,
        }

        #[doc = concat!($what, " as the other side gets it.")]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase")]
        pub struct $heard {
            /// Which call.
            pub call_id: field::CallId,
            /// From whom; always the sending connection's user.
            pub from_user_id: SignalTarget,
            /// From which device, when it has a name.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[ts(optional)]
            pub from_device_id: Option<field::DeviceId>,
            #[doc = concat!($what, ".")]
            pub $field: $payload,
            /// Numbers the offer of a pair.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[ts(optional)]
            pub negotiation_id: Option<u32>,
            /// With `sfu`: which of the two connections.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[ts(optional)]
            pub transport: Option<MediaPeer>,
        }

        impl $sent {
            /// What the other side gets. Who sent it comes from the connection.
            #[must_use]
            pub fn heard_from(self, user: UserId, device: &DeviceId) -> $heard {
                $heard {
                    call_id: self.call_id,
                    from_user_id: SignalTarget::User(user),
                    from_device_id: shown_device(Some(device)),
                    $field: self.$field,
                    negotiation_id: self.negotiation_id,
                    transport: self.transport,
                }
            }
        }
    };
}

/// `null` must be written where it is meant.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

signals!(SentOffer, OfferSignal, offer: OfferDescription, "An offer");
signals!(SentAnswer, AnswerSignal, answer: AnswerDescription, "An answer");
signals!(SentCandidate, CandidateSignal, candidate: Option<IceCandidate>, "A candidate, or null after the last one");

/// Any of the three, for the one place that routes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentSignal {
    /// `call:offer`.
    Offer(SentOffer),
    /// `call:answer`.
    Answer(SentAnswer),
    /// `call:ice-candidate`.
    Candidate(SentCandidate),
}

impl SentSignal {
    /// Which of the three.
    #[must_use]
    pub const fn kind(&self) -> SignalKind {
        match self {
            Self::Offer(_) => SignalKind::Offer,
            Self::Answer(_) => SignalKind::Answer,
            Self::Candidate(_) => SignalKind::Candidate,
        }
    }

    /// The socket event, the same in both directions.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Offer(_) => "call:offer",
            Self::Answer(_) => "call:answer",
            Self::Candidate(_) => "call:ice-candidate",
        }
    }

    /// Which call.
    #[must_use]
    pub const fn call(&self) -> CallId {
        match self {
            Self::Offer(sent) => sent.call_id.0,
            Self::Answer(sent) => sent.call_id.0,
            Self::Candidate(sent) => sent.call_id.0,
        }
    }

    /// To whom, and to which device of theirs.
    #[must_use]
    pub fn target(&self) -> (SignalTarget, Option<&DeviceId>) {
        let (target, device) = match self {
            Self::Offer(sent) => (sent.target_user_id, &sent.target_device_id),
            Self::Answer(sent) => (sent.target_user_id, &sent.target_device_id),
            Self::Candidate(sent) => (sent.target_user_id, &sent.target_device_id),
        };
        (target, device.as_ref().map(|device| &device.0))
    }

    /// The payload that the other side gets. Who sent it comes from the connection.
    #[must_use]
    pub fn heard_from(self, user: UserId, device: &DeviceId) -> Value {
        let value = match self {
            Self::Offer(sent) => serde_json::to_value(sent.heard_from(user, device)),
            Self::Answer(sent) => serde_json::to_value(sent.heard_from(user, device)),
            Self::Candidate(sent) => serde_json::to_value(sent.heard_from(user, device)),
        };
        value.unwrap_or_default()
    }
}

/// The acknowledgement of a signal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignalResponse {
    /// True when it waits for the other side's accept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub held: bool,
}

//! State events: numbered by `seq`, the same for everybody in the call, kept in its log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::MediaStateBody;
use crate::field;

/// Declares the payload of a state event: the three fields that all have, then its own.
macro_rules! state_event {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Which call.
            pub call_id: field::CallId,
            /// Its number: 1, 2, 3, … per call, without gaps.
            pub seq: u64,
            /// When it happened.
            pub at: field::Timestamp,
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    };
}

state_event! {
    /// `call:ringing`: a callee's device shows the call.
    RingingEvent {
        /// Whose.
        user_id: field::UserId,
        /// They are in another call.
        busy: bool,
    }
}

state_event! {
    /// `call:accepted`: a callee accepted.
    AcceptedEvent {
        /// Who.
        user_id: field::UserId,
        /// Their display name.
        user_name: String,
        /// Their e-mail address, or the host product's name for them.
        user_identifier: String,
        /// With which device, when it has a name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        device_id: Option<field::DeviceId>,
        /// When the call became active.
        started_at: field::Timestamp,
    }
}

state_event! {
    /// `call:rejected`: a callee declined or was busy.
    RejectedEvent {
        /// Who.
        user_id: field::UserId,
        /// Why.
        reason: field::RejectReason,
    }
}

state_event! {
    /// `call:cancelled`: the caller gave up before an answer.
    CancelledEvent {
        /// Who.
        by: field::UserId,
    }
}

state_event! {
    /// `call:missed`: people did not answer.
    MissedEvent {
        /// Who.
        user_ids: Vec<field::UserId>,
        /// Why.
        reason: field::MissReason,
    }
}

state_event! {
    /// `call:participant-joined`: somebody is in the call.
    ParticipantJoinedEvent {
        /// Who.
        user_id: field::UserId,
        /// Their display name.
        user_name: String,
        /// Their e-mail address, or the host product's name for them.
        user_identifier: String,
        /// With which device, when it has a name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        device_id: Option<field::DeviceId>,
        /// Their part in the call.
        role: field::Role,
        /// What they send.
        media_state: MediaStateBody,
    }
}

state_event! {
    /// `call:participant-left`: somebody is no longer in the call.
    ParticipantLeftEvent {
        /// Who.
        user_id: field::UserId,
        /// Why.
        reason: field::LeaveReason,
    }
}

state_event! {
    /// `call:participant-updated`: somebody was invited, or their role changed.
    ParticipantUpdatedEvent {
        /// Who.
        user_id: field::UserId,
        /// Their display name.
        user_name: String,
        /// Their e-mail address, or the host product's name for them.
        user_identifier: String,
        /// Where they are now.
        status: field::ParticipantStatus,
        /// Their part in the call now.
        role: field::Role,
    }
}

state_event! {
    /// `call:participant-reconnecting`: a participant's device is lost.
    ParticipantReconnectingEvent {
        /// Whose.
        user_id: field::UserId,
        /// When they are given up.
        until: field::Timestamp,
    }
}

state_event! {
    /// `call:participant-reconnected`: it is back, or another device has taken its place.
    ParticipantReconnectedEvent {
        /// Whose.
        user_id: field::UserId,
        /// Which device is in the call now, when it has a name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        device_id: Option<field::DeviceId>,
    }
}

state_event! {
    /// `call:media-state-changed`: microphone, camera or screen changed.
    MediaChangedEvent {
        /// Whose.
        user_id: field::UserId,
        /// To what.
        media_state: MediaStateBody,
    }
}

state_event! {
    /// `call:host-changed`: somebody else runs the call.
    HostChangedEvent {
        /// Who runs it now.
        host: field::UserId,
        /// Who ran it before.
        previous_host: field::UserId,
    }
}

state_event! {
    /// `call:topology-changed`: media takes another way.
    TopologyChangedEvent {
        /// Which.
        topology: field::Topology,
    }
}

state_event! {
    /// `call:hand-changed`: somebody raised a hand, or it was lowered.
    HandChangedEvent {
        /// Whose.
        user_id: field::UserId,
        /// Since when it is up; null when it is down.
        raised_at: Option<field::Timestamp>,
    }
}

state_event! {
    /// `call:ended`: the call is over, however it ended.
    EndedEvent {
        /// Why.
        reason: field::EndReason,
        /// Who ended it; null when nobody did.
        ended_by: Option<field::UserId>,
        /// How it ended.
        status: field::CallStatus,
        /// Whole seconds since the first accept; 0 for a call never answered.
        duration: u32,
    }
}

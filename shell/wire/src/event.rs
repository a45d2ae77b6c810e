//! Payloads of socket events, both directions. State events carry `seq` and `at`, reach
//! everybody in the call identically and are logged; the others do neither.

mod candidate;
mod client;
mod description;
mod incoming;
mod payload;
mod quality;
mod session;
mod signal;
mod state;
mod table;

pub use candidate::{CANDIDATE_MAX_BYTES, CandidateKind, CandidateText, IceCandidate};
pub use client::{
    AcceptEvent, CallTarget, InviteEvent, MediaEvent, ParticipantTarget, RejectEvent, ResumeEvent,
    ResumeResponse, RoleEvent, SlotRequest, SlotSource, SubscribeEvent, TransportState,
    TransportStateEvent,
};
pub use description::{
    AnswerDescription, AnswerWord, OfferDescription, OfferWord, SDP_MAX_BYTES, Sdp,
};
pub use incoming::{
    IncomingEvent, RingStoppedEvent, StateEvent, incoming, ring_stopped, state_snapshot,
};
pub use payload::{event_name, event_payload};
pub use quality::{QualityCause, QualityEvent, QualityReport, QualityStats};
pub use session::{
    AuthExpiringEvent, AuthRefreshEvent, AuthRefreshResponse, ClientName, Done, ErrorEvent,
    MissedUnseenEvent, PresenceEvent, SocketAuth, WhoamiEvent, WhoamiResponse,
};
pub use signal::{
    AnswerSignal, CandidateSignal, MediaPeer, OfferSignal, SentAnswer, SentCandidate, SentOffer,
    SentSignal, SignalResponse, SignalTarget,
};
pub use state::{
    AcceptedEvent, CancelledEvent, EndedEvent, HostChangedEvent, MediaChangedEvent, MissedEvent,
    ParticipantJoinedEvent, ParticipantLeftEvent, ParticipantReconnectedEvent,
    ParticipantReconnectingEvent, ParticipantUpdatedEvent, RejectedEvent, RingingEvent,
};
pub use table::{
    CLIENT_EVENTS, ClientEvent, EventVisitor, SERVER_EVENTS, ServerEvent, client_event,
    visit_events,
};

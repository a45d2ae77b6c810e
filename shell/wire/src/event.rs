//! Payloads of socket events, both directions. State events carry `seq` and `at`, reach
//! everybody in the call identically and are logged; the others do neither.

mod candidate;
mod client;
mod description;
mod gesture;
mod incoming;
mod payload;
mod quality;
mod session;
mod sfu;
mod signal;
mod state;
mod table;

pub use candidate::{CANDIDATE_MAX_BYTES, CandidateKind, CandidateText, IceCandidate};
pub use client::{
    AcceptEvent, CallTarget, InviteEvent, MediaEvent, ParticipantTarget, RejectEvent, ResumeEvent,
    ResumeResponse, RoleEvent, TransportLeg, TransportState, TransportStateEvent,
};
pub use description::{
    AnswerDescription, AnswerWord, NotSdp, OfferDescription, OfferWord, SDP_MAX_BYTES, Sdp,
};
pub use gesture::{HandEvent, REACTION_MAX_BYTES, ReactEvent, ReactionEvent, UnmuteRequestedEvent};
pub use incoming::{
    IncomingEvent, RingStoppedEvent, StateEvent, incoming, ring_stopped, state_snapshot,
};
pub use payload::{event_name, event_payload};
pub use quality::{QualityCause, QualityEvent, QualityReport, QualityStats};
pub use session::{
    AuthExpiringEvent, AuthRefreshEvent, AuthRefreshResponse, ClientName, Done, ErrorEvent,
    MissedUnseenEvent, PresenceEvent, SocketAuth, WhoamiEvent, WhoamiResponse,
};
pub use sfu::{
    LayerRid, LayersEvent, SlotBody, SlotKind, SlotPaused, SlotRequest, SlotSource, SlotsEvent,
    SpeakersEvent, SubscribeEvent,
};
pub use signal::{
    AnswerSignal, CandidateSignal, MediaPeer, OfferSignal, SentAnswer, SentCandidate, SentOffer,
    SentSignal, SignalResponse, SignalTarget,
};
pub use state::{
    AcceptedEvent, CancelledEvent, EndedEvent, HandChangedEvent, HostChangedEvent,
    MediaChangedEvent, MissedEvent, ParticipantJoinedEvent, ParticipantLeftEvent,
    ParticipantReconnectedEvent, ParticipantReconnectingEvent, ParticipantUpdatedEvent,
    RejectedEvent, RingingEvent, TopologyChangedEvent,
};
pub use table::{
    CLIENT_EVENTS, ClientEvent, EventVisitor, SERVER_EVENTS, ServerEvent, client_event,
    visit_events,
};

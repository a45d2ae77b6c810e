//! Every event there is, by name. Tests demand a row for each.

use serde::Serialize;
use ts_rs::TS;

use crate::body::{
    AnswerResponse, CallResponse, EndResponse, InitiateRequest, InitiateResponse, MediaResponse,
    ParticipantsResponse, RejectResponse, TurnCredentialsQuery, TurnCredentialsResponse,
};
use crate::event::{
    AcceptEvent, AcceptedEvent, AnswerSignal, AuthExpiringEvent, AuthRefreshEvent,
    AuthRefreshResponse, CallTarget, CancelledEvent, CandidateSignal, Done, EndedEvent, ErrorEvent,
    HandChangedEvent, HandEvent, HostChangedEvent, IncomingEvent, InviteEvent, LayersEvent,
    MediaChangedEvent, MediaEvent, MissedEvent, MissedUnseenEvent, OfferSignal,
    ParticipantJoinedEvent, ParticipantLeftEvent, ParticipantReconnectedEvent,
    ParticipantReconnectingEvent, ParticipantTarget, ParticipantUpdatedEvent, PresenceEvent,
    QualityEvent, QualityReport, ReactEvent, ReactionEvent, RejectEvent, RejectedEvent,
    ResumeEvent, ResumeResponse, RingStoppedEvent, RingingEvent, RoleEvent, SentAnswer,
    SentCandidate, SentOffer, SignalResponse, SlotsEvent, SpeakersEvent, StateEvent,
    SubscribeEvent, TopologyChangedEvent, TransportStateEvent, UnmuteRequestedEvent, WhoamiEvent,
    WhoamiResponse,
};

/// An event that a client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientEvent {
    /// Its name.
    pub name: &'static str,
    /// The type of its payload.
    pub payload: &'static str,
    /// The type of its acknowledgement, beside `ok: true`.
    pub answer: &'static str,
    /// The most its payload may hold, in bytes of JSON.
    pub max_bytes: usize,
}

/// An event that the server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerEvent {
    /// Its name.
    pub name: &'static str,
    /// The type of its payload.
    pub payload: &'static str,
    /// Whether it is numbered by `seq` and logged.
    pub is_state: bool,
}

/// Sees the types of all events, for generated contracts.
pub trait EventVisitor {
    /// An event that a client sends, with its payload and its answer.
    fn client<P: TS + 'static, A: TS + 'static>(&mut self, event: ClientEvent);
    /// An event that the server sends, with its payload.
    fn server<P: Serialize + TS + 'static>(&mut self, event: ServerEvent);
}

/// A session description fills 256 KiB by itself.
const DESCRIPTION: usize = 256 * 1024;
/// A candidate fills 2 KiB by itself; its names and ids come on top.
const CANDIDATE: usize = 4 * 1024;
/// A list of up to 100 slots of about 150 bytes.
const SUBSCRIBE: usize = 16 * 1024;
/// A token of a host product may be long; it is checked anew at every refresh.
const TOKEN: usize = 9 * 1024;
/// Every other event.
const USUAL: usize = 8 * 1024;

macro_rules! events {
    (
        client { $($client:literal: $request:ident => $answer:ident, $limit:ident;)+ }
        state { $($state:literal: $state_payload:ident;)+ }
        server { $($server:literal: $server_payload:ident;)+ }
    ) => {
        /// Every event that a client sends.
        pub const CLIENT_EVENTS: &[ClientEvent] = &[$(ClientEvent {
            name: $client,
            payload: stringify!($request),
            answer: stringify!($answer),
            max_bytes: $limit,
        },)+];

        /// Every event that the server sends.
        pub const SERVER_EVENTS: &[ServerEvent] = &[
            $(ServerEvent {
                name: $state, payload: stringify!($state_payload), is_state: true,
            },)+
            $(ServerEvent {
                name: $server, payload: stringify!($server_payload), is_state: false,
            },)+
        ];

        /// Shows every event to a visitor, in the order of the tables.
        pub fn visit_events(visitor: &mut impl EventVisitor) {
            let mut client = CLIENT_EVENTS.iter().copied();
            $(if let Some(event) = client.next() { visitor.client::<$request, $answer>(event); })+
            let mut server = SERVER_EVENTS.iter().copied();
            $(if let Some(event) = server.next() { visitor.server::<$state_payload>(event); })+
            $(if let Some(event) = server.next() { visitor.server::<$server_payload>(event); })+
        }
    };
}

events! {
    client {
        "call:offer": SentOffer => SignalResponse, DESCRIPTION;
        "call:answer": SentAnswer => SignalResponse, DESCRIPTION;
        "call:ice-candidate": SentCandidate => SignalResponse, CANDIDATE;
        "call:initiate": InitiateRequest => InitiateResponse, USUAL;
        "call:accept": AcceptEvent => AnswerResponse, USUAL;
        "call:join": AcceptEvent => AnswerResponse, USUAL;
        "call:reject": RejectEvent => RejectResponse, USUAL;
        "call:end": CallTarget => EndResponse, USUAL;
        "call:leave": CallTarget => EndResponse, USUAL;
        "call:media": MediaEvent => MediaResponse, USUAL;
        "call:turn-credentials": TurnCredentialsQuery => TurnCredentialsResponse, USUAL;
        "call:get": CallTarget => CallResponse, USUAL;
        "call:invite": InviteEvent => ParticipantsResponse, USUAL;
        "call:remove": ParticipantTarget => ParticipantsResponse, USUAL;
        "call:set-role": RoleEvent => ParticipantsResponse, USUAL;
        "call:mute": ParticipantTarget => ParticipantsResponse, USUAL;
        "call:ask-to-unmute": ParticipantTarget => Done, USUAL;
        "call:hand": HandEvent => ParticipantsResponse, USUAL;
        "call:react": ReactEvent => Done, USUAL;
        "call:resume": ResumeEvent => ResumeResponse, USUAL;
        "call:quality": QualityReport => Done, USUAL;
        "call:transport-state": TransportStateEvent => Done, USUAL;
        "call:subscribe": SubscribeEvent => Done, SUBSCRIBE;
        "auth:refresh": AuthRefreshEvent => AuthRefreshResponse, TOKEN;
        "auth:whoami": WhoamiEvent => WhoamiResponse, USUAL;
    }
    state {
        "call:incoming": IncomingEvent;
        "call:ringing": RingingEvent;
        "call:accepted": AcceptedEvent;
        "call:rejected": RejectedEvent;
        "call:cancelled": CancelledEvent;
        "call:missed": MissedEvent;
        "call:participant-joined": ParticipantJoinedEvent;
        "call:participant-left": ParticipantLeftEvent;
        "call:participant-updated": ParticipantUpdatedEvent;
        "call:participant-reconnecting": ParticipantReconnectingEvent;
        "call:participant-reconnected": ParticipantReconnectedEvent;
        "call:media-state-changed": MediaChangedEvent;
        "call:host-changed": HostChangedEvent;
        "call:topology-changed": TopologyChangedEvent;
        "call:hand-changed": HandChangedEvent;
        "call:ended": EndedEvent;
    }
    server {
        "call:offer": OfferSignal;
        "call:answer": AnswerSignal;
        "call:ice-candidate": CandidateSignal;
        "call:ring-stopped": RingStoppedEvent;
        "call:state": StateEvent;
        "call:quality": QualityEvent;
        "call:slots": SlotsEvent;
        "call:layers": LayersEvent;
        "call:speakers": SpeakersEvent;
        "call:reaction": ReactionEvent;
        "call:unmute-requested": UnmuteRequestedEvent;
        "call:missed-unseen": MissedUnseenEvent;
        "call:error": ErrorEvent;
        "presence:changed": PresenceEvent;
        "auth:expiring": AuthExpiringEvent;
    }
}

/// The row of an event that a client sends; `None` for a name that there is not.
#[must_use]
pub fn client_event(name: &str) -> Option<&'static ClientEvent> {
    CLIENT_EVENTS.iter().find(|event| event.name == name)
}

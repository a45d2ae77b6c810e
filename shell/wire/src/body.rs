//! REST bodies. An acknowledged socket twin answers with the same body.

mod account;
mod answer;
mod call;
mod config;
mod conversation;
mod hang_up;
mod history;
mod initiate;
mod log;
mod media;
mod page;
mod participants;
mod path;
mod turn;
mod user;

pub use account::{
    LoginRequest, LogoutRequest, RefreshRequest, RegisterRequest, SessionResponse, TokensResponse,
};
pub use answer::{AnswerRequest, AnswerResponse};
pub use call::{
    CallBody, CallExtras, CallResponse, Connection, ConnectionQuality, ParticipantBody,
};
pub(crate) use call::{metadata, millis};
pub use config::{
    ConfigResponse, FeaturesBody, IceBody, IceTransport, IdentityMode, LimitsBody, Registration,
    TimesBody,
};
pub use conversation::{
    AddMembersRequest, ConversationBody, ConversationKind, ConversationResponse,
    CreateConversationRequest, MemberBody, MemberRole, PutConversationRequest, PutMember,
    UpdateConversationRequest,
};
pub use hang_up::{EndResponse, RejectRequest, RejectResponse};
pub use history::{
    HistoryEntry, HistoryExtras, HistoryParticipant, HistoryQuery, MissedQuery, MissedSeenRequest,
    MissedSeenResponse, history_entry,
};
pub use initiate::{
    IfActive, InitiateRequest, InitiateResponse, METADATA_MAX_BYTES, RingChoice, is_idempotency_key,
};
pub use log::{EventsQuery, EventsResponse, LoggedEventBody};
pub use media::{MediaRequest, MediaResponse, MediaStateBody};
pub use page::{Page, PageQuery};
pub use participants::{InviteRequest, ParticipantsResponse, RoleRequest};
pub use path::{PathKind, PathProtocol, SelectedPath};
pub use turn::{TurnCredentialsBody, TurnCredentialsQuery, TurnCredentialsResponse};
pub use user::{
    BlockBody, StatusBody, StatusRequest, UpdateUserRequest, UserBody, UserResponse,
    UserSearchQuery,
};
